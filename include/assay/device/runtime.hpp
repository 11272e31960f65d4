// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The runtime header of the compiler at hand: `__global__`, `uint4` and the rest. nvcc includes its own by
// itself.
#if defined(__HIPCC__)
#include <hip/hip_runtime.h>
#elif defined(__CUDACC__)
#include <cuda_runtime.h>
#else
#error "headers in assay/device hold kernels: compile with nvcc or hipcc, or link src/cuda.cu or src/hip.hip"
#endif
