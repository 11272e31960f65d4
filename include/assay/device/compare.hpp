// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/device/runtime.hpp"
#include "assay/verify/compare_job.hpp"

namespace assay {

/// Threads of a block of the kernels below: as many as a tile has elements.
inline constexpr int compare_threads = aggregate_limits::tile_extent * aggregate_limits::tile_extent;
/// Blocks at most: the last one adds up what all of them have found.
inline constexpr int compare_blocks = 1024;

/// Where the blocks of one comparison leave what they found. `done` is 0 before and after.
struct compare_scratch {
  compare_sums parts[compare_blocks];
  unsigned done;
};

namespace detail {

/// Shared memory for the sums of a block, of which not every thread has its own place: 17 KB.
class block_sums {
 public:
  __device__ explicit block_sums(void* shared) : sums_(static_cast<compare_sums*>(shared)) {}
  static constexpr unsigned places = 64;
  static constexpr unsigned bytes = places * sizeof(compare_sums);

  /// Adds up what the threads of the block have. The result is valid in the first thread.
  [[nodiscard]] __device__ compare_sums reduce(const compare_sums& mine) {
    for (unsigned turn = 0; turn * places < blockDim.x; ++turn) {
      if (threadIdx.x / places == turn) {
        compare_sums& place = sums_[threadIdx.x % places];
        if (turn == 0)
          place = mine;
        else
          place.merge(mine);
      }
      __syncthreads();
    }
    for (unsigned half = places / 2; half > 0; half /= 2) {
      if (threadIdx.x < half) sums_[threadIdx.x].merge(sums_[threadIdx.x + half]);
      __syncthreads();
    }
    return sums_[0];
  }

 private:
  compare_sums* sums_;
};

/// Writes the sums of all threads of all blocks to `result`: the last block to come here adds up what the
/// others have left.
[[gnu::noinline]] __device__ inline void finish_comparison(block_sums& block, const compare_sums& mine,
                                                           compare_scratch* scratch, compare_sums* result) {
  __shared__ bool last;
  const compare_sums part = block.reduce(mine);
  if (threadIdx.x == 0) {
    scratch->parts[blockIdx.x] = part;
    __threadfence();
    last = atomicAdd(&scratch->done, 1u) == gridDim.x - 1;
  }
  __syncthreads();
  if (!last) return;
  __threadfence();
  compare_sums others;
  for (unsigned i = threadIdx.x; i < gridDim.x; i += blockDim.x) others.merge(scratch->parts[i]);
  const compare_sums total = block.reduce(others);
  if (threadIdx.x != 0) return;
  *result = total;
  scratch->done = 0;
}

struct tile_sums {
  double error2, rounding2, expected2;
  std::int64_t finite;
};

}  // namespace detail

/// Everything that compare_sums holds, a block a tile, in double. Every element goes through judge(): slower
/// than the memory.
template <int = 0>
__global__ void __launch_bounds__(compare_threads)
    compare_kernel(compare_job job, compare_scratch* scratch, compare_sums* result) {
  alignas(16) __shared__ unsigned char shared[detail::block_sums::bytes];
  detail::block_sums block(shared);
  compare_sums mine;
  if (job.indices) {
    for (std::int64_t k = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; k < job.count;
         k += std::int64_t{gridDim.x} * blockDim.x)
      mine.add(job.rule, job.judge_at(k), job.indices[k], job.row_length);
  } else {
    auto* const tile = reinterpret_cast<detail::tile_sums*>(shared);
    const compare_tiles tiles(job);
    for (std::int64_t t = blockIdx.x; t < tiles.number(); t += gridDim.x) {
      compare_sums element;
      if (const std::int64_t k = tiles.index(t, threadIdx.x); k >= 0)
        element.add(job.rule, job.judge_at(k), k, job.row_length);
      mine.merge(element);
      tile[threadIdx.x] = {element.error2, element.rounding2, element.expected2, element.finite};
      for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x >= half) continue;
        const detail::tile_sums& other = tile[threadIdx.x + half];
        tile[threadIdx.x].error2 += other.error2;
        tile[threadIdx.x].rounding2 += other.rounding2;
        tile[threadIdx.x].expected2 += other.expected2;
        tile[threadIdx.x].finite += other.finite;
      }
      if (threadIdx.x == 0)
        mine.take_tile(aggregate_limits::tile_share(job.rule, tile[0].error2, tile[0].rounding2,
                                                    tile[0].expected2, tile[0].finite),
                       tiles.row(t), tiles.column(t));
      __syncthreads();
    }
  }
  detail::finish_comparison(block, mine, scratch, result);
}

/// How check_kernel reads two neighbouring elements of a type, and rounds to it. Only the sum of roundings
/// comes from here, so that rounding twice (from double by way of float) does no harm.
struct fp32_pair {
  static constexpr dtype type = dtype::fp32;
  static constexpr float least_normal = 0x1p-126f;
  using storage = float2;
  __device__ static float first(storage s) { return s.x; }
  __device__ static float second(storage s) { return s.y; }
  __device__ static float rounded(float value) { return value; }
};

namespace detail {

/// The upper 32 − Dropped bits of a float, rounded to nearest even. Of a normal result only.
template <int Dropped>
[[nodiscard]] __device__ inline float drop_bits(float value) {
  const std::uint32_t bits = __builtin_bit_cast(std::uint32_t, value);
  constexpr std::uint32_t mask = (std::uint32_t{1} << Dropped) - 1;
  return __builtin_bit_cast(float, (bits + (mask >> 1) + ((bits >> Dropped) & 1)) & ~mask);
}

}  // namespace detail

struct bf16_pair {
  static constexpr dtype type = dtype::bf16;
  static constexpr float least_normal = 0x1p-126f;
  using storage = std::uint32_t;
  __device__ static float first(storage s) { return __builtin_bit_cast(float, s << 16); }
  __device__ static float second(storage s) { return __builtin_bit_cast(float, s & 0xffff0000u); }
  __device__ static float rounded(float value) { return detail::drop_bits<16>(value); }
};

struct fp16_pair {
  static constexpr dtype type = dtype::fp16;
  static constexpr float least_normal = 0x1p-14f;
  using storage = std::uint32_t;
  __device__ static float first(storage s) { return decode(s & 0xffffu); }
  __device__ static float second(storage s) { return decode(s >> 16); }
  __device__ static float rounded(float value) { return detail::drop_bits<13>(value); }

 private:
  /// Infinities and NaN become numbers above 65535, which no bound lets pass without a closer look.
  __device__ static float decode(std::uint32_t bits) {
    const std::uint32_t magnitude = bits & 0x7fffu;
    const float value = magnitude < 0x400u
                            ? static_cast<float>(magnitude) * 0x1p-24f
                            : __builtin_bit_cast(float, (magnitude << 13) + (std::uint32_t{112} << 23));
    return __builtin_bit_cast(float, __builtin_bit_cast(std::uint32_t, value) | (bits & 0x8000u) << 16);
  }
};

namespace detail {

/// Apart, so that the registers it takes do not count against those of the loop.
[[gnu::noinline]] __device__ inline void judge_closely(compare_sums& sums, const compare_job& job,
                                                       std::int64_t index, double right) {
  sums.add(job.rule, judge(job.rule, job.got, index, right), index, job.row_length);
}

}  // namespace detail

/// Whether an output is right, at the speed of the memory: elements that are clearly within their bound are
/// only added up, in float; all others go through judge(). `job.indices` must be null, rows not padded, `got`
/// aligned to a pair and `expected` to two doubles. Tells what conclude_comparison() needs to accept; the
/// largest errors and tiles are compare_kernel's.
template <class Pair>
__global__ void __launch_bounds__(compare_threads, 3)
    check_kernel(compare_job job, compare_scratch* scratch, compare_sums* result) {
  alignas(16) __shared__ unsigned char shared[detail::block_sums::bytes];
  detail::block_sums block(shared);
  constexpr int unroll = 4;
  constexpr float margin = 1.0f - 0x1p-12f;  // for what float arithmetic does to the bound
  const auto* const got = static_cast<const typename Pair::storage*>(job.got);
  const auto* const expected = reinterpret_cast<const double2*>(job.expected);
  const float relative = static_cast<float>(job.rule.relative) * margin;
  const float absolute = static_cast<float>(job.rule.absolute) * margin;
  const float spread = static_cast<float>(job.rule.spread) * margin;
  const float rms = static_cast<float>(job.rule.rms) * margin;

  compare_sums mine;
  double error2 = 0.0, rounding2 = 0.0, bias = 0.0, expected2 = 0.0;
  std::int64_t clear = 0;
  struct float_sums {
    float error2 = 0.0f, rounding2 = 0.0f, bias = 0.0f, expected2 = 0.0f;
    int clear = 0;
  };
  const auto take = [&](float_sums& sums, float value, double right, std::int64_t index) {
    const float size = fabsf(static_cast<float>(right));
    const double difference = static_cast<double>(value) - right;
    const float error = fabsf(static_cast<float>(difference));
    const float bound = fmaf(relative, size, fmaf(spread, fmaxf(size, rms), absolute));
    bool is_clear = error <= bound && size < 0x1p127f && (size >= Pair::least_normal || right == 0.0);
    if (job.rule.exact) is_clear = error == 0.0f && difference == 0.0 && right != 0.0;
    if (!is_clear || (Pair::type == dtype::fp16 && !(fabsf(value) < 65535.0f))) {
      detail::judge_closely(mine, job, index, right);
      return;
    }
    const double rounding = static_cast<double>(Pair::rounded(static_cast<float>(right))) - right;
    sums.error2 = fmaf(error, error, sums.error2);
    sums.rounding2 = fmaf(static_cast<float>(rounding), static_cast<float>(rounding), sums.rounding2);
    const auto beside = static_cast<float>(difference - rounding);
    sums.bias += right < 0.0 ? -beside : beside;
    sums.expected2 = fmaf(size, size, sums.expected2);
    ++sums.clear;
  };

  const std::int64_t pairs = job.count / 2;
  const std::int64_t stride = std::int64_t{gridDim.x} * compare_threads * unroll;
  for (std::int64_t base = blockIdx.x * std::int64_t{compare_threads * unroll} + threadIdx.x; base < pairs;
       base += stride) {
    typename Pair::storage values[unroll];
    double2 right[unroll];
#pragma unroll
    for (int u = 0; u < unroll; ++u)
      if (base + u * compare_threads < pairs) {
        values[u] = got[base + u * compare_threads];
        right[u] = expected[base + u * compare_threads];
      }
    float_sums sums;
#pragma unroll
    for (int u = 0; u < unroll; ++u)
      if (base + u * compare_threads < pairs) {
        const std::int64_t index = 2 * (base + u * compare_threads);
        take(sums, Pair::first(values[u]), right[u].x, index);
        take(sums, Pair::second(values[u]), right[u].y, index + 1);
      }
    error2 += static_cast<double>(sums.error2);
    rounding2 += static_cast<double>(sums.rounding2);
    bias += static_cast<double>(sums.bias);
    expected2 += static_cast<double>(sums.expected2);
    clear += sums.clear;
  }
  if (job.count % 2 != 0 && blockIdx.x == 0 && threadIdx.x == 0)
    mine.add(job.rule, job.judge_at(job.count - 1), job.count - 1, job.row_length);
  mine.checked += clear;
  mine.finite += clear;
  mine.error2 += error2;
  mine.rounding2 += rounding2;
  mine.bias += bias;
  mine.expected2 += expected2;
  detail::finish_comparison(block, mine, scratch, result);
}

}  // namespace assay
