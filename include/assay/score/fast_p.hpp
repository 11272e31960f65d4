// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "assay/score/score_value.hpp"
#include "assay/stats/wilson.hpp"
#include "assay/suite/record.hpp"

namespace assay {

[[nodiscard]] inline bool is_candidate(const record& r) { return r.role == candidate_role::candidate; }

/// What names a case among the records of many devices.
[[nodiscard]] inline std::string case_key(const record& r) {
  return r.backend + "\n" + r.device + "\n" + r.case_name();
}

namespace detail {

/// Lists of records and lists of pointers to them are scored alike.
[[nodiscard]] inline const record& record_in(const record& r) { return r; }
[[nodiscard]] inline const record& record_in(const record* r) { return *r; }

}  // namespace detail

/// What fast_p counts by: the speedup over the baseline, or the share of the speed of light.
enum class fast_over { baseline, speed_of_light };

/// The share of cases with a candidate that is correct and more than p times faster than the baseline
/// (KernelBench, arXiv 2502.10517), or above p of the speed of light. A case counts when the lower end of its
/// interval is above p: ties are not wins. With 40 % true ties and a true share of 30 % this says 33 %, the
/// ratio alone 50 %.
struct fast_p {
  double p = 1.0;
  int fast = 0;
  int cases = 0;    ///< with the figure, or with a candidate that was not acceptable
  int perhaps = 0;  ///< cases whose interval reaches above p; at least `fast`

  [[nodiscard]] std::optional<double> share() const {
    return cases ? std::optional(static_cast<double>(fast) / cases) : std::nullopt;
  }
  /// Wilson's interval: of the share among all cases of which these are a sample.
  [[nodiscard]] std::optional<share_estimate> interval(double confidence) const {
    return cases ? std::optional(wilson_interval(fast, cases, confidence)) : std::nullopt;
  }
};

/// All of fast_p at once: it falls by a case at each of its steps.
struct fast_p_curve {
  /// Of each case with a correct candidate the highest p at which it just does not count, ascending.
  std::vector<double> steps;
  std::vector<double> highest;  ///< the same by the upper ends: up to which p it may count
  int cases = 0;

  [[nodiscard]] fast_p at(double p) const {
    const auto above = [&](const std::vector<double>& ends) {
      return static_cast<int>(ends.end() - std::upper_bound(ends.begin(), ends.end(), p));
    };
    return {p, above(steps), cases, std::max(above(steps), above(highest))};
  }
};

/// Wrong, invalid and failed candidates count as not fast. A case counts once, with its best candidate.
template <class Records>
[[nodiscard]] fast_p_curve score_curve(const Records& records, fast_over over = fast_over::baseline) {
  struct ends {
    std::optional<double> lower, upper;
  };
  std::map<std::string, ends> by_case;
  for (const auto& entry : records) {
    const record& r = detail::record_in(entry);
    if (!is_candidate(r)) continue;
    const std::optional<score_value> value = over == fast_over::baseline ? speedup_of(r) : sol_ratio_of(r);
    if (!value && r.verdict.acceptable()) continue;
    ends& best = by_case[case_key(r)];
    if (!value || r.verdict.outcome != outcome::correct) continue;
    // One end is no interval without the other, but an upper one may be absent for being out of sight. A
    // figure that is no positive number is of a time that its timer could not tell from none: it may be any.
    const bool seen = value->value > 0.0 && std::isfinite(value->value);
    const double least = value->lower ? *value->lower : seen ? value->value : 0.0;
    const double upper = value->upper ? *value->upper : value->lower || !seen ? HUGE_VAL : value->value;
    // What is not a number is not above anything.
    if (std::isnan(value->value) || std::isnan(least) || std::isnan(upper)) continue;
    const double lower =
        std::max(least, std::numeric_limits<double>::min());  // fast_0 is the share of correct
    best.lower = std::max(lower, best.lower.value_or(-HUGE_VAL));
    best.upper = std::max(upper, best.upper.value_or(-HUGE_VAL));
  }
  fast_p_curve curve;
  curve.cases = static_cast<int>(by_case.size());
  for (const auto& [name, best] : by_case) {
    if (!best.lower) continue;
    curve.steps.push_back(*best.lower);
    curve.highest.push_back(*best.upper);
  }
  std::sort(curve.steps.begin(), curve.steps.end());
  std::sort(curve.highest.begin(), curve.highest.end());
  return curve;
}

[[nodiscard]] inline fast_p score_fast_p(const std::vector<record>& records, double p,
                                         fast_over over = fast_over::baseline) {
  return score_curve(records, over).at(p);
}

}  // namespace assay
