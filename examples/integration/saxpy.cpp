// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The problem that catch2.cpp tests and google_benchmark.cpp times, on the processor. saxpy.cu is the same on
// a GPU.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <cstdint>

ASSAY_PROBLEM("saxpy", assay::host, p) {
  const auto n = p.axis("n", {1 << 12, 1 << 16}, assay::at_least(1));
  const auto x = p.input<float>("x", {n});
  const auto y = p.inout<float>("y", {n});
  p.flops(2.0 * static_cast<double>(n));

  p.oracle(y, [=](auto at, std::int64_t i) { return at(y)[i] + 2.0 * at(x)[i]; });
  p.baseline("backwards", [=] {
    float* const out = y;
    for (std::int64_t i = n; i-- > 0;) out[i] += 2.0f * x[i];
  });
  p.candidate("forwards", [=] {
    float* const out = y;
    for (std::int64_t i = 0; i < n; ++i) out[i] += 2.0f * x[i];
  });
  p.counterexample("leaves out the last", [=] {
    float* const out = y;
    for (std::int64_t i = 0; i + 1 < n; ++i) out[i] += 2.0f * x[i];
  });
}
