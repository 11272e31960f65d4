// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <cstdint>

ASSAY_PROBLEM("saxpy", assay::host, p) {
  const auto n = p.axis("n", {1 << 16}, assay::at_least(1));
  const auto x = p.input<float>("x", {n});
  const auto y = p.inout<float>("y", {n});
  p.flops(2.0 * static_cast<double>(n));
  p.oracle(y, [=](auto at, std::int64_t i) { return at(y)[i] + 2.0 * at(x)[i]; });
  p.candidate("plain", [=] {
    float* const out = y;
    for (std::int64_t i = 0; i < n; ++i) out[i] += 2.0f * x[i];
  });
}
