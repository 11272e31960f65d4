// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/stats/order_statistics.hpp"

namespace assay {

/// The indices, ascending, of the values with |x − median| > threshold · MAD, where MAD is the median of
/// |x − median|, at least one tick: with most values tied it would be 0 and every other value an outlier.
/// They are labels; nothing is removed. MAD is taken as it is, without the 1.4826 that makes it a deviation,
/// so 5 is 3.4 deviations of a normal distribution (0.07 % of its values). `tick` is in the unit of the
/// values. Throws usage_error for a NaN, a negative tick or a threshold that is not positive.
[[nodiscard]] inline std::vector<std::size_t> outliers(std::span<const double> values, double tick,
                                                       double threshold = 5.0) {
  if (!(tick >= 0.0)) throw usage_error("outliers: the tick must not be negative");
  if (!(threshold > 0.0)) throw usage_error("outliers: the threshold must be positive");
  std::vector<std::size_t> found;
  if (values.empty()) return found;
  const double centre = quantile(ascending(values), 0.5);
  std::vector<double> distances;
  distances.reserve(values.size());
  for (const double value : values) distances.push_back(std::abs(value - centre));
  const double limit = threshold * std::max(median(distances), tick);
  for (std::size_t i = 0; i < distances.size(); ++i)
    if (distances[i] > limit) found.push_back(i);
  return found;
}

}  // namespace assay
