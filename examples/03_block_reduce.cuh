// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A reduction over one block of 256 threads, for the kernels of example 03.
#pragma once

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
