// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/roofline/speed_of_light.hpp"

namespace assay {

/// How much a bound is worth: how close to it the best kernel there could be would come.
enum class bound_quality { narrow, ok, loose, vacuous };

inline constexpr int bound_quality_count = 4;

[[nodiscard]] constexpr const char* to_string(bound_quality quality) {
  constexpr const char* names[] = {"narrow", "ok", "loose", "vacuous"};
  return names[static_cast<std::size_t>(quality)];
}

struct judged_bound {
  bound_quality quality = bound_quality::vacuous;
  std::string reason;               ///< in words
  std::optional<double> tightness;  ///< bound / reachable time; absent where nothing tells what is reachable
};

/// Judges a bound by what is known to be reachable: the longest of the clock-adjusted and measured limits of
/// the same work, after the time that an empty launch takes (`launch_floor`, seconds), which no kernel gets
/// around. With tightness = bound / (launch floor + that limit):
/// - vacuous: no bound, or one that is not above the launch floor: not even an empty kernel comes near;
/// - narrow: tightness from 0.9; ok: from 0.7; loose: below;
/// - loose at best, where a part of the declared work bounds nothing, or the bound is uncertain by more than
///   10 %;
/// - ok at best, where there is neither a clock-adjusted nor a measured limit. What one device reaches says
///   nothing of another device or clock, so that this holds for every bound that is assumed.
[[nodiscard]] inline judged_bound judge_bound(const limit& bound, const std::vector<limit>& others,
                                              std::optional<double> launch_floor) {
  if (!bound.seconds) return {bound_quality::vacuous, "there is no bound", std::nullopt};
  if (bound.which == layer::assumed) launch_floor.reset();
  const double least = *bound.seconds, floor = launch_floor.value_or(0);
  std::optional<double> reachable;
  if (bound.which == layer::measured) reachable = least;
  for (const limit& other : others)
    if (bound.which != layer::assumed &&
        (other.which == layer::clock_adjusted || other.which == layer::measured) && other.seconds &&
        other.binding != resource::launch)
      reachable = std::max(reachable.value_or(0), *other.seconds);

  judged_bound result;
  if (reachable || launch_floor) result.tightness = least / (floor + std::max(reachable.value_or(0), least));
  if (launch_floor && least <= floor) {
    result.reason =
        "an empty launch takes " + format_time(floor) + ", and the bound is " + format_time(least);
    return result;
  }
  const double tightness = result.tightness.value_or(1);
  result.quality = tightness >= 0.9   ? bound_quality::narrow
                   : tightness >= 0.7 ? bound_quality::ok
                                      : bound_quality::loose;
  result.reason = !result.tightness ? "nothing tells what is reachable"
                                    : "it is " + format_share(tightness) + " of what is reachable";
  const auto at_best = [&](bound_quality worst, const std::string& why) {
    if (result.quality >= worst) return;
    result.quality = worst;
    result.reason = why;
  };
  for (const finding& one : bound.findings)
    if (one.code == "ceiling-absent") at_best(bound_quality::loose, one.message);
  if (bound.uncertainty() > 0.1)
    at_best(bound_quality::loose, "the bound is uncertain by " + format_share(bound.uncertainty()));
  if (!reachable) at_best(bound_quality::ok, "no clock-adjusted or measured limit tells what is reachable");
  return result;
}

}  // namespace assay
