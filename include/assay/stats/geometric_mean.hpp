// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "assay/core/error.hpp"
#include "assay/stats/student_t.hpp"

namespace assay {

/// exp of the mean of the logarithms: the mean for ratios, since that of a/b is the inverse of that of b/a.
/// Throws usage_error for no values or for one that is not positive and finite.
[[nodiscard]] inline double geometric_mean(std::span<const double> values) {
  if (values.empty()) throw usage_error("geometric mean: no values");
  double sum = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] > 0.0 && std::isfinite(values[i])))
      throw usage_error("geometric mean: value " + std::to_string(i) + " is " + std::to_string(values[i]) +
                        ", not positive and finite");
    sum += std::log(values[i]);
  }
  return std::exp(sum / static_cast<double>(values.size()));
}

/// A geometric mean and the interval that holds the true one with the given confidence; absent for one value.
struct geometric_mean_estimate {
  double value = 0.0;
  std::optional<double> lower = {};
  std::optional<double> upper = {};
  int values = 0;
};

/// The geometric mean with Student's t interval of the logarithms: for values that are a sample of those
/// asked about, such as the speedups of some shapes for those of all. Throws usage_error as geometric_mean
/// does, and for a confidence outside (0, 1).
[[nodiscard]] inline geometric_mean_estimate geometric_mean_of(std::span<const double> values,
                                                               double confidence) {
  geometric_mean_estimate result{geometric_mean(values), {}, {}, static_cast<int>(values.size())};
  if (!(confidence > 0.0 && confidence < 1.0))
    throw usage_error("confidence interval: the confidence must lie between 0 and 1");
  if (values.size() < 2) return result;
  const double n = static_cast<double>(values.size());
  double squares = 0.0;
  for (const double value : values) squares += std::pow(std::log(value / result.value), 2);
  const double half =
      two_sided_student_quantile(confidence, result.values - 1) * std::sqrt(squares / (n - 1.0) / n);
  result.lower = result.value * std::exp(-half);
  result.upper = result.value * std::exp(half);
  return result;
}

}  // namespace assay
