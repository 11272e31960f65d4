// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/core/format.hpp"
#include "assay/stats/estimate.hpp"

namespace assay {

/// Whether several devices are timed at once: as a check finds, or as somebody says.
enum class parallel_timing { check, yes, no };

/// One candidate at one case, timed on one device while the others idle and while they work, in turns.
struct parallel_comparison {
  std::string name;  ///< "saxpy n=65536, float4"
  std::vector<estimate> alone, busy;
};

/// Whether times may be taken on several devices at once, and a sentence with the numbers behind it.
struct parallel_judgement {
  bool trusted = false;
  std::string reason;
};

namespace detail {

/// Half of an interval's width as a share of the median; absent where the interval is.
[[nodiscard]] inline std::optional<double> half_width(const estimate& e) {
  if (!e.lower || !e.upper || !(e.median > 0.0)) return std::nullopt;
  return (*e.upper - *e.lower) / 2.0 / e.median;
}

/// Why these times do not agree; empty where they do.
[[nodiscard]] inline std::string disagreement(const parallel_comparison& c, double margin) {
  if (c.alone.size() < 2 || c.busy.empty()) return "there are too few times to compare";
  std::optional<double> lower, upper, width;
  for (const estimate& e : c.alone) {
    const auto share = half_width(e);
    if (!share) return "a time has no interval";
    lower = std::min(lower.value_or(*e.lower), *e.lower);
    upper = std::max(upper.value_or(*e.upper), *e.upper);
    width = std::max(width.value_or(*share), *share);
  }
  for (const estimate& e : c.busy) {
    const auto share = half_width(e);
    if (!share) return "a time has no interval";
    char text[192];
    if (e.median > *upper * (1.0 + margin) || e.median < *lower / (1.0 + margin)) {
      std::snprintf(text, sizeof text, "%s while the other devices work, %s to %s while they idle",
                    format_time(e.median).c_str(), format_time(*lower).c_str(), format_time(*upper).c_str());
      return text;
    }
    if (*share > std::max(2.0 * *width, margin)) {
      std::snprintf(text, sizeof text,
                    "the time is known to ±%.2g %% while the other devices work, to ±%.2g %% while they idle",
                    100.0 * *share, 100.0 * *width);
      return text;
    }
  }
  return "";
}

}  // namespace detail

/// Judges whether what other devices do shows in the times of one. It does not where each median that was
/// taken while they worked lies within what the medians that were taken while they idled span with their
/// intervals, widened by the margin, the least difference that matters (0.02 for 2 %); and where it is known
/// as well: an interval more than twice as wide, and wider than the margin, is an effect, too. Each side is
/// measured at least twice, in turns, so that what changes from one measurement to the next, or drifts, is in
/// the span. Where nothing can be told, nothing is trusted. Throws usage_error for a margin that is negative
/// or not finite.
[[nodiscard]] inline parallel_judgement judge_parallel(const std::vector<parallel_comparison>& comparisons,
                                                       double margin) {
  if (!(margin >= 0.0 && std::isfinite(margin)))
    throw usage_error("parallel timing: the margin must be finite and not negative");
  if (comparisons.empty()) return {false, "no candidate could be timed to compare"};
  std::string names;
  for (const parallel_comparison& c : comparisons) {
    if (const std::string why = detail::disagreement(c, margin); !why.empty())
      return {false, c.name + ": " + why};
    names += (names.empty() ? "" : "; ") + c.name;
  }
  return {true, names + ": the same while the other devices work and while they idle"};
}

}  // namespace assay
