// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/attached_tool.hpp"
#include "assay/core/environment.hpp"
#include "assay/isolation/isolated_runner.hpp"
#include "assay/isolation/item_server.hpp"
#include "assay/report/atomic_file.hpp"
#include "assay/report/baseline_file.hpp"
#include "assay/report/command_line.hpp"
#include "assay/report/compare_builds.hpp"
#include "assay/report/console.hpp"
#include "assay/report/ctest_resources.hpp"
#include "assay/report/in_plan_order.hpp"
#include "assay/report/interruption.hpp"
#include "assay/report/journal.hpp"
#include "assay/report/journal_head.hpp"
#include "assay/report/json.hpp"
#include "assay/report/judge_run.hpp"
#include "assay/report/limit_table.hpp"
#include "assay/report/measured_limits.hpp"
#include "assay/report/output_file.hpp"
#include "assay/report/plan_text.hpp"
#include "assay/report/read_records.hpp"
#include "assay/report/report_files.hpp"
#include "assay/report/report_input.hpp"
#include "assay/report/run_collector.hpp"
#include "assay/report/samples_file.hpp"
#include "assay/report/score_table.hpp"
#include "assay/report/self_test.hpp"
#include "assay/report/serve.hpp"
#include "assay/report/shard_of_process.hpp"
#include "assay/report/stage_clock.hpp"
#include "assay/report/stored_baseline.hpp"
#include "assay/report/summary_line.hpp"
#include "assay/report/tell_ceilings.hpp"
#include "assay/report/terminal.hpp"
#include "assay/report/worker_process.hpp"
#include "assay/score/gate_result.hpp"
#include "assay/score/scorecard.hpp"
#include "assay/suite/case_limits.hpp"
#include "assay/suite/ctest_gpu.hpp"
#include "assay/suite/item_cost.hpp"
#include "assay/suite/plan_engine.hpp"
#include "assay/suite/replay.hpp"
#include "assay/suite/run_observer.hpp"
#include "assay/suite/run_result.hpp"
#include "assay/suite/runner.hpp"
#include "assay/suite/shard.hpp"
#include "assay/suite/sharded_plan.hpp"

namespace assay {

/// Prints the verdict on the whole run.
inline void conclude(const report_input& input) {
  const auto line = [](const std::string& words) { say(stdout, words); };
  line("\n" + summary_line(input));
  for (const gate_result& g : input.gates)
    line("gate " + g.condition.text + ": " + to_string(g.answer) + " (" + g.reason + ")");
  std::size_t not_stored = 0;
  std::string first_not_stored;
  for (const stored_comparison& c : input.comparisons) {
    const record& r = input.records[c.record];
    const std::string name = visible(r.case_name() + ", " + r.candidate) + ": ";
    if (!c.answer && !c.foreign) {
      if (not_stored++ == 0) first_not_stored = name + c.reason;
      continue;
    }
    const std::string ratio = c.ratio ? " " + format_number(c.ratio->value) + "x" : "";
    line(name + (c.answer ? to_string(c.answer->kind) : "not comparable") + ratio + " (" +
         (c.answer ? c.answer->reason : c.reason) + ")");
  }
  if (not_stored > 0)
    line(std::to_string(not_stored) + " of " + std::to_string(input.comparisons.size()) +
         " could not be compared (" + first_not_stored + ")");
  if (!input.compared_with.empty() && input.comparisons.empty() && input.lost.empty() &&
      !input.records.empty())
    line("assay: nothing was compared: there is no time of a candidate that is right");
  for (const key_difference& d : input.soft_keys) line("the baseline differs in " + d.text());
  for (const std::string& what : input.missing) line("assay: missing: " + what);
  if (!input.lost.empty()) line("assay: stopped: " + input.lost);
  if (input.records.empty() && !input.empty_shard) line("assay: nothing was measured");
}

/// Collects the devices that a run opened.
class device_collector final : public run_observer {
 public:
  explicit device_collector(environment& into) : into_(into) {}
  void on_device(const device_info& info, const ceilings&) override { into_.devices.push_back(info); }

 private:
  environment& into_;
};

/// A stored baseline that is asked for. Throws io_error where it cannot be read; absent where there is none.
[[nodiscard]] inline std::optional<baseline> read_baseline(const std::string& path) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  return parse_baseline(read_file(path), path);
}

/// Measures once more what came out slower than stored, or could not be told, and lets the fresh rounds
/// decide: one bad moment of a machine is no regression.
inline void confirm_with_fresh_rounds(plan_engine& engine, const std::vector<plan_item>& plan,
                                      const run_options& options, const baseline& stored,
                                      report_input& input) {
  const double threshold = change_threshold(stored, input.scoring.margin);
  run_options again = options;
  again.fuzz = {};
  again.fence.reset();
  for (const plan_item& item : plan) {
    std::vector<stored_comparison*> doubted;
    plan_item part = item;
    part.candidates.clear();
    for (stored_comparison& c : input.comparisons) {
      const record& r = input.records[c.record];
      if (!needs_fresh_rounds(c) || r.problem != item.definition->name || r.axes != item.values) continue;
      doubted.push_back(&c);
      part.candidates.push_back(r.candidate);
    }
    if (doubted.empty()) continue;
    // Not in place of the first records: both are what was measured.
    report_input fresh;
    fresh.environments = input.environments;
    fresh.records = engine.repeat(part, again, "fresh rounds");
    for (stored_comparison* c : doubted)
      for (std::size_t i = 0; i < fresh.records.size(); ++i) {
        const record& r = fresh.records[i];
        if (r.candidate != input.records[c->record].candidate || !r.time || !r.verdict.acceptable()) continue;
        const std::string before = to_string(c->answer->kind);
        const stored_comparison second = compare_with_stored(stored, fresh, i, threshold);
        if (!second.answer) {  // without a net time this time, say: what the first rounds said stands
          c->answer->reason += "; fresh rounds could not be compared: " + second.reason;
          continue;
        }
        c->ratio = second.ratio;
        c->answer = second.answer;
        c->answer->reason += "; with fresh rounds, after the first said " + before;
      }
  }
}

/// The arguments under which a child measures as this run does, in turns as short as may be.
[[nodiscard]] inline std::vector<std::string> turn_arguments(const run_options& options) {
  char budget[32];
  std::snprintf(budget, sizeof budget, "%.9gs", options.measure.time_budget / 12);
  // The interval is that of the turns, and one turn need not be precise.
  std::vector<std::string> arguments = {"--serve",       "--time-only",
                                        "--mode",        to_string(options.measure.mode),
                                        "--cache",       to_string(options.measure.cache),
                                        "--precision",   "5%",
                                        "--time-budget", budget,
                                        "--seed",        std::to_string(options.seed)};
  if (options.trust) arguments.push_back("--trust");
  return arguments;
}

/// What a run left, as reports take it.
[[nodiscard]] inline report_input to_report_input(const environment& where, run_result&& result) {
  report_input input;
  input.environments = {where};
  input.records = std::move(result.records);
  input.planned = result.planned;
  input.executed = result.executed;
  input.no_device = std::move(result.no_device);
  input.lost = std::move(result.lost);
  input.isolation = result.isolation;
  input.parallel_timing = std::move(result.parallel_timing);
  return input;
}
/// What files of records hold, as reports take it.
[[nodiscard]] inline report_input to_report_input(stored_records&& stored) {
  report_input input;
  input.environments = std::move(stored.environments);
  input.records = std::move(stored.records);
  input.planned = stored.planned;
  input.executed = stored.executed;
  input.missing = std::move(stored.missing);
  input.no_device = std::move(stored.no_device);
  input.lost = std::move(stored.lost);
  return input;
}

/// One program from its command line to its exit code.
class program {
 public:
  /// `part`: what this process runs of its plan, where that is not all of it.
  program(int argc, const char* const* argv, const command_line& options,
          const std::optional<found_shard>& part = std::nullopt)
      : argc_(argc), argv_(argv), options_(options), part_(part) {}

  [[nodiscard]] exit_code run() {
    if (!options_.from.empty()) return work_on_files();
    use_ctest_gpus();  // before any other process is started
    if (options_.worker) return work_as_asked();
    if (isolates()) {
      isolated_ = std::make_unique<isolated_runner>(
          worker_launch{.arguments = {argv_, argv_ + argc_}},
          options_.what == command_line::action::self_test ? twin_options(options_.run) : options_.run,
          options_.timeout);
      cut(isolated_->plan(options_.devices || part_));
    } else {
      if (options_.devices)
        throw usage_error("--devices needs a process for each device, and here there is one for all");
      problems_ = discover();
      switch (options_.what) {
        case command_line::action::list: return list();
        case command_line::action::serve: return serve();
        case command_line::action::ctest_resources: return list_ctest_resources();
        default: break;
      }
      cut(options_.replay ? std::vector<plan_item>{replay_item(problems_, *options_.replay)}
                          : make_plan(problems_, options_.wanted));
    }
    if (whole_plan_.all.empty()) return nothing();
    if (part_) tell_shard();
    if (options_.devices) spread();
    switch (options_.what) {
      case command_line::action::dry_run: print(stdout, plan_text(plan_)); return exit_code::pass;
      case command_line::action::limits: return limits();
      case command_line::action::ceilings:
        return tell_ceilings(plan_, options_.ceilings, options_.run, options_.json_path, style(),
                             current_environment(argc_, argv_));
      case command_line::action::self_test: return self_test();
      default: return measure();
    }
  }

 private:
  exit_code nothing() const {
    complain(!registered_problems() ? "this program has no problems; declare one with ASSAY_PROBLEM"
                                    : "nothing matches the filters; --list prints what there is");
    return exit_code::nothing_measured;
  }

  exit_code list() {
    if (part_) cut(make_plan(problems_, options_.wanted));
    if (std::none_of(problems_.begin(), problems_.end(),
                     [&](const auto& p) { return options_.wanted.problems.admits(p->definition().name); }))
      return nothing();
    if (part_) tell_shard();
    print(stdout, problem_list(problems_, options_.wanted, whole_plan_));
    return exit_code::pass;
  }

  /// Exit code 6 where there is no GPU.
  exit_code list_ctest_resources() const {
    std::set<std::string> asked;
    std::vector<device_info> devices;
    for (const auto& p : problems_) {
      const problem_definition& definition = p->definition();
      if (!options_.wanted.problems.admits(definition.name) || !asked.insert(definition.backend).second)
        continue;
      try {
        for (device_info& d : definition.open_device().visible()) devices.push_back(std::move(d));
      } catch (const no_device& e) {
        complain(e.what());
      }
    }
    const json spec = ctest_resources(devices);
    if (spec["local"][0]["gpus"].empty()) {
      complain("the problems of this program have no GPU here");
      return exit_code::nothing_measured;
    }
    print(stdout, to_text(spec, 2) + "\n");
    return exit_code::pass;
  }

  /// Takes of a plan what this process is to run.
  void cut(std::vector<plan_item> whole) {
    whole_plan_ = cut_plan(std::move(whole), part_ ? part_->shard : shard(), [&](const plan_item& item) {
      return isolated_ ? isolated_->seconds_of(item).value_or(1.0) : estimated_seconds(item, options_.run);
    });
    plan_ = whole_plan_.own();
  }

  void tell_shard() const {
    complain("shard " + part_->shard.text() + " (" + part_->why + "): " + std::to_string(plan_.size()) +
             " of " + std::to_string(whole_plan_.all.size()) + " cases" +
             (options_.part ? "" : "; --no-shard runs all"));
  }

  /// Exit code 6 where no case has a limit.
  exit_code limits() const {
    std::optional<output_file> document;
    if (!options_.json_path.empty()) document.emplace(options_.json_path, output_file::mode::keep);
    std::vector<case_limits> cases;
    limit_finder finder(options_.run, [&](device& target, const device_info& info) {
      return ceilings_kept(target, info, options_.ceilings);
    });
    for (const plan_item& item : plan_) cases.push_back(finder.find(item));
    print(stdout, limit_tables(cases, style()));
    if (document)
      document->rewrite(to_text(limits_to_json(current_environment(argc_, argv_), cases), 2) + "\n");
    const bool any = std::any_of(cases.begin(), cases.end(), [](const case_limits& one) {
      return !one.limits.empty() && one.limits.front().seconds;
    });
    return any ? exit_code::pass : exit_code::nothing_measured;
  }

  /// Whether candidates run in processes of their own.
  [[nodiscard]] bool isolates() const {
    const bool measures =
        options_.what == command_line::action::run || options_.what == command_line::action::self_test;
    if (!measures || !options_.isolate || options_.run.profile) return false;
    if (const std::optional<std::string> tool = attached_tool()) {
      complain(*tool + ": candidates run in this process, as with --no-isolate");
      return false;
    }
    return true;
  }

  /// Gives the plan to the devices that are chosen. Where there is no GPU at all the run says so itself.
  /// Throws usage_error for a choice that cannot be met, and for a run on GPUs of two backends.
  void spread() {
    std::map<std::string, std::vector<device_info>> gpus = isolated_->devices();
    std::erase_if(gpus, [&](const auto& entry) {
      return entry.second.front().vendor == vendor::cpu ||
             std::none_of(plan_.begin(), plan_.end(),
                          [&](const plan_item& item) { return item.definition->backend == entry.first; });
    });
    if (gpus.empty()) return static_cast<void>(options_.devices.among({}));
    if (gpus.size() > 1)
      throw usage_error("--devices: this run is for " + gpus.begin()->first + " and " +
                        std::next(gpus.begin())->first + "; choose by --problem");
    const auto& [backend, visible] = *gpus.begin();
    isolated_->dismiss();
    isolated_->spread(backend, options_.devices.among(visible), options_.devices, options_.parallel_timing,
                      options_.scoring.margin);
  }

  /// What executes the plan, and tells these.
  [[nodiscard]] plan_engine& engine(const run_options& options, std::vector<run_observer*> observers) {
    if (isolated_) {
      isolated_->observe(std::move(observers));
      return *isolated_;
    }
    in_process_ = std::make_unique<runner>(options, std::move(observers));
    return *in_process_;
  }

  /// Frees what the engine holds of the devices.
  void release() {
    in_process_.reset();
    if (isolated_) isolated_->dismiss();
  }

  exit_code work_as_asked() const {
    item_server(*options_.worker, options_.wanted, options_.replay, options_.run).serve();
    return exit_code::pass;
  }

  exit_code serve() const {
    round_server(problems_, options_.run).serve();
    return exit_code::pass;
  }

  exit_code measure() {
    const environment where = current_environment(argc_, argv_);
    run_collector collected(where, plan_);
    // Before the reports: where another process has it, they are that one's, too.
    std::optional<journal> lines;
    std::vector<plan_item> left = plan_;
    if (!options_.journal_path.empty()) {
      lines.emplace(options_.journal_path, head(), where, how_to_open());
      for (const std::string& notice : lines->notices()) complain(notice);
      left = collected.take_over(*lines, plan_);
      lines->work_on(left);
    }
    if (left.size() < plan_.size())
      complain(std::to_string(plan_.size() - left.size()) + " of " + std::to_string(plan_.size()) +
               " cases are in " + options_.journal_path + " already");
    if (!open_files()) return exit_code::no_baseline;
    console terminal(argv_[0], left.size(), wants_color(options_.color, stdout), options_.quiet);
    std::optional<samples_file> samples;
    if (!options_.samples_path.empty()) samples.emplace(options_.samples_path);
    for (const record& r : collected.records_before()) {
      if (!lines->has(r.problem, r.axes)) continue;  // it is measured again
      terminal.on_record(r);
      if (samples) samples->on_record(r);
    }
    std::optional<worker_process> other, own;
    if (!options_.against.empty()) {
      other.emplace(options_.against, turn_arguments(options_.run));
      own.emplace("/proc/self/exe", turn_arguments(options_.run));
    }

    in_plan_order in_order(terminal);
    stage_clock stages;
    std::vector<run_observer*> observers = {&collected, &stages};
    if (samples) observers.push_back(&*samples);
    if (lines) observers.push_back(&*lines);
    observers.push_back(options_.devices ? static_cast<run_observer*>(&in_order) : &terminal);
    interruption ctrl_c;
    observers.push_back(&ctrl_c);
    report_input input;
    // What was measured is reported, whatever becomes of the rest.
    std::exception_ptr stopped;
    const auto stop = [&](const interrupted& by) {
      input.interrupted = true;
      input.lost = std::string("interrupted by ") + by.name();
    };
    const auto guarded = [&](const auto& step) {
      if (!input.lost.empty()) return;
      try {
        step();
      } catch (const interrupted& by) {
        stop(by);
      } catch (const error& e) {
        input.lost = e.what();
        stopped = std::current_exception();
      }
    };
    {
      plan_engine& engine = this->engine(options_.run, observers);
      run_result result;
      std::optional<interrupted> by;
      try {
        result = engine.run(left);
      } catch (const interrupted& signal) {
        by = signal;
      } catch (const usage_error&) {
        throw;
      } catch (const error& e) {  // a journal that cannot be written, workers that cannot be started, …
        if (collected.done() == 0) throw;
        result.lost = e.what();
        stopped = std::current_exception();
      }
      in_order.finish();
      terminal.finish();
      input = collected.finish();
      input.lost = result.lost;
      input.isolation = result.isolation;
      input.stages = stages.seconds();
      input.parallel_timing = std::move(result.parallel_timing);
      input.empty_shard = plan_.empty();
      input.compared_with = stored_ ? "stored baseline" : other ? "other build" : "";
      // Asked for in the last case it comes too late to have an effect.
      if (by && (collected.done() < plan_.size() || stored_ || other)) stop(*by);
      input.scoring = options_.scoring;
      if (stored_ && input.lost.empty()) {
        hold_against(*stored_, input);
        guarded([&] { confirm_with_fresh_rounds(engine, plan_, options_.run, *stored_, input); });
      }
    }
    release();
    if (other)
      guarded([&] {
        const double patience = 60.0 + 20.0 * options_.run.measure.time_budget;
        compare_builds(*other, *own, input, options_.scoring.margin, patience, [&](const record& r) {
          interruption::check();
          terminal.on_stage(r.case_name() + ": " + r.candidate + " in turns");
        });
      });
    terminal.finish();
    const exit_code code = finish(input, std::nullopt);
    if (input.interrupted) tell_how_to_resume();
    if (stopped) std::rethrow_exception(stopped);
    return code;
  }

  journal_head head() const {
    const std::string facts =
        options_.device_facts_path.empty() ? "" : fingerprint_of_file(options_.device_facts_path);
    return make_journal_head(std::filesystem::path(argv_[0]).filename().string(),
                             options_to_json(options_.run, facts), whole_plan_);
  }
  journal::opening how_to_open() const {
    return !options_.resume       ? journal::opening::fresh
           : options_.allow_mixed ? journal::opening::resume_elsewhere
                                  : journal::opening::resume;
  }

  void tell_how_to_resume() const {
    if (options_.journal_path.empty()) {
      complain("with --journal FILE a run can be gone on with by --resume");
      return;
    }
    std::string line;
    for (int i = 0; i < argc_; ++i) line += (i ? " " : "") + shell_word(argv_[i]);
    if (!options_.resume) line += " --resume";
    // The environment that said it may be gone.
    if (part_ && !options_.part) line += " --shard " + part_->shard.text();
    complain("to go on: " + line);
  }

  exit_code work_on_files() {
    stored_records stored = read_records(options_.from, options_.allow_mixed);
    if (!open_files()) return exit_code::no_baseline;
    for (const std::string& notice : stored.notices) complain(notice);
    report_input input = to_report_input(std::move(stored));
    input.scoring = options_.scoring;
    const std::string command = input.environments.empty() || input.environments.front().command_line.empty()
                                    ? argv_[0]
                                    : input.environments.front().command_line.front();
    console terminal(command, input.planned, wants_color(options_.color, stdout), options_.quiet,
                     options_.run.explain);
    for (const record& r : input.records) terminal.on_record(r);
    terminal.finish();
    if (options_.run.explain && std::none_of(input.records.begin(), input.records.end(),
                                             [](const record& r) { return r.time.has_value(); }))
      complain("--explain: there is no time to explain");
    if (stored_) {
      input.compared_with = "stored baseline";
      hold_against(*stored_, input);
      for (stored_comparison& c : input.comparisons)
        if (c.answer && c.answer->kind == change::slower)
          c.answer->reason += "; unconfirmed: a file has no fresh rounds";
    }
    return finish(input, std::nullopt);
  }

  exit_code self_test() {
    if (!open_files()) return exit_code::no_baseline;
    environment where = current_environment(argc_, argv_);
    device_collector devices(where);
    console terminal(argv_[0], plan_.size(), wants_color(options_.color, stdout), options_.quiet);
    run_result result;
    const run_options twins = twin_options(options_.run);
    const self_test_result found =
        run_self_test(plan_, twins, options_.scoring.margin, engine(twins, {&devices, &terminal}), result);
    terminal.finish();
    report_input input = to_report_input(where, std::move(result));
    input.scoring = options_.scoring;
    // Twins are one candidate twice.
    std::vector<record> once;
    for (record& r : input.records)
      if (once.empty() || once.back().candidate != r.candidate || once.back().axes != r.axes ||
          once.back().problem != r.problem)
        once.push_back(std::move(r));
    input.records = std::move(once);
    if (!found.comparisons.empty())
      print(stdout, "\n" + self_test_text(found, options_.scoring.margin, style()));
    if (found.comparisons.empty() && !input.records.empty()) {
      say(stdout, "assay: nothing was measured against itself");
      const exit_code code = judge_run(input);
      input.code = code == exit_code::pass ? exit_code::nothing_measured : code;
      reports_->write(input);
      return input.code;
    }
    return finish(input, found.noise);
  }

  /// Opens everything that is written at the end, before anything is done. False where a baseline is missing.
  [[nodiscard]] bool open_files() {
    if (!options_.save_baseline.empty()) {
      before_ = options_.force ? std::nullopt : read_baseline(options_.save_baseline);
      saved_.emplace(options_.save_baseline);
    }
    if (!options_.compare_baseline.empty()) {
      stored_ = read_baseline(options_.compare_baseline);
      if (!stored_) {
        complain("there is no baseline " + options_.compare_baseline + "; --save-baseline makes one");
        return false;
      }
    }
    reports_.emplace(options_.reports);
    return true;
  }

  /// Scores, gates, verdict, files.
  exit_code finish(report_input& input, const std::optional<noise_floor>& noise) {
    for (const gate& g : options_.gates) input.gates.push_back(evaluate(g, input.records));
    input.devices_required = options_.require_devices;
    input.code = judge_run(input);
    if (options_.scores && !input.records.empty())
      print(stdout, "\n" + score_table(score(input.records, input.scoring), style()));
    conclude(input);
    std::fflush(stdout);
    reports_->write(input);
    if (saved_) save(input, noise);
    return input.code;
  }

  void save(const report_input& input, const std::optional<noise_floor>& noise) {
    if (input.code != exit_code::pass && !options_.force) {
      say(stdout, "baseline " + options_.save_baseline + " not saved: the run did not pass (exit code " +
                      std::to_string(static_cast<int>(input.code)) + "); --force saves it all the same");
      return;
    }
    const baseline made = make_baseline(input, before_, noise);
    if (made.entries.empty()) {
      say(stdout, "baseline " + options_.save_baseline + " not saved: there are no times");
      return;
    }
    saved_->commit(to_text(to_json(made), 1) + "\n");
    say(stdout,
        "baseline " + options_.save_baseline + " saved: " + std::to_string(made.entries.size()) + " times");
  }

  [[nodiscard]] table_style style() const { return style_of(stdout, options_.color); }

  int argc_;
  const char* const* argv_;
  const command_line& options_;
  std::optional<found_shard> part_;
  std::vector<std::unique_ptr<declared_problem>> problems_;
  sharded_plan whole_plan_;
  std::vector<plan_item> plan_;                ///< what this process has of it
  std::unique_ptr<isolated_runner> isolated_;  ///< what runs the plan, one of the two
  std::unique_ptr<runner> in_process_;
  std::optional<report_files> reports_;
  std::optional<atomic_file> saved_;
  std::optional<baseline> before_;  ///< what the file to save to holds
  std::optional<baseline> stored_;  ///< what is compared with
};

/// Opens /dev/null in the place of standard streams that whoever started this process has closed: the next
/// file, a journal or a pipe to a worker, would get their numbers, and what is printed.
inline void open_standard_streams() {
  for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number)
    if (::fcntl(number, F_GETFD) < 0) static_cast<void>(!::open("/dev/null", O_RDWR));  // the lowest is taken
}

/// The whole program. Never throws.
[[nodiscard]] inline int run_program(int argc, const char* const* argv) noexcept try {
  open_standard_streams();
  command_line options;
  if (const std::optional<exit_code> done = parse_command_line(argc, argv, options))
    return static_cast<int>(*done);
  if (options.what == command_line::action::run)
    options.run.measured_ceilings = [&](device& target, const device_info& info, monitor* clocks) {
      return ceilings_for_run(target, info, clocks, options.ceilings);
    };
  // A limit of file sizes is an error to tell, as a full disk is, and no signal to die of.
  std::signal(SIGXFSZ, SIG_IGN);
  // Who started this process may ignore it, and how children ended could then not be told.
  std::signal(SIGCHLD, SIG_DFL);
  const std::optional<found_shard> part = shard_of_process(options);
  name_files_of_shard(options, part ? part->shard : shard());
  return static_cast<int>(program(argc, argv, options, part).run());
} catch (const std::exception& e) {
  complain(e.what());
  return static_cast<int>(exit_code::usage);
} catch (...) {
  complain("something was thrown that is not a std::exception");
  return static_cast<int>(exit_code::usage);
}

}  // namespace assay
