// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "assay/score/fast_p.hpp"
#include "assay/score/pass_at_k.hpp"
#include "assay/score/score_value.hpp"
#include "assay/stats/change.hpp"
#include "assay/stats/geometric_mean.hpp"
#include "assay/suite/record.hpp"

namespace assay {

struct score_options {
  std::vector<double> p = {0.0, 0.5, 0.8, 1.0, 1.5, 2.0};  ///< of fast_p
  std::vector<int> k = {1};                                ///< of pass@k
  double confidence = 0.95;
  double margin = 0.02;  ///< the least change that matters
};

/// The figures of one candidate at one case. What could not be had, or is of a candidate that is not
/// acceptable, is absent.
struct candidate_score {
  std::size_t record = 0;  ///< its place among the records
  std::optional<score_value> time = {}, speedup = {}, sol_ratio = {}, sol_score = {};
  std::string no_sol_score = {};             ///< why there is none, of an acceptable candidate
  std::optional<judged_change> change = {};  ///< over the baseline
};

/// The figures of a set of records. Each case is represented by its best candidate: the acceptable one with
/// the highest speedup, or the least time where there is no baseline. A case without one has failed: it
/// counts in `cases`, as not fast, and with a SoL score of 0 (its time is infinite); means of ratios have no
/// place for it and tell of how many cases they are. What was timed unchecked (--time-only) is in these
/// means, but neither fast nor a pass.
///
/// The geometric mean of seconds over the cases is what KernelBot ranks by; KernelBot itself takes the mean
/// of a case's samples (eval.py's `.mean`), where this takes the median, net where there is a net time.
struct group_score {
  std::string name;  ///< of the group; empty for all
  int candidates = 0, correct = 0;
  int cases = 0, solved = 0;                            ///< solved: with an acceptable candidate
  int faster = 0, tied = 0, slower = 0, undecided = 0;  ///< cases, against the baseline
  std::vector<fast_p> fast, sol_fast;                   ///< over the baseline, over the speed of light
  std::optional<geometric_mean_estimate> speedup;
  std::optional<double> mean_speedup;  ///< arithmetic, as some contests have it; flatters
  std::optional<geometric_mean_estimate> sol_ratio;
  std::optional<double> mean_sol_score;  ///< over all cases with a SoL score, and those that failed
  int sol_scores = 0;                    ///< how many cases these are; the rest is left out of the mean
  std::optional<geometric_mean_estimate> seconds;  ///< absent unless each case is solved; see above
  std::optional<double> mean_seconds;              ///< likewise
  std::vector<pass_score> pass;
};

/// All scores of a set of records, over all of them and by group.
struct scorecard {
  score_options options;
  std::vector<candidate_score> candidates;
  group_score all;
  std::vector<group_score> backends, devices, problems, cases, names;  ///< names: of candidates
};

namespace detail {

/// The record of each case's baseline that was timed.
template <class Records>
[[nodiscard]] std::map<std::string, const record*> baselines_of(const Records& records) {
  std::map<std::string, const record*> found;
  for (const auto& entry : records)
    if (const record& r = record_in(entry);
        r.role == candidate_role::baseline && r.time && r.verdict.acceptable())
      found[case_key(r)] = &r;
  return found;
}

[[nodiscard]] inline std::optional<geometric_mean_estimate> geometric_mean_if(
    const std::vector<double>& values, double confidence) {
  for (const double v : values)
    if (!(v > 0.0 && std::isfinite(v))) return std::nullopt;
  if (values.empty()) return std::nullopt;
  return geometric_mean_of(values, confidence);
}
[[nodiscard]] inline std::optional<double> mean_if(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  double sum = 0.0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

}  // namespace detail

/// The figures of one record. `baseline` is that of its case, or null.
[[nodiscard]] inline candidate_score score_candidate(const record& r, const record* baseline, double margin) {
  candidate_score score;
  if (!r.verdict.acceptable()) return score;
  score.time = time_of(r);
  score.speedup = speedup_of(r);
  score.sol_ratio = sol_ratio_of(r);
  if (baseline) score.sol_score = sol_score_of(r, *baseline);
  if (!score.sol_score) score.no_sol_score = why_no_sol_score(r, baseline);
  if (r.speedup) score.change = judge_change(*r.speedup, margin);
  return score;
}

/// The best candidate of each case: its record, or null where no candidate is acceptable and timed.
template <class Records>
[[nodiscard]] std::map<std::string, const record*> best_candidates(const Records& records) {
  std::map<std::string, const record*> best;
  for (const auto& entry : records) {
    const record& r = detail::record_in(entry);
    if (!is_candidate(r)) continue;
    const record*& kept = best.try_emplace(case_key(r), nullptr).first->second;
    if (!r.verdict.acceptable() || !r.time) continue;
    const bool better = !kept                        ? true
                        : r.speedup && kept->speedup ? r.speedup->value > kept->speedup->value
                                                     : r.time->time().median < kept->time->time().median;
    if (better) kept = &r;
  }
  return best;
}

template <class Records>
[[nodiscard]] group_score score_group(const std::string& name, const Records& records,
                                      const score_options& options) {
  group_score score;
  score.name = name;
  for (const auto& entry : records) {
    const record& r = detail::record_in(entry);
    if (!is_candidate(r)) continue;
    ++score.candidates;
    score.correct += r.verdict.outcome == outcome::correct;
  }
  const auto baselines = detail::baselines_of(records);
  std::vector<double> speedups, sol_ratios, sol_scores, seconds;
  for (const auto& [key, best] : best_candidates(records)) {
    ++score.cases;
    const auto baseline = baselines.find(key);
    if (!best) {
      if (baseline != baselines.end() && sol_score_of(*baseline->second, *baseline->second))
        sol_scores.push_back(0.0);
      continue;
    }
    ++score.solved;
    const candidate_score one =
        score_candidate(*best, baseline == baselines.end() ? nullptr : baseline->second, options.margin);
    seconds.push_back(one.time->value);
    if (one.speedup) speedups.push_back(one.speedup->value);
    if (one.sol_ratio) sol_ratios.push_back(one.sol_ratio->value);
    if (one.sol_score) sol_scores.push_back(one.sol_score->value);
    if (one.change) {
      score.faster += one.change->kind == change::faster;
      score.tied += one.change->kind == change::tied;
      score.slower += one.change->kind == change::slower;
      score.undecided += one.change->kind == change::inconclusive;
    }
  }
  const fast_p_curve over_baseline = score_curve(records),
                     over_limit = score_curve(records, fast_over::speed_of_light);
  for (const double p : options.p) {
    if (over_baseline.cases) score.fast.push_back(over_baseline.at(p));
    if (over_limit.cases) score.sol_fast.push_back(over_limit.at(p));
  }
  score.speedup = detail::geometric_mean_if(speedups, options.confidence);
  score.mean_speedup = detail::mean_if(speedups);
  score.sol_ratio = detail::geometric_mean_if(sol_ratios, options.confidence);
  score.mean_sol_score = detail::mean_if(sol_scores);
  score.sol_scores = static_cast<int>(sol_scores.size());
  if (score.solved == score.cases) {
    score.seconds = detail::geometric_mean_if(seconds, options.confidence);
    score.mean_seconds = detail::mean_if(seconds);
  }
  for (const int k : options.k)
    if (pass_score pass = score_pass_at_k(records, k); pass.problems > 0) score.pass.push_back(pass);
  return score;
}

/// Everything that can be said of these records. Of no records it says nothing: every figure is absent.
[[nodiscard]] inline scorecard score(const std::vector<record>& records, const score_options& options = {}) {
  scorecard card;
  card.options = options;
  const auto baselines = detail::baselines_of(records);
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!is_candidate(records[i])) continue;
    const auto baseline = baselines.find(case_key(records[i]));
    card.candidates.push_back(score_candidate(
        records[i], baseline == baselines.end() ? nullptr : baseline->second, options.margin));
    card.candidates.back().record = i;
  }
  card.all = score_group("", records, options);

  const auto grouped = [&](const auto& name_of) {
    std::vector<std::string> order;
    std::map<std::string, std::vector<const record*>> groups;
    for (const record& r : records) {
      if (!is_candidate(r)) continue;
      const auto [at, added] = groups.try_emplace(name_of(r));
      if (added) order.push_back(at->first);
      at->second.push_back(&r);
    }
    std::vector<group_score> scores;
    for (const std::string& name : order) {
      std::vector<const record*>& group = groups[name];
      std::set<const record*> needed;
      for (const record* r : group)
        if (const auto found = baselines.find(case_key(*r)); found != baselines.end())
          needed.insert(found->second);
      group.insert(group.end(), needed.begin(), needed.end());
      scores.push_back(score_group(name, group, options));
    }
    return scores;
  };
  card.backends = grouped([](const record& r) { return r.backend; });
  card.devices = grouped([](const record& r) { return r.device; });
  card.problems = grouped([](const record& r) { return r.problem; });
  card.cases = grouped([](const record& r) { return r.case_name(); });
  card.names = grouped([](const record& r) { return r.candidate; });
  return card;
}

}  // namespace assay
