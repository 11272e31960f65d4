// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/format.hpp"
#include "assay/measure/measure_options.hpp"
#include "assay/measure/measurement.hpp"
#include "assay/stats/drift.hpp"
#include "assay/stats/modality.hpp"
#include "assay/stats/outliers.hpp"
#include "assay/stats/round_estimate.hpp"

namespace assay {

/// What the sampler saw beside the samples.
struct sampling_notes {
  bool gate = true;                    ///< the gate was used to the end
  int discarded = 0;                   ///< samples whose gate opened by itself
  bool serialised = false;             ///< gates expired before work that never waits
  double beside = 0.0;                 ///< s that the device was busy when the stream was done
  std::optional<double> usual_beside;  ///< the same of an empty kernel
  bool beside_by_device = false;       ///< kernels among it are told by the device's occupancy probe
  double ahead = 0.0;      ///< s that the stream takes beyond enqueueing and a sample, without a gate
  double host_time = 0.0;  ///< s that a launch keeps the host
  bool persisted = false;  ///< a share of the cache was set aside for persisting lines
  std::optional<cache_sweep> unproven_sweep = {};  ///< what the sweep's self-test saw, where it failed
  std::string uncalibrated = {};                   ///< why the timer's share is not known; empty where it is
  bool raw_expected = false;                       ///< the processor's times, which are raw
};

/// In words, for a device that was busy for `seconds` beside its stream.
[[nodiscard]] inline std::string work_beside_words(double seconds) {
  return "the device was still busy " + format_time(seconds) +
         " after the stream was done: work on another stream escapes the time";
}

/// Whether launches of `median` seconds kept the device busy beyond what an empty kernel does, which is some
/// 0.1 us by the probe and 1 us by the host, of an H200. Where the host tells, a launch that keeps it long
/// (creates streams, allocates) leaves the driver something to tidy up.
[[nodiscard]] inline bool works_beside(const sampling_notes& notes, double median) {
  const double tidying = notes.beside_by_device ? 0.0 : 0.1 * notes.host_time;
  const double excused = notes.usual_beside ? *notes.usual_beside + 3e-6 + tidying : 50e-6;
  return notes.beside > std::max(excused, 0.01 * median);
}

/// Whether a launch whose samples take `median` s has its stream wait where other streams get no head start.
/// For an honest one `ahead` is below zero, -2 us or less on an H200 from 0.5 us to 3 ms. A quarter of the
/// time is left to a device that is slower after a pause.
[[nodiscard]] inline bool works_ahead(double ahead, double median) { return ahead > 3e-6 + 0.25 * median; }

/// Median of round medians, of one launch; its interval is wider where rounds that follow each other are
/// alike. `tick` is the step of the events, s.
[[nodiscard]] inline estimate raw_estimate(const measurement& m, const measure_options& options,
                                           double tick) {
  return median_of_sequence(round_medians(m.samples, m.rounds), options.confidence, tick / m.launches);
}

/// Whether the interval is as tight as was asked for. It is also when it spans no more than three ticks, one
/// of them from the samples, for no more can be had from that clock; below ten ticks that is not enough.
[[nodiscard]] inline bool is_tight(const estimate& e, const measure_options& options, double tick) {
  if (!e.lower || !e.upper) return false;
  const double width = *e.upper - *e.lower;
  constexpr double rounding = 1e-12;  // s; event times come as float milliseconds
  return width / 2 <= options.precision * e.median || (e.median >= 10 * tick && width <= 3 * tick + rounding);
}

/// Fills in what follows from the samples: estimates, outliers, status and findings.
inline void conclude(measurement& m, const measure_options& options, double tick,
                     const sampling_notes& notes) {
  const auto find = [&](const char* code, severity level, const std::string& message,
                        std::vector<std::pair<std::string, double>> numbers = {}) {
    m.findings.push_back({code, level, message, std::move(numbers)});
  };
  m.tick = tick;
  m.raw = raw_estimate(m, options, tick);
  m.outliers = outliers(m.samples, tick / m.launches);
  const bool tight = is_tight(m.raw, options, tick / m.launches);
  m.status = tight ? measurement_status::converged : measurement_status::imprecise;
  const trend change = mann_kendall(round_medians(m.samples, m.rounds));
  if (is_drift(change, m.raw)) {
    m.status = measurement_status::drifting;
    find("drifting", severity::warning,
         "the time went one way from round to round: the median is of a moving target",
         {{"seconds_per_round", change.slope}, {"p", change.p}, {"tau", change.tau}});
  }
  // Levels that the timer itself has, as its empty kernel shows, are none of the callable's.
  const double resolution = std::max(tick, m.calibration ? m.calibration->scatter : 0.0) / m.launches;
  // Times that a coarse clock gave as 0 have no logarithm and are judged by that clock already.
  const bool positive = *std::min_element(m.samples.begin(), m.samples.end()) > 0.0;
  const std::vector<sample_mode> modes =
      positive ? modes_of(m.samples, resolution) : std::vector<sample_mode>{};
  if (modes.size() > 1) {
    m.status = measurement_status::multimodal;
    std::vector<std::pair<std::string, double>> numbers;
    for (const sample_mode& level : modes) {
      numbers.emplace_back("seconds", level.centre);
      numbers.emplace_back("share", level.share);
    }
    find("multimodal", severity::warning,
         "the times have " + std::to_string(modes.size()) +
             " levels: the median is one of them or lies between",
         std::move(numbers));
  }

  // A raw time among net ones is microseconds too long.
  const auto tell_raw = [&](const std::string& why) {
    find("not-calibrated", notes.raw_expected ? severity::note : severity::warning, "no net time: " + why);
  };
  if (m.calibration) {
    const timer_calibration& c = *m.calibration;
    m.timer_uncertainty = c.uncertainty / m.launches;
    // What lies between several kernels, or in the joining of streams, is part of what the stream waits for
    // and not of any kernel. A call that keeps the host longer than one launch does enqueues more than that
    // (docs/design.md, "Raw and net").
    constexpr double several = 2e-6, longer_call = 0.5e-6, longer = 1.5;
    if (m.kernels.value_or(1) > 1)
      m.timer_uncertainty += several / m.launches;
    else if (m.host_time && *m.host_time > longer * c.launch_time)
      m.timer_uncertainty += longer_call / m.launches;
    estimate net = m.raw;
    net.median -= c.overhead / m.launches;
    if (net.lower) *net.lower += -c.overhead / m.launches - m.timer_uncertainty;
    if (net.upper) *net.upper += -c.overhead / m.launches + m.timer_uncertainty;
    if (m.gated)
      m.net = net;
    else if (notes.gate && !notes.serialised)
      tell_raw("without a gate the host's time is included, and that is not known");
    // What runs takes as long as an empty kernel; times of nothing scatter by a fraction of what is between.
    if (m.raw.median * m.launches <= (c.event_pair + c.empty_event_time) / 2)
      find("nothing-timed", m.kernels.value_or(0) > 0 ? severity::error : severity::warning,
           m.kernels.value_or(0) > 0
               ? "the launch put nothing on its stream that takes time: its kernels run on another"
               : "the launch put nothing on its stream that takes time: work elsewhere, or none at all",
           {{"event_pair", c.event_pair}});
  } else {
    tell_raw(notes.uncalibrated);
  }
  if (notes.serialised)
    find("gate-opened", severity::warning,
         "every launch waits for the device, assay's own as well (a profiler or a sanitizer?); timed without "
         "the gate, host time is included");
  else if (notes.discarded > 0)
    find("gate-opened", severity::warning,
         notes.gate ? "now and then the launch waited for the device; those samples were taken again"
                    : "the launch waits for the device; timed without the gate, host time may be included",
         {{"discarded", static_cast<double>(notes.discarded)}});
  if (works_beside(notes, m.raw.median))
    find("work-beside-stream", severity::error, work_beside_words(notes.beside), {{"seconds", notes.beside}});
  else if (works_ahead(notes.ahead, m.raw.median))
    find(
        "work-beside-stream", severity::error,
        "the stream takes " + format_time(notes.ahead) +
            " longer where nothing holds it up before: work on another stream is done before its time begins",
        {{"seconds", notes.ahead}});
  // A launch that itself waits for work on another stream leaves nothing for the stream, nor beside it.
  constexpr double long_launch = 100e-6, many_times = 4;
  if (m.gated && notes.host_time > std::max(long_launch, many_times * m.raw.median))
    find("host-bound", severity::warning,
         "a launch keeps the host for " + format_time(notes.host_time) + ", its stream for " +
             format_time(m.raw.median) +
             ": what the host computes, or waits for on another stream, is not in the time",
         {{"host_time", notes.host_time}});
  if (notes.persisted)
    find("persisting-cache", severity::warning,
         "a share of L2 was set aside for persisting lines; it was taken back before each sample");
  if (notes.unproven_sweep) {
    const cache_sweep& seen = *notes.unproven_sweep;
    find("sweep-unproven", severity::warning,
         "after a cache sweep a probe still reads faster than from DRAM, or as fast as before it: cold times "
         "may be too short",
         {{"hot_seconds", seen.hot_seconds.value_or(0.0)},
          {"swept_seconds", seen.swept_seconds.value_or(0.0)},
          {"empty_seconds", seen.empty_seconds.value_or(0.0)}});
  }
  if (!m.raw.lower)
    find("few-samples", severity::warning, "too few rounds within the time budget for an interval",
         {{"samples", static_cast<double>(m.samples.size())}});
  else if (tight && (*m.raw.upper - *m.raw.lower) / 2 > options.precision * m.raw.median)
    find("clock-resolution", severity::note, "the interval is as tight as the step of the events allows",
         {{"tick", tick}});
}

}  // namespace assay
