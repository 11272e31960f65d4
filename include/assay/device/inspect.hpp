// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/device/runtime.hpp"
#include "assay/verify/inspection.hpp"

namespace assay {

/// As many jobs as one launch takes with its arguments, for which no memory has to be found.
struct inspection_batch {
  static constexpr int capacity = 64;
  inspection_job jobs[capacity];
  digest_key key;
};

/// The `valid` bytes at `data`, in as few loads as its alignment permits.
__device__ inline inspected_word load_inspected_word(const std::uint8_t* data, int valid) {
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  if (valid == 16 && address % 16 == 0) {
    const uint4 word = *reinterpret_cast<const uint4*>(data);
    return {word.x | std::uint64_t{word.y} << 32, word.z | std::uint64_t{word.w} << 32};
  }
  if (valid == 16 && address % 4 == 0) {
    const auto* words = reinterpret_cast<const std::uint32_t*>(data);
    return {words[0] | std::uint64_t{words[1]} << 32, words[2] | std::uint64_t{words[3]} << 32};
  }
  std::uint64_t halves[2] = {0, 0};
  for (int byte = 0; byte < valid; ++byte) halves[byte / 8] |= std::uint64_t{data[byte]} << (byte % 8 * 8);
  return {halves[0], halves[1]};
}

/// Job blockIdx.y of the batch, by all blocks of that row of the grid; adds its part to results[blockIdx.y],
/// which begin as 0. One word a thread, in a grid-stride loop. Blocks of 256 threads.
template <int = 0>
__global__ void inspect_kernel(inspection_batch batch, inspection* results) {
  constexpr unsigned threads = 256;
  const inspection_job job = batch.jobs[blockIdx.y];
  const auto* const data = static_cast<const std::uint8_t*>(job.data);
  const std::int64_t row_words = words_per_row(job), words = job.rows * row_words;
  inspection sum;
  for (std::int64_t i = blockIdx.x * std::int64_t{threads} + threadIdx.x; i < words;
       i += std::int64_t{gridDim.x} * threads) {
    const std::int64_t row = job.rows == 1 ? 0 : i / row_words;  // a division costs more than all the rest
    const std::int64_t at = (i - row * row_words) * 16, left = job.bytes - at;
    const int valid = left < 16 ? static_cast<int>(left) : 16;
    const inspected_word word = load_inspected_word(data + row * job.pitch + at, valid);
    add_word(sum, job, batch.key, i, row * job.bytes + at, word, valid);
  }

  __shared__ std::uint64_t first[threads], second[threads];
  first[threadIdx.x] = sum.first;
  second[threadIdx.x] = sum.second;
  for (unsigned half = threads / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x >= half) continue;
    merge(sum, {first[threadIdx.x + half], second[threadIdx.x + half]}, job.what);
    first[threadIdx.x] = sum.first;
    second[threadIdx.x] = sum.second;
  }
  if (threadIdx.x != 0) return;
  auto* const result = reinterpret_cast<unsigned long long*>(results + blockIdx.y);
  atomicAdd(result, static_cast<unsigned long long>(sum.first));
  if (job.what == inspection_job::kind::digest)
    atomicAdd(result + 1, static_cast<unsigned long long>(sum.second));
  else
    atomicMax(result + 1, static_cast<unsigned long long>(sum.second));
}

}  // namespace assay
