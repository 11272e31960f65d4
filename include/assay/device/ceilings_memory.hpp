// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/backend/ceiling_job.hpp"
#include "assay/device/runtime.hpp"

namespace assay {

namespace detail {

__device__ inline void add_to(uint4& sum, const uint4& word) {
  sum.x += word.x;
  sum.y += word.y;
  sum.z += word.z;
  sum.w += word.w;
}
/// Modulo 2^32. Not an xor: a word that is read twice must not cancel itself.
__device__ inline std::uint64_t folded(const uint4& sum) { return sum.x + sum.y + sum.z + sum.w; }

/// A load that L1 does not keep.
__device__ inline uint4 load_past_l1(const uint4* from) {
#if defined(__HIP_PLATFORM_AMD__)
  return *from;  // L1 has 16 to 32 KiB there, and what is read is many times that
#elif defined(__clang__) && defined(__CUDA__)  // clang has no __ldcg
  uint4 word;
  asm("ld.global.cg.v4.u32 {%0, %1, %2, %3}, [%4];"
      : "=r"(word.x), "=r"(word.y), "=r"(word.z), "=r"(word.w)
      : "l"(from));
  return word;
#else
  return __ldcg(from);
#endif
}

__device__ inline std::int64_t thread_of_grid() {
  return blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
}
__device__ inline std::int64_t threads_of_grid() { return std::int64_t{gridDim.x} * blockDim.x; }

}  // namespace detail

/// Each thread reads `repeats` × ceiling_loads words out of `mask` + 1, a power of two, the whole grid side
/// by side. Results: the sum of what a thread read.
template <int = 0>
__global__ void __launch_bounds__(512)
    l2_ceiling_kernel(const uint4* data, std::uint32_t mask, std::int64_t repeats, std::uint64_t* results) {
  using namespace detail;
  uint4 all = {};
  auto at = static_cast<std::uint32_t>(thread_of_grid());
  const auto stride = static_cast<std::uint32_t>(threads_of_grid());
  for (std::int64_t repeat = 0; repeat < repeats; ++repeat) {
    uint4 loaded[ceiling_loads];
#pragma unroll
    for (int j = 0; j < ceiling_loads; ++j, at += stride) loaded[j] = load_past_l1(data + (at & mask));
#pragma unroll
    for (int j = 0; j < ceiling_loads; ++j) add_to(all, loaded[j]);
  }
  results[thread_of_grid()] = folded(all);
}

/// The same out of shared memory: neighbouring threads read neighbouring words, so that no two want one bank.
template <int = 0>
__global__ void __launch_bounds__(512)
    shared_ceiling_kernel(const uint4* data, std::int64_t repeats, std::uint64_t* results) {
  using namespace detail;
  __shared__ uint4 words[ceiling_shared_words];
  for (unsigned i = threadIdx.x; i < ceiling_shared_words; i += blockDim.x) words[i] = data[i];
  __syncthreads();
  uint4 all = {};
  unsigned at = threadIdx.x;
  for (std::int64_t repeat = 0; repeat < repeats; ++repeat, ++at) {
    uint4 loaded[ceiling_loads];
#pragma unroll
    for (int j = 0; j < ceiling_loads; ++j)
      loaded[j] = words[(at + static_cast<unsigned>(j) * blockDim.x) & (ceiling_shared_words - 1)];
#pragma unroll
    for (int j = 0; j < ceiling_loads; ++j) add_to(all, loaded[j]);
  }
  results[thread_of_grid()] = folded(all);
}

/// Each thread adds 1 to `repeats` × ceiling_loads numbers out of `mask` + 1, a power of two. With a mask of
/// 0 they are all the same one.
template <int = 0>
__global__ void __launch_bounds__(512)
    atomic_ceiling_kernel(float* sums, std::uint32_t mask, std::int64_t repeats) {
  auto at = static_cast<std::uint32_t>(detail::thread_of_grid());
  const auto stride = static_cast<std::uint32_t>(detail::threads_of_grid());
  for (std::int64_t repeat = 0; repeat < repeats; ++repeat)
#pragma unroll
    for (int j = 0; j < ceiling_loads; ++j, at += stride) atomicAdd(sums + (at & mask), 1.0f);
}

}  // namespace assay
