// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/measure/measurement.hpp"
#include "assay/stats/paired_ratio.hpp"
#include "assay/stats/round_estimate.hpp"

namespace assay {

/// baseline time / candidate time of two callables that were measured together, from the ratios of their
/// rounds (ratio_of_rounds): drifts and clocks that a round has in common cancel. Of net times where both
/// have them, otherwise of raw ones. Without an interval, and from the medians alone, where a net time is not
/// above 0: then the candidate did nothing that its timer could see. Throws usage_error where the rounds are
/// not the same.
[[nodiscard]] inline paired_ratio paired_speedup(const measurement& baseline, const measurement& candidate) {
  const bool net = baseline.net && candidate.net;
  // Of whole samples, however many launches each side has behind one: what the timer adds, its error and its
  // tick are the same for both.
  const auto rounds_of = [&](const measurement& m) {
    std::vector<double> rounds = round_medians(m.samples, m.rounds);
    for (double& seconds : rounds) seconds = seconds * m.launches - (net ? m.calibration->overhead : 0.0);
    return rounds;
  };
  const std::vector<double> slow = rounds_of(baseline), fast = rounds_of(candidate);
  if (slow.size() != fast.size())
    throw usage_error("speedup: the two were not measured together: " + std::to_string(slow.size()) +
                      " and " + std::to_string(fast.size()) + " rounds");
  const auto positive = [](const std::vector<double>& times) {
    return !times.empty() && *std::min_element(times.begin(), times.end()) > 0.0;
  };
  if (!positive(slow) || !positive(fast)) {
    paired_ratio result;
    result.value = (net ? baseline.net->median : baseline.raw.median) /
                   (net ? candidate.net->median : candidate.raw.median);
    result.rounds = static_cast<int>(slow.size());
    return result;
  }
  // What the timer adds to both alike. What several kernels wait for is their own.
  const double uncertainty = net ? baseline.calibration->uncertainty : 0.0;
  paired_ratio result = ratio_of_rounds(slow, fast, candidate.raw.confidence,
                                        std::max(baseline.tick, candidate.tick), {0.0, uncertainty});
  const double launches = static_cast<double>(candidate.launches) / baseline.launches;
  result.value *= launches;
  if (result.lower) *result.lower *= launches;
  if (result.upper) *result.upper *= launches;
  return result;
}

}  // namespace assay
