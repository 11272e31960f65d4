// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/format.hpp"
#include "assay/measure/cache.hpp"
#include "assay/measure/gated_sample.hpp"
#include "assay/measure/measure_options.hpp"
#include "assay/measure/timer_calibration.hpp"
#include "assay/stats/order_statistics.hpp"

namespace assay {

/// The step of a clock, from differences that it gave: the least distance between two neighbours, seen at
/// least three times among eight different values or more; absent where there is less to go by. Distances
/// below `least` are the rounding of the runtime's float milliseconds.
[[nodiscard]] inline std::optional<double> step_of(const std::vector<double>& seconds, double least = 1e-9) {
  const std::vector<double> ordered = ascending(seconds);
  std::vector<double> distances;
  for (std::size_t i = 1; i < ordered.size(); ++i)
    if (ordered[i] - ordered[i - 1] >= least) distances.push_back(ordered[i] - ordered[i - 1]);
  if (distances.size() < 7) return std::nullopt;
  const double step = *std::min_element(distances.begin(), distances.end());
  const auto alike = std::count_if(distances.begin(), distances.end(),
                                   [&](double distance) { return distance < step + least; });
  return alike >= 3 ? std::optional(step) : std::nullopt;
}

/// A straight line through points, by least squares.
struct straight_line {
  double slope = 0.0;
  double intercept = 0.0;
  double residual = 0.0;  ///< the largest distance of a point from the line, in y
};
[[nodiscard]] inline straight_line fit_line(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0, covariance = 0, variance = 0;
  for (std::size_t i = 0; i < x.size(); ++i) mean_x += x[i] / n, mean_y += y[i] / n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    covariance += (x[i] - mean_x) * (y[i] - mean_y);
    variance += (x[i] - mean_x) * (x[i] - mean_x);
  }
  straight_line line;
  line.slope = covariance / variance;
  line.intercept = mean_y - line.slope * mean_x;
  for (std::size_t i = 0; i < x.size(); ++i)
    line.residual = std::max(line.residual, std::abs(line.intercept + line.slope * x[i] - y[i]));
  return line;
}

/// Finds what the timer adds. The device time of an empty kernel comes from two graphs of many of them, whose
/// difference holds nothing of the timer; what events see of the same kernel beyond that is the overhead. It
/// differs between cache states and launch modes, so it is taken in the options' own, and again beside each
/// round by the sampler. Kernels that spin for known times show that it is one constant for all lengths.
/// About 3 ms. Absent where the device has no kernels or no graphs; then `why_not` says so.
[[nodiscard]] inline std::optional<timer_calibration> calibrate(device& target, sample_timer& timer,
                                                                const measure_options& options,
                                                                std::string& why_not) {
  const std::function<void()> empty = [&] { target.launch_empty(); };
  if (!target.launch_empty()) {
    why_not = "the backend has no kernels of its own to calibrate with";
    return std::nullopt;
  }
  constexpr int few = 200, many = 600;
  const auto chain = [&](int length) {
    return graph::capture(target, [&] {
      for (int i = 0; i < length; ++i) target.launch_empty();
    });
  };
  const graph short_chain = chain(few);
  if (!short_chain) {
    why_not = "the backend has no graphs to calibrate with";
    return std::nullopt;
  }
  const graph long_chain = chain(many), one = chain(1);

  const auto take = [&](int samples, const std::function<void()>& prepare,
                        const std::function<void()>& launch) {
    sample_plan plan;
    plan.gate_timeout = options.gate_timeout;
    plan.prepare = prepare;
    plan.launch = launch;
    plan.own = true;
    // Once outside of the gate, which would hold up a first use.
    if (prepare) prepare();
    if (launch) launch();
    target.synchronize();
    std::vector<double> seconds, host_times;
    for (int i = 0; i < samples; ++i) {
      const gated_sample taken = timer.take(plan);
      seconds.push_back(taken.seconds);
      host_times.push_back(taken.host_time);
    }
    return std::pair(seconds, median(host_times));
  };
  timer_calibration result;
  // The least of each: what disturbs a chain makes it longer, and a short one that was disturbed would take
  // from what an empty kernel is said to need.
  const auto least = [](const std::vector<double>& seconds) {
    return *std::min_element(seconds.begin(), seconds.end());
  };
  const double short_time = least(take(5, {}, [&] { short_chain.launch(); }).first);
  const double long_time = least(take(5, {}, [&] { long_chain.launch(); }).first);
  if (!(long_time > short_time)) {
    why_not = "a graph of " + std::to_string(many) + " empty kernels took " + format_time(long_time) +
              ", one of " + std::to_string(few) + " " + format_time(short_time) +
              ": the difference is no time of a kernel";
    return std::nullopt;
  }
  const double empty_time = (long_time - short_time) / (many - few);
  result.empty_device_time = std::min(empty_time, target.empty_kernel_time.value_or(empty_time));
  target.empty_kernel_time = result.empty_device_time;

  std::vector<double> lengths, times, all;
  for (const double length : {2e-6, 4e-6, 8e-6, 16e-6, 32e-6}) {
    const auto spins = take(7, {}, [&] { target.launch_spin(length); }).first;
    lengths.push_back(length);
    times.push_back(median(spins));
    all.insert(all.end(), spins.begin(), spins.end());
  }
  const straight_line line = fit_line(lengths, times);
  result.slope = line.slope;
  result.residual = line.residual;

  const std::function<void()> prepare = [&] { prepare_cache(target, options.cache); };
  const std::function<void()> empty_graph = [&] { one.launch(); };
  const auto nothing = take(9, prepare, {}).first, hot = take(16, {}, empty).first;
  const auto [here, launch_time] =
      take(16, prepare, options.mode == launch_mode::graph ? empty_graph : empty);
  result.event_pair = median(nothing);
  result.empty_event_time = median(here);
  result.overhead = result.empty_event_time - result.empty_device_time;
  result.launch_time = launch_time;
  for (const std::vector<double>* seen : {&nothing, &hot, &here})
    all.insert(all.end(), seen->begin(), seen->end());
  result.event_tick = step_of(all).value_or(target.event_tick());
  // Against CUPTI, the overhead of kernels that read and write much is 0.1 us more than that of kernels that
  // spin (docs/design.md, "Raw and net").
  constexpr double kinds = 0.1e-6;
  result.uncertainty =
      kinds + 2 * result.event_tick + result.residual + std::abs(result.empty_event_time - median(hot));
  return result;
}

}  // namespace assay
