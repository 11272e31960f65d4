// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The devices that the compiler at hand can build: the host always, CUDA's under nvcc, HIP's under hipcc.
// With a plain host compiler the GPU backends come from src/cuda.cu and src/hip.hip, which CMake compiles.
#include "assay/backend/host_device.hpp"

#if defined(__HIPCC__)
#include "assay/backend/hip_device.hpp"
#elif defined(__CUDACC__)
#include "assay/backend/cuda_device.hpp"
#endif
