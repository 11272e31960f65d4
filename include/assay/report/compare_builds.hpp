// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/report/json_place.hpp"
#include "assay/report/record_from_json.hpp"
#include "assay/report/report_input.hpp"
#include "assay/report/serve.hpp"
#include "assay/report/worker_process.hpp"
#include "assay/stats/change.hpp"
#include "assay/stats/paired_ratio.hpp"

namespace assay {

/// One turn of a build at a candidate: the median of rounds of its own. Absent where that build has no such
/// case or candidate, with the reason.
struct build_turn {
  std::optional<measurement> time;
  std::string reason;
};

/// Asks a worker for one turn. Throws error for an answer that is none, or of something else.
[[nodiscard]] inline build_turn ask_for_turn(worker_process& worker, const record& wanted, double patience) {
  const std::string line = worker.ask(to_text(to_question(wanted)), patience);
  std::string why;
  const json answer = parse_json(line, why);
  if (!why.empty())
    throw error(worker.program() + " answered with what is no record: '" + line.substr(0, 80) +
                (line.size() > 80 ? "…" : "") + "'; is it built with assay?");
  const std::string where = "the answer of " + worker.program();
  const json_place place(answer, where);
  check_schema(place);
  if (place.at("type").value() == "error") return {std::nullopt, place.at("message").text()};
  record r = read_record(place);
  if (r.problem != wanted.problem || r.axes != wanted.axes || r.candidate != wanted.candidate)
    place.fail("it is of " + r.case_name() + ", " + r.candidate + " and " + wanted.case_name() + ", " +
               wanted.candidate + " was asked for");
  if (!r.time || !r.verdict.acceptable())
    return {std::nullopt, r.verdict.reason.empty() ? "it has no time" : r.verdict.reason};
  if (!(r.time->time().median > 0.0)) return {std::nullopt, "its time is not above 0"};
  return {std::move(r.time), ""};
}

/// The ratio of two builds from turns that alternated, other / this: turns as rounds (ratio_of_rounds).
[[nodiscard]] inline paired_ratio ratio_of_turns(const std::vector<measurement>& other,
                                                 const std::vector<measurement>& own) {
  std::vector<double> slow, fast;
  double tick = 0.0;
  for (std::size_t i = 0; i < other.size(); ++i) {
    const bool net = other[i].net && own[i].net;
    slow.push_back(net ? other[i].net->median : other[i].raw.median);
    fast.push_back(net ? own[i].net->median : own[i].raw.median);
    tick = std::max({tick, other[i].tick / other[i].launches, own[i].tick / own[i].launches});
  }
  return ratio_of_rounds(slow, fast, own.front().raw.confidence, tick);
}

/// Holds every candidate that was timed against another build of the same program, in one job. Both builds
/// run as child processes, alike, and take turns at each case, ABBA, so that clock, heat and neighbours are
/// the same to both. `progress` is told what is being done. Throws error where a child dies or talks
/// nonsense; input.comparisons then has those that were complete.
inline void compare_builds(worker_process& other, worker_process& own, report_input& input, double margin,
                           double patience, const std::function<void(const record&)>& progress) {
  // Of 12 the interval at 95 % leaves out two at either end. One more look, where that does not tell.
  constexpr std::size_t turns = 12, most_turns = 24;
  for (std::size_t i = 0; i < input.records.size(); ++i) {
    const record& r = input.records[i];
    if (!is_candidate(r) || !r.time || !r.verdict) continue;
    progress(r);
    stored_comparison c;
    c.record = i;
    std::vector<measurement> theirs, ours;
    for (std::size_t turn = 0; turn < most_turns && c.reason.empty(); ++turn) {
      if (turn == turns) {
        c.ratio = ratio_of_turns(theirs, ours);
        c.answer = judge_change(*c.ratio, margin);
        if (c.answer->kind != change::inconclusive) break;
      }
      for (const bool first : {true, false}) {
        const bool ask_other = first == (turn % 2 == 0);
        worker_process& worker = ask_other ? other : own;
        build_turn answer = ask_for_turn(worker, r, patience);
        if (!answer.time) {
          c.reason = worker.program() + ": " + answer.reason;
          c.ratio.reset();
          c.answer.reset();
          break;
        }
        (ask_other ? theirs : ours).push_back(std::move(*answer.time));
      }
    }
    if (c.reason.empty()) {
      c.ratio = ratio_of_turns(theirs, ours);
      c.answer = judge_change(*c.ratio, margin);
    }
    input.comparisons.push_back(std::move(c));
  }
}

}  // namespace assay
