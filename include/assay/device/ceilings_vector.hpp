// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "assay/backend/ceiling_job.hpp"
#include "assay/device/runtime.hpp"

namespace assay {

namespace detail {

// A unit is what one multiply-add instruction works on: `make` a value from two numbers (of which a scalar
// takes the first), `fma`, and `sum` of what a value holds.

struct fp64_unit {
  using value = double;
  __device__ static value make(double first, double) { return first; }
  __device__ static value fma(value a, value x, value y) { return ::fma(a, x, y); }
  __device__ static double sum(value v) { return v; }
};

#if defined(__HIP_PLATFORM_AMD__)
/// v_pk_fma_f32, which alone reaches CDNA's full rate. Contraction makes one of the two operations.
struct fp32_unit {
  typedef float value __attribute__((ext_vector_type(2)));
  __device__ static value make(double first, double second) {
    return value{static_cast<float>(first), static_cast<float>(second)};
  }
  __device__ static value fma(value a, value x, value y) { return a * x + y; }
  __device__ static double sum(value v) { return static_cast<double>(v.x) + static_cast<double>(v.y); }
};
struct fp16_unit {
  typedef _Float16 value __attribute__((ext_vector_type(2)));
  __device__ static value make(double first, double second) {
    return value{static_cast<_Float16>(first), static_cast<_Float16>(second)};
  }
  __device__ static value fma(value a, value x, value y) { return a * x + y; }
  __device__ static double sum(value v) { return static_cast<double>(v.x) + static_cast<double>(v.y); }
};
#else
struct fp32_unit {
  using value = float;
  __device__ static value make(double first, double) { return static_cast<float>(first); }
  __device__ static value fma(value a, value x, value y) { return ::fmaf(a, x, y); }
  __device__ static double sum(value v) { return static_cast<double>(v); }
};
/// Two halves in a register, without CUDA's header of them.
struct fp16_unit {
  using value = std::uint32_t;
  __device__ static value make(double first, double second) {
    value both;
    asm("{ .reg .b16 l, h; cvt.rn.f16.f32 l, %1; cvt.rn.f16.f32 h, %2; mov.b32 %0, {l, h}; }"
        : "=r"(both)
        : "f"(static_cast<float>(first)), "f"(static_cast<float>(second)));
    return both;
  }
  __device__ static value fma(value a, value x, value y) {
    asm("fma.rn.f16x2 %0, %0, %1, %2;" : "+r"(a) : "r"(x), "r"(y));
    return a;
  }
  __device__ static double sum(value v) {
    float first, second;
    asm("{ .reg .b16 l, h; mov.b32 {l, h}, %2; cvt.f32.f16 %0, l; cvt.f32.f16 %1, h; }"
        : "=f"(first), "=f"(second)
        : "r"(v));
    return static_cast<double>(first) + static_cast<double>(second);
  }
};
#endif

/// 2^-x by the transcendental unit.
__device__ inline float negative_exponential(float x) {
  float y;
#if defined(__HIP_DEVICE_COMPILE__)
  asm("v_exp_f32_e64 %0, -%1" : "=v"(y) : "v"(x));  // exp2f() scales subnormals, which costs as much again
#elif defined(__HIP_PLATFORM_AMD__)
  y = x;
#else
  asm("{ .reg .f32 n; neg.f32 n, %1; ex2.approx.ftz.f32 %0, n; }" : "=f"(y) : "f"(x));
#endif
  return y;
}

__device__ inline void store_result(std::uint64_t* results, double sum) {
  std::uint64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  results[blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x] = bits;
}

}  // namespace detail

/// ceiling_chains independent chains of multiply-adds, ceiling_steps steps in each repeat. Results: the sum
/// of what a thread's chains ended with.
template <class Unit>
__global__ void __launch_bounds__(256)
    vector_ceiling_kernel(const std::uint32_t* words, std::int64_t repeats, std::uint64_t* results) {
  const unsigned thread = blockIdx.x * blockDim.x + threadIdx.x;
  const auto word = [&](unsigned i) { return words[(thread * 16 + i) & (ceiling_words - 1)]; };
  typename Unit::value chains[ceiling_chains], factors[2], addends[2];
#pragma unroll
  for (unsigned i = 0; i < ceiling_chains; ++i)
    chains[i] = Unit::make(ceiling_start(word(i)), ceiling_start(word(i + 1)));
#pragma unroll
  for (unsigned i = 0; i < 2; ++i) {
    factors[i] = Unit::make(ceiling_factor(word(8 + i), i == 1), ceiling_factor(word(9 + i), i == 1));
    addends[i] = Unit::make(ceiling_addend(word(12 + i)), ceiling_addend(word(13 + i)));
  }
  for (std::int64_t repeat = 0; repeat < repeats; ++repeat) {
#pragma unroll
    for (int step = 0; step < ceiling_steps; ++step)
#pragma unroll
      for (int i = 0; i < ceiling_chains; ++i)
        chains[i] = Unit::fma(chains[i], factors[step & 1], addends[step & 1]);
  }
  double sum = 0.0;
#pragma unroll
  for (int i = 0; i < ceiling_chains; ++i) sum += Unit::sum(chains[i]);
  detail::store_result(results, sum);
}

/// The same with x → 2^-x, which goes to 0.641 whatever it begins with: constant operands do not matter here,
/// since this unit alone does not draw the power that costs clocks.
template <int = 0>
__global__ void __launch_bounds__(256)
    exponential_ceiling_kernel(const std::uint32_t* words, std::int64_t repeats, std::uint64_t* results) {
  const unsigned thread = blockIdx.x * blockDim.x + threadIdx.x;
  float chains[ceiling_chains];
#pragma unroll
  for (unsigned i = 0; i < ceiling_chains; ++i)
    chains[i] = static_cast<float>(ceiling_start(words[(thread * 16 + i) & (ceiling_words - 1)]));
  for (std::int64_t repeat = 0; repeat < repeats; ++repeat) {
#pragma unroll
    for (int step = 0; step < ceiling_steps; ++step)
#pragma unroll
      for (int i = 0; i < ceiling_chains; ++i) chains[i] = detail::negative_exponential(chains[i]);
  }
  double sum = 0.0;
#pragma unroll
  for (int i = 0; i < ceiling_chains; ++i) sum += static_cast<double>(chains[i]);
  detail::store_result(results, sum);
}

}  // namespace assay
