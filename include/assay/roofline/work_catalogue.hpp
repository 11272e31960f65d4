// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The catalogue of work: the families that `assay::work` names.
#include "assay/roofline/work/attention.hpp"
#include "assay/roofline/work/collective.hpp"
#include "assay/roofline/work/convolution.hpp"
#include "assay/roofline/work/cross_entropy.hpp"
#include "assay/roofline/work/decode_attention.hpp"
#include "assay/roofline/work/elementwise.hpp"
#include "assay/roofline/work/fft.hpp"
#include "assay/roofline/work/gather.hpp"
#include "assay/roofline/work/gemm.hpp"
#include "assay/roofline/work/linear_attention.hpp"
#include "assay/roofline/work/moe.hpp"
#include "assay/roofline/work/norm.hpp"
#include "assay/roofline/work/quantise.hpp"
#include "assay/roofline/work/reduction.hpp"
#include "assay/roofline/work/rotary.hpp"
#include "assay/roofline/work/selective_scan.hpp"
#include "assay/roofline/work/softmax.hpp"
#include "assay/roofline/work/sort.hpp"
#include "assay/roofline/work/sparse.hpp"
#include "assay/roofline/work/stencil.hpp"
#include "assay/roofline/work/transpose.hpp"
#include "assay/roofline/work/triangular_update.hpp"
