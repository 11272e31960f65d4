// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What is right for its cases, and not for what their axes declare beside them.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>

ASSAY_PROBLEM("tails", assay::host, p) {
  const auto n = p.axis("n", {64, 4096}, assay::at_least(1));
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("whole", [=] {
    for (std::int64_t i = 0; i < n; ++i) y[i] = 2.0f * x[i];
  });
  p.candidate("by four", [=] {
    for (std::int64_t i = 0; i < n / 4 * 4; ++i) y[i] = 2.0f * x[i];
  });
}

// Nothing but shapes of its own: only what is in them can be tried.
ASSAY_PROBLEM("greatest", assay::host, p) {
  const auto n = p.axis("n", {64});
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {1});
  p.oracle([=](auto at) {
    at(y)[0] = at(x)[0];
    for (std::int64_t i = 1; i < n; ++i)
      if (at(x)[i] > at(y)[0]) at(y)[0] = at(x)[i];
  });
  p.candidate("from the first", [=] {
    float most = x[0];
    for (std::int64_t i = 1; i < n; ++i) most = x[i] > most ? x[i] : most;
    *y = most;
  });
  // Begins with 0, which is wrong where all are negative.
  p.counterexample("from zero", [=] {
    float most = 0;
    for (std::int64_t i = 0; i < n; ++i) most = x[i] > most ? x[i] : most;
    *y = most;
  });
}
