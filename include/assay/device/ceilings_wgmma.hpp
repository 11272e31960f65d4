// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "assay/backend/ceiling_job.hpp"
#include "assay/device/runtime.hpp"
#include "assay/numeric/dtype.hpp"

// Whether wgmma can be compiled: nvcc defines this for sm_90a alone.
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define ASSAY_DETAIL_WGMMA 1
#else
#define ASSAY_DETAIL_WGMMA 0
#endif

namespace assay {

#if ASSAY_DETAIL_WGMMA

namespace detail {

// The 128 registers of a thread that hold its part of a 64 × 256 accumulator.
#define ASSAY_DETAIL_REGISTERS \
  "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, " \
  "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, " \
  "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, " \
  "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63, " \
  "%64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79, " \
  "%80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95, " \
  "%96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111, " \
  "%112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127"
#define ASSAY_DETAIL_8(kind, d, i)                                                                     \
  kind(d[i]), kind(d[i + 1]), kind(d[i + 2]), kind(d[i + 3]), kind(d[i + 4]), kind(d[i + 5]),          \
      kind(d[i + 6]), kind(d[i + 7])
#define ASSAY_DETAIL_32(kind, d, i)                                                                    \
  ASSAY_DETAIL_8(kind, d, i), ASSAY_DETAIL_8(kind, d, i + 8), ASSAY_DETAIL_8(kind, d, i + 16),         \
      ASSAY_DETAIL_8(kind, d, i + 24)
#define ASSAY_DETAIL_128(kind, d)                                                                      \
  ASSAY_DETAIL_32(kind, d, 0), ASSAY_DETAIL_32(kind, d, 32), ASSAY_DETAIL_32(kind, d, 64),             \
      ASSAY_DETAIL_32(kind, d, 96)
// `rest`: how the operands are scaled and transposed, which not all types have. The accumulator is added to.
#define ASSAY_DETAIL_WGMMA_OF(type_, kind, accumulator, shape_and_types, rest)                         \
  template <>                                                                                          \
  struct warpgroup_matrix<static_cast<int>(type_)> {                                                   \
    using element = accumulator;                                                                       \
    __device__ static void multiply(element (&d)[128], std::uint64_t a, std::uint64_t b) {             \
      asm volatile("{ .reg .pred p; setp.eq.u32 p, 0, 0; wgmma.mma_async.sync.aligned."                \
                   shape_and_types " {" ASSAY_DETAIL_REGISTERS "}, %128, %129, p" rest "; }"           \
                   : ASSAY_DETAIL_128(kind, d)                                                         \
                   : "l"(a), "l"(b));                                                                  \
    }                                                                                                  \
    __device__ static void hold(element (&d)[128]) {                                                   \
      for (int i = 0; i < 128; ++i) asm volatile("" : kind(d[i]) : : "memory");                        \
    }                                                                                                  \
  };

template <int Type>
struct warpgroup_matrix;
ASSAY_DETAIL_WGMMA_OF(dtype::bf16, "+f", float, "m64n256k16.f32.bf16.bf16", ", 1, 1, 0, 0")
ASSAY_DETAIL_WGMMA_OF(dtype::fp16, "+f", float, "m64n256k16.f32.f16.f16", ", 1, 1, 0, 0")
ASSAY_DETAIL_WGMMA_OF(dtype::tf32, "+f", float, "m64n256k8.f32.tf32.tf32", ", 1, 1")
ASSAY_DETAIL_WGMMA_OF(dtype::fp8_e4m3fn, "+f", float, "m64n256k32.f32.e4m3.e4m3", ", 1, 1")
ASSAY_DETAIL_WGMMA_OF(dtype::int8, "+r", int, "m64n256k32.s32.s8.s8", "")

#undef ASSAY_DETAIL_WGMMA_OF
#undef ASSAY_DETAIL_128
#undef ASSAY_DETAIL_32
#undef ASSAY_DETAIL_8
#undef ASSAY_DETAIL_REGISTERS

/// Describes K-major rows of 128 bytes with the 128-byte swizzle, eight of them in 1024 bytes, the next eight
/// behind those. (PTX ISA, "Matrix Descriptor Format": addresses and strides in 16 bytes; the leading stride
/// is not used with a swizzle.)
__device__ inline std::uint64_t swizzled_rows(std::uint32_t shared_address) {
  return (shared_address & 0x3FFFF) >> 4 | std::uint64_t{1} << 16 | std::uint64_t{1024 >> 4} << 32 |
         std::uint64_t{1} << 62;
}

}  // namespace detail

#endif

/// Two warpgroups on a multiprocessor, each with a 64 × 256 accumulator in registers, multiply what lies in
/// shared memory: four stages of operands in turn, so that each instruction has other ones. Nothing is loaded
/// in the loop, and while one warpgroup waits the other one's products keep the tensor cores busy. Results:
/// the sum of a thread's part of its accumulator, which adds up all stages `repeats` times.
/// Without wgmma in the build it does nothing; nobody launches it then.
template <int Type>
__global__ void __launch_bounds__(256, 1)
    warpgroup_ceiling_kernel([[maybe_unused]] const uint4* operands, [[maybe_unused]] std::int64_t repeats,
                             [[maybe_unused]] std::uint64_t* results) {
#if ASSAY_DETAIL_WGMMA
  using namespace detail;
  using layout = warpgroup_operands;
  using matrix = warpgroup_matrix<Type>;
  extern __shared__ std::uint8_t dynamic_shared[];
  // A swizzle goes by address bits, so tiles begin at whole multiples of 1024.
  const auto dynamic = static_cast<std::uint32_t>(__cvta_generic_to_shared(dynamic_shared));
  const std::uint32_t base = (dynamic + 1023) / 1024 * 1024;
  auto* const words = reinterpret_cast<uint4*>(dynamic_shared + (base - dynamic));
  constexpr int block_words = layout::block_bytes / 16;
  const uint4* const own = operands + static_cast<std::int64_t>(blockIdx.x % layout::variants) * block_words;
  for (int i = static_cast<int>(threadIdx.x); i < block_words; i += 256) words[i] = own[i];
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");  // what wgmma reads, ordinary stores wrote
  __syncthreads();

  const std::uint32_t warpgroup = threadIdx.x / 128;
  const std::uint64_t a = swizzled_rows(base + warpgroup * layout::stages * layout::a_bytes);
  const std::uint64_t b = swizzled_rows(base + layout::warpgroups * layout::stages * layout::a_bytes);
  typename matrix::element sums[128] = {};
  for (std::int64_t repeat = 0; repeat < repeats; ++repeat) {
    matrix::hold(sums);
    asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
#pragma unroll
    for (int stage = 0; stage < layout::stages; ++stage)
#pragma unroll
      for (int step = 0; step < layout::row_bytes / layout::step_bytes; ++step)
        matrix::multiply(sums, a + (stage * layout::a_bytes + step * layout::step_bytes) / 16,
                         b + (stage * layout::b_bytes + step * layout::step_bytes) / 16);
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
    asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory");
    matrix::hold(sums);
  }
  std::uint64_t result;
  if constexpr (static_cast<dtype>(Type) == dtype::int8) {
    std::uint32_t sum = 0;
    for (int i = 0; i < 128; ++i) sum += static_cast<std::uint32_t>(sums[i]);
    result = sum;
  } else {
    double sum = 0.0;
    for (int i = 0; i < 128; ++i) sum += static_cast<double>(sums[i]);
    memcpy(&result, &sum, sizeof result);
  }
  results[blockIdx.x * 256ll + threadIdx.x] = result;
#endif
}

}  // namespace assay
