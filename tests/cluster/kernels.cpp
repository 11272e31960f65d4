// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What the clusters of this folder run: cases that take long enough to be interrupted. With KERNELS_WRONG one
// is wrong.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace {

void fill(std::int64_t n, std::chrono::milliseconds takes, float* y) {
  std::this_thread::sleep_for(takes);
  for (std::int64_t i = 0; i < n; ++i) y[i] = static_cast<float>(i);
}

}  // namespace

ASSAY_PROBLEM("fill", assay::host, p) {
  using std::chrono::milliseconds;
  const auto n = p.axis("n", {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
                              17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [](auto, std::int64_t i) { return static_cast<double>(i); });
  p.baseline("slow", [=] { fill(n, milliseconds(4), y); });
  p.candidate("quick", [=] {
    fill(n, milliseconds(2), y);
    if (n == 7 && std::getenv("KERNELS_WRONG")) *y = 1e6f;
  });
}
