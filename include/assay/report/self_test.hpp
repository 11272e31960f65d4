// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/report/text_table.hpp"
#include "assay/score/baseline.hpp"
#include "assay/suite/plan_engine.hpp"
#include "assay/suite/run_result.hpp"

namespace assay {

/// One candidate at one case against itself: 1 is the truth.
struct self_comparison {
  record of;                     ///< from the first pass
  paired_ratio same_rounds;      ///< twins in the same rounds
  paired_ratio separate_rounds;  ///< the first pass against the second
};

/// What an A/A test has shown of a machine.
struct self_test_result {
  std::vector<self_comparison> comparisons;
  noise_floor noise;
  int false_alarms_same = 0;                               ///< paired intervals that leave 1 out
  int false_alarms_separate = 0;                           ///< intervals of separate runs that leave 1 out
  int beyond_margin_same = 0, beyond_margin_separate = 0;  ///< that would be called changed
};

/// Sums up comparisons of things with themselves.
[[nodiscard]] inline self_test_result judge_self_test(std::vector<self_comparison> comparisons,
                                                      double margin) {
  self_test_result result;
  result.comparisons = std::move(comparisons);
  result.noise.comparisons = static_cast<int>(result.comparisons.size());
  const auto excludes_one = [](const paired_ratio& r) {
    return (r.lower && *r.lower > 1.0) || (r.upper && *r.upper < 1.0);
  };
  const auto is_called = [&](const paired_ratio& r) {
    const change kind = judge_change(r, margin).kind;
    return kind == change::faster || kind == change::slower;
  };
  // Of either sign: 0.8 is as far off as 1.25.
  const auto distance = [](const paired_ratio& r) { return std::exp(std::abs(std::log(r.value))) - 1.0; };
  for (const self_comparison& c : result.comparisons) {
    result.false_alarms_same += excludes_one(c.same_rounds);
    result.false_alarms_separate += excludes_one(c.separate_rounds);
    result.beyond_margin_same += is_called(c.same_rounds);
    result.beyond_margin_separate += is_called(c.separate_rounds);
    result.noise.same_rounds = std::max(result.noise.same_rounds, distance(c.same_rounds));
    result.noise.separate_rounds = std::max(result.noise.separate_rounds, distance(c.separate_rounds));
  }
  return result;
}

/// How candidates are measured twice in the same rounds.
[[nodiscard]] inline run_options twin_options(run_options options) {
  options.twins = true;
  options.fuzz = {};
  options.fence.reset();
  return options;
}

/// Measures every candidate of the plan against itself: twice in the same rounds, and the whole plan once
/// more for separate ones. `engine` runs it with twin_options(), which are `twins`. What is not acceptable is
/// left out; its records are in `records`, where nothing is lost.
[[nodiscard]] inline self_test_result run_self_test(const std::vector<plan_item>& plan,
                                                    const run_options& twins, double margin,
                                                    plan_engine& engine, run_result& records) {
  records = engine.run(plan);
  const std::vector<record>& first = records.records;
  std::vector<self_comparison> comparisons;
  run_options single = twins;
  single.twins = false;
  for (const plan_item& item : plan) {
    if (!records.lost.empty()) break;
    std::vector<record> again;
    for (std::size_t i = 0; i + 1 < first.size(); ++i) {
      const record &one = first[i], &twin = first[i + 1];
      if (one.problem != item.definition->name || one.axes != item.values ||
          one.candidate != twin.candidate || one.axes != twin.axes || one.problem != twin.problem ||
          !one.verdict.acceptable() || !twin.verdict.acceptable() || !one.time || !twin.speedup)
        continue;
      if (again.empty()) again = engine.repeat(item, single, "separate rounds");
      for (const record& r : again)
        if (r.candidate == one.candidate && r.time && r.verdict.acceptable() && twin.speedup->value > 0.0 &&
            std::isfinite(twin.speedup->value) && one.time->time().median > 0.0 &&
            r.time->time().median > 0.0)
          comparisons.push_back({one, *twin.speedup, ratio_of_estimates(one.time->time(), r.time->time())});
      ++i;  // past the twin
    }
  }
  return judge_self_test(std::move(comparisons), margin);
}

/// The answer, a row for each candidate and case, and the sums.
[[nodiscard]] inline std::string self_test_text(const self_test_result& result, double margin,
                                                const table_style& style) {
  using side = text_table::align;
  text_table table({{"case"},
                    {"candidate"},
                    {"time", side::right},
                    {"same rounds", side::right},
                    {"separate rounds", side::right}});
  const auto ratio = [](const paired_ratio& r) {
    char text[96];
    if (r.lower && r.upper)
      std::snprintf(text, sizeof text, "%.4f [%.4f, %.4f]", r.value, *r.lower, *r.upper);
    else
      std::snprintf(text, sizeof text, "%.4f", r.value);
    return std::string(text);
  };
  for (const self_comparison& c : result.comparisons)
    table.add({{c.of.case_name()},
               {c.of.candidate},
               {format_time(c.of.time->time().median)},
               {ratio(c.same_rounds)},
               {ratio(c.separate_rounds)}});
  const auto of_all = [&](int n) {
    return std::to_string(n) + " of " + std::to_string(result.comparisons.size());
  };
  return table.to_text(style) + "\nnoise floor: " + format_share(result.noise.same_rounds) +
         " in the same rounds, " + format_share(result.noise.separate_rounds) +
         " in separate ones (the largest departure from 1)\n" +
         "false alarms, nothing having changed: in the same rounds " + of_all(result.false_alarms_same) +
         " intervals leave 1 out, " + of_all(result.beyond_margin_same) + " are called changed beyond " +
         format_share(margin) + "; in separate rounds " + of_all(result.false_alarms_separate) + " and " +
         of_all(result.beyond_margin_separate) + "\n";
}

}  // namespace assay
