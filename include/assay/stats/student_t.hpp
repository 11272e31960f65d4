// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "assay/core/error.hpp"

namespace assay {

/// P(|T| ≤ t) for Student's T with `freedom` degrees of freedom and t ≥ 0: the finite sums of Abramowitz &
/// Stegun, "Handbook of mathematical functions", 1964, 26.7.3 (odd) and 26.7.4 (even). Takes freedom/2 steps.
/// Throws usage_error for freedom < 1 or a negative t.
[[nodiscard]] inline double student_t_within(double t, int freedom) {
  if (freedom < 1) throw usage_error("Student's t: at least one degree of freedom is needed");
  if (!(t >= 0.0)) throw usage_error("Student's t: t must not be negative");
  constexpr double two_over_pi = 0.63661977236758134308;
  const double angle = std::atan(t / std::sqrt(static_cast<double>(freedom)));
  const double cosine = std::cos(angle), sine = std::sin(angle);
  const bool odd = freedom % 2 != 0;
  double term = odd ? cosine : 1.0, sum = 0.0;
  for (int k = odd ? 1 : 0; k <= freedom - 2; k += 2) {
    sum += term;
    term *= cosine * cosine * (k + 1) / (k + 2);
  }
  return odd ? two_over_pi * (angle + sine * sum) : sine * sum;
}

/// The t with P(|T| ≤ t) = confidence; 12.7 at 95 % with one degree of freedom, 1.96 with many. By bisection
/// to 1e-13 of t. Throws usage_error for freedom < 1 or a confidence outside (0, 1).
[[nodiscard]] inline double two_sided_student_quantile(double confidence, int freedom) {
  if (!(confidence > 0.0 && confidence < 1.0))
    throw usage_error("confidence interval: the confidence must lie between 0 and 1");
  double low = 0.0, high = 1.0;
  while (student_t_within(high, freedom) < confidence && high < 0x1p500) high *= 2.0;
  while (high - low > 1e-13 * high) {
    const double middle = 0.5 * (low + high);
    (student_t_within(middle, freedom) < confidence ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace assay
