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
#include "assay/suite/case_memory.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/expected_values.hpp"
#include "assay/suite/faster_than_light.hpp"
#include "assay/suite/memory_arena.hpp"
#include "assay/suite/memory_layout.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/replay.hpp"
#include "assay/verify/explain.hpp"
#include "assay/verify/poison.hpp"

namespace assay {

struct run_options {
  bool verify = true;
  bool time = true;
  std::uint64_t seed = 0;
  std::int64_t oracle_samples = 4096;  ///< elements of a large output that an element oracle is asked for
  bool locked_clocks = false;          ///< refuse to time while the multiprocessors' clock is not locked
  std::optional<double> locked_clock;  ///< Hz at which it is said to be locked, where the device cannot tell
  memory_layout layout;                ///< of the tensors
  std::optional<fence_side> fence;  ///< verify once more, at last, with each tensor against an unmapped page
  std::vector<std::string> sanitizer_tools;  ///< of compute-sanitizer, for the smallest case of each problem
  measure_options measure;
};

/// Executes one plan item: allocates, proves, times and bounds every selected candidate and the baseline.
/// Errors of a candidate end in its record; only a lost device ends the case, and then lost() is true.
class case_run {
 public:
  /// `progress` is told what is being done, e.g. "verify grid-stride". The tensors are placed in `arena`,
  /// where one is lent, so that the next case finds the memory already there.
  case_run(device& target, const ceilings& limits, const plan_item& item, const run_options& options,
           std::function<void(const std::string&)> progress, monitor* clocks = nullptr,
           memory_arena* arena = nullptr)
      : device_(target),
        limits_(limits),
        item_(item),
        options_(options),
        progress_(std::move(progress)),
        monitor_(clocks),
        own_arena_(target),
        arena_(arena ? *arena : own_arena_) {}

  /// One record for each candidate, in the order of declaration; last those that this case does not declare.
  [[nodiscard]] std::vector<record> run() {
    try {
      problem_ = std::make_unique<declared_problem>(*item_.definition, item_.positions);
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
    try {
      memory_ = std::make_unique<case_memory>(arena_, *problem_, options_.seed, options_.layout);
      if (options_.verify) expect();
      for (entry& e : entries_) check(e);
      if (options_.time) time_all();
      if (options_.fence && options_.verify) check_fenced(*options_.fence);
    } catch (const device_error& e) {
      lost_ = e.lost();
      if (lost_ && running_) {
        if (fenced_ || running_->result.verdict.acceptable())
          running_->result.replay = replay(running_->result, !fenced_);
        running_->result.verdict = {outcome::failed, at_fence() + e.what(),
                                    running_->result.verdict.comparisons};
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
    r.seed = options_.seed;
    r.replay = replay(r, false);
    return r;
  }

  std::string replay(const record& r, bool timed) const {
    std::string text = replay_arguments(r, timed);
    if (options_.oracle_samples != run_options().oracle_samples)
      text += " --oracle-samples " + std::to_string(options_.oracle_samples);
    if (options_.layout.separate) text += " --separate-allocations";
    if (fenced_) text += *fenced_ == fence_side::above ? " --fence" : " --fence=below";
    return text;
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
      expected_ = std::make_unique<expected_values>(*problem_, options_.seed, options_.oracle_samples);
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
    std::vector<std::vector<std::uint8_t>> first, second;  // what it leaves over each poison
    memory_check memory;
    try {
      launch_once(e);
      memory = memory_->check();
      first = download_all();
      if (any_may_hold_poison()) {
        launch_once(e, poison_variant::second);
        second = download_all();
      }
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
    if (!memory.damage.empty()) unverifiable_ = "the reference " + memory.describe();
    for (const declared_tensor& t : problem_->tensors()) {
      const auto id = static_cast<std::size_t>(t.slot.id);
      const std::uint8_t* const raw = first[id].data();
      if (t.role == tensor_role::input) {
        const comparison c = compare_input(t, raw);
        if (!c.matches())
          unverifiable_ = "the reference changed the input " + describe_mismatch(c, t.extents);
        continue;
      }
      expectation right{std::vector<double>(static_cast<std::size_t>(t.slot.count)), {}, 2.0};
      for (std::int64_t i = 0; i < t.slot.count; ++i)
        right.values[static_cast<std::size_t>(i)] = load_element(t.type, raw, i);
      // Or a candidate that touches nothing would equal a reference that does.
      if (t.role == tensor_role::output) {
        const unwritten left =
            find_unwritten(t.type, raw, may_hold_poison(t) ? second[id].data() : raw, t.slot.count);
        if (left.count > 0)
          unverifiable_ = "the reference did not write " + t.name + format_index(left.first, t.extents);
      }
      expected_->set_expectation(t.slot.id, std::move(right));
    }
    referenced_ = unverifiable_.empty();
  }

  /// Whether an element that holds the poison may have been written: its type has no NaN.
  static bool may_hold_poison(const declared_tensor& t) {
    return t.role == tensor_role::output && !has_nan(t.type) && t.slot.count > 0;
  }
  [[nodiscard]] bool any_may_hold_poison() const {
    return std::any_of(problem_->tensors().begin(), problem_->tensors().end(), may_hold_poison);
  }
  [[nodiscard]] std::vector<std::vector<std::uint8_t>> download_all() {
    std::vector<std::vector<std::uint8_t>> all;
    for (const declared_tensor& t : problem_->tensors()) all.push_back(memory_->download(t));
    return all;
  }

  comparison compare_input(const declared_tensor& t, const void* got) const {
    return compare(t.name, t.type, got, t.slot.count, expected_->input(t.slot.id), tolerance::exact());
  }

  void launch(entry& e) {
    running_ = &e;
    e.candidate->launch(device_.stream(), e.state.get());
  }

  /// Resets the tensors, prepares and launches once, and waits. Throws what went wrong.
  void launch_once(entry& e, poison_variant variant = poison_variant::first) {
    running_ = &e;
    memory_->reset(variant);
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
      if (result.outcome == outcome::correct) check_other_poison(e);
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

  /// What one launch may have left out and yet be right, since its type has no NaN that could tell: launches
  /// again over another poison.
  void check_other_poison(entry& e) {
    if (!any_may_hold_poison()) return;
    const std::vector<std::vector<std::uint8_t>> before = std::move(downloads_);
    launch_once(e, poison_variant::second);
    verdict& result = e.result.verdict;
    result = compare_outputs(poison_variant::second);
    for (const declared_tensor& t : problem_->tensors()) {
      if (result.outcome != outcome::correct || !may_hold_poison(t)) continue;
      const auto id = static_cast<std::size_t>(t.slot.id);  // all elements, where an oracle samples some
      const unwritten left = find_unwritten(t.type, before[id].data(), downloads_[id].data(), t.slot.count);
      if (left.count == 0) continue;
      result.outcome = outcome::wrong;
      result.reason = t.name + ": " + std::to_string(left.count) + " of " + std::to_string(t.slot.count) +
                      " elements never written, the first at " + format_index(left.first, t.extents);
    }
  }

  /// Verifies what was right once more, with each tensor flush against an unmapped page. After everything
  /// else: on a GPU a fault ends the run.
  void check_fenced(fence_side side) {
    const auto tell = [&](const char* code, severity level, const std::string& message) {
      for (entry& e : entries_) e.result.findings.push_back({code, level, message});
    };
    if (!device_.has_fences())
      return tell("no-fence", severity::warning,
                  "no fence: " + device_.info().name + " or its runtime has no virtual memory calls");
    try {
      memory_.reset();
      memory_ = std::make_unique<case_memory>(arena_, *problem_, options_.seed,
                                              memory_layout{.fence = true, .side = side});
    } catch (const out_of_memory& e) {
      return tell("no-fence", severity::warning, std::string("no fence: ") + e.what());
    }
    std::string slack;
    for (const auto& [name, bytes] : memory_->fence_slack())
      slack += (slack.empty() ? "" : ", ") + std::to_string(bytes) + " bytes behind " + name;
    if (!slack.empty())
      tell("fence-slack", severity::note,
           "the fence does not see reads of " + slack +
               ", by reason of alignment; p.alignment() promises less");
    fenced_ = side;
    for (entry& e : entries_) {
      if (e.result.verdict.outcome != outcome::correct) continue;
      const std::optional<double> prepare_seconds = e.result.prepare_seconds;
      check(e);
      e.result.prepare_seconds = prepare_seconds;
      if (e.result.verdict.outcome == outcome::correct) continue;
      e.result.verdict.reason = at_fence() + e.result.verdict.reason;
      e.result.replay = replay(e.result, false);
    }
  }
  /// What a verdict that came up at the fence begins with.
  std::string at_fence() const {
    if (!fenced_) return "";
    return std::string("with an unmapped page ") +
           (*fenced_ == fence_side::above ? "behind" : "in front of") +
           " each tensor, where reads and writes out of bounds are faults: ";
  }

  /// Holds the device's tensors against what is right, inputs and red zones included.
  verdict compare_outputs(poison_variant variant = poison_variant::first) {
    const memory_check memory = memory_->check();
    const auto changed = [&](const declared_tensor& t) {
      return std::find(memory.changed_inputs.begin(), memory.changed_inputs.end(), t.name) !=
             memory.changed_inputs.end();
    };
    std::vector<std::vector<std::uint8_t>> outputs;  // before the reference runs over them
    for (const declared_tensor& t : problem_->tensors())
      outputs.push_back(t.role != tensor_role::input || changed(t) ? memory_->download(t)
                                                                   : std::vector<std::uint8_t>());
    if (!expected_->from_oracle() && !referenced_) {
      expect_from_reference();
      if (!referenced_) return {outcome::unverifiable, unverifiable_, {}};
    }
    verdict result{outcome::correct, "", {}};
    const auto blame = [&](outcome what, const std::string& why) {
      // What was written out of bounds and a changed input come first: with them, outputs may be wrong or
      // right for any reason.
      if (result.outcome == outcome::correct ||
          (what == outcome::invalid && result.outcome == outcome::wrong)) {
        result.outcome = what;
        result.reason = why;
      }
    };
    if (!memory.damage.empty()) blame(outcome::invalid, memory.describe());
    for (const declared_tensor& t : problem_->tensors()) {
      const void* got = outputs[static_cast<std::size_t>(t.slot.id)].data();
      if (t.role == tensor_role::input) {
        if (!changed(t)) continue;
        const comparison c = compare_input(t, got);
        blame(outcome::invalid, "changed the input " + (c.matches() ? t.name + ", by its digest"
                                                                    : describe_mismatch(c, t.extents)));
        continue;
      }
      const std::optional<std::uint8_t> poison =
          t.role == tensor_role::output ? std::optional(poison_byte(t.type, variant)) : std::nullopt;
      result.comparisons.push_back(compare(t.name, t.type, got, t.slot.count, expected_->output(t.slot.id),
                                           problem_->bound(), poison));
      const comparison& c = result.comparisons.back();
      if (!c.matches()) blame(outcome::wrong, describe_mismatch(c, t.extents));
    }
    downloads_ = std::move(outputs);
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
  memory_arena own_arena_;  ///< takes no memory where another is lent
  memory_arena& arena_;
  std::unique_ptr<declared_problem> problem_;
  std::unique_ptr<case_memory> memory_;
  std::unique_ptr<expected_values> expected_;
  std::vector<entry> entries_;
  std::string unverifiable_;
  entry* running_ = nullptr;  ///< the last that was launched: the one to blame when the device is lost
  std::vector<std::vector<std::uint8_t>> downloads_;  ///< of the outputs that were last compared
  std::optional<fence_side> fenced_;                  ///< while memory_ is
  bool referenced_ = false;
  bool lost_ = false;
};

}  // namespace assay
