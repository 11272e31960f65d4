// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/sampler.hpp"
#include "assay/monitor/monitor.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/score/speedup.hpp"
#include "assay/suite/apply_attack.hpp"
#include "assay/suite/case_memory.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/expected_values.hpp"
#include "assay/suite/faster_than_light.hpp"
#include "assay/suite/fuzz.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/replay.hpp"
#include "assay/suite/trial.hpp"
#include "assay/suite/trial_sequence.hpp"
#include "assay/verify/explain.hpp"

namespace assay {

struct run_options {
  bool verify = true;
  bool time = true;
  std::uint64_t seed = 0;
  fuzz_options fuzz;                   ///< nothing is tried beyond the cases themselves unless it says so
  std::int64_t oracle_samples = 4096;  ///< elements of a large output that an element oracle is asked for
  bool locked_clocks = false;          ///< refuse to time while the multiprocessors' clock is not locked
  std::optional<double> locked_clock;  ///< Hz at which it is said to be locked, where the device cannot tell
  measure_options measure;
};

/// Executes one plan item: allocates, proves, times and bounds every selected candidate and the baseline.
/// Errors of a candidate end in its record; only a lost device ends the case, and then lost() is true.
class case_run {
 public:
  /// `progress` is told what is being done, e.g. "verify grid-stride".
  case_run(device& target, const ceilings& limits, const plan_item& item, const run_options& options,
           std::function<void(const std::string&)> progress, monitor* clocks = nullptr)
      : device_(target),
        limits_(limits),
        item_(item),
        options_(options),
        progress_(std::move(progress)),
        monitor_(clocks) {}

  /// One record for each candidate, in the order of declaration; last those that this case does not declare.
  [[nodiscard]] std::vector<record> run() {
    try {
      problem_ = std::make_unique<declared_problem>(*item_.definition, item_.positions,
                                                    item_.trial ? item_.values : axis_values());
      if (item_.trial) apply_attack(*problem_, item_.trial->attack, item_.trial->seed);
    } catch (const std::exception& e) {
      impossible_ = dynamic_cast<const no_such_case*>(&e) != nullptr;
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
    try {
      memory_ = std::make_unique<case_memory>(device_, *problem_, seed());
      if (options_.verify) expect();
      for (entry& e : entries_) check(e);
      if (options_.verify && options_.fuzz.wanted() && !item_.trial) fuzz_all();
      if (options_.time && !lost_) time_all();
    } catch (const device_error& e) {
      lost_ = e.lost();
      impossible_ = dynamic_cast<const out_of_memory*>(&e) != nullptr;
      if (lost_ && running_) {
        if (running_->result.verdict.acceptable()) running_->result.replay = replay(running_->result, true);
        running_->result.verdict = {outcome::failed, e.what(), running_->result.verdict.comparisons};
        running_->result.time.reset();
        fail_open("not finished: '" + running_->candidate->name + "' took the device down");
      } else {
        fail_open(e.what());
      }
    } catch (const std::exception& e) {
      fail_open(e.what());
    }
    std::vector<record> records;
    for (entry& e : entries_) {
      if (const auto why = faster_than_light(e.result, limits_, device_.info())) {
        e.result.verdict.outcome = outcome::invalid;
        e.result.verdict.reason = *why;
        e.result.replay = replay(e.result, true);
      }
      records.push_back(std::move(e.result));
    }
    for (const std::string& name : item_.candidates)
      if (std::none_of(records.begin(), records.end(),
                       [&](const record& r) { return r.candidate == name; })) {
        records.push_back(blank(name));
        records.back().verdict = {
            outcome::failed, "the body declares it in other cases, but not in this one", {}};
      }
    memory_.reset();
    return records;
  }

  /// The device cannot be used again by this process.
  [[nodiscard]] bool lost() const { return lost_; }

 private:
  struct entry {
    const declared_candidate* candidate;
    record result;
    std::shared_ptr<void> state = nullptr;  ///< what the prepare step returned
    bool timed_output_wrong = false;
    int rounds = 0;
  };

  record blank(const std::string& candidate) const {
    record r;
    r.problem = item_.definition->name;
    r.backend = item_.definition->backend;
    r.device = device_.info().name;
    r.axes = item_.values;
    r.candidate = candidate;
    r.file = item_.definition->where.file;
    r.line = item_.definition->where.line;
    r.seed = seed();
    r.replay = replay(r, false);
    return r;
  }

  [[nodiscard]] std::uint64_t seed() const { return item_.trial ? item_.trial->seed : options_.seed; }

  std::string replay(const record& r, bool timed) const {
    const trial as_planned{item_.values, options_.seed};
    return replay(r, timed, item_.trial.value_or(as_planned));
  }
  std::string replay(const record& r, bool timed, const trial& which) const {
    const bool usual = options_.oracle_samples == run_options().oracle_samples;
    return replay_arguments(
        {r.problem, r.candidate, which, usual ? std::int64_t{0} : options_.oracle_samples, timed});
  }

  std::vector<record> all_failed(const std::string& reason) const {
    std::vector<record> records;
    for (const std::string& name : item_.candidates) {
      records.push_back(blank(name));
      records.back().verdict = {outcome::failed, reason, {}};
    }
    return records;
  }

  /// The selected candidates, and the baseline when there is something to time against it.
  void choose_candidates() {
    for (const declared_candidate& c : problem_->candidates()) {
      const bool selected =
          std::find(item_.candidates.begin(), item_.candidates.end(), c.name) != item_.candidates.end();
      if (c.role == candidate_role::reference ||
          !(selected || (c.role == candidate_role::baseline && options_.time)))
        continue;
      entry e{&c, blank(c.name)};
      e.result.role = c.role;
      e.result.file = c.where.file;
      e.result.line = c.where.line;
      e.result.work = problem_->declared_work();
      entries_.push_back(std::move(e));
    }
  }

  /// Finds what is right. When that cannot be had, every verdict says why.
  void expect() {
    try {
      progress_("oracle");
      expected_ = std::make_unique<expected_values>(*problem_, seed(), options_.oracle_samples);
    } catch (const std::exception& e) {
      unverifiable_ = e.what();
    } catch (...) {
      unverifiable_ = "the oracle threw something that is not a std::exception";
    }
  }

  /// Where there is only a device reference: its output is what is right, within twice the tolerance.
  void expect_from_reference() {
    const auto reference =
        std::find_if(problem_->candidates().begin(), problem_->candidates().end(),
                     [](const declared_candidate& c) { return c.role == candidate_role::reference; });
    entry e{&*reference, blank(reference->name)};
    try {
      launch_once(e);
      running_ = nullptr;
    } catch (const std::exception& error) {
      running_ = nullptr;
      const auto* lost = dynamic_cast<const device_error*>(&error);
      if (lost && lost->lost())
        throw device_error("the reference '" + reference->name + "'", lost->code(), error.what(), "", true);
      unverifiable_ = "the reference failed: " + std::string(error.what());
      return discard_errors(device_);
    } catch (...) {
      running_ = nullptr;
      unverifiable_ = "the reference failed: it threw something that is not a std::exception";
      return discard_errors(device_);
    }
    for (const declared_tensor& t : problem_->tensors()) {
      const std::vector<std::uint8_t> raw = memory_->download(t);
      if (t.role == tensor_role::input) {
        const comparison c = compare_input(t, raw.data());
        if (!c.matches())
          unverifiable_ = "the reference changed the input " + describe_mismatch(c, t.extents);
        continue;
      }
      expectation right{std::vector<double>(static_cast<std::size_t>(t.slot.count)), {}, 2.0};
      std::int64_t untouched = 0, first = 0;
      for (std::int64_t i = 0; i < t.slot.count; ++i) {
        right.values[static_cast<std::size_t>(i)] = load_element(t.type, raw.data(), i);
        if (t.role == tensor_role::output && holds_poison(t.type, raw.data(), i, poison_byte(t.type)))
          if (untouched++ == 0) first = i;
      }
      // Or a candidate that touches nothing would equal a reference that does. An integer may be what the
      // poison is, but not every one.
      const bool telling = has_nan(t.type) || t.type == dtype::boolean;
      if (untouched > 0 && (telling || (untouched == t.slot.count && t.bytes() >= 8)))
        unverifiable_ = "the reference did not write " + t.name + format_index(first, t.extents);
      expected_->set_expectation(t.slot.id, std::move(right));
    }
    referenced_ = unverifiable_.empty();
  }

  comparison compare_input(const declared_tensor& t, const void* got) const {
    return compare(t.name, t.type, got, t.slot.count, expected_->input(t.slot.id), tolerance::exact());
  }

  void launch(entry& e) {
    running_ = &e;
    e.candidate->launch(device_.stream(), e.state.get());
  }

  /// Resets the tensors, prepares and launches once, and waits. Throws what went wrong.
  void launch_once(entry& e) {
    running_ = &e;
    memory_->reset();
    device_.synchronize();
    if (e.candidate->prepare) {
      const scoped_range in_stage(device_, "prepare");
      const auto start = std::chrono::steady_clock::now();
      const prepared_state state = e.candidate->prepare(device_.stream());
      e.state = std::shared_ptr<void>(state.object, state.destroy);
      device_.check_launch();
      device_.synchronize();
      e.result.prepare_seconds =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    launch(e);
    device_.check_launch();
    device_.synchronize();
  }

  void check(entry& e) {
    const scoped_range in_candidate(device_, e.candidate->name.c_str());
    const scoped_range in_stage(device_, "verify");
    progress_("verify " + e.candidate->name);
    verdict& result = e.result.verdict;
    try {
      launch_once(e);
      if (!options_.verify) return;
      if (unverifiable_.empty()) result = compare_outputs();
    } catch (const device_error& error) {
      result = {outcome::failed, error.what(), {}};
      if (error.lost()) throw;
    } catch (const std::exception& error) {
      result = {outcome::failed, error.what(), {}};
    } catch (...) {
      result = {outcome::failed, "threw something that is not a std::exception", {}};
    }
    if (result.outcome == outcome::failed) discard_errors(device_);
    if (result.outcome == outcome::unchecked) result = {outcome::unverifiable, unverifiable_, {}};
  }

  /// Holds the device's tensors against what is right, inputs included.
  verdict compare_outputs() {
    std::vector<std::vector<std::uint8_t>> outputs;  // before the reference runs over them
    for (const declared_tensor& t : problem_->tensors()) outputs.push_back(memory_->download(t));
    if (!expected_->from_oracle() && !referenced_) {
      expect_from_reference();
      if (!referenced_) return {outcome::unverifiable, unverifiable_, {}};
    }
    verdict result{outcome::correct, "", {}};
    const auto blame = [&](outcome what, const std::string& why) {
      // A changed input comes first: with it, outputs may be wrong or right for any reason.
      if (result.outcome == outcome::correct ||
          (what == outcome::invalid && result.outcome == outcome::wrong)) {
        result.outcome = what;
        result.reason = why;
      }
    };
    for (const declared_tensor& t : problem_->tensors()) {
      const void* got = outputs[static_cast<std::size_t>(t.slot.id)].data();
      if (t.role == tensor_role::input) {
        const comparison c = compare_input(t, got);
        if (!c.matches()) blame(outcome::invalid, "changed the input " + describe_mismatch(c, t.extents));
        continue;
      }
      const std::optional<std::uint8_t> poison =
          t.role == tensor_role::output ? std::optional(poison_byte(t.type)) : std::nullopt;
      result.comparisons.push_back(compare(t.name, t.type, got, t.slot.count, expected_->output(t.slot.id),
                                           problem_->bound(), poison));
      const comparison& c = result.comparisons.back();
      if (!c.matches()) blame(outcome::wrong, describe_mismatch(c, t.extents));
    }
    return result;
  }

  /// Tries what has been right so far, and counterexamples that nothing has caught, beyond the case itself.
  void fuzz_all() {
    std::vector<entry*> tried;
    std::vector<std::string> names;
    for (entry& e : entries_)
      if (e.result.verdict.outcome == outcome::correct) {
        tried.push_back(&e);
        names.push_back(e.candidate->name);
      }
    if (names.empty()) return;
    progress_("fuzz");
    std::size_t turn = 0;
    for (const std::size_t position : item_.positions) turn += position;
    fuzzer all(
        trial_sequence(*problem_, options_.seed, options_.fuzz.strict, turn), options_.fuzz,
        [this](const trial& t, const std::vector<std::string>& candidates) {
          return run_trial(t, candidates);
        },
        [this] { return device_.now(); });
    std::vector<fuzz_summary> results = all.run(names);
    lost_ = all.lost();
    for (std::size_t i = 0; i < tried.size(); ++i) {
      record& r = tried[i]->result;
      if (!results[i].passed()) {
        r.verdict = *results[i].failure;
        r.verdict.reason = "fuzz: " + describe(*results[i].smallest) + ": " + r.verdict.reason;
        r.replay = replay(r, false, *results[i].smallest);
      } else if (lost_) {
        r.verdict = {outcome::failed, "not finished: a fuzzed candidate took the device down", {}};
      }
      r.fuzz = std::move(results[i]);
    }
  }

  /// One trial as a case of its own, with memory of its own.
  trial_verdicts run_trial(const trial& t, const std::vector<std::string>& candidates) {
    run_options options = options_;
    options.time = false;
    const plan_item item{item_.definition, {}, t.values, candidates, t};
    case_run nested(
        device_, limits_, item, options, [](const std::string&) {}, monitor_);
    std::vector<record> records = nested.run();
    trial_verdicts result{{}, nested.lost()};
    for (const std::string& name : candidates)
      for (record& r : records) {
        if (r.candidate != name) continue;
        const bool culprit = nested.running_ && nested.running_->candidate->name == name;
        // What says nothing of this candidate must not count against it.
        if (nested.impossible_ || (nested.lost() && !culprit && r.verdict.outcome == outcome::failed))
          r.verdict.outcome = outcome::unverifiable;
        result.verdicts.push_back(std::move(r.verdict));
      }
    return result;
  }

  /// Times everything that may be timed, interleaved, and checks outputs of timed launches as well.
  void time_all() {
    std::vector<entry*> timed;
    std::vector<measure_job> jobs;
    for (entry& e : entries_) {
      if (!e.result.verdict.acceptable() || e.candidate->role == candidate_role::counterexample) continue;
      timed.push_back(&e);
      jobs.push_back({e.candidate->name,
                      [this] {
                        memory_->next_copy();
                        memory_->restore();
                      },
                      [this, &e] {
                        // Back to back, each launch has to find other memory, not only each sample.
                        if (options_.measure.mode == launch_mode::throughput) memory_->next_copy();
                        launch(e);
                      },
                      [this, &e] { check_timed(e); },
                      // Or an input that another candidate changed would count against this one.
                      [this, &e] {
                        if (is_checked(e.rounds)) memory_->restore_inputs();
                      }});
    }
    if (timed.empty()) return;
    progress_("time");
    memory_->reset();
    if (options_.measure.cache == cache_state::rotate) memory_->make_copies(rotation_bytes(device_.info()));
    const scoped_range in_stage(device_, "time");
    std::vector<measure_result> results = sampler(device_, jobs, options_.measure, monitor_).run();
    for (std::size_t i = 0; i < timed.size(); ++i) {
      record& r = timed[i]->result;
      if (results[i].value)
        take_time(r, std::move(*results[i].value));
      else if (!timed[i]->timed_output_wrong)
        r.verdict = {outcome::failed, "while it was timed: " + results[i].failure, r.verdict.comparisons};
      if (!r.time) r.replay = replay(r, true);
    }
    bound_and_compare();
  }

  /// Work that escapes its time makes the time a lie, however right the output is.
  void take_time(record& r, measurement&& time) {
    r.time = std::move(time);
    for (const finding& f : r.time->findings)
      if (f.level == severity::error && r.verdict.acceptable()) {
        r.verdict.outcome = outcome::invalid;
        r.verdict.reason = f.message;
        r.replay = replay(r, true);
      }
  }

  /// Launches back to back apply themselves to an inout tensor again and again: there is nothing to compare.
  [[nodiscard]] bool is_checked(int round) const {
    if (!options_.verify || (round != 0 && round != 11)) return false;
    return options_.measure.mode != launch_mode::throughput ||
           std::none_of(problem_->tensors().begin(), problem_->tensors().end(),
                        [](const declared_tensor& t) { return t.role == tensor_role::inout; });
  }

  /// The first round and the one of the first look at the interval: a candidate that is right once, or only
  /// when it is not being timed, is caught without slowing down the rounds between.
  void check_timed(entry& e) {
    if (!is_checked(e.rounds++)) return;
    verdict again = compare_outputs();
    if (again.outcome == outcome::correct) return;
    again.reason = "right when it was verified, but not when it was timed: " + again.reason;
    e.timed_output_wrong = true;
    e.result.verdict = std::move(again);
    memory_->reset();  // an input it changed must not count against the others
    throw error(e.result.verdict.reason);
  }

  void bound_and_compare() {
    const limit bound = speed_of_light(limits_, problem_->declared_work());
    const record* baseline = nullptr;
    for (entry& e : entries_) {
      e.result.limit = bound;
      if (e.candidate->role == candidate_role::baseline && e.result.time) baseline = &e.result;
    }
    for (entry& e : entries_)
      if (baseline && e.result.time && &e.result != baseline)
        e.result.speedup = paired_speedup(*baseline->time, *e.result.time);
  }

  /// Gives every entry without a verdict the reason why it has none.
  void fail_open(const std::string& reason) {
    for (entry& e : entries_)
      if (e.result.verdict.outcome == outcome::unchecked ||
          (options_.time && !e.result.time && e.result.verdict.acceptable() &&
           e.candidate->role != candidate_role::counterexample))
        e.result.verdict = {outcome::failed, reason, e.result.verdict.comparisons};
  }

  device& device_;
  const ceilings& limits_;
  const plan_item& item_;
  const run_options& options_;
  std::function<void(const std::string&)> progress_;
  monitor* monitor_;
  std::unique_ptr<declared_problem> problem_;
  std::unique_ptr<case_memory> memory_;
  std::unique_ptr<expected_values> expected_;
  std::vector<entry> entries_;
  std::string unverifiable_;
  entry* running_ = nullptr;  ///< the last that was launched: the one to blame when the device is lost
  bool referenced_ = false;
  bool lost_ = false;
  bool impossible_ = false;  ///< there is no such case, or no memory for it
};

}  // namespace assay
