// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The devices that the compiler at hand can build: the host always, CUDA's under nvcc, HIP's under hipcc.
// With a plain host compiler the GPU backends come from src/cuda.cu and src/hip.hip, which CMake compiles. A
// target that links assay::cuda or assay::hip is told so by ASSAY_CUDA_LINKED or ASSAY_HIP_LINKED, and does
// not compile the device's kernels again in each of its sources: that takes longer than all else in them.
#include "assay/backend/host_device.hpp"

#if defined(__HIPCC__) && defined(ASSAY_HIP_LINKED)
#include "assay/backend/hip.hpp"
extern template assay::device& assay::device_of<assay::hip>();
#elif defined(__HIPCC__)
#include "assay/backend/hip_device.hpp"
#elif defined(__CUDACC__) && defined(ASSAY_CUDA_LINKED)
#include "assay/backend/cuda.hpp"
extern template assay::device& assay::device_of<assay::cuda>();
#elif defined(__CUDACC__)
#include "assay/backend/cuda_device.hpp"
#endif
