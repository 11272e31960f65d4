// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/backend/stream_job.hpp"
#include "assay/device/runtime.hpp"

namespace assay {

/// Threads of a block of stream_kernel.
inline constexpr int stream_threads = 256;

/// How a job is cut into tiles: of each, every thread moves at most `unroll` words of 16 bytes. The shares of
/// a tile are whole multiples of 128 bytes, and the same for all tiles but the last, so that reads and writes
/// mix on the memory bus in the ratio of the job, and no thread has to divide.
struct stream_tiles {
  std::int64_t count = 1;
  std::int64_t read = 0, written = 0;  ///< words of each tile

  stream_tiles(const stream_job& job, int unroll) {
    const std::int64_t words[] = {job.read / 16, job.written / 16};
    const std::int64_t most = words[0] > words[1] ? words[0] : words[1];
    const std::int64_t tile = std::int64_t{stream_threads} * unroll;
    if (most > 0) count = (most + tile - 1) / tile;
    read = (words[0] + count * 8 - 1) / (count * 8) * 8;
    written = (words[1] + count * 8 - 1) / (count * 8) * 8;
  }
};

/// Reads all of job.from and writes all of job.to. What is written depends on what was read, so that no read
/// can be left out.
template <int Unroll>
__global__ void __launch_bounds__(stream_threads) stream_kernel(stream_job job, stream_tiles tiles) {
  const auto* const from = static_cast<const uint4*>(job.from);
  auto* const to = static_cast<uint4*>(job.to);
  const std::int64_t read = job.read / std::int64_t{sizeof(uint4)};
  const std::int64_t written = job.written / std::int64_t{sizeof(uint4)};
  const auto end_of = [](std::int64_t begin, std::int64_t share, std::int64_t all) {
    return begin + share < all ? begin + share : all;
  };
  uint4 sum = {0u, 0u, 0u, 0u};
  for (std::int64_t tile = blockIdx.x; tile < tiles.count; tile += gridDim.x) {
    const std::int64_t read_end = end_of(tile * tiles.read, tiles.read, read);
    const std::int64_t written_end = end_of(tile * tiles.written, tiles.written, written);
    const std::int64_t first_read = tile * tiles.read + threadIdx.x;
    const std::int64_t first_written = tile * tiles.written + threadIdx.x;
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
