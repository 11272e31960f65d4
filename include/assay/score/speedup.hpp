// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "assay/stats/estimate.hpp"

namespace assay {

/// baseline time / candidate time, with the interval in which it lies.
struct speedup {
  double value = 0.0;
  std::optional<double> lower, upper;
};

/// The ratio of two estimates. Its interval is the widest that both allow, so at least as wide as it need be.
[[nodiscard]] inline speedup speedup_over(const estimate& baseline, const estimate& candidate) {
  speedup result{baseline.median / candidate.median, std::nullopt, std::nullopt};
  if (baseline.lower && baseline.upper && candidate.lower && candidate.upper && *candidate.lower > 0) {
    result.lower = *baseline.lower / *candidate.upper;
    result.upper = *baseline.upper / *candidate.lower;
  }
  return result;
}

}  // namespace assay
