// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The CUDA device and its kernels, compiled once for all benchmarks of a build.
#include <assay/backend/cuda_device.hpp>

template assay::device& assay::device_of<assay::cuda>();
