// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "assay/roofline/sol_score.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// A figure with the interval in which it lies. An end is absent where there is none.
struct score_value {
  double value = 0.0;
  std::optional<double> lower = {}, upper = {};
};

/// s
[[nodiscard]] inline std::optional<score_value> time_of(const record& r) {
  if (!r.time) return std::nullopt;
  const estimate& time = r.time->time();
  return score_value{time.median, time.lower, time.upper};
}

/// Over the case's baseline.
[[nodiscard]] inline std::optional<score_value> speedup_of(const record& r) {
  if (!r.speedup) return std::nullopt;
  return score_value{r.speedup->value, r.speedup->lower, r.speedup->upper};
}

/// limit / time; highest where the time is lowest. An end is absent where the time's is, or is not positive.
[[nodiscard]] inline std::optional<score_value> sol_ratio_of(const record& r) {
  if (!r.time || !r.limit || !r.limit->seconds) return std::nullopt;
  const estimate& time = r.time->time();
  const auto ratio = [&](std::optional<double> t) { return t ? r.limit->ratio(*t) : std::nullopt; };
  return score_value{*r.limit->seconds / time.median, ratio(time.upper), ratio(time.lower)};
}

/// sol_score() of a record against its case's baseline; absent where that is. It falls with the time and
/// rises with the baseline's, so that its ends are those of the worst and the best pair within both
/// intervals: wider than need be, since both were measured in the same rounds.
[[nodiscard]] inline std::optional<score_value> sol_score_of(const record& r, const record& baseline) {
  if (!r.time || !baseline.time || !r.limit || !r.limit->seconds) return std::nullopt;
  const estimate &time = r.time->time(), &slow = baseline.time->time();
  const double least = *r.limit->seconds;
  const std::optional<double> value = sol_score(time.median, slow.median, least);
  if (!value) return std::nullopt;
  const auto end = [&](std::optional<double> t, std::optional<double> base) {
    return t && base ? sol_score(*t, *base, least) : std::nullopt;
  };
  return score_value{*value, end(time.upper, slow.lower), end(time.lower, slow.upper)};
}

/// Why sol_score_of() is absent: what is missing, or why the formula means nothing. Empty where it is not
/// absent. `baseline` is that of the case, or null.
[[nodiscard]] inline std::string why_no_sol_score(const record& r, const record* baseline) {
  if (!r.time) return "there is no time";
  if (!r.limit || !r.limit->seconds) return "there is no limit";
  if (!baseline || !baseline->time) return "there is no time of a baseline that is right";
  return anchored_sol_score(r.time->time().median, baseline->time->time().median, *r.limit->seconds)
      .undefined;
}

}  // namespace assay
