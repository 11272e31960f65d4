// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/core/format.hpp"
#include "assay/measure/sampler.hpp"
#include "assay/monitor/monitor.hpp"
#include "assay/suite/case_entry.hpp"
#include "assay/suite/case_judge.hpp"
#include "assay/suite/case_memory.hpp"
#include "assay/suite/case_stage.hpp"
#include "assay/verify/explain.hpp"
#include "assay/verify/verdict.hpp"

namespace assay {

/// Times candidates of a case in the same rounds. Every launch finds its tensors as a verified one does, at
/// addresses and with values that change from one to the next (where they cannot, the record has a finding),
/// and every output is held against what is right on the device, after the launch and once more at the end of
/// the round. A candidate cannot tell a timed launch from a verified one.
class case_timer {
 public:
  case_timer(case_stage& stage, case_judge& judge, monitor* clocks)
      : stage_(stage), judge_(judge), monitor_(clocks), device_(stage.target), options_(stage.options) {}

  /// Leaves the time, or a verdict that says why there is none, in the record of each. `on_verdict` is told
  /// of an entry whose verdict came up while it was timed.
  template <class OnVerdict>
  void time(const std::vector<case_entry*>& timed, const OnVerdict& on_verdict) {
    if (timed.empty()) return;
    make_copies(timed);
    std::vector<measure_job> jobs;
    for (case_entry* e : timed) jobs.push_back(job_of(*e));
    const scoped_range in_stage(device_, "time");
    std::vector<measure_result> results = sampler(device_, jobs, options_.measure, monitor_).run();
    stage_.memory->bind(0);
    for (std::size_t i = 0; i < timed.size(); ++i) {
      case_entry& e = *timed[i];
      record& r = e.result;
      if (results[i].value)
        take_time(r, std::move(*results[i].value));
      else if (e.timed_output_wrong && results[i].works_beside)
        r.verdict = {outcome::invalid, work_beside_words(*results[i].works_beside) + "; " + r.verdict.reason,
                     r.verdict.comparisons};
      else if (!e.timed_output_wrong)
        r.verdict = {outcome::failed, "while it was timed: " + results[i].failure, r.verdict.comparisons};
      if (checked_) r.timed_checks = checks_[i];
      if (checked_ && !repeated_.empty())
        r.findings.push_back(
            {"repeated-inputs",
             data_sets_ == 1 ? severity::warning : severity::note,
             (data_sets_ == 1
                  ? "timed launches all had the same values, so that a result kept from an earlier "
                    "one passes: "
                  : "timed launches had fewer sets of values than usual: ") +
                 repeated_,
             {{"sets", static_cast<double>(data_sets_)}, {"oracle_seconds", judge_.own_seconds()}}});
      if (in_place_)
        r.findings.push_back({"repeated-addresses",
                              severity::note,
                              "timed launches all had the same addresses: no memory for copies",
                              {}});
      if (!no_room_.empty())
        r.findings.push_back(
            {"timed-unchecked", severity::warning,
             "outputs were not looked at while it was timed: no memory for what is right: " + no_room_});
      if (!r.time || !r.verdict.acceptable()) on_verdict(e);
    }
  }

 private:
  static constexpr std::size_t most_copies = 3;

  /// Where launches find their tensors, and with what values. One place for graphs, whose addresses are
  /// captured, and for --trust.
  void make_copies(const std::vector<case_entry*>& timed) {
    case_memory& memory = *stage_.memory;
    const bool rotate = options_.measure.cache == cache_state::rotate;
    checked_ = options_.verify && !options_.trust && judge_.unverifiable().empty() && can_check();
    checks_.assign(timed.size(), {});
    wrong_.resize(timed.size());
    memory.reset();
    if (options_.measure.mode != launch_mode::graph && (rotate || !options_.trust)) {
      try {
        memory.make_copies(rotate ? memory.copies_for(rotation_bytes(device_.info())) : most_copies);
      } catch (const out_of_memory&) {
        if (rotate) throw;
        in_place_ = true;
        ++device_.shortages;
        discard_errors(device_);
      }
    }
    data_sets_ = 1;
    memory.bind(0);
    while (checked_ && data_sets_ < case_memory::most_data_sets && judge_.can_ask_again()) {
      memory.use_data_set(data_sets_);
      memory.reset();
      stage_.tell_own();
      repeated_ = judge_.ask_another(memory);
      if (!repeated_.empty()) break;
      ++data_sets_;
    }
    if (data_sets_ == 1 && repeated_.empty())
      repeated_ = "the oracle takes " + format_time(judge_.own_seconds()) +
                  " for others; --oracle-seconds allows it more";
    for (std::size_t copy = memory.copies(); copy-- > 0;) {
      memory.bind(copy);
      memory.use_data_set(copy % data_sets_);
      memory.reset();
      if (copy > 0)
        for (case_entry* e : timed) prepare_copy(*e);
    }
    writer_.assign(memory.copies(), nobody);
  }
  /// A prepare step that fails on another copy ends its candidate at the first sample.
  void prepare_copy(case_entry& e) {
    if (!e.candidate->prepare || !e.failure.empty()) return;
    const auto seconds = e.result.prepare_seconds;
    try {
      stage_.prepare(e);
    } catch (const device_error& error) {
      if (error.lost()) throw;
      e.failure = error.what();
      discard_errors(device_);
    } catch (const std::exception& error) {
      e.failure = error.what();
    } catch (...) {
      e.failure = "threw something that is not a std::exception";
    }
    e.result.prepare_seconds = seconds;
  }

  /// Launches back to back apply themselves to an inout tensor again and again: there is nothing to compare.
  [[nodiscard]] bool can_check() const {
    return options_.measure.mode != launch_mode::throughput ||
           std::none_of(stage_.problem.tensors().begin(), stage_.problem.tensors().end(),
                        [](const declared_tensor& t) { return t.role == tensor_role::inout; });
  }

  measure_job job_of(case_entry& e) {
    const bool hot = options_.measure.cache == cache_state::hot;
    const bool throughput = options_.measure.mode == launch_mode::throughput;
    const std::size_t index = jobs_made_++;
    measure_job job;
    job.name = e.candidate->name;
    job.before = [this, hot, throughput, &e] {
      if (!e.failure.empty()) throw error("the prepare step: " + e.failure);
      stage_.tell(e, activity::timed);
      case_memory& memory = *stage_.memory;
      // Back to back, launches go through all copies, so all of them are restored.
      const std::size_t restored = throughput && memory.copies() <= most_copies ? memory.copies() : 1;
      for (std::size_t i = 0; i < restored; ++i) {
        // Hot caches are those that the last launch on the same tensors left.
        if (!hot) move_on(e);
        memory.restore();
        writer_[memory.bound()] = nobody;
      }
    };
    job.launch = [this, throughput, hot, &e] {
      if (throughput && !hot) stage_.memory->next_copy();
      stage_.launch(e);
    };
    job.before_round = [this, hot, &e] {
      if (hot) move_on(e);
    };
    if (!checked_) return job;
    job.after_sample = [this, index] { look(index); };
    job.after_round = [this, index, &e] { settle(index, e); };
    return job;
  }

  /// To the next copy, with other values than it had: neither address nor value tells what is right. A state
  /// that was prepared belongs to an address and its values, so that each copy keeps its own.
  void move_on(const case_entry& e) {
    case_memory& memory = *stage_.memory;
    memory.next_copy();
    if (data_sets_ < 2) return;
    if (e.candidate->prepare) {
      const std::size_t own = memory.bound() % data_sets_;
      if (memory.bound_set() != own) memory.refill(own);
      return;
    }
    turn_ = turn_ * 1664525u + 1013904223u;  // Numerical Recipes' quick generator
    memory.refill((memory.bound_set() + 1 + (turn_ >> 16) % (data_sets_ - 1)) % data_sets_);
  }

  /// Compares what the last launch left.
  void look(std::size_t index) {
    if (!checked_) return;
    const double start = device_.now();
    try {
      enqueue(index);
    } catch (const out_of_memory& e) {
      ++device_.shortages;
      checked_ = false;
      no_room_ = e.what();
      pending_.clear();
      next_slot_ = 0;
      return discard_errors(device_);
    }
    device_.synchronize();
    writer_[stage_.memory->bound()] = index;
    ++checks_[index].launches;
    checks_[index].seconds += device_.now() - start;
  }
  void enqueue(std::size_t index) {
    if (next_slot_ + judge_.outputs() > device::compare_slots) collect();
    const std::size_t known = pending_.size();
    judge_.enqueue(*stage_.memory, next_slot_, pending_);
    next_slot_ += judge_.outputs();
    for (std::size_t i = known; i < pending_.size(); ++i) pending_[i].job = index;
  }

  /// Reads what was enqueued.
  void collect() {
    if (pending_.empty()) return;
    std::vector<compare_sums> sums(static_cast<std::size_t>(next_slot_));
    device_.read_comparisons(sums.data(), next_slot_);
    for (const case_judge::enqueued& seen : pending_) {
      comparison c = judge_.conclude(seen, sums[static_cast<std::size_t>(seen.slot)]);
      if (!c.matches() && !wrong_[seen.job]) wrong_[seen.job] = std::move(c);
    }
    pending_.clear();
    next_slot_ = 0;
  }

  /// The end of a round: what was enqueued, the outputs of earlier launches once more, red zones and inputs.
  void settle(std::size_t index, case_entry& e) {
    if (!checked_) return;
    const double start = device_.now();
    case_memory& memory = *stage_.memory;
    const std::size_t last = memory.bound(), copies = std::min(memory.copies(), most_copies);
    collect();
    std::string held;
    if (!wrong_[index]) {
      // Copies that an earlier launch of this candidate has written and nothing has restored since.
      for (std::size_t back = 1; back < copies; ++back) {
        memory.bind((last + memory.copies() - back) % memory.copies());
        if (writer_[memory.bound()] == index) enqueue(index);
      }
      collect();
      if (wrong_[index]) held = "an output that was right after its launch was changed later: ";
    }
    memory_check found;
    for (std::size_t back = 0; back < copies; ++back) {
      memory.bind((last + memory.copies() - back) % memory.copies());
      const memory_check check = memory.check();
      if (found.clean()) found = check;
    }
    memory.bind(last);
    checks_[index].seconds += device_.now() - start;
    if (found.clean() && !wrong_[index]) return;

    // With a changed input, or after writes out of bounds, outputs may be wrong for any reason.
    verdict v{found.clean() ? outcome::wrong : outcome::invalid,
              "right when it was verified, but not when it was timed: " +
                  (found.clean() ? held + describe_mismatch(*wrong_[index], wrong_[index]->extents)
                                 : found.describe()),
              {}};
    if (wrong_[index]) v.comparisons.push_back(std::move(*wrong_[index]));
    e.timed_output_wrong = true;
    e.result.verdict = std::move(v);
    // What it changed must not count against the others.
    for (std::size_t copy = 0; copy < memory.copies(); ++copy) {
      memory.next_copy();
      memory.reset();
      writer_[memory.bound()] = nobody;
    }
    throw error(e.result.verdict.reason);
  }

  /// Work that escapes its time makes the time a lie, however right the output is.
  static void take_time(record& r, measurement&& time) {
    r.time = std::move(time);
    for (const finding& f : r.time->findings)
      if (f.level == severity::error && r.verdict.acceptable()) {
        r.verdict.outcome = outcome::invalid;
        r.verdict.reason = f.message;
      }
  }

  case_stage& stage_;
  case_judge& judge_;
  monitor* monitor_;
  device& device_;
  const run_options& options_;
  bool checked_ = false;
  bool in_place_ = false;  ///< there was no memory for copies
  std::string repeated_;   ///< why there are fewer data sets, where one failed or there is one only
  std::string no_room_;    ///< why what is right does not fit beside the rest, where it does not
  std::size_t jobs_made_ = 0;
  std::size_t data_sets_ = 1;
  std::uint32_t turn_ = 0;
  std::vector<timed_checks> checks_;
  std::vector<case_judge::enqueued> pending_;
  int next_slot_ = 0;
  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);
  std::vector<std::size_t> writer_;               ///< of each copy: the job whose output it holds
  std::vector<std::optional<comparison>> wrong_;  ///< the first wrong output of each job
};

}  // namespace assay
