// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Softmax of rows in fp32 and bf16: a problem over shapes and element types, and a counterexample: a kernel
// known to be subtly wrong, which verification must reject. The rows are the scores of one attention head for
// a prompt of 8192 tokens, the context of Llama 3, whole and in blocks of 1024 keys.
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>

#include "03_kernels.cuh"

/// Reads x twice: the sum is rescaled as the largest grows (Milakov and Gimelshein, arXiv 1805.02867).
template <class T, bool LeaveOutLast = false>
__global__ void softmax_online(std::int64_t columns, const T* x, T* y) {
  x += blockIdx.x * columns, y += blockIdx.x * columns;
  float top = -INFINITY, sum = 0;
  for (std::int64_t i = threadIdx.x; i < columns - (LeaveOutLast ? 1 : 0); i += blockDim.x) {
    const float value = x[i], larger = fmaxf(top, value);
    sum = sum * expf(top - larger) + expf(value - larger);
    top = larger;
  }
  const float block_top = reduce_block<true>(top);
  sum = reduce_block<false>(sum * expf(top - block_top));
  for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x)
    y[i] = T(expf(float(x[i]) - block_top) / sum);
}

ASSAY_PROBLEM("softmax", assay::cuda, p) {
  const auto columns = p.axis("columns", {1024, 8192});
  const std::int64_t rows = 8192;
  p.type_axis<float, __nv_bfloat16>("T", [&](auto type) {
    using T = typename decltype(type)::type;
    const auto x = p.input<T>("x", {rows, columns}, assay::normal(0, 4));
    const auto y = p.output<T>("y", {rows, columns});
    p.work(assay::work::softmax{rows, columns, assay::dtype_of<T>()});

    // By rows: where all of them would take too long on the host, a sample of rows is checked.
    p.row_oracle(y, [=](auto at, std::int64_t row, auto out) {
      auto X = at(x);
      const std::int64_t first = row * columns;
      double top = -INFINITY, sum = 0;
      for (std::int64_t i = 0; i < columns; ++i) top = std::fmax(top, X[first + i]);
      for (std::int64_t i = 0; i < columns; ++i) sum += out[i] = std::exp(X[first + i] - top);
      for (std::int64_t i = 0; i < columns; ++i) out[i] /= sum;
    });
    p.baseline("3 passes",
               [=](cudaStream_t s) { softmax_three_passes<T><<<rows, 256, 0, s>>>(columns, x, y); });
    p.candidate("online", [=](cudaStream_t s) { softmax_online<T><<<rows, 256, 0, s>>>(columns, x, y); });
    p.counterexample("sum lacks a column",
                     [=](cudaStream_t s) { softmax_online<T, true><<<rows, 256, 0, s>>>(columns, x, y); });
  });
}
