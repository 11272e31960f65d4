// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// RMSNorm of rows in fp32 and bf16, y = x / sqrt(mean(x²) + ε) · w, for a prompt of 8192 tokens. 4096 is the
// hidden size of Llama 3 8B and 8192 that of Llama 3 70B, ε their rms_norm_eps (config.json of the models).
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>

#include "03_kernels.cuh"

/// Width elements at a time; the row stays in the L1 cache for the second pass.
template <class T, int Width, class Sum = float>
__global__ void rmsnorm(std::int64_t hidden, const T* x, const T* w, T* y) {
  struct alignas(sizeof(T) * Width) vector {
    T lane[Width];
  };
  const auto* X = reinterpret_cast<const vector*>(x + blockIdx.x * hidden);
  const auto* W = reinterpret_cast<const vector*>(w);
  auto* Y = reinterpret_cast<vector*>(y + blockIdx.x * hidden);
  Sum own = Sum(0.0f);
  for (std::int64_t i = threadIdx.x; i < hidden / Width; i += blockDim.x) {
    const vector v = X[i];
    for (int k = 0; k < Width; ++k) own = Sum(float(own) + float(v.lane[k]) * float(v.lane[k]));
  }
  const float scale = rsqrtf(reduce_block<false>(float(own)) / hidden + 1e-5f);
  for (std::int64_t i = threadIdx.x; i < hidden / Width; i += blockDim.x) {
    vector v = X[i];
    for (int k = 0; k < Width; ++k) v.lane[k] = T(float(v.lane[k]) * scale * float(W[i].lane[k]));
    Y[i] = v;
  }
}

ASSAY_PROBLEM("rmsnorm", assay::cuda, p) {
  const auto hidden = p.axis("hidden", {4096, 8192});
  const std::int64_t rows = 8192;
  p.type_axis<float, __nv_bfloat16>("T", [&](auto type) {
    using T = typename decltype(type)::type;
    const auto x = p.input<T>("x", {rows, hidden}, assay::normal());
    const auto w = p.input<T>("w", {hidden}, assay::uniform(0.5, 1.5));
    const auto y = p.output<T>("y", {rows, hidden});
    p.work(assay::work::rms_norm{rows, hidden, assay::dtype_of<T>()});
    p.oracle([=](auto at) {
      auto X = at(x), W = at(w);
      auto Y = at(y);
      for (std::int64_t r = 0; r < rows; ++r) {
        double sum = 0;
        for (std::int64_t i = r * hidden; i < (r + 1) * hidden; ++i) sum += X[i] * X[i];
        const double scale = 1.0 / std::sqrt(sum / static_cast<double>(hidden) + 1e-5);
        for (std::int64_t i = 0; i < hidden; ++i) Y[r * hidden + i] = X[r * hidden + i] * scale * W[i];
      }
    });
    p.baseline("two passes", [=](cudaStream_t s) { rmsnorm<T, 1><<<rows, 256, 0, s>>>(hidden, x, w, y); });
    p.candidate("vectors",
                [=](cudaStream_t s) { rmsnorm<T, 16 / sizeof(T)><<<rows, 256, 0, s>>>(hidden, x, w, y); });
    p.counterexample("bf16 sum", [=](cudaStream_t s) {
      rmsnorm<T, 1, __nv_bfloat16><<<rows, 256, 0, s>>>(hidden, x, w, y);
    });
  });
}
