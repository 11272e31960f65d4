// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Softmax of rows. Shapes: the scores of an attention head over 4096 and 8192 keys (Llama 3), the vocabulary
// of Llama 2.
#include "gpu.cuh"

namespace {

/// One thread a row, three times through it.
template <class T>
__global__ void softmax_naive(std::int64_t rows, std::int64_t columns, const T* x, T* y) {
  const std::int64_t row = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (row >= rows) return;
  x += row * columns, y += row * columns;
  float top = -INFINITY;
  for (std::int64_t i = 0; i < columns; ++i) top = fmaxf(top, static_cast<float>(x[i]));
  const float sum = sum_alone(columns, [&](std::int64_t i) { return expf(static_cast<float>(x[i]) - top); });
  for (std::int64_t i = 0; i < columns; ++i)
    y[i] = static_cast<T>(expf(static_cast<float>(x[i]) - top) / sum);
}

/// A block a row, of any length: the sum is rescaled as the largest grows (Milakov, Gimelshein, arXiv
/// 1805.02867).
template <class T>
__global__ void softmax_online(std::int64_t columns, const T* x, T* y) {
  x += blockIdx.x * columns, y += blockIdx.x * columns;
  float top = -INFINITY, sum = 0;
  for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x) {
    const float value = static_cast<float>(x[i]), larger = fmaxf(top, value);
    sum = sum * expf(top - larger) + expf(value - larger);
    top = larger;
  }
  const float row_top = reduce_block(top, largest_of());
  const float row_sum = reduce_block(sum * expf(top - row_top), sum_of());
  for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x)
    y[i] = static_cast<T>(expf(static_cast<float>(x[i]) - row_top) / row_sum);
}

/// A block a row, read once.
template <class T, int Packs>
__global__ void __launch_bounds__(1024) softmax_registers(std::int64_t columns, const T* x, T* y) {
  const row_registers<T, Packs> row(x + blockIdx.x * columns, columns);
  float top = -INFINITY, sum = 0;
  row.each([&](float value) { top = fmaxf(top, value); });
  top = reduce_block(top, largest_of());
  row.each([&](float value) { sum += expf(value - top); });
  const float scale = 1.0f / reduce_block(sum, sum_of());
  row.write(y + blockIdx.x * columns, [&](float value, int) { return expf(value - top) * scale; });
}

}  // namespace

ASSAY_PROBLEM("softmax", gpu, p) {
  const auto shape = p.axes({"rows", "columns"}, {{8192, 4096}, {8192, 8192}, {4096, 32000}},
                            {assay::at_least(1), assay::at_least(1)});
  const auto rows = shape[0], columns = shape[1];
  p.type_axis<float, bf16>("T", [&](auto type) {
    using T = typename decltype(type)::type;
    const auto x = p.input<T>("x", {rows, columns}, assay::normal(0, 4));
    const auto y = p.output<T>("y", {rows, columns});
    p.work(assay::work::softmax{rows, columns, assay::dtype_of<T>::value});
    p.tolerance(assay::tolerance::normalization(columns));

    p.row_oracle(y, [=](auto at, std::int64_t row, auto out) {
      const auto X = at(x);
      double top = -INFINITY, sum = 0;
      for (std::int64_t i = 0; i < columns; ++i) top = std::fmax(top, X[row * columns + i]);
      for (std::int64_t i = 0; i < columns; ++i) sum += out[i] = std::exp(X[row * columns + i] - top);
      for (std::int64_t i = 0; i < columns; ++i) out[i] /= sum;
    });
    p.baseline("naive",
               [=](gpu_stream s) { softmax_naive<T><<<blocks(rows, 64), 64, 0, s>>>(rows, columns, x, y); });
    p.candidate("online", [=](gpu_stream s) {
      softmax_online<T><<<static_cast<unsigned>(rows), 256, 0, s>>>(columns, x, y);
    });
    p.candidate("registers", [=](gpu_stream s) {
      const bool launched = in_registers<T>(columns, [&](auto packs, int threads) {
        softmax_registers<T, packs.value><<<static_cast<unsigned>(rows), threads, 0, s>>>(columns, x, y);
      });
      if (!launched) softmax_online<T><<<static_cast<unsigned>(rows), 256, 0, s>>>(columns, x, y);
    });
  });
}
