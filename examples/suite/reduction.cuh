// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Sums, for the reductions and the losses.
#pragma once

#include "gpu.cuh"

/// The sum of a row, for each thread of its block; packs where rows begin at multiples of 16 bytes.
template <class T>
__device__ float sum_of_row(const T* row, std::int64_t columns) {
  constexpr int width = pack<T>::width;
  float sum = 0;
  if (columns % width == 0) {
    for (std::int64_t i = threadIdx.x; i < columns / width; i += blockDim.x) {
      const pack<T> seen = reinterpret_cast<const pack<T>*>(row)[i];
      for (int k = 0; k < width; ++k) sum += static_cast<float>(seen.value[k]);
    }
  } else {
    for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x) sum += static_cast<float>(row[i]);
  }
  return reduce_block(sum, sum_of());
}

inline void set_to_zero(void* data, std::size_t bytes, gpu_stream s) {
#if defined(__HIPCC__)
  static_cast<void>(hipMemsetAsync(data, 0, bytes, s));
#else
  cudaMemsetAsync(data, 0, bytes, s);
#endif
}

struct same {
  __device__ float operator()(float x) const { return x; }
};

/// Blocks of the first stage, two rounds of 8 a multiprocessor of the largest GPUs.
inline constexpr int sum_blocks = 1024;

/// partials[block] = the sum of the block's f(x…); a thread takes 16 bytes of each x at a time, and all
/// threads together walk through x.
template <class Function, class... Inputs>
__global__ void sum_stage_one(std::int64_t n, Function f, float* partials, const Inputs*... x) {
  constexpr int width = pack<float>::width;
  const std::int64_t first = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  const std::int64_t threads = gridDim.x * std::int64_t(blockDim.x);
  float sum[width] = {};  // as many short chains as there are lanes
  const auto add = [&](const auto&... in) {
    for (int k = 0; k < width; ++k) sum[k] += f(in.value[k]...);
  };
  for (std::int64_t i = first; i < n / width; i += threads)
    add(reinterpret_cast<const pack<Inputs>*>(x)[i]...);
  if (first < n % width) sum[0] += f(x[n / width * width + first]...);
  const float all = reduce_block((sum[0] + sum[1]) + (sum[2] + sum[3]), sum_of());
  if (threadIdx.x == 0) partials[blockIdx.x] = all;
}

/// One block: y = scale · the sum of the partials.
static __global__ void sum_stage_two(int count, float scale, const float* partials, float* y) {
  float sum = 0;
  for (int i = threadIdx.x; i < count; i += blockDim.x) sum += partials[i];
  sum = reduce_block(sum, sum_of());
  if (threadIdx.x == 0) *y = scale * sum;
}

/// *y = scale · Σ f(x…) over n floats. `partials` has room for sum_blocks floats.
template <class Function, class... Inputs>
void sum_in_two_stages(std::int64_t n, float scale, Function f, float* partials, float* y, gpu_stream s,
                       const Inputs*... x) {
  const auto wanted = blocks(n / pack<float>::width + 1, 256);
  const unsigned grid = wanted < sum_blocks ? wanted : sum_blocks;
  sum_stage_one<<<grid, 256, 0, s>>>(n, f, partials, x...);
  sum_stage_two<<<1, 256, 0, s>>>(static_cast<int>(grid), scale, partials, y);
}
