// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The processor as a device: the RMSNorm of 03 for assay::host. Neither a GPU nor a toolkit is needed.
// 4096 is the hidden size of Llama 3 8B, ε its rms_norm_eps (config.json of meta-llama/Meta-Llama-3-8B); 16
// rows are a small decode batch, 2048 a prompt.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <cmath>
#include <cstdint>

constexpr std::int64_t hidden = 4096;
constexpr float epsilon = 1e-5f;

// One sum, in order: the compiler must not change the order of floating-point additions, so it stays scalar.
void scalar(std::int64_t rows, const float* x, const float* w, float* y) {
  for (std::int64_t r = 0; r < rows; ++r, x += hidden, y += hidden) {
    float sum = 0;
    for (std::int64_t i = 0; i < hidden; ++i) sum += x[i] * x[i];
    const float scale = 1.0f / std::sqrt(sum / hidden + epsilon);
    for (std::int64_t i = 0; i < hidden; ++i) y[i] = x[i] * scale * w[i];
  }
}

// Eight sums side by side, which is a vector, and a shorter chain of roundings as well.
void eight_lanes(std::int64_t rows, const float* x, const float* w, float* y) {
  for (std::int64_t r = 0; r < rows; ++r, x += hidden, y += hidden) {
    float lane[8] = {};
    for (std::int64_t i = 0; i < hidden; i += 8)
      for (std::int64_t k = 0; k < 8; ++k) lane[k] += x[i + k] * x[i + k];
    const float sum =
        ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
    const float scale = 1.0f / std::sqrt(sum / hidden + epsilon);
    for (std::int64_t i = 0; i < hidden; ++i) y[i] = x[i] * scale * w[i];
  }
}

ASSAY_PROBLEM("rmsnorm (host)", assay::host, p) {
  const auto rows = p.axis("rows", {16, 2048});
  const auto x = p.input<float>("x", {rows, hidden}, assay::normal());
  const auto w = p.input<float>("w", {hidden}, assay::uniform(0.5, 1.5));
  const auto y = p.output<float>("y", {rows, hidden});
  p.work(assay::work::rms_norm{rows, hidden});
  p.tolerance(assay::tolerance::accumulating(hidden));

  p.oracle([=](auto at) {
    auto X = at(x), W = at(w);
    auto Y = at(y);
    for (std::int64_t r = 0; r < rows; ++r) {
      double sum = 0;
      for (std::int64_t i = r * hidden; i < (r + 1) * hidden; ++i) sum += X[i] * X[i];
      const double scale = 1.0 / std::sqrt(sum / hidden + 1e-5);
      for (std::int64_t i = 0; i < hidden; ++i) Y[r * hidden + i] = X[r * hidden + i] * scale * W[i];
    }
  });
  p.baseline("scalar", [=] { scalar(rows, x, w, y); });
  p.candidate("eight lanes", [=] { eight_lanes(rows, x, w, y); });
  p.counterexample("last row forgotten", [=] { eight_lanes(rows - 1, x, w, y); });
}
