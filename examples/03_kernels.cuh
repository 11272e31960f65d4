// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What the kernels of example 03 share: one block of 256 threads for each row.
#pragma once

#include <cuda_bf16.h>

#include <cmath>
#include <cstdint>

/// Adds up (or takes the largest of) one value of each thread; every thread gets the result.
template <bool Largest>
__device__ float reduce_block(float value) {
  __shared__ float partial[8];
  const auto combine = [](float a, float b) { return Largest ? fmaxf(a, b) : a + b; };
  for (int step = 16; step > 0; step /= 2) value = combine(value, __shfl_xor_sync(0xffffffffu, value, step));
  __syncthreads();  // partial may still be read from the reduction before
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = value;
  __syncthreads();
  value = partial[0];
  for (int warp = 1; warp < 8; ++warp) value = combine(value, partial[warp]);
  return value;
}

/// Reads x three times: for the largest, for the sum, for the result.
template <class T>
__global__ void softmax_three_passes(std::int64_t columns, const T* x, T* y) {
  x += blockIdx.x * columns, y += blockIdx.x * columns;
  float top = -INFINITY, sum = 0;
  for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x) top = fmaxf(top, float(x[i]));
  top = reduce_block<true>(top);
  for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x) sum += expf(float(x[i]) - top);
  sum = reduce_block<false>(sum);
  for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x) y[i] = T(expf(float(x[i]) - top) / sum);
}
