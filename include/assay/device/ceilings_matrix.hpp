// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "assay/backend/ceiling_job.hpp"
#include "assay/device/runtime.hpp"
#include "assay/numeric/dtype.hpp"

namespace assay {

namespace detail {

/// One matrix instruction of a warp for a type, where the code at hand has one. A lane holds `a_units` of A
/// and `b_units` of B, each a `unit`, as matrix_shape says of them.
template <int Type>
struct warp_matrix {
  static constexpr bool present = false;
};

#if defined(__HIP_DEVICE_COMPILE__)

// Operands and accumulators are vectors whose lanes the builtins name; units are the 32-bit words of them.
typedef float matrix_float16 __attribute__((ext_vector_type(16)));
typedef int matrix_int16 __attribute__((ext_vector_type(16)));
typedef double matrix_double4 __attribute__((ext_vector_type(4)));
typedef _Float16 matrix_half4 __attribute__((ext_vector_type(4)));
typedef _Float16 matrix_half8 __attribute__((ext_vector_type(8)));
typedef short matrix_short2 __attribute__((ext_vector_type(2)));
typedef short matrix_short4 __attribute__((ext_vector_type(4)));
typedef float matrix_float2 __attribute__((ext_vector_type(2)));
typedef int matrix_int4 __attribute__((ext_vector_type(4)));

#define ASSAY_DETAIL_MFMA(type_, accumulator, count, operand, builtin)                            \
  template <>                                                                                     \
  struct warp_matrix<static_cast<int>(type_)> {                                                   \
    static constexpr bool present = true;                                                         \
    static constexpr int accumulators = count;                                                    \
    using sums = accumulator;                                                                     \
    using a = operand;                                                                            \
    using b = operand;                                                                            \
    __device__ static void multiply(sums& d, const a& x, const b& y) { d = builtin(x, y, d, 0, 0, 0); } \
  };

#if defined(__gfx950__)
typedef __bf16 matrix_bf16x8 __attribute__((ext_vector_type(8)));
ASSAY_DETAIL_MFMA(dtype::fp16, matrix_float16, 16, matrix_half8, __builtin_amdgcn_mfma_f32_32x32x16_f16)
ASSAY_DETAIL_MFMA(dtype::bf16, matrix_float16, 16, matrix_bf16x8, __builtin_amdgcn_mfma_f32_32x32x16_bf16)
ASSAY_DETAIL_MFMA(dtype::int8, matrix_int16, 16, matrix_int4, __builtin_amdgcn_mfma_i32_32x32x32_i8)
ASSAY_DETAIL_MFMA(dtype::fp64, matrix_double4, 4, double, __builtin_amdgcn_mfma_f64_16x16x4f64)
#elif defined(__gfx908__) || defined(__gfx90a__) || defined(__gfx940__) || defined(__gfx942__)
ASSAY_DETAIL_MFMA(dtype::fp16, matrix_float16, 16, matrix_half4, __builtin_amdgcn_mfma_f32_32x32x8f16)
#if defined(__gfx908__)
ASSAY_DETAIL_MFMA(dtype::bf16, matrix_float16, 16, matrix_short2, __builtin_amdgcn_mfma_f32_32x32x4bf16)
#else
ASSAY_DETAIL_MFMA(dtype::bf16, matrix_float16, 16, matrix_short4, __builtin_amdgcn_mfma_f32_32x32x8bf16_1k)
ASSAY_DETAIL_MFMA(dtype::fp64, matrix_double4, 4, double, __builtin_amdgcn_mfma_f64_16x16x4f64)
#endif
#if defined(__gfx940__) || defined(__gfx942__)
ASSAY_DETAIL_MFMA(dtype::int8, matrix_int16, 16, long, __builtin_amdgcn_mfma_i32_32x32x16_i8)
ASSAY_DETAIL_MFMA(dtype::tf32, matrix_float16, 16, matrix_float2, __builtin_amdgcn_mfma_f32_32x32x4_xf32)
#else
ASSAY_DETAIL_MFMA(dtype::int8, matrix_int16, 16, int, __builtin_amdgcn_mfma_i32_32x32x8i8)
#endif
#if defined(__gfx942__)
ASSAY_DETAIL_MFMA(dtype::fp8_e4m3fnuz, matrix_float16, 16, long,
                  __builtin_amdgcn_mfma_f32_32x32x16_fp8_fp8)
#endif
#endif
#undef ASSAY_DETAIL_MFMA

#elif defined(__CUDA_ARCH__)

template <class Unit, int Count>
struct matrix_units {
  Unit unit[Count];
  __device__ Unit& operator[](int i) { return unit[i]; }
  __device__ const Unit& operator[](int i) const { return unit[i]; }
};

// The letters are how inline PTX names a register: f fp32, r 32 bits, d fp64.
#define ASSAY_DETAIL_MMA_16(type_, unit, letter, instruction)                                          \
  template <>                                                                                          \
  struct warp_matrix<static_cast<int>(type_)> {                                                        \
    static constexpr bool present = true;                                                              \
    static constexpr int accumulators = 4;                                                             \
    using sums = matrix_units<unit, 4>;                                                                \
    using a = matrix_units<std::uint32_t, 4>;                                                          \
    using b = matrix_units<std::uint32_t, 2>;                                                          \
    __device__ static void multiply(sums& d, const a& x, const b& y) {                                 \
      asm volatile("mma.sync.aligned." instruction                                                     \
                   " {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"                  \
                   : letter(d[0]), letter(d[1]), letter(d[2]), letter(d[3])                            \
                   : "r"(x[0]), "r"(x[1]), "r"(x[2]), "r"(x[3]), "r"(y[0]), "r"(y[1]));                \
    }                                                                                                  \
  };

#if __CUDA_ARCH__ >= 800
ASSAY_DETAIL_MMA_16(dtype::bf16, float, "+f", "m16n8k16.row.col.f32.bf16.bf16.f32")
ASSAY_DETAIL_MMA_16(dtype::fp16, float, "+f", "m16n8k16.row.col.f32.f16.f16.f32")
ASSAY_DETAIL_MMA_16(dtype::tf32, float, "+f", "m16n8k8.row.col.f32.tf32.tf32.f32")
ASSAY_DETAIL_MMA_16(dtype::int8, int, "+r", "m16n8k32.row.col.s32.s8.s8.s32")
#elif __CUDA_ARCH__ >= 750
template <>
struct warp_matrix<static_cast<int>(dtype::fp16)> {
  static constexpr bool present = true;
  static constexpr int accumulators = 4;
  using sums = matrix_units<float, 4>;
  using a = matrix_units<std::uint32_t, 2>;
  using b = matrix_units<std::uint32_t, 1>;
  __device__ static void multiply(sums& d, const a& x, const b& y) {
    asm volatile(
        "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(x[0]), "r"(x[1]), "r"(y[0]));
  }
};
template <>
struct warp_matrix<static_cast<int>(dtype::int8)> {
  static constexpr bool present = true;
  static constexpr int accumulators = 2;
  using sums = matrix_units<int, 2>;
  using a = matrix_units<std::uint32_t, 1>;
  using b = matrix_units<std::uint32_t, 1>;
  __device__ static void multiply(sums& d, const a& x, const b& y) {
    asm volatile("mma.sync.aligned.m8n8k16.row.col.s32.s8.s8.s32 {%0, %1}, {%2}, {%3}, {%0, %1};"
                 : "+r"(d[0]), "+r"(d[1])
                 : "r"(x[0]), "r"(y[0]));
  }
};
#endif
#if __CUDA_ARCH__ >= 890
ASSAY_DETAIL_MMA_16(dtype::fp8_e4m3fn, float, "+f", "m16n8k32.row.col.f32.e4m3.e4m3.f32")
#endif
#if __CUDA_ARCH__ >= 900
template <>
struct warp_matrix<static_cast<int>(dtype::fp64)> {
  static constexpr bool present = true;
  static constexpr int accumulators = 4;
  using sums = matrix_units<double, 4>;
  using a = matrix_units<double, 8>;
  using b = matrix_units<double, 4>;
  __device__ static void multiply(sums& d, const a& x, const b& y) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f64.f64.f64.f64 {%0, %1, %2, %3}, {%4, %5, %6, %7, %8, %9, %10, "
        "%11}, {%12, %13, %14, %15}, {%0, %1, %2, %3};"
        : "+d"(d[0]), "+d"(d[1]), "+d"(d[2]), "+d"(d[3])
        : "d"(x[0]), "d"(x[1]), "d"(x[2]), "d"(x[3]), "d"(x[4]), "d"(x[5]), "d"(x[6]), "d"(x[7]), "d"(y[0]),
          "d"(y[1]), "d"(y[2]), "d"(y[3]));
  }
};
#elif __CUDA_ARCH__ >= 800
template <>
struct warp_matrix<static_cast<int>(dtype::fp64)> {
  static constexpr bool present = true;
  static constexpr int accumulators = 2;
  using sums = matrix_units<double, 2>;
  using a = matrix_units<double, 1>;
  using b = matrix_units<double, 1>;
  __device__ static void multiply(sums& d, const a& x, const b& y) {
    asm volatile("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0, %1}, {%2}, {%3}, {%0, %1};"
                 : "+d"(d[0]), "+d"(d[1])
                 : "d"(x[0]), "d"(y[0]));
  }
};
#endif
#undef ASSAY_DETAIL_MMA_16

#endif

}  // namespace detail

/// Each warp multiplies ceiling_a_operands × ceiling_b_operands pairs of matrices in turn, into an accumulator
/// each; all of it stays in registers. The operands of a warp lie one lane after another: its A's, then its
/// B's. Results: the sum of all that a lane's accumulators hold.
template <int Type>
__global__ void __launch_bounds__(256)
    matrix_ceiling_kernel(const void* operands, std::int64_t repeats, std::uint64_t* results) {
  using matrix = detail::warp_matrix<Type>;
  if constexpr (matrix::present) {
    struct lane_operands {
      typename matrix::a a[ceiling_a_operands];
      typename matrix::b b[ceiling_b_operands];
    };
    const unsigned lane = threadIdx.x % static_cast<unsigned>(warpSize);
    const unsigned warp = (blockIdx.x * blockDim.x + threadIdx.x) / static_cast<unsigned>(warpSize);
    lane_operands own;
    memcpy(&own,
           static_cast<const std::uint8_t*>(operands) +
               ((warp % ceiling_warps) * static_cast<unsigned>(warpSize) + lane) * sizeof own,
           sizeof own);
    typename matrix::sums sums[ceiling_a_operands][ceiling_b_operands] = {};
    for (std::int64_t repeat = 0; repeat < repeats; ++repeat) {
#pragma unroll
      for (int i = 0; i < ceiling_a_operands; ++i)
#pragma unroll
        for (int j = 0; j < ceiling_b_operands; ++j) matrix::multiply(sums[i][j], own.a[i], own.b[j]);
    }
    std::uint64_t result;
    if constexpr (static_cast<dtype>(Type) == dtype::int8) {
      std::uint32_t sum = 0;
      for (const auto& row : sums)
        for (const auto& one : row)
          for (int i = 0; i < matrix::accumulators; ++i) sum += static_cast<std::uint32_t>(one[i]);
      result = sum;
    } else {
      double sum = 0.0;
      for (const auto& row : sums)
        for (const auto& one : row)
          for (int i = 0; i < matrix::accumulators; ++i) sum += static_cast<double>(one[i]);
      memcpy(&result, &sum, sizeof result);
    }
    results[blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x] = result;
  }
}

}  // namespace assay
