// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/environment.hpp"
#include "assay/report/command_line.hpp"
#include "assay/report/console.hpp"
#include "assay/report/journal.hpp"
#include "assay/report/json.hpp"
#include "assay/report/limit_table.hpp"
#include "assay/report/output_file.hpp"
#include "assay/report/samples_file.hpp"
#include "assay/report/tell_ceilings.hpp"
#include "assay/score/scorecard.hpp"
#include "assay/suite/case_limits.hpp"
#include "assay/suite/runner.hpp"

namespace assay {

/// What --list prints.
inline void print_list(const std::vector<std::unique_ptr<declared_problem>>& problems,
                       const selection& wanted) {
  for (const auto& p : problems) {
    if (!wanted.problems.admits(p->definition().name)) continue;
    std::printf("%s (%s, %s:%d)\n", p->definition().name, p->definition().backend, p->definition().where.file,
                static_cast<int>(p->definition().where.line));
    for (const axis& a : p->axes()) {
      std::string names, values;
      for (const std::string& name : a.names) names += (names.empty() ? "" : ", ") + name;
      for (const auto& position : a.positions) {
        std::string one;
        for (const axis_value& value : position) one += (one.empty() ? "" : ", ") + to_string(value);
        values += (values.empty() ? "" : " ") + (position.size() > 1 ? "(" + one + ")" : one);
      }
      std::printf("  axis %s: %s\n", names.c_str(), values.c_str());
    }
    for (const declared_candidate& c : p->candidates())
      std::printf("  %s %s\n", to_string(c.role), c.name.c_str());
  }
}

/// What --dry-run prints.
inline void print_plan(const std::vector<plan_item>& plan) {
  std::size_t records = 0;
  for (const plan_item& item : plan) {
    std::string names;
    for (const std::string& name : item.candidates) names += (names.empty() ? "" : ", ") + name;
    records += item.candidates.size();
    std::printf("%s%s%s: %s\n", item.definition->name, item.values.empty() ? "" : " ",
                to_string(item.values).c_str(), names.c_str());
  }
  std::printf("%zu cases, %zu candidates in all\n", plan.size(), records);
}

/// What --limits prints and writes. Exit code 6 where no case has a limit.
[[nodiscard]] inline exit_code tell_limits(const std::vector<plan_item>& plan, const command_line& options,
                                           const environment& where) {
  std::optional<output_file> document;
  if (!options.json_path.empty()) document.emplace(options.json_path, output_file::mode::replace);
  std::vector<case_limits> cases;
  limit_finder finder(options.run.limits);
  for (const plan_item& item : plan) cases.push_back(finder.find(item));
  std::printf("%s", limit_tables(cases, wants_color(options.color, stdout)).c_str());
  if (document) document->write(to_text(limits_to_json(where, cases), 2) + "\n");
  const bool any = std::any_of(cases.begin(), cases.end(), [](const case_limits& one) {
    return !one.limits.empty() && one.limits.front().seconds;
  });
  return any ? exit_code::pass : exit_code::nothing_measured;
}

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

/// Prints the verdict on the whole run and returns the exit code.
[[nodiscard]] inline exit_code conclude(const run_result& result, const std::vector<gate_result>& gates) {
  std::size_t correct = 0, candidates = 0;
  std::int64_t trials = 0;
  for (const record& r : result.records) {
    if (r.fuzz) trials += r.fuzz->trials;
    if (!is_candidate(r)) continue;
    ++candidates;
    correct += r.verdict.outcome == outcome::correct;
  }
  std::printf("\n%zu of %zu cases run", result.executed, result.planned);
  if (candidates) std::printf("; %zu of %zu candidates correct", correct, candidates);
  if (trials) std::printf("; %lld fuzz trials", static_cast<long long>(trials));
  std::int64_t checked = 0;
  double check_seconds = 0.0;
  for (const record& r : result.records)
    if (r.timed_checks) {
      checked += r.timed_checks->launches;
      check_seconds += r.timed_checks->seconds;
    }
  if (checked)
    std::printf("; %lld timed launches checked in %s", static_cast<long long>(checked),
                format_time(check_seconds).c_str());
  for (const double p : {1.0, 2.0}) {
    const fast_p score = score_fast_p(result.records, p);
    if (const std::optional<double> share = score.share())
      std::printf("; fast_%g %s (%d of %d)", p, format_share(*share).c_str(), score.fast, score.cases);
  }
  std::printf("\n");
  for (const gate_result& g : gates)
    std::printf("gate %s: %s (%s)\n", g.condition.text.c_str(), to_string(g.answer), g.reason.c_str());
  if (!result.lost.empty()) std::printf("assay: stopped: %s\n", result.lost.c_str());

  if (result.records.empty()) {
    std::printf("assay: nothing was measured\n");
    return exit_code::nothing_measured;
  }
  const exit_code by_records = judge_records(result.records);
  if (by_records == exit_code::verification_failed || !result.lost.empty())
    return exit_code::verification_failed;
  bool undecided = by_records == exit_code::inconclusive;
  for (const gate_result& g : gates) {
    if (g.answer == gate_answer::not_met) return exit_code::gate_not_met;
    undecided = undecided || g.answer == gate_answer::inconclusive;
  }
  return undecided ? exit_code::inconclusive : exit_code::pass;
}

/// Everything that is in one document: what --json writes.
[[nodiscard]] inline json to_json(const environment& where, const run_result& result,
                                  const std::vector<gate_result>& gates) {
  json document = {{"schema", json_schema}, {"environment", to_json(where)}};
  document["records"] = json::array();
  for (const record& r : result.records) document["records"].push_back(to_json(r));
  for (const double p : {1.0, 2.0}) {
    const fast_p score = score_fast_p(result.records, p);
    if (score.share())
      document["fast_p"].push_back(
          {{"p", p}, {"share", *score.share()}, {"fast", score.fast}, {"cases", score.cases}});
  }
  for (const gate_result& g : gates)
    document["gates"].push_back(
        {{"condition", g.condition.text}, {"answer", to_string(g.answer)}, {"reason", g.reason}});
  for (const std::string& why : result.no_device) document["no_device"].push_back(why);
  if (!result.lost.empty()) document["lost"] = result.lost;
  return document;
}

/// Collects the devices that a run opened.
class device_collector final : public run_observer {
 public:
  explicit device_collector(environment& into) : into_(into) {}
  void on_device(const device_info& info, const ceilings&) override { into_.devices.push_back(info); }

 private:
  environment& into_;
};

/// The whole program. Never throws.
[[nodiscard]] inline int run_program(int argc, const char* const* argv) noexcept try {
  command_line options;
  if (const std::optional<exit_code> done = parse_command_line(argc, argv, options))
    return static_cast<int>(*done);

  const auto problems = discover();
  const auto nothing = [&] {
    std::fprintf(stderr, "assay: %s\n",
                 problems.empty() ? "this program has no problems; declare one with ASSAY_PROBLEM"
                                  : "nothing matches the filters; --list prints what there is");
    return static_cast<int>(exit_code::nothing_measured);
  };
  if (options.what == command_line::action::list) {
    if (std::none_of(problems.begin(), problems.end(),
                     [&](const auto& p) { return options.wanted.problems.admits(p->definition().name); }))
      return nothing();
    print_list(problems, options.wanted);
    return static_cast<int>(exit_code::pass);
  }
  const std::vector<plan_item> plan = options.replay
                                          ? std::vector<plan_item>{replay_item(problems, *options.replay)}
                                          : make_plan(problems, options.wanted);
  if (plan.empty()) return nothing();
  if (options.what == command_line::action::dry_run) {
    print_plan(plan);
    return static_cast<int>(exit_code::pass);
  }

  environment where = current_environment(argc, argv);
  if (options.what == command_line::action::limits)
    return static_cast<int>(tell_limits(plan, options, where));
  if (options.what == command_line::action::ceilings)
    return static_cast<int>(tell_ceilings(plan, options.ceilings, options.run, options.json_path,
                                          wants_color(options.color, stdout), where));
  options.run.measured_ceilings = [&](device& target, const device_info& info, monitor* clocks) {
    return ceilings_for_run(target, info, clocks, options.ceilings);
  };
  device_collector devices(where);
  console terminal(argv[0], plan.size(), wants_color(options.color, stdout), options.quiet);
  std::optional<output_file> document;
  if (!options.json_path.empty()) document.emplace(options.json_path, output_file::mode::replace);
  std::optional<journal> lines;
  if (!options.journal_path.empty()) lines.emplace(options.journal_path, where);

  std::optional<samples_file> samples;
  if (!options.samples_path.empty()) samples.emplace(options.samples_path);

  std::vector<run_observer*> observers = {&devices};
  if (samples) observers.push_back(&*samples);
  if (lines) observers.push_back(&*lines);
  observers.push_back(&terminal);
  const run_result result = runner(options.run, observers).run(plan);
  terminal.finish();

  std::vector<gate_result> gates;
  for (const gate& g : options.gates) gates.push_back(evaluate(g, result.records));
  const exit_code code = conclude(result, gates);
  if (document) document->write(to_text(to_json(where, result, gates), 2) + "\n");
  return static_cast<int>(code);
} catch (const std::exception& e) {
  std::fflush(stdout);
  std::fprintf(stderr, "assay: %s\n", e.what());
  return static_cast<int>(exit_code::usage);
}

}  // namespace assay
