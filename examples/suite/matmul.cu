// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Matrix products in bf16, cuBLAS the baseline. Shapes of Llama 3: attention output and feed-forward layer of
// 8B for 4096 tokens; a LoRA of rank 64; scores of 32 heads; the same weights for a single token (GEMV).
#include "../cublas_handle.hpp"
#include "product.cuh"

namespace {

using large = tiling<128, 128, 64, 32>;
using large_transposed = tiling<128, 128, 64, 32, true>;
using narrow = tiling<128, 64, 32, 32>;

/// C = A·B, row-major, as a prepare step and a launch of a baseline.
template <bool Transposed>
void add_cublas(assay::problem<gpu>& p, std::int64_t m, std::int64_t n, std::int64_t k,
                assay::tensor<const bf16> a, assay::tensor<const bf16> b, assay::tensor<bf16> c,
                std::int64_t batch = 1) {
  p.baseline(
      "cublas", [] { return cublas(); },
      [=](gpu_stream s, cublas& library) {
        const float one = 1.0f, zero = 0.0f;
        check(cublasSetStream(library.handle, s));
        // Column-major, so Cᵀ = Bᵀ·Aᵀ.
        check(cublasGemmStridedBatchedEx_64(library.handle, Transposed ? CUBLAS_OP_T : CUBLAS_OP_N,
                                            CUBLAS_OP_N, n, m, k, &one, b, CUDA_R_16BF, Transposed ? k : n,
                                            n * k, a, CUDA_R_16BF, k, m * k, &zero, c, CUDA_R_16BF, n, m * n,
                                            batch, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
      });
}

template <class Tiling>
void add_product(assay::problem<gpu>& p, std::int64_t m, std::int64_t n, std::int64_t k,
                 std::int64_t batch = 1) {
  constexpr bool transposed = Tiling::transposed;
  const auto rows_b = transposed ? n : k, columns_b = transposed ? k : n;
  const auto a = p.input<bf16>("a", {batch, m, k}, assay::normal());
  const auto b = p.input<bf16>("b", {batch, rows_b, columns_b}, assay::normal());
  const auto c = p.output<bf16>("c", {batch, m, n});
  p.work(assay::work::gemm{m, n, k}.batched(batch).inputs<bf16>());
  p.tolerance(assay::tolerance::gemm(k));
  const assay::gemm shape = assay::gemm{m, n, k}.batched(batch);
  p.gemm_oracle(c, transposed ? shape.transpose_b() : shape, a, b);

  add_cublas<transposed>(p, m, n, k, a, b, c, batch);
  p.candidate("naive", [=](gpu_stream s) {
    product_naive<transposed>(m, n, k, dense{a, m, k}, dense{b, rows_b, columns_b}, c.data(), s, unchanged(),
                              batch);
  });
  p.candidate("tensor cores", [=](gpu_stream s) {
    product<Tiling>(m, n, k, dense{a, m, k}, dense{b, rows_b, columns_b}, c.data(), s, unchanged(), batch);
  });
}

/// y = A·x, a thread a row.
__global__ void gemv_naive(std::int64_t m, std::int64_t k, const bf16* a, const bf16* x, bf16* y) {
  const std::int64_t row = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (row >= m) return;
  float sum = 0;
  for (std::int64_t i = 0; i < k; ++i) sum += static_cast<float>(a[row * k + i]) * static_cast<float>(x[i]);
  y[row] = bf16(sum);
}

/// Four warps a row, 16 bytes a thread; a row of A is read once, and x comes from the caches.
template <bool Packs>
__global__ void __launch_bounds__(128) gemv_block(std::int64_t k, const bf16* a, const bf16* x, bf16* y) {
  constexpr int width = pack<bf16>::width;
  a += blockIdx.x * k;
  float sum = 0;
  if (Packs) {
#pragma unroll 4
    for (std::int64_t i = threadIdx.x; i < k / width; i += 128) {
      const pack<bf16> u = reinterpret_cast<const pack<bf16>*>(a)[i],
                       v = reinterpret_cast<const pack<bf16>*>(x)[i];
      for (int j = 0; j < width; ++j) sum += static_cast<float>(u.value[j]) * static_cast<float>(v.value[j]);
    }
  } else {
    for (std::int64_t i = threadIdx.x; i < k; i += 128)
      sum += static_cast<float>(a[i]) * static_cast<float>(x[i]);
  }
  sum = reduce_block(sum, sum_of());
  if (threadIdx.x == 0) y[blockIdx.x] = bf16(sum);
}

}  // namespace

ASSAY_PROBLEM("matmul", gpu, p) {
  const auto shape = p.axes({"m", "n", "k"}, {{4096, 4096, 4096}, {4096, 14336, 4096}},
                            {assay::at_least(1), assay::at_least(1), assay::at_least(1)});
  add_product<large>(p, shape[0], shape[1], shape[2]);
}

ASSAY_PROBLEM("matmul transposed", gpu, p) {
  const auto shape = p.axes({"m", "n", "k"}, {{4096, 4096, 4096}, {4096, 4096, 14336}},
                            {assay::at_least(1), assay::at_least(1), assay::at_least(1)});
  add_product<large_transposed>(p, shape[0], shape[1], shape[2]);
}

ASSAY_PROBLEM("matmul batched", gpu, p) {
  const auto shape =
      p.axes({"heads", "m", "n", "k"}, {{32, 2048, 2048, 128}},
             {assay::between(1, 65535), assay::at_least(1), assay::at_least(1), assay::at_least(1)});
  add_product<large_transposed>(p, shape[1], shape[2], shape[3], shape[0]);
}

ASSAY_PROBLEM("matmul tall and skinny", gpu, p) {
  const auto shape = p.axes({"m", "n", "k"}, {{32768, 64, 4096}},
                            {assay::at_least(1), assay::at_least(1), assay::at_least(1)});
  add_product<narrow>(p, shape[0], shape[1], shape[2]);
}

ASSAY_PROBLEM("gemv", gpu, p) {
  const auto shape =
      p.axes({"m", "k"}, {{14336, 4096}, {8192, 28672}}, {assay::at_least(1), assay::at_least(1)});
  const auto m = shape[0], k = shape[1];
  const auto a = p.input<bf16>("a", {m, k}, assay::normal());
  const auto x = p.input<bf16>("x", {k, 1}, assay::normal());
  const auto y = p.output<bf16>("y", {m, 1});
  p.work(assay::work::gemv{m, k}.inputs<bf16>());
  p.tolerance(assay::tolerance::gemm(k));
  p.gemm_oracle(y, assay::gemm{m, 1, k}, a, x);
  add_cublas<false>(p, m, 1, k, a, x, y);
  p.candidate("naive", [=](gpu_stream s) { gemv_naive<<<blocks(m, 64), 64, 0, s>>>(m, k, a, x, y); });
  p.candidate("block a row", [=](gpu_stream s) {
    const auto grid = static_cast<unsigned>(m);
    if (k % pack<bf16>::width == 0)
      gemv_block<true><<<grid, 128, 0, s>>>(k, a, x, y);
    else
      gemv_block<false><<<grid, 128, 0, s>>>(k, a, x, y);
  });
}
