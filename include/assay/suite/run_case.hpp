// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/monitor/monitor.hpp"
#include "assay/roofline/bound_quality.hpp"
#include "assay/roofline/ceiling_layers.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/score/speedup.hpp"
#include "assay/suite/apply_attack.hpp"
#include "assay/suite/case_entry.hpp"
#include "assay/suite/case_judge.hpp"
#include "assay/suite/case_memory.hpp"
#include "assay/suite/case_stage.hpp"
#include "assay/suite/case_watch.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/examine_speed.hpp"
#include "assay/suite/fuzz.hpp"
#include "assay/suite/launch_profile.hpp"
#include "assay/suite/memory_arena.hpp"
#include "assay/suite/memory_layout.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/replay.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/suite/time_case.hpp"
#include "assay/suite/trial.hpp"
#include "assay/suite/trial_sequence.hpp"
#include "assay/suite/verify_case.hpp"

namespace assay {

/// Executes one plan item: allocates, proves, fuzzes, times and bounds every selected candidate and the
/// baseline. Errors of a candidate end in its record; only a lost device ends the case, and then lost() is
/// true.
class case_run {
 public:
  /// `progress` is told what is being done, e.g. "verify grid-stride". The tensors are placed in `arena`,
  /// where one is lent, so that the next case finds the memory already there. `watch` is told whose code
  /// runs; may be null.
  case_run(device& target, ceiling_layers limits, const plan_item& item, const run_options& options,
           std::function<void(const std::string&)> progress, monitor* clocks = nullptr,
           memory_arena* arena = nullptr, case_watch* watch = nullptr)
      : device_(target),
        limits_(std::move(limits)),
        item_(item),
        options_(options),
        progress_(std::move(progress)),
        monitor_(clocks),
        own_arena_(target),
        arena_(arena ? *arena : own_arena_),
        watch_(watch) {}

  /// One record for each candidate, in the order of declaration; last those that this case does not declare.
  [[nodiscard]] std::vector<record> run() {
    if (watch_) watch_->on_activity("", activity::own);
    try {
      problem_ = std::make_unique<declared_problem>(
          *item_.definition, item_.positions, item_.trial ? item_.values : axis_values(), layout().padding);
      if (item_.trial) apply_attack(*problem_, item_.trial->attack, item_.trial->seed);
    } catch (const no_such_case& e) {
      impossible_ = true;
      return all_failed(e.what());
    } catch (const std::exception& e) {
      return all_failed(e.what());
    }
    if (problem_->values() != item_.values)
      return all_failed(
          "the axes of a problem must be the same in every run of its body, but this case was to be '" +
          to_string(item_.values) + "' and is '" + to_string(problem_->values()) + "'");
    const std::string values = to_string(item_.values);
    const scoped_range in_problem(device_, item_.definition->name);
    const scoped_range in_case(device_, values.c_str());
    choose_candidates();
    if (watch_) tell_entries();
    run_stages();
    return finished_records();
  }

  /// The device cannot be used again by this process.
  [[nodiscard]] bool lost() const { return lost_; }

 private:
  void run_stages() {
    stage_ = std::make_unique<case_stage>(
        case_stage{.target = device_, .options = options_, .problem = *problem_, .watch = watch_});
    judge_ = std::make_unique<case_judge>(device_, *problem_, options_,
                                          item_.trial ? std::optional(item_.trial->attack) : std::nullopt,
                                          [this](poison_variant variant) { launch_reference(variant); });
    try {
      if (layout().fence) fenced_ = layout().side;
      stage_->memory = std::make_unique<case_memory>(arena_, *problem_, seed(), layout());
      if (options_.profile)
        profile_all();
      else
        verify_all();
      if (options_.verify && options_.fuzz.wanted() && !item_.trial) fuzz_all();
      if (options_.time && !lost_) {
        time_all();
        examine_all();
      }
      if (options_.verify && options_.fence && !lost_) check_fenced(*options_.fence);
    } catch (const out_of_memory& e) {
      impossible_ = true;
      fail_open(e.what());
    } catch (const device_error& e) {
      if (lost_ = e.lost(); lost_) loss_ = e.what();
      if (lost_ && stage_->running)
        blame_for_loss(*stage_->running, e.what());
      else
        fail_open(e.what());
    } catch (const std::exception& e) {
      fail_open(e.what());
    }
    stage_->memory.reset();
  }

  record blank(const std::string& candidate) const {
    record r;
    r.problem = item_.definition->name;
    r.backend = item_.definition->backend;
    r.device = device_.info().name;
    r.device_id = device_.info().id();
    r.axes = item_.values;
    r.candidate = candidate;
    r.file = item_.definition->where.file;
    r.line = item_.definition->where.line;
    r.build = item_.definition->build;
    r.seed = seed();
    r.replay = replay(r, false);
    return r;
  }

  [[nodiscard]] std::uint64_t seed() const { return item_.trial ? item_.trial->seed : options_.seed; }
  [[nodiscard]] memory_layout layout() const { return planned_trial(item_, options_).layout; }

  /// The arguments that repeat a record's verdict. `timed`: it came up while the candidate was timed.
  std::string replay(const record& r, bool timed) const {
    const trial planned = planned_trial(item_, options_);
    return replay(r, timed, fenced_ ? at_fence(planned, *fenced_) : planned);
  }
  std::string replay(const record& r, bool timed, const trial& which) const {
    replay_target target = replay_under(options_, r.problem, r.candidate, which);
    target.timed = timed;
    return replay_arguments(target);
  }

  std::vector<record> all_failed(const std::string& reason) const {
    std::vector<record> records;
    for (const std::string& name : item_.candidates) {
      records.push_back(blank(name));
      records.back().verdict = {outcome::failed, reason, {}};
    }
    return records;
  }

  /// The selected candidates, and the baseline when there is something to time against it. Twins stand side
  /// by side.
  void choose_candidates() {
    for (const declared_candidate& c : problem_->candidates()) {
      const bool selected =
          std::find(item_.candidates.begin(), item_.candidates.end(), c.name) != item_.candidates.end();
      if (c.role == candidate_role::reference) reference_.candidate = &c;
      if (c.role == candidate_role::reference ||
          !(selected || (c.role == candidate_role::baseline && options_.time && options_.baseline)))
        continue;
      for (int i = 0; i < (options_.twins ? 2 : 1); ++i) {
        case_entry e{&c, blank(c.name)};
        e.result.role = c.role;
        e.result.file = c.where.file;
        e.result.line = c.where.line;
        e.result.work = problem_->declared_work();
        entries_.push_back(std::move(e));
      }
    }
  }

  void tell_entries() const {
    std::vector<record> blanks;
    for (const case_entry& e : entries_) blanks.push_back(e.result);
    watch_->on_entries(blanks, limits_.limits(problem_->declared_work()).front().seconds);
  }

  void launch_reference(poison_variant variant) {
    case_entry* const before = std::exchange(stage_->running, nullptr);
    try {
      stage_->launch_once(reference_, variant);
      stage_->tell_own();
    } catch (...) {
      stage_->running = nullptr;  // no candidate is to blame
      throw;
    }
    stage_->running = before;
  }

  /// Launches each candidate once, in a range of its own, with nothing of assay's beside it.
  void profile_all() {
    for (case_entry& e : entries_) {
      if (e.candidate->role == candidate_role::counterexample) continue;
      const scoped_range in_candidate(device_, e.candidate->name.c_str());
      progress_("profile " + e.candidate->name);
      try {
        stage_->running = &e;
        stage_->memory->reset();
        device_.synchronize();
        stage_->prepare(e);
        const scoped_range in_launch(device_, profiled_range);
        const scoped_profiling watched(device_);
        stage_->launch(e);
        device_.check_launch();
        device_.synchronize();
      } catch (const device_error& error) {
        if (error.lost()) throw;
        e.result.verdict = {outcome::failed, error.what(), {}};
        discard_errors(device_);
      } catch (const std::exception& error) {
        e.result.verdict = {outcome::failed, error.what(), {}};
        discard_errors(device_);
      } catch (...) {
        e.result.verdict = {outcome::failed, "threw something that is not a std::exception", {}};
        discard_errors(device_);
      }
    }
  }

  void verify_all() {
    if (options_.verify) {
      stage_->tell_own();
      progress_("oracle");
      judge_->ask(*stage_->memory);
    }
    // A replay repeats what was wrong at a later launch only.
    case_verifier verifier(*stage_, *judge_, !in_fuzzer_, !item_.trial);
    for (case_entry& e : entries_) {
      const scoped_range in_candidate(device_, e.candidate->name.c_str());
      const scoped_range in_stage(device_, "verify");
      progress_("verify " + e.candidate->name);
      verifier.check(e);
    }
    for (case_entry& e : entries_)
      e.result.findings.insert(e.result.findings.end(), judge_->findings().begin(), judge_->findings().end());
  }

  /// Tries what has been right so far, and counterexamples that nothing has caught, beyond the case itself.
  void fuzz_all() {
    std::vector<case_entry*> tried;
    std::vector<std::string> names;
    for (case_entry& e : entries_)
      if (e.result.verdict.outcome == outcome::correct) {
        tried.push_back(&e);
        names.push_back(e.candidate->name);
      }
    if (names.empty()) return;
    progress_("fuzz");
    std::size_t turn = 0;
    for (const std::size_t position : item_.positions) turn += position;
    memory_arena trial_arena(device_);
    fuzzer all(
        trial_sequence(*problem_, options_.seed, options_.fuzz.strict, turn), options_.fuzz,
        [&](const trial& t, const std::vector<std::string>& candidates) {
          if (watch_) watch_->on_trial(as_run(t, options_));
          return run_trial(t, candidates, trial_arena);
        },
        [this] { return device_.now(); });
    std::vector<fuzz_summary> results = all.run(names);
    if (watch_) watch_->on_trial(std::nullopt);
    lost_ = all.lost();
    for (std::size_t i = 0; i < tried.size(); ++i) {
      record& r = tried[i]->result;
      if (!results[i].passed()) {
        r.verdict = *results[i].failure;
        r.verdict.reason = in_trial(*results[i].smallest) + r.verdict.reason;
        r.replay = replay(r, false, as_run(*results[i].smallest, options_));
      } else if (lost_) {
        r.verdict = {outcome::failed, "not finished: the device was lost in a fuzzed trial: " + loss_, {}};
      }
      if (results[i].trials == 0 && results[i].skipped > 0)
        r.findings.push_back({"fuzz-told-nothing", severity::warning,
                              "none of " + std::to_string(results[i].skipped) +
                                  " fuzz trials told right from wrong: " + results[i].skip_reason});
      r.fuzz = std::move(results[i]);
    }
  }

  /// Passes on what is told of a trial, but for its entries: they are the case's.
  class trial_watch final : public case_watch {
   public:
    explicit trial_watch(case_watch* to) : to_(to) {}
    void on_activity(const std::string& candidate, activity what) override {
      if (to_) to_->on_activity(candidate, what);
    }
    void on_culprit(const std::string& candidate) override {
      if (to_) to_->on_culprit(candidate);
    }

   private:
    case_watch* to_;
  };

  /// One trial as a case of its own.
  trial_verdicts run_trial(const trial& t, const std::vector<std::string>& candidates, memory_arena& arena) {
    run_options options = options_;
    options.time = false;
    options.fence.reset();
    const plan_item item{item_.definition, {}, t.values, candidates, t};
    trial_watch watch(watch_);
    case_run nested(
        device_, {}, item, options, [](const std::string&) {}, monitor_, &arena, &watch);  // nothing is timed
    nested.in_fuzzer_ = true;
    std::vector<record> records = nested.run();
    loss_ = nested.loss_;
    trial_verdicts result{{}, nested.lost()};
    for (const std::string& name : candidates)
      for (record& r : records) {
        if (r.candidate != name) continue;
        const case_entry* const last = nested.stage_ ? nested.stage_->running : nullptr;
        const bool culprit = last && last->candidate->name == name;
        // What says nothing of this candidate must not count against it.
        if (nested.impossible_ || nested.lacks(name) ||
            (nested.lost() && !culprit && r.verdict.outcome == outcome::failed))
          r.verdict.outcome = outcome::unverifiable;
        result.verdicts.push_back(std::move(r.verdict));
      }
    return result;
  }

  /// Whether the body declares no such candidate in this case: it may in others.
  [[nodiscard]] bool lacks(const std::string& candidate) const {
    return problem_ && std::none_of(problem_->candidates().begin(), problem_->candidates().end(),
                                    [&](const declared_candidate& c) { return c.name == candidate; });
  }

  void time_all() {
    std::vector<case_entry*> timed;
    for (case_entry& e : entries_)
      if (e.result.verdict.acceptable() && e.candidate->role != candidate_role::counterexample)
        timed.push_back(&e);
    if (timed.empty()) return;
    progress_(timing_stage);
    case_timer(*stage_, *judge_, monitor_).time(timed, [&](case_entry& e) {
      e.result.replay = replay(e.result, true);
    });
    bound_and_compare();
  }

  /// Whether anything is too good to be true and, where it is asked for, what each launch consists of.
  void examine_all() {
    const ceilings* known = limits_.find(layer::hard);
    if (!known) known = limits_.find(layer::measured);
    const ceilings limits = known ? *known : ceilings();
    speed_examiner examiner(*stage_, *judge_, limits, monitor_, progress_);
    for (case_entry& e : entries_) {
      if (!e.result.time) continue;
      const scoped_range in_candidate(device_, e.candidate->name.c_str());
      const scoped_range in_stage(device_, "examine");
      if (examiner.examine(e)) e.result.replay = replay(e.result, true);
    }
    if (!options_.explain) return;
    for (case_entry& e : entries_)
      if (e.result.time) e.result.launch = launch_facts_of(e);
  }

  /// What a launch consists of, or why nobody can tell. Throws only when the device is lost.
  launch_facts launch_facts_of(case_entry& e) {
    launch_facts unknown;
    try {
      return speed_experiments(*stage_, *judge_, monitor_).capture(e);
    } catch (const device_error& error) {
      if (error.lost()) throw;
      unknown.absent = error.what();
      discard_errors(device_);
    } catch (const std::exception& error) {  // of the prepare step
      unknown.absent = error.what();
    } catch (...) {
      unknown.absent = "the candidate threw something that is not a std::exception";
    }
    return unknown;
  }

  void bound_and_compare() {
    const record* baseline = nullptr;
    for (case_entry& e : entries_) {
      bound(e.result);
      if (e.candidate->role == candidate_role::baseline && e.result.time) baseline = &e.result;
    }
    if (options_.twins) {
      for (std::size_t i = 0; i + 1 < entries_.size(); i += 2)
        if (record& one = entries_[i].result, &other = entries_[i + 1].result; one.time && other.time)
          other.speedup = paired_speedup(*one.time, *other.time);
      return;
    }
    for (case_entry& e : entries_)
      if (baseline && e.result.time && &e.result != baseline)
        e.result.speedup = paired_speedup(*baseline->time, *e.result.time);
  }

  /// The limits of a record in each layer, and what the one that SoL is made from is worth.
  void bound(record& r) const {
    std::vector<limit> limits = limits_.seen_at(r.time ? r.time->clock : std::nullopt).limits(r.work);
    r.limit = std::move(limits.front());
    limits.erase(limits.begin());
    r.other_limits = std::move(limits);
    r.bound = judge_bound(*r.limit, r.other_limits, launch_floor(r));
  }

  /// Verifies what was right once more, with each tensor flush against an unmapped page. After everything
  /// else: on a GPU a fault ends the run.
  void check_fenced(fence_side side) {
    progress_(fence_stage);
    const auto tell = [&](const char* code, severity level, const std::string& message) {
      for (case_entry& e : entries_) e.result.findings.push_back({code, level, message});
    };
    if (!device_.has_fences())
      return tell("no-fence", severity::warning,
                  "no fence: " + device_.info().name + " or its runtime has no virtual memory calls");
    case_memory* fenced = nullptr;
    try {
      stage_->memory.reset();
      stage_->memory = std::make_unique<case_memory>(arena_, *problem_, seed(),
                                                     memory_layout{.fence = true, .side = side});
      fenced = stage_->memory.get();
    } catch (const out_of_memory& e) {
      ++device_.shortages;
      return tell("no-fence", severity::warning, std::string("no fence: ") + e.what());
    }
    std::string slack;
    for (const auto& [name, bytes] : fenced->fence_slack())
      slack += (slack.empty() ? "" : ", ") + std::to_string(bytes) + " bytes behind " + name;
    if (!slack.empty())
      tell("fence-slack", severity::note,
           "the fence does not see reads of " + slack +
               ", by reason of alignment; p.alignment() promises less");
    fenced_ = side;
    case_verifier verifier(*stage_, *judge_, false, false);
    for (case_entry& e : entries_) {
      if (e.result.verdict.outcome != outcome::correct) continue;
      const std::optional<double> prepare_seconds = e.result.prepare_seconds;
      e.states.clear();  // the tensors have moved
      verifier.check(e);
      e.result.prepare_seconds = prepare_seconds;
      if (e.result.verdict.outcome == outcome::correct) continue;
      e.result.verdict.reason = fence_words() + e.result.verdict.reason;
      e.result.replay = replay(e.result, false);
    }
  }
  /// What a verdict that came up at the fence begins with.
  std::string fence_words() const {
    if (!fenced_) return "";
    return std::string("with an unmapped page ") +
           (*fenced_ == fence_side::above ? "behind" : "in front of") +
           " each tensor, where reads and writes out of bounds are faults: ";
  }

  void blame_for_loss(case_entry& culprit, const std::string& why) {
    record& r = culprit.result;
    if (watch_) watch_->on_culprit(r.candidate);
    if (fenced_ || r.verdict.acceptable()) r.replay = replay(r, !fenced_);
    r.verdict = {outcome::failed, fence_words() + why, r.verdict.comparisons};
    r.time.reset();
    fail_open("not finished: '" + culprit.candidate->name + "' took the device down");
  }

  /// Gives every entry without a verdict the reason why it has none. Those that have one learn that something
  /// that was asked for beyond it was not done.
  void fail_open(const std::string& reason) {
    for (case_entry& e : entries_)
      if (e.result.verdict.outcome == outcome::unchecked ||
          (options_.time && !e.result.time && e.result.verdict.acceptable() &&
           e.candidate->role != candidate_role::counterexample))
        e.result.verdict = {outcome::failed, reason, e.result.verdict.comparisons};
      else if (e.result.verdict.acceptable())
        e.result.findings.push_back(
            {"unfinished", severity::warning, "what was to come after this was not done: " + reason});
  }

  [[nodiscard]] std::vector<record> finished_records() {
    std::vector<record> records;
    for (case_entry& e : entries_) records.push_back(std::move(e.result));
    for (const std::string& name : item_.candidates)
      if (std::none_of(records.begin(), records.end(),
                       [&](const record& r) { return r.candidate == name; })) {
        records.push_back(blank(name));
        records.back().verdict = {outcome::failed, "the body does not declare it in this case", {}};
      }
    return records;
  }

  device& device_;
  ceiling_layers limits_;
  const plan_item& item_;
  const run_options& options_;
  std::function<void(const std::string&)> progress_;
  monitor* monitor_;
  memory_arena own_arena_;  ///< takes no memory where another is lent
  memory_arena& arena_;
  case_watch* watch_;
  std::unique_ptr<declared_problem> problem_;
  std::unique_ptr<case_stage> stage_;
  std::unique_ptr<case_judge> judge_;
  std::vector<case_entry> entries_;
  case_entry reference_;
  std::optional<fence_side> fenced_;  ///< while the tensors lie at fences
  bool lost_ = false;
  std::string loss_;         ///< what the device was lost of
  bool impossible_ = false;  ///< there is no such case, or no memory for it
  bool in_fuzzer_ = false;   ///< one of many trials, of one launch each
};

}  // namespace assay
