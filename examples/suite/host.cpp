// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A handful of the suite's problems for the processor, small: what runs where there is no GPU.
#include <algorithm>
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <cmath>
#include <cstdint>

namespace {

void matmul_naive(std::int64_t m, std::int64_t n, std::int64_t k, const float* a, const float* b, float* c) {
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      float sum = 0;
      for (std::int64_t l = 0; l < k; ++l) sum += a[i * k + l] * b[l * n + j];
      c[i * n + j] = sum;
    }
}
/// Along rows of B and C, 64 rows of B at a time, which stay in the cache.
void matmul_blocked(std::int64_t m, std::int64_t n, std::int64_t k, const float* a, const float* b,
                    float* c) {
  std::fill(c, c + m * n, 0.0f);
  for (std::int64_t first = 0; first < k; first += 64)
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t l = first; l < std::min(first + 64, k); ++l) {
        const float factor = a[i * k + l];
        for (std::int64_t j = 0; j < n; ++j) c[i * n + j] += factor * b[l * n + j];
      }
}

void softmax_naive(std::int64_t columns, const float* x, float* y) {
  float top = x[0], sum = 0;
  for (std::int64_t i = 1; i < columns; ++i) top = std::max(top, x[i]);
  for (std::int64_t i = 0; i < columns; ++i) sum += std::exp(x[i] - top);
  for (std::int64_t i = 0; i < columns; ++i) y[i] = std::exp(x[i] - top) / sum;
}
/// exp is asked for once an element.
void softmax_kept(std::int64_t columns, const float* x, float* y) {
  const float top = *std::max_element(x, x + columns);
  float sum = 0;
  for (std::int64_t i = 0; i < columns; ++i) sum += y[i] = std::exp(x[i] - top);
  for (std::int64_t i = 0; i < columns; ++i) y[i] /= sum;
}

void relu_branch(std::int64_t n, const float* x, float* y) {
  for (std::int64_t i = 0; i < n; ++i) {
    if (x[i] > 0)
      y[i] = x[i];
    else
      y[i] = 0;
  }
}
void relu_select(std::int64_t n, const float* x, float* y) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] > 0 ? x[i] : 0.0f;
}

float sum_naive(std::int64_t n, const float* x) {
  float sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += x[i];
  return sum;
}
/// Sixteen sums side by side: vectors, and short chains of roundings.
float sum_lanes(std::int64_t n, const float* x) {
  float lane[16] = {};
  std::int64_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (std::int64_t k = 0; k < 16; ++k) lane[k] += x[i + k];
  for (; i < n; ++i) lane[i % 16] += x[i];
  return sum_naive(16, lane);
}

}  // namespace

ASSAY_PROBLEM("matmul (host)", assay::host, p) {
  const auto shape = p.axes({"m", "n", "k"}, {{128, 128, 128}, {192, 64, 256}},
                            {assay::at_least(1), assay::at_least(1), assay::at_least(1)});
  const auto m = shape[0], n = shape[1], k = shape[2];
  const auto a = p.input<float>("a", {m, k}, assay::normal());
  const auto b = p.input<float>("b", {k, n}, assay::normal());
  const auto c = p.output<float>("c", {m, n});
  p.flops(2.0 * static_cast<double>(m * n * k));
  p.tolerance(assay::tolerance::gemm(k));
  p.gemm_oracle(c, assay::gemm{m, n, k}, a, b);
  p.baseline("naive", [=] { matmul_naive(m, n, k, a, b, c); });
  p.candidate("blocked", [=] { matmul_blocked(m, n, k, a, b, c); });
  p.counterexample("rows too short", [=] { matmul_naive(m, n, k - 1, a, b, c); });
}

ASSAY_PROBLEM("softmax (host)", assay::host, p) {
  const auto shape = p.axes({"rows", "columns"}, {{64, 1024}}, {assay::at_least(1), assay::at_least(1)});
  const auto rows = shape[0], columns = shape[1];
  const auto x = p.input<float>("x", {rows, columns}, assay::normal(0, 4));
  const auto y = p.output<float>("y", {rows, columns});
  p.flops(5.0 * static_cast<double>(rows * columns));
  p.tolerance(assay::tolerance::normalization(columns));
  p.row_oracle(y, [=](auto at, std::int64_t row, auto out) {
    const auto X = at(x);
    double top = X[row * columns], sum = 0;
    for (std::int64_t i = 1; i < columns; ++i) top = std::fmax(top, X[row * columns + i]);
    for (std::int64_t i = 0; i < columns; ++i) sum += out[i] = std::exp(X[row * columns + i] - top);
    for (std::int64_t i = 0; i < columns; ++i) out[i] /= sum;
  });
  const auto each_row = [=](auto kernel) {
    for (std::int64_t r = 0; r < rows; ++r) kernel(columns, x + r * columns, y + r * columns);
  };
  p.baseline("naive", [=] { each_row(softmax_naive); });
  p.candidate("kept", [=] { each_row(softmax_kept); });
}

ASSAY_PROBLEM("relu (host)", assay::host, p) {
  const auto n = p.axis("n", {1 << 16}, assay::at_least(1));
  const auto x = p.input<float>("x", {n}, assay::normal());
  const auto y = p.output<float>("y", {n});
  p.flops(static_cast<double>(n));
  auto bits = assay::tolerance::bitwise();
  bits.zeros_alike = true;
  p.tolerance(bits);
  p.oracle(y, [=](auto at, std::int64_t i) { return std::fmax(at(x)[i], 0.0); });
  p.baseline("branch", [=] { relu_branch(n, x, y); });
  p.candidate("select", [=] { relu_select(n, x, y); });
}

ASSAY_PROBLEM("sum (host)", assay::host, p) {
  const auto n = p.axis("n", {1 << 16}, assay::at_least(1));
  const auto x = p.input<float>("x", {n}, assay::uniform(0, 1));
  const auto y = p.output<float>("y", {1});
  p.flops(static_cast<double>(n));
  p.tolerance(assay::tolerance::reduction(n));
  p.oracle([=](auto at) {
    const auto X = at(x);
    double sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += X[i];
    at(y)[0] = sum;
  });
  p.baseline("naive", [=] { *y.data() = sum_naive(n, x); });
  p.candidate("lanes", [=] { *y.data() = sum_lanes(n, x); });
}
