// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>

ASSAY_PROBLEM("saxpy on the host", assay::host, p) {
  const auto n = p.axis("n", {1000});
  const auto x = p.input<float>("x", {n});
  const auto y = p.inout<float>("y", {n});
  p.flops(2.0 * static_cast<double>(n));
  p.oracle([=](auto at) {
    auto X = at(x);
    auto Y = at(y);
    for (std::int64_t i = 0; i < n; ++i) Y[i] += 2.0 * X[i];
  });
  p.candidate("loop", [=] {
    for (std::int64_t i = 0; i < n; ++i) y[i] += 2.0f * x[i];
  });
}
