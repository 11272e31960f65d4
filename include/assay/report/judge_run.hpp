// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "assay/report/exit_code.hpp"
#include "assay/report/report_input.hpp"

namespace assay {

/// What is wrong with the records alone, before any gate.
[[nodiscard]] inline exit_code judge_records(const std::vector<record>& records) {
  bool failed = false, undecided = false;
  for (const record& r : records) {
    const outcome o = r.verdict.outcome;
    if (r.role == candidate_role::counterexample) {
      failed = failed || o == outcome::correct || o == outcome::failed;
    } else {
      failed = failed || o == outcome::wrong || o == outcome::invalid || o == outcome::failed;
    }
    undecided = undecided || o == outcome::suspect || o == outcome::unverifiable;
  }
  return failed ? exit_code::verification_failed : undecided ? exit_code::inconclusive : exit_code::pass;
}

/// How a run ends. One that was interrupted says so whatever there is: it is to be gone on with. Then what is
/// surely wrong weighs more than what cannot be told: nothing measured, verification
/// failed (or the run was cut short), a gate not met or a regression, a baseline that nothing could be
/// compared with, something inconclusive (a verdict, a gate, a comparison, a case that is missing, a backend
/// without a device where each is required to have one), pass.
[[nodiscard]] inline exit_code judge_run(const report_input& input) {
  if (input.interrupted) return exit_code::interrupted;
  if (input.records.empty()) return input.empty_shard ? exit_code::pass : exit_code::nothing_measured;
  const exit_code by_records = judge_records(input.records);
  if (by_records == exit_code::verification_failed || !input.lost.empty())
    return exit_code::verification_failed;
  bool not_met = false, undecided = by_records == exit_code::inconclusive || !input.missing.empty() ||
                                    (input.devices_required && !input.no_device.empty());
  for (const gate_result& g : input.gates) {
    not_met = not_met || g.answer == gate_answer::not_met;
    undecided = undecided || g.answer == gate_answer::inconclusive;
  }
  bool foreign = false, comparable = input.comparisons.empty() && input.compared_with.empty();
  for (const stored_comparison& c : input.comparisons) {
    foreign = foreign || c.foreign;
    comparable = comparable || c.answer;
    if (!c.answer) continue;
    not_met = not_met || c.answer->kind == change::slower;
    undecided = undecided || c.answer->kind == change::inconclusive;
  }
  if (not_met) return exit_code::gate_not_met;
  if (foreign || !comparable) return exit_code::no_baseline;
  return undecided ? exit_code::inconclusive : exit_code::pass;
}

}  // namespace assay
