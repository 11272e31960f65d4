// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/score/gate.hpp"
#include "assay/stats/wilson.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// The share of cases with a candidate that is correct and more than p times faster than the baseline. A case
/// counts when the lower end of its speedup's interval is above p: ties are not wins.
struct fast_p {
  double p = 1.0;
  int fast = 0;
  int cases = 0;  ///< with a baseline that was timed, or a candidate that was not acceptable

  [[nodiscard]] std::optional<double> share() const {
    return cases ? std::optional(static_cast<double>(fast) / cases) : std::nullopt;
  }
};

/// One gate held against the records: the answer, and the sentence that says why.
struct gate_result {
  gate condition;
  gate_answer answer = gate_answer::inconclusive;
  std::string reason;
};

[[nodiscard]] inline bool is_candidate(const record& r) { return r.role == candidate_role::candidate; }

[[nodiscard]] inline bool is_fast(const record& r, double p) {
  return r.verdict.outcome == outcome::correct && r.speedup &&
         r.speedup->lower.value_or(r.speedup->value) > p;
}

/// Wrong, invalid and failed candidates count as not fast. A case counts once, with its best candidate.
[[nodiscard]] inline fast_p score_fast_p(const std::vector<record>& records, double p) {
  std::map<std::string, bool> by_case;
  for (const record& r : records) {
    if (!is_candidate(r) || (!r.speedup && r.verdict.acceptable())) continue;
    bool& fast = by_case[r.backend + " " + r.case_name()];
    fast = fast || is_fast(r, p);
  }
  fast_p score{p, 0, static_cast<int>(by_case.size())};
  for (const auto& [name, fast] : by_case) score.fast += fast;
  return score;
}

/// The value of a case's metric with its interval; absent where the record has none.
[[nodiscard]] inline std::optional<gated_value> value_of(const gate& g, const record& r) {
  if (!r.time) return std::nullopt;
  const estimate& time = r.time->time();
  switch (g.of) {
    case gate::metric::time: return gated_value{time.median, time.lower, time.upper};
    case gate::metric::speedup:
      if (!r.speedup) return std::nullopt;
      return gated_value{r.speedup->value, r.speedup->lower, r.speedup->upper};
    case gate::metric::sol: {
      if (!r.limit || !r.limit->seconds) return std::nullopt;
      const auto ratio = [&](std::optional<double> t) { return t ? r.limit->ratio(*t) : std::nullopt; };
      return gated_value{*r.limit->seconds / time.median, ratio(time.upper), ratio(time.lower)};
    }
    case gate::metric::fast_p: break;
  }
  return std::nullopt;
}

/// Every candidate must meet the condition; fast_p is asked of the suite. Where nothing can be decided the
/// answer is inconclusive, never met.
[[nodiscard]] inline gate_result evaluate(const gate& g, const std::vector<record>& records) {
  gate_result result{g, gate_answer::met, ""};
  if (g.of == gate::metric::fast_p) {
    const fast_p score = score_fast_p(records, g.p);
    if (!score.cases) return {g, gate_answer::inconclusive, "no case has a baseline"};
    const std::optional<double> share = score.share();
    result.answer = decide(g, {*share, std::nullopt, std::nullopt});
    result.reason = std::to_string(score.fast) + " of " + std::to_string(score.cases) + " cases";
    return result;
  }
  int met = 0, candidates = 0;
  for (const record& r : records) {
    if (!is_candidate(r)) continue;
    ++candidates;
    const std::optional<gated_value> value = value_of(g, r);
    const gate_answer answer = !r.verdict.acceptable() ? gate_answer::not_met
                               : value                 ? decide(g, *value)
                                                       : gate_answer::inconclusive;
    met += answer == gate_answer::met;
    const bool worse = answer == gate_answer::not_met
                           ? result.answer != gate_answer::not_met
                           : answer == gate_answer::inconclusive && result.answer == gate_answer::met;
    if (!worse) continue;
    result.answer = answer;
    result.reason = r.case_name() + ", " + r.candidate + ": " +
                    (!r.verdict.acceptable() ? to_string(r.verdict.outcome)
                     : !value                ? std::string("has no such figure")
                     : g.of == gate::metric::time
                         ? format_time(value->value)
                         : format_number(value->value) + (value->lower && value->upper
                                                              ? " [" + format_number(*value->lower) + ", " +
                                                                    format_number(*value->upper) + "]"
                                                              : ""));
  }
  if (!candidates) return {g, gate_answer::inconclusive, "there are no candidates"};
  if (result.answer == gate_answer::met) result.reason = std::to_string(met) + " candidates and cases";
  return result;
}

}  // namespace assay
