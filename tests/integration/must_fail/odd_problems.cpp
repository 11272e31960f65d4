// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Problems that Google Benchmark must be told about rightly.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <cstdint>
#include <stdexcept>

// The tolerance lets everything pass, so its right candidate shows nothing.
ASSAY_PROBLEM("accepts all", assay::host, p) {
  const auto y = p.output<float>("y", {64});
  p.tolerance(assay::tolerance::allclose(1e6, 0.0));
  p.oracle(y, [](auto, std::int64_t i) { return static_cast<double>(i); });
  p.candidate("right", [=] {
    for (std::int64_t i = 0; i < 64; ++i) y[i] = static_cast<float>(i);
  });
  p.counterexample("zeros", [=] {
    for (std::int64_t i = 0; i < 64; ++i) y[i] = 0.0f;
  });
}

ASSAY_PROBLEM("throws", assay::host, p) {
  const auto y = p.output<float>("y", {64});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.candidate("always", [] { throw std::runtime_error("no kernel for this shape"); });
}

ASSAY_PROBLEM("counterexample throws", assay::host, p) {
  const auto y = p.output<float>("y", {64});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.candidate("right", [=] {
    for (std::int64_t i = 0; i < 64; ++i) y[i] = 1.0f;
  });
  p.counterexample("always", [] { throw std::runtime_error("no kernel for this shape"); });
}
