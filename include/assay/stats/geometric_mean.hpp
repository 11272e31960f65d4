// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include "assay/core/error.hpp"

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

}  // namespace assay
