// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/cache.hpp"
#include "assay/measure/measure_options.hpp"
#include "assay/measure/measurement.hpp"
#include "assay/monitor/monitor.hpp"
#include "assay/suite/case_entry.hpp"
#include "assay/suite/case_judge.hpp"
#include "assay/suite/case_stage.hpp"
#include "assay/suite/time_case.hpp"

namespace assay {

/// Sweeps four times as much for as long as it lives.
class larger_sweep {
 public:
  larger_sweep(device& target, double gate_timeout) : device_(target) {
    sample_timer timer(target);
    prove_sweep(target, timer, gate_timeout);  // or the sampler would, and set its own
    before_ = target.sweep;
    const device_info& info = target.info();
    const std::int64_t cache = info.last_level_bytes.value_or(info.l2_bytes.value_or(256 << 20));
    target.sweep.bytes = 4 * (target.sweep.bytes > 0 ? target.sweep.bytes : 2 * cache);
  }
  larger_sweep(const larger_sweep&) = delete;
  larger_sweep& operator=(const larger_sweep&) = delete;
  ~larger_sweep() { device_.sweep = before_; }

 private:
  device& device_;
  cache_sweep before_;
};

/// What can be tried with a candidate that was timed, to find out why it is so fast. Each leaves the tensors
/// in disorder and the candidate's record as it is, and throws what the candidate throws.
class speed_experiments {
 public:
  speed_experiments(case_stage& stage, case_judge& judge, monitor* clocks)
      : stage_(stage), judge_(judge), monitor_(clocks), device_(stage.target) {}

  /// Quick and rough: what makes a time too good makes a large difference.
  [[nodiscard]] measure_options quick() const {
    measure_options how = stage_.options.measure;
    how.time_budget = std::min(how.time_budget, 0.2);
    how.precision = std::max(how.precision, 0.02);
    how.energy = how.cupti = false;
    return how;
  }

  /// The time of the candidate once more, by itself. Throws what keeps it from being timed.
  [[nodiscard]] measurement time_again(case_entry& e, cache_state state) {
    run_options how = stage_.options;
    how.verify = false;
    how.trust = true;
    how.measure = quick();
    how.measure.cache = state;
    if (state == cache_state::rotate || how.measure.mode == launch_mode::throughput)
      how.measure.mode = launch_mode::plain;
    stage_.running = &e;
    lent_stage lent(stage_, how);
    case_entry again;  // with a state of its own: in every copy its data are those of the first set
    again.candidate = e.candidate;
    start_over(lent.stage, again);
    case_timer(lent.stage, judge_, monitor_).time({&again}, [](const case_entry&) {});
    if (!again.result.time) throw error(again.result.verdict.reason);
    return std::move(*again.result.time);
  }

  /// Of one launch among several back to back, until the whole device is idle, by the host's clock, s.
  [[nodiscard]] double wall_seconds(case_entry& e) {
    start_over(stage_, e);
    constexpr double enough = 2e-3;  // s
    const double about = std::max(e.result.time ? e.result.time->raw.median : enough, 1e-6);
    const int launches = static_cast<int>(std::clamp(enough / about, 4.0, 100.0));
    std::optional<double> best;
    for (int turn = 0; turn < 3; ++turn) {
      device_.synchronize();
      const double start = device_.now();
      for (int i = 0; i < launches; ++i) stage_.launch(e);
      device_.check_launch();
      device_.synchronize();
      const double each = (device_.now() - start) / launches;
      best = std::min(best.value_or(each), each);
    }
    return *best;
  }

  /// What one launch puts into its stream.
  [[nodiscard]] launch_facts capture(case_entry& e) {
    start_over(stage_, e);
    device_.synchronize();
    return capture_launch_facts(device_, [&] { stage_.launch(e); });
  }

 private:
  /// The tensors, lent to a stage with other options and given back.
  struct lent_stage {
    lent_stage(case_stage& from, const run_options& how)
        : stage{.target = from.target,
                .options = how,
                .problem = from.problem,
                .memory = std::move(from.memory),
                .watch = from.watch},
          owner(from) {}
    lent_stage(const lent_stage&) = delete;
    lent_stage& operator=(const lent_stage&) = delete;
    ~lent_stage() { owner.memory = std::move(stage.memory); }

    case_stage stage;
    case_stage& owner;
  };

  static void start_over(case_stage& stage, case_entry& e) {
    stage.memory->bind(0);
    stage.memory->use_data_set(0);
    stage.memory->reset();
    stage.prepare(e);
    stage.tell(e, activity::timed);
  }

  case_stage& stage_;
  case_judge& judge_;
  monitor* monitor_;
  device& device_;
};

}  // namespace assay
