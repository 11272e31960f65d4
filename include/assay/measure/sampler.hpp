// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/measurement.hpp"
#include "assay/stats/round_estimate.hpp"

namespace assay {

/// One callable to be timed.
struct measure_job {
  std::string name;                   ///< of its profiler ranges
  std::function<void()> before;       ///< enqueues what each launch needs to find; may be empty
  std::function<void()> launch;       ///< the timed region; enqueues on device.stream()
  std::function<void()> after_batch;  ///< called when a batch is complete and the device idle; may be empty
  std::function<void()> before_batch = {};  ///< called before a batch, and like after_batch not timed
};

/// What became of a job: a measurement, or the reason why there is none.
struct measure_result {
  std::optional<measurement> value;
  std::string failure;
};

/// Times several callables in one run. Samples come in rounds, each callable once a round, forwards and
/// backwards in turn, so that slow drifts of the clock hit all alike and rounds are apart in time; the
/// estimate is the median of round medians (docs/design.md, "Estimate"). A job that throws ends with its
/// failure and the others go on; when the device is lost, device_error leaves this class.
class sampler {
 public:
  sampler(device& target, std::span<measure_job> jobs, const measure_options& options)
      : device_(target), options_(options) {
    for (measure_job& job : jobs) states_.push_back({&job});
    for (int i = 0; i < 2 * largest_batch; ++i) events_.emplace_back(target);
  }

  [[nodiscard]] std::vector<measure_result> run() {
    for (state& s : states_) guarded(s, [&] { warm_up(s); });
    for (int round = 0; !finished(round); ++round) {
      const std::size_t n = states_.size();
      for (std::size_t i = 0; i < n; ++i) {
        state& s = states_[round % 2 == 0 ? i : n - 1 - i];
        if (s.job->before_batch) guarded(s, s.job->before_batch, false);
        guarded(s, [&] { take_batch(s, round); });
        if (s.job->after_batch) guarded(s, s.job->after_batch, false);
      }
    }
    std::vector<measure_result> results;
    for (state& s : states_) results.push_back(conclude(s));
    return results;
  }

 private:
  using clock = std::chrono::steady_clock;
  static constexpr int largest_batch = 16;
  /// Rounds after which the interval is looked at; few looks keep its coverage (docs/design.md, "Estimate").
  static constexpr int looks[] = {12, 18, 27, 40, 60};
  static constexpr int least_rounds = 6;  // fewer have no 95 % interval

  struct state {
    measure_job* job;
    measurement result = {};
    int batch = largest_batch;
    bool gate = true;
    bool gate_failed = false;
    std::string failure = {};
  };

  /// Runs a step of one job; what it throws ends that job alone, unless the device is gone. Checks between
  /// batches are not charged to the time budget.
  template <class Step>
  void guarded(state& s, const Step& step, bool charged = true) {
    if (!s.failure.empty()) return;
    const auto start = clock::now();
    try {
      step();
    } catch (const device_error& e) {
      if (e.lost()) throw;
      fail(s, e.what());
    } catch (const std::exception& e) {
      fail(s, e.what());
    } catch (...) {
      fail(s, "threw something that is not a std::exception");
    }
    if (charged) s.result.wall_seconds += std::chrono::duration<double>(clock::now() - start).count();
  }

  void fail(state& s, const std::string& reason) {
    s.failure = reason.empty() ? "threw an exception without a message" : reason;
    discard_errors(device_);
  }

  void prepare_launch(state& s) {
    if (s.job->before) s.job->before();
    if (options_.cache == cache_state::cold) device_.sweep_cache();
  }

  /// Ungated, so that module loads and first-use initialisation cannot wait for the gate. Also finds how many
  /// samples make a batch of about 2 ms.
  void warm_up(state& s) {
    constexpr int least = 3, most = 100;
    constexpr double enough = 0.02;  // s
    const auto start = clock::now();
    double elapsed = 0.0, first = 0.0;
    while (s.result.warmup_launches < least || (elapsed < enough && s.result.warmup_launches < most)) {
      if (elapsed > options_.time_budget && s.result.warmup_launches > 0) break;
      prepare_launch(s);
      s.job->launch();
      device_.check_launch();
      device_.synchronize();
      ++s.result.warmup_launches;
      elapsed = std::chrono::duration<double>(clock::now() - start).count();
      if (s.result.warmup_launches == 1) first = elapsed;
    }
    // The first launch pays for loading; where there are others, they tell what a sample costs.
    const double each =
        s.result.warmup_launches > 1 ? (elapsed - first) / (s.result.warmup_launches - 1) : elapsed;
    s.batch = std::clamp(static_cast<int>(0.002 / std::max(each, 1e-9)), 1, largest_batch);
  }

  void take_batch(state& s, int round) {
    const scoped_range in_candidate(device_, s.job->name.c_str());
    const bool gated = s.gate && device_.close_gate(options_.gate_timeout);
    try {
      for (int i = 0; i < s.batch; ++i) {
        prepare_launch(s);
        events_[static_cast<std::size_t>(2 * i)].record();
        s.job->launch();
        events_[static_cast<std::size_t>(2 * i + 1)].record();
      }
      device_.check_launch();
    } catch (...) {
      try {
        if (gated) device_.open_gate();
      } catch (...) {  // what was thrown first tells more, and a gate opens by itself
      }
      throw;
    }
    if (gated) device_.open_gate();
    device_.synchronize();

    if (gated && !device_.gate_held()) return fall_back(s, round);
    s.result.gated = gated;
    for (int i = 0; i < s.batch; ++i) {
      s.result.samples.push_back(events_[static_cast<std::size_t>(2 * i)].seconds_until(
          events_[static_cast<std::size_t>(2 * i + 1)]));
      s.result.rounds.push_back(round);
    }
  }

  /// The candidate waited for the device while the gate held it (it synchronises, loads a module, …), or it
  /// enqueues more than the queue takes. Smaller batches first, then none of the gate.
  void fall_back(state& s, int round) {
    s.gate_failed = true;
    if (s.batch > 1)
      s.batch /= 4;
    else
      s.gate = false;
    if (s.batch < 1) s.batch = 1;
    take_batch(s, round);
  }

  [[nodiscard]] bool tight(const state& s) const {
    const estimate e = current(s);
    return e.lower && e.upper && (*e.upper - *e.lower) / 2 <= options_.precision * e.median;
  }

  /// `round` rounds have been taken.
  [[nodiscard]] bool finished(int round) const {
    double spent = 0.0;
    std::size_t alive = 0;
    bool all_tight = true;
    const bool look = std::find(std::begin(looks), std::end(looks), round) != std::end(looks);
    for (const state& s : states_) {
      if (!s.failure.empty()) continue;
      ++alive;
      spent += s.result.wall_seconds;
      all_tight = all_tight && look && tight(s);
    }
    if (alive == 0 || all_tight || round >= looks[std::size(looks) - 1]) return true;
    const double budget = options_.time_budget * static_cast<double>(alive);
    return (round >= least_rounds && spent > budget) || (round > 0 && spent > 10 * budget);
  }

  [[nodiscard]] estimate current(const state& s) const {
    return median_of_rounds(s.result.samples, s.result.rounds, options_.confidence, device_.event_tick());
  }

  [[nodiscard]] measure_result conclude(state& s) {
    if (!s.failure.empty()) return {std::nullopt, s.failure};
    measurement& m = s.result;
    m.cache = options_.cache;
    m.raw = current(s);
    m.status = tight(s) ? measurement_status::converged : measurement_status::imprecise;
    if (s.gate_failed)
      m.findings.push_back(
          {"gate-opened",
           severity::warning,
           s.gate ? "the launch waited for the device or filled its queue; timed in smaller batches"
                  : "the launch waits for the device; timed without the gate, host time may be included",
           {{"batch", static_cast<double>(s.batch)}}});
    if (!m.raw.lower)
      m.findings.push_back({"few-samples",
                            severity::warning,
                            "too few rounds within the time budget for an interval",
                            {{"samples", static_cast<double>(m.samples.size())}}});
    return {std::move(m), {}};
  }

  device& device_;
  measure_options options_;
  std::vector<state> states_;
  std::vector<event> events_;
};

}  // namespace assay
