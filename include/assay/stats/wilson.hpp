// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "assay/core/error.hpp"

namespace assay {

/// successes/trials and the interval that holds the true share with the given confidence, all in [0, 1].
struct share_estimate {
  double share;
  double lower;
  double upper;
};

namespace detail {

/// The z with P(|Z| ≤ z) = confidence for a standard normal Z; 1.96 at 95 %. Newton's method on
/// erfc(z/√2) = 1 − confidence, which is convex for z > 0, so that the steps from 0 rise to the root.
[[nodiscard]] inline double two_sided_normal_quantile(double confidence) {
  constexpr double inverse_sqrt_two = 0.70710678118654752440;
  constexpr double density_factor = 0.79788456080286535588;  // sqrt(2/π)
  double z = 0.0;
  for (int step = 0; step < 100; ++step) {
    const double excess = std::erfc(z * inverse_sqrt_two) - (1.0 - confidence);
    const double increment = excess / (density_factor * std::exp(-0.5 * z * z));
    z += increment;
    if (std::abs(increment) <= 1e-15 * z) break;
  }
  return z;
}

}  // namespace detail

/// Wilson's score interval, without correction for continuity; it stays inside [0, 1] and is honest where the
/// share is near 0 or 1. Wilson, "Probable inference, the law of succession, and statistical inference",
/// 1927. Throws usage_error unless 0 ≤ successes ≤ trials, trials ≥ 1 and 0 < confidence < 1.
[[nodiscard]] inline share_estimate wilson_interval(int successes, int trials, double confidence) {
  if (trials < 1) throw usage_error("share: no trials");
  if (successes < 0 || successes > trials)
    throw usage_error("share: the successes must lie between 0 and the trials");
  if (!(confidence > 0.0 && confidence < 1.0))
    throw usage_error("confidence interval: the confidence must lie between 0 and 1");
  const double z = detail::two_sided_normal_quantile(confidence);
  const double n = trials;
  const double share = successes / n;
  const double scale = 1.0 / (1.0 + z * z / n);
  const double centre = scale * (share + 0.5 * z * z / n);
  const double half_width = scale * z * std::sqrt(share * (1.0 - share) / n + 0.25 * z * z / (n * n));
  // At the ends the formula gives 0 and 1; rounding must not take them away.
  return {share, successes == 0 ? 0.0 : centre - half_width, successes == trials ? 1.0 : centre + half_width};
}

}  // namespace assay
