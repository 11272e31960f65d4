// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/stats/order_statistics.hpp"
#include "assay/stats/serial_correlation.hpp"

namespace assay {

/// A median and the interval that holds the true one with at least the given confidence. In the unit of the
/// values. The interval is absent where there are too few values for one.
struct estimate {
  double median = 0.0;
  std::optional<double> lower = {};
  std::optional<double> upper = {};
  double confidence = 0.95;  ///< as asked for
  int samples = 0;           ///< independent values behind it; for a median of rounds, the rounds
};

namespace detail {

template <class Ranks>
[[nodiscard]] inline estimate median_with(std::span<const double> values, double confidence, double tick,
                                          const Ranks& ranks_of) {
  if (!(tick >= 0.0)) throw usage_error("estimate: the tick must not be negative");
  if (values.empty()) throw usage_error("estimate: no values");
  const std::vector<double> ordered = ascending(values);
  estimate result;
  result.median = quantile(ordered, 0.5);
  result.confidence = confidence;
  result.samples = static_cast<int>(ordered.size());
  if (const std::optional<rank_interval> ranks = ranks_of()) {
    result.lower = ordered[static_cast<std::size_t>(ranks->lower - 1)] - tick;
    result.upper = ordered[static_cast<std::size_t>(ranks->upper - 1)] + tick;
  }
  return result;
}

}  // namespace detail

/// The median with its order-statistic interval, widened by one tick of the clock to either side: values that
/// the clock rounded to ties would otherwise give an interval of width 0 and end a measurement at once.
/// `tick` is in the unit of the values. The interval holds for independent values only; for times taken back
/// to back use median_of_rounds. Throws usage_error for no values, a NaN, a negative tick or a confidence
/// outside (0, 1).
[[nodiscard]] inline estimate median_of(std::span<const double> values, double confidence, double tick) {
  const int n = static_cast<int>(values.size());
  return detail::median_with(values, confidence, tick, [&] { return median_interval_ranks(n, confidence); });
}

/// The same of values in the order taken, evenly apart in time, that need not be independent: the interval is
/// as much wider as neighbours are alike (sequence_interval_ranks). Simulated (bench/coverage.cpp), of
/// rounds 5 ms apart with noise that has a memory of 10 ms it holds the median in 94 %, of the plain interval
/// 72 %; for independent rounds it costs 0 to 30 % more samples.
[[nodiscard]] inline estimate median_of_sequence(std::span<const double> values, double confidence,
                                                 double tick) {
  return detail::median_with(values, confidence, tick,
                             [&] { return sequence_interval_ranks(values, confidence); });
}

}  // namespace assay
