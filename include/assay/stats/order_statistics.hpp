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

namespace assay {

/// The values in ascending order. Throws usage_error for a NaN, which has no place in an order.
[[nodiscard]] inline std::vector<double> ascending(std::span<const double> values) {
  std::vector<double> result(values.begin(), values.end());
  for (const double value : result)
    if (std::isnan(value)) throw usage_error("order statistics: NaN among the values");
  std::sort(result.begin(), result.end());
  return result;
}

/// The q-quantile of values in ascending order, 0 ≤ q ≤ 1, with linear interpolation at rank 1 + (n − 1)q:
/// type 7 of Hyndman & Fan, "Sample quantiles in statistical packages", 1996, as NumPy and R have it.
/// Throws usage_error for no values or another q.
[[nodiscard]] inline double quantile(std::span<const double> ordered, double q) {
  if (ordered.empty()) throw usage_error("quantile: no values");
  if (!(q >= 0.0 && q <= 1.0)) throw usage_error("quantile: q must lie in [0, 1]");
  const double rank = static_cast<double>(ordered.size() - 1) * q;
  const std::size_t below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, ordered.size() - 1);
  const double share = rank - static_cast<double>(below);
  if (share == 0.0 || ordered[below] == ordered[above]) return ordered[below];  // of infinities too
  return std::lerp(ordered[below], ordered[above], share);
}

/// The middle value, or half the sum of the middle two. Throws usage_error for no values or a NaN.
[[nodiscard]] inline double median(const std::vector<double>& values) {
  if (values.empty()) throw usage_error("median: no values");
  return quantile(ascending(values), 0.5);
}

/// Two ranks among n values in ascending order, counted from 1, and the probability that the median of the
/// distribution lies between them.
struct rank_interval {
  int lower;
  int upper;
  double coverage;
};

/// The narrowest symmetric interval [x(k), x(n+1−k)] that holds the median with at least `confidence`, for
/// any continuous distribution: the largest k with P(Bin(n, 1/2) < k) ≤ (1 − confidence)/2. Absent where
/// there is none (n < 6 at 95 %). David & Nagaraja, "Order statistics", 3rd ed., 2003, section 7.1. Throws
/// usage_error for a confidence outside (0, 1).
[[nodiscard]] inline std::optional<rank_interval> median_interval_ranks(int n, double confidence) {
  if (!(confidence > 0.0 && confidence < 1.0))
    throw usage_error("confidence interval: the confidence must lie between 0 and 1");
  if (n < 1) return std::nullopt;

  // Weights C(n, j) by recurrence, up to a factor: 2^-1000 for the first, 36 deviations below the mean, from
  // where they rise by less than e^650. What lies below is lost, e^-648 of the whole. Exact up to n = 50.
  const double mean = 0.5 * n;
  const int first = std::max(0, static_cast<int>(mean - 18.0 * std::sqrt(static_cast<double>(n))));
  const auto next = [n](double weight, int j) { return weight * (n - j) / (j + 1); };
  double whole = 0.0;
  double weight = 0x1p-1000;
  for (int j = first; j <= n - first; weight = next(weight, j), ++j) whole += weight;

  const double limit = 0.5 * (1.0 - confidence) * whole;
  double below = 0.0;  // the weight of fewer than k successes
  int k = first;
  weight = 0x1p-1000;
  for (; below + weight <= limit; ++k) {
    below += weight;
    weight = next(weight, k);
  }
  if (k < 1) return std::nullopt;
  return rank_interval{k, n + 1 - k, 1.0 - 2.0 * below / whole};
}

}  // namespace assay
