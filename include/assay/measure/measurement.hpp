// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/finding.hpp"
#include "assay/measure/cache_state.hpp"
#include "assay/measure/launch_mode.hpp"
#include "assay/measure/timer_calibration.hpp"
#include "assay/monitor/energy.hpp"
#include "assay/stats/estimate.hpp"

namespace assay {

enum class measurement_status {
  converged,   ///< the raw time's interval is as tight as was asked for, or as the step of the clock allows
  imprecise,   ///< the rounds or the time budget ended first
  drifting,    ///< the time went one way through the rounds: the median is of a moving target
  multimodal,  ///< the samples have several modes: the median is one of them, or lies between
};

[[nodiscard]] constexpr const char* to_string(measurement_status status) {
  constexpr const char* names[] = {"converged", "imprecise", "drifting", "multimodal"};
  return names[static_cast<std::size_t>(status)];
}

/// The time of one callable, with everything that was seen. Times are seconds.
struct measurement {
  estimate raw;                 ///< what the events said, of one launch
  std::optional<estimate> net;  ///< with the timer's own share removed, its uncertainty in the interval;
                                ///< absent where that share is not known
  std::optional<timer_calibration> calibration;  ///< what `net` was found with
  double timer_uncertainty = 0.0;                ///< of `net`, beyond the scatter of the samples: ± this, s
  measurement_status status = measurement_status::imprecise;
  cache_state cache = cache_state::cold;
  launch_mode mode = launch_mode::plain;
  int launches = 1;                     ///< behind one sample; more than 1 in throughput mode
  bool gated = false;                   ///< each sample was enqueued whole before it ran
  double tick = 0.0;                    ///< the step of the events, s
  std::vector<double> samples;          ///< raw, in the order taken, none removed
  std::vector<double> sample_times;     ///< when each began, s after the measurement did
  std::vector<int> rounds;              ///< the round of each sample
  std::vector<std::size_t> outliers;    ///< which samples stand far from the median; still among them
  std::optional<std::int64_t> kernels;  ///< of one launch, on any stream, as the device counts them
  std::optional<double> host_time;      ///< of the launching thread for one launch, s
  std::optional<double> clock;          ///< of the multiprocessors in the rounds, Hz
  std::optional<double> temperature;    ///< of the device, before or after the rounds, the higher one, °C
  std::optional<double> power;          ///< that the device draws, likewise, W
  std::optional<estimate> cupti;        ///< device time as CUPTI has it, from a pass of its own
  std::optional<energy_per_launch> energy;  ///< J for one launch, back to back with hot caches
  int warmup_launches = 0;  ///< launches without a sample: the warm-up, and looks for work beside the stream
  double wall_seconds = 0.0;  ///< spent on warm-up and samples of this callable
  std::vector<finding> findings;

  /// The best estimate there is: net where it could be had, otherwise raw.
  [[nodiscard]] const estimate& time() const { return net ? *net : raw; }
  /// time() in cycles of the multiprocessors' clock.
  [[nodiscard]] std::optional<double> cycles() const {
    if (!clock) return std::nullopt;
    return time().median * *clock;
  }
};

}  // namespace assay
