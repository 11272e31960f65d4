// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/core/finding.hpp"
#include "assay/stats/estimate.hpp"

namespace assay {

/// What the caches hold when a timed launch begins.
enum class cache_state {
  cold,  ///< swept before each launch: nothing of the candidate's data
  hot,   ///< whatever restoring the tensors and the launch before have left
};

[[nodiscard]] constexpr const char* to_string(cache_state state) {
  return state == cache_state::cold ? "cold" : "hot";
}

enum class measurement_status {
  converged,  ///< the interval is as tight as was asked for
  imprecise,  ///< the time budget ended first
};

[[nodiscard]] constexpr const char* to_string(measurement_status status) {
  return status == measurement_status::converged ? "converged" : "imprecise";
}

/// The time of one callable, with everything that was seen. Times are seconds.
struct measurement {
  estimate raw;                 ///< what the events said
  std::optional<estimate> net;  ///< with the timer's own share removed; absent where it is not known
  measurement_status status = measurement_status::imprecise;
  cache_state cache = cache_state::cold;
  bool gated = false;           ///< each batch was enqueued whole before it ran
  std::vector<double> samples;  ///< raw, in the order taken, none removed
  std::vector<int> rounds;      ///< the round of each sample
  int warmup_launches = 0;
  double wall_seconds = 0.0;  ///< spent on warm-up and samples of this callable
  std::vector<finding> findings;

  /// The best estimate there is: net where it could be had, otherwise raw.
  [[nodiscard]] const estimate& time() const { return net ? *net : raw; }
};

struct measure_options {
  cache_state cache = cache_state::cold;
  double precision = 0.005;  ///< stop when the half width of the interval is within this share of the median
  double confidence = 0.95;
  double time_budget =
      1.0;  ///< s for each callable; at least six rounds are taken unless ten times this is spent
  double gate_timeout = 0.25;  ///< s after which the gate opens by itself
};

}  // namespace assay
