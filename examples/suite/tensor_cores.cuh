// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The instructions that the suite's matrix products are made of, for sm_80 and later.
#pragma once

#include <cuda_bf16.h>

#include <cstdint>

/// Copies 16 bytes to shared memory in the background, or zeros where `from` is null.
__device__ inline void copy_async(void* to, const void* from, const void* somewhere) {
  const auto address = static_cast<std::uint32_t>(__cvta_generic_to_shared(to));
  const int bytes = from ? 16 : 0;  // the others are set to 0, and nothing is read
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;\n" ::"r"(address), "l"(from ? from : somewhere),
               "r"(bytes)
               : "memory");
}
__device__ inline void end_of_copies() { asm volatile("cp.async.commit_group;\n" ::: "memory"); }
/// Waits until all but the last `Pending` groups of copies are done.
template <int Pending>
__device__ inline void wait_for_copies() {
  asm volatile("cp.async.wait_group %0;\n" ::"n"(Pending) : "memory");
}

/// Four 8×8 matrices from shared memory; lane l has the address of row l % 8 of matrix l / 8. With
/// `Transposed` each matrix is transposed on the way.
template <bool Transposed>
__device__ inline void load_matrices(std::uint32_t (&to)[4], const void* from) {
  const auto address = static_cast<std::uint32_t>(__cvta_generic_to_shared(from));
  if constexpr (Transposed)
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];\n"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(address)
                 : "memory");
  else
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];\n"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(address)
                 : "memory");
}

/// c += a·b, a 16×16, b 16×8, in fp32.
__device__ inline void multiply_add(float (&c)[4], const std::uint32_t (&a)[4], std::uint32_t b0,
                                    std::uint32_t b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};\n"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

/// Two numbers as bf16 in one register, the first in the low half.
__device__ inline std::uint32_t packed(float low, float high) {
  const __nv_bfloat162 both = __floats2bfloat162_rn(low, high);
  return reinterpret_cast<const std::uint32_t&>(both);
}
