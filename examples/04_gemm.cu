// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// GEMM, C = A·B in fp32 and bf16, cuBLAS as the baseline. A is m×k and B is k×n, row-major.
// Shapes: the attention output (4096×4096) and gate projection (14336×4096) of Llama 3 8B for a prompt of
// 4096 tokens, and the attention output of Llama 3 70B for 8192 (config.json of the models).
#include <cuda_bf16.h>

#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>

#include "04_kernels.cuh"

ASSAY_PROBLEM("gemm", assay::cuda, p) {
  const auto shape = p.axes({"m", "n", "k"}, {{4096, 4096, 4096}, {4096, 14336, 4096}, {8192, 8192, 8192}});
  const auto m = shape[0], n = shape[1], k = shape[2];
  p.type_axis<float, __nv_bfloat16>("T", [&](auto type) {
    using T = typename decltype(type)::type;
    constexpr bool bf16 = sizeof(T) == 2;
    const auto a = p.input<T>("a", {m, k}, assay::normal());
    const auto b = p.input<T>("b", {k, n}, assay::normal());
    const auto c = p.output<T>("c", {m, n});
    p.work(assay::work::gemm{m, n, k}.inputs<T>());  // bf16 on the tensor cores, fp32 beside them
    p.tolerance(assay::tolerance::accumulating(k, assay::dtype::fp32, bf16));  // tensor cores truncate

    p.gemm_oracle(c, assay::gemm{m, n, k}, a, b);  // in fp64 on the device
    p.baseline(
        "cublas", [] { return cublas(); },  // the handle is made once, and its time is reported as "prepare"
        [=](cudaStream_t s, cublas& library) {
          gemm_cublas(library, s, m, n, k, bf16 ? CUDA_R_16BF : CUDA_R_32F, a, b, c);
        });
    p.candidate("tiled", [=](cudaStream_t s) {
      gemm_tiled<T><<<dim3(unsigned(n / 64), unsigned(m / 64)), 256, 0, s>>>(n, k, a, b, c);
    });
    p.counterexample("last k left out", [=](cudaStream_t s) {
      gemm_tiled<T><<<dim3(unsigned(n / 64), unsigned(m / 64)), 256, 0, s>>>(n, k, a, b, c, 1);
    });
  });
}
