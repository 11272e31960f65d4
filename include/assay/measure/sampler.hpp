// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/cache.hpp"
#include "assay/measure/calibrate.hpp"
#include "assay/measure/conclude.hpp"
#include "assay/measure/cupti_timer.hpp"
#include "assay/measure/escape.hpp"
#include "assay/measure/gated_sample.hpp"
#include "assay/measure/measure_options.hpp"
#include "assay/measure/measurement.hpp"
#include "assay/monitor/clock_findings.hpp"
#include "assay/monitor/energy.hpp"
#include "assay/monitor/monitor.hpp"

namespace assay {

/// One callable to be timed.
struct measure_job {
  std::string name;              ///< of its profiler ranges
  std::function<void()> before;  ///< enqueues what each sample needs to find; may be empty
  std::function<void()> launch;  ///< the timed region; enqueues on device.stream()
  /// Called when the warm-up or a round is complete and the device idle; may be empty.
  std::function<void()> after_round;
  std::function<void()> before_round = {};  ///< called before a round, and like after_round not timed
  std::function<void()> after_sample = {};  ///< called after each sample, with the device idle; not timed
};

/// What became of a job: a measurement, or the reason why there is none.
struct measure_result {
  std::optional<measurement> value;
  std::string failure = {};
  /// s that the device worked beside the stream of a job that failed, which may be why; absent where it did
  /// not, as far as was seen.
  std::optional<double> works_beside = {};
};

/// Times several callables in one run. Samples come in rounds, each callable once a round, forwards and
/// backwards in turn, so that slow drifts of the clock hit all alike and rounds are apart in time; the
/// estimate is the median of round medians (docs/design.md, "Estimate"). An empty kernel takes part in the
/// rounds: what the timer adds is known for the very conditions of the samples. A job that throws ends with
/// its failure and the others go on; when the device is lost, device_error leaves this class.
class sampler {
 public:
  /// `clocks`: read before and after, for what it says of them; may be null.
  sampler(device& target, std::span<measure_job> jobs, const measure_options& options,
          monitor* clocks = nullptr)
      : device_(target), options_(options), monitor_(clocks), timer_(target) {
    if (options.cache == cache_state::cold && options.mode == launch_mode::throughput)
      throw usage_error("measure: launches back to back cannot find cold caches: ask for hot or rotate");
    if (options.cache == cache_state::rotate && options.mode == launch_mode::graph)
      throw usage_error("measure: a captured graph has its addresses fixed and cannot rotate: ask for cold");
    for (measure_job& job : jobs) states_.push_back({&job});
  }

  [[nodiscard]] std::vector<measure_result> run() {
    with_timer([&] {
      probed_ = device_.has_occupancy_probe();
      if (options_.cache == cache_state::cold) prove_sweep(device_, timer_, options_.gate_timeout);
      calibration_ = calibrate(device_, timer_, options_, uncalibrated_);
      if (calibration_) {
        const beside_watch::times empty = look_at_empty();
        usual_beside_ = empty.beside;
        usual_beyond_ = std::max(0.0, empty.beyond);
      }
    });
    for (state& s : states_) {
      guarded(s, [&] { warm_up(s); });
      if (s.job->after_round) guarded(s, s.job->after_round, false);
    }
    // Not earlier: an idle device has other clocks.
    std::optional<device_state> before;
    if (monitor_) before = monitor_->read();
    for (int round = 0; !finished(round); ++round) {
      const double start = device_.now();
      if (calibration_) with_timer([&] { track_timer(round); });
      const std::size_t n = states_.size();
      for (std::size_t i = 0; i < n; ++i) {
        state& s = states_[round % 2 == 0 ? i : n - 1 - i];
        if (s.job->before_round) guarded(s, s.job->before_round, false);
        guarded(s, [&] { take_round(s, round); });
        if (s.job->after_round) guarded(s, s.job->after_round, false);
      }
      const double left = options_.round_interval - (device_.now() - start);
      if (left > 0) device_.wait(left);
    }
    for (state& s : states_)
      guarded(
          s, [&] { look_beside_again(s); }, false);
    if (calibration_) settle_calibration();
    if (before) {
      const device_state after = monitor_->read();
      clock_findings_ = clock_findings(*before, after);
      temperature_ = std::max(before->temperature, after.temperature);  // an absent one is the lowest
      power_ = std::max(before->power, after.power);
    }
    if (options_.energy)
      for (state& s : states_)
        guarded(
            s, [&] { take_energy(s); }, false);
    if (options_.cupti) take_cupti();
    std::vector<measure_result> results;
    for (state& s : states_) results.push_back(result_of(s));
    return results;
  }

 private:
  static constexpr int most_samples = 16;     ///< in a round
  static constexpr int least_samples = 3;     ///< a median that one spike does not move
  static constexpr double round_time = 2e-3;  ///< s that a round of one callable should take
  static constexpr int most_expired = 2;  ///< gates in a row that open by themselves, before there are none
  /// And not in a row: these at least, and more than one in as many samples. Each costs its time-out.
  static constexpr int many_expired = 8;
  /// Rounds after which the interval is looked at; few looks keep its coverage (docs/design.md, "Estimate").
  static constexpr int looks[] = {12, 18, 27, 40, 60};
  static constexpr int least_rounds = 6;  // fewer have no 95 % interval

  struct state {
    measure_job* job;
    measurement result = {};
    int samples = most_samples;  ///< of a round
    bool gate = true;
    int expired = 0;                          ///< gates in a row that opened by themselves
    int discarded = 0;                        ///< samples behind such gates
    int kept = 0;                             ///< others, of the warm-up as well
    std::optional<double> usual_beside = {};  ///< s, of an empty kernel under the same conditions
    double beside = 0.0;                      ///< s that the device was busy after the stream
    double ahead = 0.0;  ///< s that the stream takes beyond enqueueing and a sample, without a gate
    std::vector<double> clocks = {}, host_times = {};
    graph captured = {};
    std::string failure = {};
  };

  /// Runs a step of one job; what it throws ends that job alone, unless the device is gone. Checks between
  /// rounds are not charged to the time budget.
  template <class Step>
  void guarded(state& s, const Step& step, bool charged = true) {
    if (!s.failure.empty()) return;
    const double start = device_.now();
    try {
      step();
    } catch (const out_of_memory& e) {
      ++device_.shortages;
      fail(s, e.what());
    } catch (const device_error& e) {
      if (e.lost()) throw;
      fail(s, e.what());
    } catch (const std::exception& e) {
      fail(s, e.what());
    } catch (...) {
      fail(s, "threw something that is not a std::exception");
    }
    if (charged) s.result.wall_seconds += device_.now() - start;
  }

  /// Runs a step of the calibration. What it throws leaves the jobs without net times and nothing else.
  template <class Step>
  void with_timer(const Step& step) {
    const auto do_without = [&](const device_error& e) {
      calibration_.reset();
      uncalibrated_ = e.what();
      discard_errors(device_);
    };
    try {
      step();
    } catch (const out_of_memory& e) {
      ++device_.shortages;
      do_without(e);
    } catch (const device_error& e) {
      if (e.lost()) throw;
      do_without(e);
    }
  }

  void fail(state& s, const std::string& reason) {
    s.failure = reason.empty() ? "threw an exception without a message" : reason;
    discard_errors(device_);
  }

  void prepare_launch(state& s) {
    if (s.job->before) s.job->before();
    prepare_cache(device_, options_.cache);
  }
  void launch(state& s) {
    if (s.captured)
      s.captured.launch();
    else
      s.job->launch();
  }

  /// First a few launches without the gate, so that module loads and first-use initialisation cannot wait for
  /// it; they tell what a sample costs, how many kernels it launches and whether work runs beside the stream.
  /// Then rounds as they will be taken, until their times and the clock have settled.
  void warm_up(state& s) {
    constexpr int loose = 4, most = 100;
    const double start = device_.now();
    const auto spent = [&] { return device_.now() - start; };
    beside_watch watch(device_);
    double each = 0.0, host_time = 0.0, most_beside = 0.0;
    const auto launch_loosely = [&](int i) {
      const double begin = device_.now();
      const beside_watch::times seen = look_beside(s, watch);
      host_time = seen.host;
      // The first launch pays for loading; where there are others, they tell.
      s.beside = i > 1 ? std::min(s.beside, seen.beside) : seen.beside;
      most_beside = i > 1 ? std::max(most_beside, seen.beside) : seen.beside;
      each = i > 1 ? std::min(each, seen.done - begin) : seen.done - begin;
    };
    for (int i = 0; i < loose && (i == 0 || spent() <= options_.time_budget); ++i) launch_loosely(i);
    if (spent() <= options_.time_budget) s.result.kernels = count_kernels(s);
    s.usual_beside = usual_beside_;
    // A thread that slept or computed for long finds its caches cold, and a synchronisation takes longer.
    constexpr double long_launch = 100e-6;
    if (usual_beside_ && host_time > long_launch && !probed_)
      s.usual_beside = std::max(*usual_beside_, look_at_empty(std::min(host_time, 0.1)).beside);
    // A host that is late sees the device busy for longer, and has a probe begin when less is left to see.
    if (seems_beside(s, probed_ ? most_beside : s.beside, host_time, 0.0))
      s.beside = look_in_doubt(s, options_.time_budget - spent()).beside;
    if (options_.mode == launch_mode::graph) capture(s);
    choose_samples(s, each);

    double last = 0.0, last_clock = 0.0;
    for (int rounds = 0, settled = 0; rounds < most && settled < 2; ++rounds) {
      if (spent() > options_.time_budget / 2) break;
      const round_samples r = take_samples(s);
      s.result.warmup_launches += static_cast<int>(r.seconds.size()) * s.result.launches;
      const double time = median(r.seconds), clock = r.clock.value_or(0.0);
      const bool steady = std::abs(time - last) <= std::max(0.01 * last, 4 * device_.event_tick()) &&
                          std::abs(clock - last_clock) <= 0.01 * last_clock;
      settled = steady ? settled + 1 : 0;
      last = time;
      last_clock = clock;
    }
  }

  /// A launch may begin to work beside its stream after the first few: one more, after the rounds, tells.
  void look_beside_again(state& s) {
    beside_watch watch(device_);
    const double time = median(s.result.samples);
    const beside_watch::times seen = look_beside(s, watch);
    const double host_time = s.host_times.empty() ? 0.0 : median(s.host_times);
    doubt settled{seen.beside, seen.beyond, time};
    if (seems_beside(s, seen.beside, host_time, time) || works_ahead(ahead(settled), time))
      settled = look_in_doubt(s, options_.time_budget);
    s.beside = std::max(s.beside, settled.beside);
    s.ahead = ahead(settled);
  }
  [[nodiscard]] bool seems_beside(const state& s, double seen, double host_time, double stream_time) {
    return works_beside(
        {.beside = seen, .usual_beside = s.usual_beside, .beside_by_device = probed_, .host_time = host_time},
        stream_time);
  }
  [[nodiscard]] beside_watch::times look_beside(state& s, beside_watch& watch) {
    take_cache_back();
    prepare_launch(s);
    ++s.result.warmup_launches;
    return watch.look([&] { s.job->launch(); });
  }
  /// What looks say.
  struct doubt {
    double beside, beyond;  ///< s; beside_watch::times
    double sample;          ///< s of a sample at about the same time
  };
  /// s that the stream took longer in a look than enqueueing it and a sample account for. Launches back to
  /// back may overlap, and are no measure of one; nor is anything where it is not known how late stamps come.
  [[nodiscard]] double ahead(const doubt& seen) const {
    if (!usual_beyond_ || options_.mode == launch_mode::throughput) return 0.0;
    return seen.beyond - *usual_beyond_ - seen.sample;
  }
  /// Looks that begin within `budget` s, by their median; of a small budget a few within 0.1 s, since one is
  /// none where the host thread was kept from running for longer. Other work shows nearly every time; that
  /// somebody else was on the device, or that the host thread was kept from running, shows now and then.
  /// Where the host has to tell, how long it takes to see that a device is idle depends on how long it waited
  /// for the stream (1 us after 0.1 ms, 9 us after 4 ms on an H200's host): kernels of ours, that take as
  /// long and of which all is in the stream, tell, in turn with the launches.
  ///
  /// Where there are samples already, more are taken in turn: a device that has become slower has them longer
  /// as well. A callable that is slow now and then has quick looks among them, and is judged by those.
  [[nodiscard]] doubt look_in_doubt(state& s, double budget) {
    constexpr int count = 13, few = 5;
    constexpr double longest_wait = 10e-3, for_few = 0.1;
    const double start = device_.now();
    const auto allowed = [&](int i) { return i < few ? std::max(budget, for_few) : budget; };
    beside_watch watch(device_);
    std::vector<double> beside, beyond, idle, samples;
    const bool sampled = !s.result.samples.empty();
    if (sampled) samples.push_back(median(s.result.samples));
    for (int i = 0; i < count && (i == 0 || device_.now() - start <= allowed(i)); ++i) {
      const beside_watch::times launch = look_beside(s, watch);
      beside.push_back(launch.beside);
      beyond.push_back(launch.beyond);
      idle.push_back(watch.look([&] { device_.launch_spin(std::min(launch.stream, longest_wait)); }).beside);
      if (!sampled) continue;
      const gated_sample taken = take_sample(s);
      if (!taken.gate_expired) samples.push_back(taken.seconds / s.result.launches);
    }
    const double usual = s.usual_beside.value_or(median(idle));
    const double tidying = std::clamp(median(idle) - usual, 0.0, beside_watch::most_of_host);
    return {median(beside) - tidying, quantile(ascending(beyond), 0.25), sampled ? median(samples) : 0.0};
  }

  /// Kernels of one launch, from the device's own count.
  [[nodiscard]] std::optional<std::int64_t> count_kernels(state& s) {
    prepare_launch(s);
    device_.read_counters(0);
    s.job->launch();
    device_.read_counters(1);
    device_.check_launch();
    device_.synchronize();
    ++s.result.warmup_launches;
    return device_.counters_between(0, 1).kernels;
  }

  /// `each`: s for one sample, with everything.
  void choose_samples(state& s, double each) {
    const int fit = static_cast<int>(std::min(round_time / std::max(each, 1e-9), 1e6));
    if (options_.mode == launch_mode::throughput) {
      // No more than the queue takes.
      const std::int64_t most =
          std::max<std::int64_t>(2, 500 / std::max<std::int64_t>(s.result.kernels.value_or(1), 1));
      s.result.launches = std::clamp(fit, 2, static_cast<int>(most));
      s.samples = 1;
      return;
    }
    s.samples = std::clamp(fit, 1, most_samples);
    if (s.samples < least_samples && least_samples * each < 10 * round_time) s.samples = least_samples;
  }

  void capture(state& s) {
    s.captured = graph::capture(device_, [&] {
      s.job->launch();
      device_.check_launch();
    });
    if (!s.captured) throw error("launches cannot be captured: the backend has no graphs");
    prepare_launch(s);
    s.captured.launch();  // the first launch of a graph uploads it
    device_.synchronize();
    ++s.result.warmup_launches;
  }

  /// The device is idle, and the launch before may have set a share aside again.
  void take_cache_back() {
    if (device_.reset_persisting_cache()) persisted_ = true;
  }
  [[nodiscard]] gated_sample take_sample(state& s) {
    sample_plan plan;
    plan.launches = s.result.launches;
    plan.gate = s.gate;
    plan.gate_timeout = options_.gate_timeout;
    plan.prepare = [&] { prepare_launch(s); };
    plan.launch = [&] { launch(s); };
    take_cache_back();
    return timer_.take(plan);
  }

  /// What one callable gave in one round.
  struct round_samples {
    std::vector<double> seconds, starts;
    std::vector<double> host_times;
    std::optional<double> clock;
    bool gated = false;
  };

  /// The samples of a round. Where a gate opens by itself, the launch waited for the device (it
  /// synchronises, loads a module, …) or filled the queue: the sample holds host time and is taken again, and
  /// from the second in a row without a gate. The clock is that of the round, told by counters on either
  /// side of it: a reading behind a gate would lengthen its sample.
  [[nodiscard]] round_samples take_samples(state& s) {
    const scoped_range in_candidate(device_, s.job->name.c_str());
    round_samples result;
    device_.read_counters(0);
    while (static_cast<int>(result.seconds.size()) < s.samples) {
      const gated_sample taken = take_sample(s);
      if (s.job->after_sample) s.job->after_sample();
      if (taken.gate_expired) {
        ++s.discarded;
        s.gate = ++s.expired < most_expired &&
                 (s.discarded < many_expired || s.discarded * many_expired <= s.kept);
        continue;
      }
      s.expired = 0;
      ++s.kept;
      result.seconds.push_back(taken.seconds);
      result.starts.push_back(taken.start);
      result.host_times.push_back(taken.host_time);
      result.gated = taken.gated;
    }
    device_.read_counters(1);
    result.clock = device_.counters_between(0, 1).clock;
    return result;
  }

  void take_round(state& s, int round) {
    const round_samples taken = take_samples(s);
    s.result.gated = taken.gated;
    for (std::size_t i = 0; i < taken.seconds.size(); ++i) {
      s.result.samples.push_back(taken.seconds[i] / s.result.launches);
      s.result.sample_times.push_back(taken.starts[i]);
      s.result.rounds.push_back(round);
    }
    s.host_times.insert(s.host_times.end(), taken.host_times.begin(), taken.host_times.end());
    if (taken.clock) s.clocks.push_back(*taken.clock);
  }

  /// What looks say of an empty kernel: what it costs to find a device idle, and how late stamps come. After
  /// a pause the most of three, otherwise the least.
  [[nodiscard]] beside_watch::times look_at_empty(double pause = 0.0) {
    beside_watch watch(device_);
    std::vector<double> beside, beyond;
    for (int i = 0; i < 3; ++i) {
      const beside_watch::times seen = watch.look([&] {
        if (pause > 0) device_.wait(pause);
        device_.launch_empty();
      });
      beside.push_back(seen.beside);
      beyond.push_back(seen.beyond);
    }
    const auto chosen = [&](const std::vector<double>& of) {
      return pause > 0 ? *std::max_element(of.begin(), of.end()) : *std::min_element(of.begin(), of.end());
    };
    return {.beyond = chosen(beyond), .beside = chosen(beside)};
  }

  /// The empty kernel's part in a round.
  void track_timer(int round) {
    constexpr int samples = 6;
    sample_plan plan;
    plan.gate_timeout = options_.gate_timeout;
    plan.prepare = [&] { prepare_cache(device_, options_.cache); };
    plan.own = true;
    if (options_.mode == launch_mode::graph) {
      if (!empty_graph_) empty_graph_ = graph::capture(device_, [&] { device_.launch_empty(); });
      plan.launch = [&] { empty_graph_.launch(); };
    } else {
      plan.launch = [&] { device_.launch_empty(); };
    }
    for (int i = 0; i < samples; ++i) {
      empty_samples_.push_back(timer_.take(plan).seconds);
      empty_rounds_.push_back(round);
    }
  }
  /// Launches back to back for long enough to move the energy counter by several steps.
  void take_energy(state& s) {
    constexpr double least = 0.6;  // s; an H200's counter steps every 0.1 s
    if (!monitor_) return;
    // Between two looks at the clock, so that slow launches do not take 32 times as long as they must.
    const double each = s.result.samples.empty() ? 0.0 : median(s.result.samples);
    const int at_once = static_cast<int>(std::clamp(0.1 * least / std::max(each, 1e-9), 1.0, 32.0));
    energy_window window;
    prepare_launch(s);
    window.before = monitor_->joules();
    if (!window.before) {
      s.result.findings.push_back({"no-energy", severity::note, "the device does not tell its energy"});
      return;
    }
    const double start = device_.now();
    while (device_.now() - start < least) {
      for (int i = 0; i < at_once; ++i) launch(s);
      device_.check_launch();
      device_.synchronize();
      window.launches += at_once;
    }
    window.after = monitor_->joules();
    window.seconds = device_.now() - start;
    window.period = monitor_->joules_period();
    s.result.energy = joules_per_launch(window);
    if (!s.result.energy)
      s.result.findings.push_back(
          {"no-energy", severity::note, "the energy counter did not move while launches ran"});
  }

  /// A pass under CUPTI, after everything that it would make longer. What goes wrong in CUPTI itself costs
  /// its opinion and nothing else.
  void take_cupti() {
    constexpr int launches = 32;
    std::string why_not;
    const std::unique_ptr<cupti_timer> cupti = cupti_timer::open(why_not, options_.cupti_library);
    for (state& s : states_) {
      const auto absent = [&](const std::string& why) {
        s.result.findings.push_back({"no-cupti", severity::warning, "no time from CUPTI: " + why});
      };
      if (!cupti) {
        absent(why_not);
        continue;
      }
      const auto pass = [&] {
        std::vector<double> seconds;
        // One at a time: CUPTI has no gate, and what follows must not overlap.
        for (int i = 0; i < launches; ++i) {
          const auto spans = cupti->spans(
              1, [&](int) { launch(s); }, [&] { device_.synchronize(); }, [&](int) { prepare_launch(s); });
          if (spans.front()) seconds.push_back(spans.front()->seconds);
        }
        if (!seconds.empty())
          s.result.cupti = median_of(seconds, options_.confidence, 1e-9);
        else
          absent(cupti->dropped() > 0 ? "it dropped records" : "it saw the device do nothing");
      };
      guarded(
          s,
          [&] {
            try {
              pass();
            } catch (const cupti_error& e) {
              absent(e.what());
            }
          },
          false);
    }
  }

  void settle_calibration() {
    timer_calibration& c = *calibration_;
    if (empty_samples_.empty()) return;
    c.empty_event_time = median(round_medians(empty_samples_, empty_rounds_));
    c.overhead = c.empty_event_time - c.empty_device_time;
    const std::vector<double> ordered = ascending(empty_samples_);
    c.scatter = quantile(ordered, 0.95) - quantile(ordered, 0.05);
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
      all_tight = all_tight && look && is_tight(raw_estimate(s.result, options_, tick()), options_, tick());
    }
    if (alive == 0 || all_tight || round >= looks[std::size(looks) - 1]) return true;
    const double budget = options_.time_budget * static_cast<double>(alive);
    return (round >= least_rounds && spent > budget) || (round > 0 && spent > 10 * budget);
  }

  /// The step of the events, s: the runtime's own or a coarser one that was seen.
  [[nodiscard]] double tick() const {
    return std::max(device_.event_tick(), calibration_ ? calibration_->event_tick : 0.0);
  }

  [[nodiscard]] measure_result result_of(state& s) {
    measurement& m = s.result;
    sampling_notes notes;
    notes.gate = s.gate;
    notes.serialised = !timer_.holds();
    notes.discarded = s.discarded;
    notes.beside = s.beside;
    notes.usual_beside = s.usual_beside;
    notes.beside_by_device = probed_;
    notes.ahead = s.ahead;
    notes.host_time = s.host_times.empty() ? 0.0 : median(s.host_times);
    notes.persisted = persisted_;
    if (options_.cache == cache_state::cold && device_.sweep.tried > 0 && !device_.sweep.proven)
      notes.unproven_sweep = device_.sweep;
    notes.uncalibrated = uncalibrated_;
    notes.raw_expected = device_.info().vendor == vendor::cpu;
    if (!s.failure.empty()) {
      const bool worked = works_beside(notes, m.samples.empty() ? 0.0 : median(m.samples));
      return {std::nullopt, s.failure, worked ? std::optional(notes.beside) : std::nullopt};
    }
    m.cache = options_.cache;
    m.mode = options_.mode;
    m.calibration = calibration_;
    m.host_time = notes.host_time;
    if (!s.clocks.empty()) m.clock = median(s.clocks);
    m.temperature = temperature_;
    m.power = power_;
    conclude(m, options_, tick(), notes);
    m.findings.insert(m.findings.end(), clock_findings_.begin(), clock_findings_.end());
    return {std::move(m)};
  }

  device& device_;
  measure_options options_;
  monitor* monitor_;
  sample_timer timer_;
  std::vector<state> states_;
  bool probed_ = false;  ///< the device tells what runs beside the stream
  std::optional<timer_calibration> calibration_;
  std::string uncalibrated_;  ///< why there is no calibration
  graph empty_graph_;
  std::optional<double> usual_beside_;
  std::optional<double> usual_beyond_;  ///< s that an empty kernel's stream takes beyond enqueueing it
  std::vector<double> empty_samples_;
  std::vector<int> empty_rounds_;
  std::vector<finding> clock_findings_;
  std::optional<double> temperature_;  ///< °C
  std::optional<double> power_;        ///< W
  bool persisted_ = false;
};

}  // namespace assay
