// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/stats/order_statistics.hpp"

namespace assay {

/// How much each value tells about the next, in [−1, 1]: 1 − RVN/2, where RVN is the rank version of von
/// Neumann's ratio, Σ(Rᵢ − Rᵢ₊₁)²/Σ(Rᵢ − R̄)², with 2 for its mean over independent values. Ranks, so that one
/// outlier does not decide it; tied values share theirs. 0 where all are tied or there are fewer than three.
/// Bartels, "The rank version of von Neumann's ratio test for randomness", 1982. Takes n² steps. Throws
/// usage_error for a NaN.
[[nodiscard]] inline double serial_correlation(std::span<const double> values) {
  for (const double value : values)
    if (std::isnan(value)) throw usage_error("serial correlation: NaN among the values");
  if (values.size() < 3) return 0.0;
  const double mean = 0.5 * static_cast<double>(values.size());  // of the ranks as counted below
  double steps = 0.0, spread = 0.0, before = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double rank = 0.0;
    for (const double other : values) rank += 0.5 * ((other < values[i]) + (other <= values[i]));
    if (i > 0) steps += (rank - before) * (rank - before);
    spread += (rank - mean) * (rank - mean);
    before = rank;
  }
  return spread > 0.0 ? std::clamp(1.0 - 0.5 * steps / spread, -1.0, 1.0) : 0.0;
}

/// median_interval_ranks for values in the order taken, whose neighbours may be alike. With a correlation r
/// from each to the next (AR(1)) n values tell as much as n(1 − r)/(1 + r) independent ones, so the ranks lie
/// √((1 + r)/(1 − r)) times as far from the middle, at most at the ends; a negative r changes nothing. The
/// coverage is that for independent values. Absent and throws as median_interval_ranks, and for a NaN.
[[nodiscard]] inline std::optional<rank_interval> sequence_interval_ranks(std::span<const double> values,
                                                                          double confidence) {
  const int n = static_cast<int>(values.size());
  std::optional<rank_interval> ranks = median_interval_ranks(n, confidence);
  if (!ranks) return ranks;
  constexpr double most = 0.99;
  const double r = std::clamp(serial_correlation(values), 0.0, most);
  const double half = 0.5 * (n + 1 - 2 * ranks->lower) * std::sqrt((1.0 + r) / (1.0 - r));
  constexpr double rounding = 1e-9;
  ranks->lower = std::max(1, static_cast<int>(std::floor(0.5 * (n + 1) - half + rounding)));
  ranks->upper = n + 1 - ranks->lower;
  return ranks;
}

}  // namespace assay
