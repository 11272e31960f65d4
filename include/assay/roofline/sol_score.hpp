// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

#include "assay/core/error.hpp"
#include "assay/core/format.hpp"

namespace assay {

/// A SoL score, or why there is none.
struct sol_score_answer {
  std::optional<double> score;
  std::string undefined;  ///< in words, where there is no score

  /// Throws usage_error where there is none.
  [[nodiscard]] double value() const {
    if (!score) throw usage_error("SoL score: " + undefined);
    return *score;
  }
};

/// The SoL score, S = 1 / (1 + (T - T_sol) / (T_b - T_sol)), of a time against a baseline's and a limit, all
/// seconds (SOL-ExecBench, arXiv 2603.19173): 1 at the limit, 1/2 at the baseline. Not clamped: above 1 the
/// time is below the limit.
///
/// Undefined, and said why, where a time is no positive number, and where the baseline is at the limit or
/// below (its harness then gives 1 or 0, which compares nothing). So is a time so far below the limit that
/// the denominator is not positive: T <= 2 T_sol - T_b.
[[nodiscard]] inline sol_score_answer anchored_sol_score(double time, double baseline_time,
                                                         double limit_time) {
  const auto shown = [](double seconds) {  // microseconds are not 0
    char text[32];
    std::snprintf(text, sizeof text, "%g", seconds);
    return std::string(text);
  };
  struct {
    const char* what;
    double seconds;
  } const given[] = {{"time", time}, {"baseline's time", baseline_time}, {"limit", limit_time}};
  for (const auto& one : given)
    if (!std::isfinite(one.seconds) || one.seconds <= 0)
      return {std::nullopt, std::string("the ") + one.what + " is " + shown(one.seconds) +
                                " s, and must be a number above 0"};
  if (baseline_time <= limit_time)
    return {std::nullopt, "the baseline's " + format_time(baseline_time) + " is not above the limit of " +
                              format_time(limit_time) + ", so there is no way left to be scored"};
  const double denominator = 1 + (time - limit_time) / (baseline_time - limit_time);
  if (denominator <= 0)
    return {std::nullopt, "the time of " + format_time(time) + " is farther below the limit of " +
                              format_time(limit_time) + " than the baseline's " + format_time(baseline_time) +
                              " is above it"};
  return {1 / denominator, ""};
}

/// The same, without the reason.
[[nodiscard]] inline std::optional<double> sol_score(double time, double baseline_time, double limit_time) {
  return anchored_sol_score(time, baseline_time, limit_time).score;
}

}  // namespace assay
