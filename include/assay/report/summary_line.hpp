// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "assay/core/format.hpp"
#include "assay/report/report_input.hpp"
#include "assay/score/scorecard.hpp"

namespace assay {

/// The whole run in one line: "3 of 3 cases run; 2 of 3 candidates correct; fast_1 66.7% (2 of 3); …"
[[nodiscard]] inline std::string summary_line(const report_input& input) {
  std::size_t correct = 0, candidates = 0;
  std::int64_t trials = 0, checked = 0;
  double check_seconds = 0.0;
  for (const record& r : input.records) {
    if (r.fuzz) trials += r.fuzz->trials;
    if (r.timed_checks) {
      checked += r.timed_checks->launches;
      check_seconds += r.timed_checks->seconds;
    }
    if (!is_candidate(r)) continue;
    ++candidates;
    correct += r.verdict.outcome == outcome::correct;
  }
  std::string text = std::to_string(input.executed) + " of " + std::to_string(input.planned) + " cases run";
  if (candidates)
    text += "; " + std::to_string(correct) + " of " + std::to_string(candidates) + " candidates correct";
  if (trials) text += "; " + std::to_string(trials) + " fuzz trials";
  if (checked)
    text += "; " + std::to_string(checked) + " timed launches checked in " + format_time(check_seconds);
  for (const int p : {1, 2}) {
    const fast_p score = score_fast_p(input.records, p);
    if (const std::optional<double> share = score.share())
      text += "; fast_" + std::to_string(p) + " " + format_share(*share) + " (" + std::to_string(score.fast) +
              " of " + std::to_string(score.cases) + ")";
  }
  // Of a run that nobody waits for it tells nothing.
  constexpr double short_run = 10.0;
  double spent = 0.0;
  for (const auto& [stage, seconds] : input.stages) spent += seconds;
  for (std::size_t i = 0; i < input.stages.size() && spent >= short_run; ++i)
    text += (i == 0 ? "; " : ", ") + input.stages[i].first + " " + format_time(input.stages[i].second);
  if (const std::optional<isolation_cost>& cost = input.isolation)
    text += "; isolation: " + std::to_string(cost->workers) +
            (cost->workers == 1 ? " worker, " : " workers, ") + std::to_string(cost->replaced) +
            " replaced, " + format_time(cost->seconds);
  return text;
}

}  // namespace assay
