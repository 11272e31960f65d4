// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/backend/stream_job.hpp"
#include "assay/device/runtime.hpp"

namespace assay {

/// Threads of a block of stream_kernel.
inline constexpr int stream_threads = 256;

/// Tiles that a job is cut into: of each, every thread moves at most `Unroll` words of 16 bytes.
[[nodiscard]] inline std::int64_t stream_tiles(const stream_job& job, int unroll) {
  const std::int64_t words = (job.read > job.written ? job.read : job.written) / std::int64_t{sizeof(uint4)};
  const std::int64_t tile = std::int64_t{stream_threads} * unroll;
  return words > 0 ? (words + tile - 1) / tile : 1;
}

/// Reads all of job.from and writes all of job.to. Each tile has the same share of the one and of the other,
/// so that reads and writes mix on the memory bus in the ratio of the job from begin to end. What is written
/// depends on what was read, so that no read can be left out. `tiles` is stream_tiles(job, Unroll).
template <int Unroll>
__global__ void __launch_bounds__(stream_threads) stream_kernel(stream_job job, std::int64_t tiles) {
  const auto* const from = static_cast<const uint4*>(job.from);
  auto* const to = static_cast<uint4*>(job.to);
  const std::int64_t read = job.read / std::int64_t{sizeof(uint4)};
  const std::int64_t written = job.written / std::int64_t{sizeof(uint4)};
  uint4 sum = {0u, 0u, 0u, 0u};
  for (std::int64_t tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
    const std::int64_t read_end = read * (tile + 1) / tiles, written_end = written * (tile + 1) / tiles;
    const std::int64_t first_read = read * tile / tiles + threadIdx.x;
    const std::int64_t first_written = written * tile / tiles + threadIdx.x;
    uint4 words[Unroll];
#pragma unroll
    for (int u = 0; u < Unroll; ++u) {
      words[u] = uint4{0u, 0u, 0u, 0u};
      if (first_read + u * stream_threads < read_end) words[u] = from[first_read + u * stream_threads];
    }
#pragma unroll
    for (int u = 0; u < Unroll; ++u) {
      sum.x ^= words[u].x;
      sum.y ^= words[u].y;
      sum.z ^= words[u].z;
      sum.w ^= words[u].w;
    }
#pragma unroll
    for (int u = 0; u < Unroll; ++u)
      if (first_written + u * stream_threads < written_end) to[first_written + u * stream_threads] = sum;
  }
  // Never so: there is always something at `from`. The compiler cannot know.
  if (sum.x == 0x9E3779B9u && sum.y == 0x7F4A7C15u && read > 0 && from == nullptr) *to = sum;
}

}  // namespace assay
