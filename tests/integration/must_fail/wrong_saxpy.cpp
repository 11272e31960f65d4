// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The problem of examples/integration with a candidate that is right for its listed n only, and one that is
// wrong.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <cstdint>

namespace {

void saxpy(std::int64_t n, const float* x, float* y) {
  for (std::int64_t i = 0; i < n; ++i) y[i] += 2.0f * x[i];
}

}  // namespace

ASSAY_PROBLEM("saxpy", assay::host, p) {
  const auto n = p.axis("n", {1 << 12}, assay::at_least(1));
  const auto x = p.input<float>("x", {n});
  const auto y = p.inout<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return at(y)[i] + 2.0 * at(x)[i]; });
  p.baseline("plain", [=] { saxpy(n, x, y); });
  p.candidate("whole vectors alone", [=] { saxpy(n / 4 * 4, x, y); });
  p.candidate("one too large", [=] {
    saxpy(n, x, y);
    y[n / 2] += 1.0f;
  });
}
