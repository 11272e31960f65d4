// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// fp8: what is added up how, and how results are rounded. Good and bad ones side by side.
#include <cuda_fp8.h>

#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <cstdint>

#include "exhibit.hpp"
#include "kernels.cuh"
#include "problems.hpp"

namespace {

using std::int64_t;
using namespace zoo;

/// Cuts a sum down to 14 significant bits, as the accumulator of Hopper's fp8 instructions does.
struct to_14_bits {
  __device__ float operator()(float sum) const { return __uint_as_float(__float_as_uint(sum) & ~0x3FFu); }
};
/// Sums of 128 products each, `cut` after each addition, are added up in fp32; with `promote` false there is
/// one sum of all.
template <class Cut>
__global__ void gemm_promoted(int64_t m, int64_t n, int64_t k, bool promote, const __nv_fp8_e4m3* a,
                              const __nv_fp8_e4m3* b, float* c, Cut cut) {
  for (each_index i; i < m * n; i.next()) {
    float total = 0, part = 0;
    for (int64_t l = 0; l < k; ++l) {
      part = cut(part + float(a[i / n * k + l]) * float(b[l * n + i % n]));
      if (promote && l % 128 == 127) {
        total += part;
        part = 0;
      }
    }
    c[i] = total + part;
  }
}
/// The bytes of one type taken for those of the other.
__global__ void gemm_confused(int64_t m, int64_t n, int64_t k, const __nv_fp8_e5m2* a, const __nv_fp8_e4m3* b,
                              float* c) {
  for (each_index i; i < m * n; i.next()) {
    float sum = 0;
    for (int64_t l = 0; l < k; ++l) sum += float(a[i / n * k + l]) * float(b[l * n + i % n]);
    c[i] = sum;
  }
}

__global__ void quantise(int64_t n, const float* x, __nv_fp8_e4m3* y) {
  for (each_index i; i < n; i.next()) y[i] = __nv_fp8_e4m3(x[i]);
}
/// Towards zero: three bits of mantissa are kept and the rest is cut off.
__global__ void quantise_towards_zero(int64_t n, const float* x, __nv_fp8_e4m3* y) {
  for (each_index i; i < n; i.next())
    y[i] = __nv_fp8_e4m3(__uint_as_float(__float_as_uint(x[i]) & ~0xFFFFFu));
}

}  // namespace

ASSAY_PROBLEM("fp8: gemm", assay::cuda, p) {
  const auto t = zoo::gemm<__nv_fp8_e4m3, float>(p, 256);
  const auto m = t.m, n = t.n, k = t.k;
  zoo::honest(p, "fp32 accumulation", "8-bit input", [=](cudaStream_t s) {
    zoo::launch_gemm(s, m, n, k, 0, k, t.a.data(), t.b.data(), t.c.data());
  });
  zoo::honest(p, "promoted every 128 products", "promoted accumulation", [=](cudaStream_t s) {
    gemm_promoted<<<blocks, threads, 0, s>>>(m, n, k, true, t.a, t.b, t.c, zoo::as_it_is());
  });
  zoo::bad(p, "14 bits, never promoted", {"low-precision accumulation"}, [=](cudaStream_t s) {
    gemm_promoted<<<blocks, threads, 0, s>>>(m, n, k, false, t.a, t.b, t.c, to_14_bits());
  });
  zoo::bad(p, "e4m3 read as e5m2", {"type confused"}, [=](cudaStream_t s) {
    gemm_confused<<<blocks, threads, 0, s>>>(m, n, k, reinterpret_cast<const __nv_fp8_e5m2*>(t.a.data()), t.b,
                                             t.c);
  });
}

ASSAY_PROBLEM("fp8: quantise", assay::cuda, p) {
  const int64_t n = zoo::any_size(p, "n", 100'003);
  const auto x = p.input<float>("x", {n}, assay::normal());
  const auto y = p.output<__nv_fp8_e4m3>("y", {n});
  p.oracle(y, [=](auto at, int64_t i) { return at(x)[i]; });
  zoo::honest(p, "to nearest", "8-bit output",
              [=](cudaStream_t s) { quantise<<<blocks, threads, 0, s>>>(n, x, y); });
  zoo::bad(p, "towards zero", {"rounds towards zero"},
           [=](cudaStream_t s) { quantise_towards_zero<<<blocks, threads, 0, s>>>(n, x, y); });
}
