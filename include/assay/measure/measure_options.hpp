// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "assay/measure/cache_state.hpp"
#include "assay/measure/launch_mode.hpp"

namespace assay {

struct measure_options {
  cache_state cache = cache_state::cold;
  launch_mode mode = launch_mode::plain;
  /// Stop when the half width of the raw time's interval is within this share of its median. A net time has
  /// the calibration's uncertainty in addition, which more samples do not take away.
  double precision = 0.005;
  double confidence = 0.95;
  double time_budget =
      1.0;  ///< s for each callable; at least six rounds are taken unless ten times this is spent
  double gate_timeout = 0.25;      ///< s after which the gate opens by itself
  double round_interval = 0.010;   ///< s at least from the begin of one round to that of the next
  bool cupti = false;              ///< a pass under CUPTI as a second opinion, after everything else
  bool energy = false;             ///< a pass for the energy of a launch, where the device counts it
  std::string cupti_library = {};  ///< path of CUPTI; empty: what the loader and the toolkit have
};

}  // namespace assay
