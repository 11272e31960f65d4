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

/// Elements that a block of check_kernel compares in one turn, and how many of its blocks a multiprocessor
/// holds. Few threads with many loads each: with half as many loads and twice the threads the memory waits
/// for the arithmetic, and registers run out (figures: docs/design.md, "Figures of the verifier").
inline constexpr int check_elements = 16 * compare_threads, check_blocks = 2;

/// What elements that are clearly within their bound add up to; see compare_sums.
struct clear_sums {
  double error2 = 0.0, rounding2 = 0.0, bias = 0.0, expected2 = 0.0;
  std::int64_t elements = 0;

  __device__ void merge(const clear_sums& other) {
    error2 += other.error2;
    rounding2 += other.rounding2;
    bias += other.bias;
    expected2 += other.expected2;
    elements += other.elements;
  }
  __device__ void add_to(compare_sums& sums) const {
    sums.checked += elements;
    sums.finite += elements;
    sums.error2 += error2;
    sums.rounding2 += rounding2;
    sums.bias += bias;
    sums.expected2 += expected2;
  }
};

/// Where the blocks of one comparison leave what they found. `done` is 0 before and after.
struct compare_scratch {
  clear_sums clear[compare_blocks];
  compare_sums parts[compare_blocks];
  bool judged[compare_blocks];  ///< whether the block has a part
  unsigned done;
};

namespace detail {

/// Shared memory for the sums of a block, of which not every thread has its own place: 15 KB.
struct alignas(16) block_memory {
  unsigned char bytes[64 * sizeof(compare_sums)];
};

/// Adds up what the threads of the block have. The result is valid in the first thread.
template <class Sums>
[[nodiscard]] __device__ inline Sums block_total(block_memory& shared, const Sums& mine) {
  constexpr unsigned room = sizeof(block_memory) / sizeof(Sums);
  constexpr unsigned places = room < compare_threads ? 64 : compare_threads;
  static_assert(places <= room);
  auto* const sums = reinterpret_cast<Sums*>(shared.bytes);
  for (unsigned turn = 0; turn * places < blockDim.x; ++turn) {
    __syncthreads();
    if (threadIdx.x / places != turn) continue;
    if (turn == 0)
      sums[threadIdx.x % places] = mine;
    else
      sums[threadIdx.x % places].merge(mine);
  }
  for (unsigned half = places / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) sums[threadIdx.x].merge(sums[threadIdx.x + half]);
  }
  return threadIdx.x == 0 ? sums[0] : mine;  // who else reads it races with the last merge
}

/// Apart, so that its registers and instructions, most of which are not needed where all is well, do not
/// count against the loops.
[[gnu::noinline]] __device__ inline compare_sums total_of_judged(block_memory& shared,
                                                                 const compare_sums& mine) {
  return block_total(shared, mine);
}

/// Writes the sums of all threads of all blocks to `result`: the last block to come here adds up what the
/// others have left. The sums of judged elements, six times as many numbers, only where there are any: their
/// code alone takes longer to fetch than a small output to compare.
__device__ inline void finish_comparison(block_memory& shared, const clear_sums& clear,
                                         const compare_sums& mine, compare_scratch* scratch,
                                         compare_sums* result) {
  const bool judged = __syncthreads_or(mine.checked > 0) != 0;
  const clear_sums block_clear = block_total(shared, clear);
  compare_sums part;
  if (judged) part = total_of_judged(shared, mine);
  if (gridDim.x == 1) {
    if (threadIdx.x != 0) return;
    block_clear.add_to(part);
    *result = part;
    return;
  }

  __shared__ bool last;
  if (threadIdx.x == 0) {
    scratch->clear[blockIdx.x] = block_clear;
    scratch->judged[blockIdx.x] = judged;
    if (judged) scratch->parts[blockIdx.x] = part;
    __threadfence();
    last = atomicAdd(&scratch->done, 1u) == gridDim.x - 1;
  }
  __syncthreads();
  if (!last) return;
  __threadfence();
  clear_sums others;
  bool any = false;
  for (unsigned i = threadIdx.x; i < gridDim.x; i += blockDim.x) {
    others.merge(scratch->clear[i]);
    any = any || scratch->judged[i];
  }
  const clear_sums total_clear = block_total(shared, others);
  compare_sums total;
  if (__syncthreads_or(any) != 0) {
    compare_sums parts;
    for (unsigned i = threadIdx.x; i < gridDim.x; i += blockDim.x)
      if (scratch->judged[i]) parts.merge(scratch->parts[i]);
    total = total_of_judged(shared, parts);
  }
  if (threadIdx.x != 0) return;
  total_clear.add_to(total);
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
  __shared__ detail::block_memory shared;
  compare_sums mine;
  if (job.indices) {
    for (std::int64_t k = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; k < job.count;
         k += std::int64_t{gridDim.x} * blockDim.x)
      mine.add(job.rule, job.judge_at(k), job.indices[k], job.row_length);
  } else {
    auto* const tile = reinterpret_cast<detail::tile_sums*>(shared.bytes);
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
  detail::finish_comparison(shared, clear_sums{}, mine, scratch, result);
}

/// How check_kernel reads two neighbouring elements of a type, and rounds to it. Only the sum of roundings
/// comes from here, so that rounding twice (from double by way of float) does no harm.
struct fp32_pair {
  static constexpr dtype type = dtype::fp32;
  static constexpr float largest = 0x1p60f;  ///< beyond it an element is looked at more closely
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

/// The value of an fp16, infinities and NaN included.
[[nodiscard]] __device__ inline float fp16_value(std::uint32_t bits) {
#if defined(__HIP_PLATFORM_AMD__)
  return static_cast<float>(__builtin_bit_cast(_Float16, static_cast<std::uint16_t>(bits)));
#else
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(static_cast<std::uint16_t>(bits)));
  return value;
#endif
}

}  // namespace detail

struct bf16_pair {
  static constexpr dtype type = dtype::bf16;
  static constexpr float largest = 0x1p60f;
  using storage = std::uint32_t;
  __device__ static float first(storage s) { return __builtin_bit_cast(float, s << 16); }
  __device__ static float second(storage s) { return __builtin_bit_cast(float, s & 0xffff0000u); }
  __device__ static float rounded(float value) { return detail::drop_bits<16>(value); }
};

struct fp16_pair {
  static constexpr dtype type = dtype::fp16;
  static constexpr float largest = 65504.0f;
  using storage = std::uint32_t;
  __device__ static float first(storage s) { return detail::fp16_value(s & 0xffffu); }
  __device__ static float second(storage s) { return detail::fp16_value(s >> 16); }
  __device__ static float rounded(float value) {
    // Subnormal numbers of the type are the multiples of 2^-24, as floats about 0.75 are.
    return fabsf(value) < 0x1p-14f ? __fadd_rn(__fadd_rn(value, 0.75f), -0.75f)
                                   : detail::drop_bits<13>(value);
  }
};

namespace detail {

/// Apart, so that the registers it takes do not count against those of the loop.
[[gnu::noinline]] __device__ inline void judge_closely(compare_sums& sums, const compare_job& job,
                                                       std::int64_t index, double right) {
  sums.add(job.rule, judge(job.rule, job.got, index, right), index, job.row_length);
}

/// The elements that one thread compares at once, in float.
struct float_sums {
  float error2 = 0.0f, rounding2 = 0.0f, bias = 0.0f, expected2 = 0.0f;

  __device__ void add_to(clear_sums& sums) const {
    sums.error2 += static_cast<double>(error2);
    sums.rounding2 += static_cast<double>(rounding2);
    sums.bias += static_cast<double>(bias);
    sums.expected2 += static_cast<double>(expected2);
  }
};

/// compare_rule in float, a little tighter, for what float arithmetic does to a bound.
struct float_bound {
  float relative, absolute, spread, rms;  ///< all 0 for an exact rule
  bool zero_is_plain;                     ///< unless the sign of a zero counts

  static constexpr float margin = 1.0f - 0x1p-12f;

  __device__ explicit float_bound(const compare_rule& rule)
      : relative(static_cast<float>(rule.relative) * margin),
        absolute(static_cast<float>(rule.absolute) * margin),
        spread(static_cast<float>(rule.spread) * margin),
        rms(static_cast<float>(rule.rms) * margin),
        zero_is_plain(!rule.exact || rule.zeros_alike) {}

  /// Adds an element up and tells whether it is clearly within its bound; where it is not, the sums mean
  /// nothing any more. What is right is split into two floats: conversions from and to double have an eighth
  /// of the rate of float arithmetic, and three of them are as many as keep up with the memory.
  template <class Pair>
  [[nodiscard]] __device__ bool take(float_sums& sums, float value, double right) const {
    const auto high = static_cast<float>(right);
    const auto low = static_cast<float>(right - static_cast<double>(high));
    const float size = fabsf(high);
    const float difference = (value - high) - low;
    const float bound = fmaf(relative, size, fmaf(spread, fmaxf(size, rms), absolute));
    const float rounded = Pair::rounded(high);
    const float rounding = (rounded - high) - low;
    const std::uint32_t sign = __builtin_bit_cast(std::uint32_t, high) & 0x80000000u;
    sums.error2 = fmaf(difference, difference, sums.error2);
    sums.rounding2 = fmaf(rounding, rounding, sums.rounding2);
    sums.bias += __builtin_bit_cast(float, __builtin_bit_cast(std::uint32_t, value - rounded) ^ sign);
    sums.expected2 = fmaf(size, size, sums.expected2);
    // Errors that matter are normal floats, which no compiler flag flushes to zero.
    const bool zero = (size == 0.0f) & zero_is_plain;
    return (fabsf(difference) <= bound) & (size <= Pair::largest) & ((size >= 0x1p-100f) | zero);
  }
};

/// Compares eight pairs of elements, 2·(first + u·compare_threads) for u < 8. `Whole`: none lies behind the
/// last pair.
template <class Pair, bool Whole>
__device__ inline void check_pairs(const compare_job& job, const float_bound& bound, std::int64_t first,
                                   std::int64_t pairs, clear_sums& clear, compare_sums& judged) {
  constexpr int unroll = check_elements / compare_threads / 2;
  const auto* const got = static_cast<const typename Pair::storage*>(job.got) + first;
  const auto* const expected = reinterpret_cast<const double2*>(job.expected) + first;
  typename Pair::storage values[unroll];
  double2 right[unroll];
  const auto inside = [&](int u) { return Whole || first + u * compare_threads < pairs; };
#pragma unroll
  for (int u = 0; u < unroll; ++u)
    if (inside(u)) {
      values[u] = got[u * compare_threads];
      right[u] = expected[u * compare_threads];
    }
  float_sums sums;
  bool all_clear = true;  // no branches: all of it runs for every element
  int elements = 0;
#pragma unroll
  for (int u = 0; u < unroll; ++u)
    if (inside(u)) {
      const bool one = bound.take<Pair>(sums, Pair::first(values[u]), right[u].x);
      const bool other = bound.take<Pair>(sums, Pair::second(values[u]), right[u].y);
      all_clear = all_clear & one & other;
      elements += 2;
    }
  if (all_clear) {
    sums.add_to(clear);
    clear.elements += elements;
    return;
  }
#pragma unroll 1
  for (int e = 0; e < elements; ++e) {
    const std::int64_t index = 2 * (first + e / 2 * compare_threads) + e % 2;
    judge_closely(judged, job, index, job.expected[index]);
  }
}

/// What is left behind the last whole turn. Apart, as above.
template <class Pair>
[[gnu::noinline]] __device__ clear_sums check_rest(const compare_job& job, std::int64_t first,
                                                   compare_sums& judged) {
  clear_sums clear;
  check_pairs<Pair, false>(job, float_bound(job.rule), first, job.count / 2, clear, judged);
  if (job.count % 2 != 0 && threadIdx.x == 0)
    judge_closely(judged, job, job.count - 1, job.expected[job.count - 1]);
  return clear;
}

}  // namespace detail

/// Whether an output is right, at the speed of the memory: where all elements that a thread looks at together
/// are clearly within their bound they are only added up, in float; otherwise they go through judge().
/// `job.indices` must be null, rows not padded, `got` aligned to a pair and `expected` to two doubles. Tells
/// what conclude_comparison() needs to accept; the largest errors and tiles are compare_kernel's.
template <class Pair>
__global__ void __launch_bounds__(compare_threads, check_blocks)
    check_kernel(compare_job job, compare_scratch* scratch, compare_sums* result) {
  __shared__ detail::block_memory shared;
  constexpr std::int64_t turn = check_elements / 2;  // pairs that a block takes at once
  const detail::float_bound bound(job.rule);
  clear_sums clear;
  compare_sums judged;
  const std::int64_t pairs = job.count / 2, turns = pairs / turn;
  for (std::int64_t t = blockIdx.x; t < turns; t += gridDim.x)
    detail::check_pairs<Pair, true>(job, bound, t * turn + threadIdx.x, pairs, clear, judged);
  if (turns % gridDim.x == blockIdx.x)  // the rest, in the block whose turn it is
    clear.merge(detail::check_rest<Pair>(job, turns * turn + threadIdx.x, judged));
  detail::finish_comparison(shared, clear, judged, scratch, result);
}

/// Null for types that have none, and for outputs so small or large that squares of their errors leave the
/// range of a float.
[[nodiscard]] inline auto check_kernel_for(const compare_rule& rule)
    -> void (*)(compare_job, compare_scratch*, compare_sums*) {
  if (!(rule.rms >= 0x1p-30 && rule.rms <= 0x1p60)) return nullptr;
  switch (rule.type) {
    case dtype::fp32: return &check_kernel<fp32_pair>;
    case dtype::bf16: return &check_kernel<bf16_pair>;
    case dtype::fp16: return &check_kernel<fp16_pair>;
    default: return nullptr;
  }
}

}  // namespace assay
