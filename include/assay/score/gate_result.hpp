// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/score/gate.hpp"
#include "assay/score/scorecard.hpp"

namespace assay {

/// One gate held against the records: the answer, and the sentence that says why.
struct gate_result {
  gate condition;
  gate_answer answer = gate_answer::inconclusive;
  std::string reason;
};

namespace detail {

/// "0.500 [0.400, 0.625]"
[[nodiscard]] inline std::string gate_figure(const gate& g, const score_value& value) {
  const auto one = [&](double v) { return g.is_time() ? format_time(v) : format_number(v); };
  if (!value.lower || !value.upper) return one(value.value);
  return one(value.value) + " [" + one(*value.lower) + ", " + one(*value.upper) + "]";
}

[[nodiscard]] inline std::optional<score_value> gated_value(const gate& g, const candidate_score& score) {
  switch (g.of) {
    case gate::metric::sol: return score.sol_ratio;
    case gate::metric::speedup: return score.speedup;
    case gate::metric::time: return score.time;
    case gate::metric::sol_score: return score.sol_score;
    default: return std::nullopt;
  }
}

/// A condition that each candidate has to meet. The reason is the first of the worst, and how many there are.
[[nodiscard]] inline gate_result evaluate_each(const gate& g, const std::vector<const record*>& candidates,
                                               const std::map<std::string, const record*>& baselines) {
  gate_result result{g, gate_answer::met, ""};
  std::size_t not_met = 0, inconclusive = 0;
  for (const record* r : candidates) {
    const auto baseline = baselines.find(case_key(*r));
    const candidate_score score =
        score_candidate(*r, baseline == baselines.end() ? nullptr : baseline->second, 0.0);
    const std::optional<score_value> value = gated_value(g, score);
    const gate_answer answer = !r->verdict.acceptable() ? gate_answer::not_met
                               : value                  ? decide(g, *value)
                                                        : gate_answer::inconclusive;
    not_met += answer == gate_answer::not_met;
    inconclusive += answer == gate_answer::inconclusive;
    const bool worse = answer == gate_answer::not_met
                           ? result.answer != gate_answer::not_met
                           : answer == gate_answer::inconclusive && result.answer == gate_answer::met;
    if (!worse) continue;
    result.answer = answer;
    result.reason = r->case_name() + ", " + r->candidate + ": " +
                    (!r->verdict.acceptable()          ? to_string(r->verdict.outcome)
                     : value                           ? gate_figure(g, *value)
                     : g.of == gate::metric::sol_score ? "has no SoL score: " + score.no_sol_score
                                                       : "has no such figure");
  }
  const std::string all = std::to_string(candidates.size()) + " candidates and cases";
  if (result.answer == gate_answer::met) {
    result.reason = all;
  } else if (candidates.size() > 1) {
    const auto of_all = [&](std::size_t n) { return "; " + std::to_string(n) + " of " + all; };
    result.reason += not_met == 0 ? of_all(inconclusive) + " inconclusive" : of_all(not_met) + " not met";
    if (not_met > 0 && inconclusive > 0)
      result.reason += ", " + std::to_string(inconclusive) + " inconclusive";
  }
  return result;
}

/// A condition on the share of cases: those that surely count and those that may are the ends.
[[nodiscard]] inline gate_result evaluate_share(const gate& g, const std::vector<const record*>& candidates) {
  const bool over_limit = g.of == gate::metric::sol_fast_p;
  const fast_p score =
      score_curve(candidates, over_limit ? fast_over::speed_of_light : fast_over::baseline).at(g.p);
  if (!score.cases)
    return {g, gate_answer::inconclusive, over_limit ? "no case has a limit" : "no case has a baseline"};
  const double cases = score.cases;
  gate_result result{g, decide(g, {score.fast / cases, score.fast / cases, score.perhaps / cases}),
                     std::to_string(score.fast) + " of " + std::to_string(score.cases) + " cases"};
  if (score.perhaps > score.fast)
    result.reason += ", and perhaps " + std::to_string(score.perhaps - score.fast) + " more";
  return result;
}

/// A condition on the geometric mean over the cases, of their best candidates. Its ends are the means of the
/// cases' ends: the question is about these cases, not about those of which they are a sample.
[[nodiscard]] inline gate_result evaluate_mean(const gate& g, const std::vector<const record*>& candidates) {
  std::vector<double> values, lower, upper;
  int cases = 0, failed = 0, without = 0;
  for (const auto& [key, best] : best_candidates(candidates)) {
    ++cases;
    if (!best) {
      ++failed;
      continue;
    }
    const std::optional<score_value> value =
        g.of == gate::metric::geomean_time ? time_of(*best) : speedup_of(*best);
    if (!value) {
      ++without;
      continue;
    }
    values.push_back(value->value);
    if (value->lower) lower.push_back(*value->lower);
    if (value->upper) upper.push_back(*value->upper);
  }
  const auto of_cases = [&](int n) { return std::to_string(n) + " of " + std::to_string(cases) + " cases"; };
  if (failed) return {g, gate_answer::not_met, of_cases(failed) + " without an acceptable candidate"};
  if (without) return {g, gate_answer::inconclusive, of_cases(without) + " without such a figure"};
  const auto mean = geometric_mean_if(values, 0.95);
  if (!mean) return {g, gate_answer::not_met, "a figure that is no positive number"};
  const auto end = [&](const std::vector<double>& ends) -> std::optional<double> {
    const auto of_ends = geometric_mean_if(ends, 0.95);
    return of_ends && ends.size() == values.size() ? std::optional(of_ends->value) : std::nullopt;
  };
  const score_value value{mean->value, end(lower), end(upper)};
  return {g, decide(g, value), gate_figure(g, value) + " over " + std::to_string(cases) + " cases"};
}

}  // namespace detail

namespace detail {

/// Held against candidates as if all of them were right that are not known to be wrong.
[[nodiscard]] inline gate_result evaluate_times(const gate& g, const std::vector<const record*>& candidates,
                                                const std::vector<record>& records) {
  switch (g.of) {
    case gate::metric::fast_p:
    case gate::metric::sol_fast_p: return evaluate_share(g, candidates);
    case gate::metric::geomean:
    case gate::metric::geomean_time: return evaluate_mean(g, candidates);
    case gate::metric::pass_at_k: {
      const pass_score pass = score_pass_at_k(candidates, g.k);
      if (!pass.share)
        return {g, gate_answer::inconclusive,
                std::to_string(pass.too_few) + " of " + std::to_string(pass.problems) +
                    " problems have fewer than " + std::to_string(g.k) + " candidates"};
      return {g, decide(g, {*pass.share}),
              format_number(*pass.share) + " over " + std::to_string(pass.problems) + " problems"};
    }
    default: return evaluate_each(g, candidates, baselines_of(records));
  }
}

}  // namespace detail

/// Held against the candidates that the gate's filter admits. sol, speedup, time and sol_score have to be met
/// by each of them; the rest is asked of them all together. Where nothing can be decided, the filter admits
/// none, or a candidate was timed without being verified, the answer is inconclusive, never met.
[[nodiscard]] inline gate_result evaluate(const gate& g, const std::vector<record>& records) {
  std::vector<const record*> candidates;
  std::size_t unverified = 0;
  for (const record& r : records)
    if (is_candidate(r) && g.filter.admits(r.case_name() + "/" + r.candidate)) {
      candidates.push_back(&r);
      unverified += r.verdict.outcome == outcome::unchecked;
    }
  if (candidates.empty())
    return {g, gate_answer::inconclusive,
            g.filtered ? "the filter matches no candidate" : "there are no candidates"};
  gate_result result = detail::evaluate_times(g, candidates, records);
  if (result.answer != gate_answer::met || unverified == 0) return result;
  return {g, gate_answer::inconclusive,
          std::to_string(unverified) + " of " + std::to_string(candidates.size()) +
              " candidates and cases are unverified; " + result.reason};
}

}  // namespace assay
