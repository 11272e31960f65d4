// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The part of the suite that is the same for AMD GPUs: all that needs neither NVIDIA's matrix units nor its
// libraries.
#include "activation.cu"
#include "loss.cu"
#include "movement.cu"
#include "norm.cu"
#include "pooling.cu"
#include "reduction.cu"
#include "scan.cu"
#include "softmax.cu"
