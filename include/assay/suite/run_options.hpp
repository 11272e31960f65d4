// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "assay/measure/device_ceilings.hpp"
#include "assay/measure/measure_options.hpp"
#include "assay/roofline/ceiling_layers.hpp"
#include "assay/suite/fuzz_options.hpp"
#include "assay/suite/memory_layout.hpp"

namespace assay {

class device;
class monitor;

/// What is done with each case.
struct run_options {
  /// s that an oracle may take for a whole output before a sample has to do.
  static constexpr double default_oracle_seconds = 0.5;

  bool verify = true;
  bool time = true;
  bool baseline = true;  ///< time the baseline as well, to compare with, where it was not selected
  bool twins = false;    ///< time each candidate twice in the same rounds, the second against the first
  bool trust = false;  ///< outputs of timed launches are not looked at, and all of them find the same inputs
  std::uint64_t seed = 0;
  fuzz_options fuzz;                   ///< nothing is tried beyond the cases themselves unless it says so
  std::int64_t oracle_samples = 4096;  ///< elements of a large output that an element oracle is asked for
  double oracle_seconds = default_oracle_seconds;  ///< beyond which a sample has to do
  memory_layout layout;                            ///< of the tensors
  std::optional<fence_side> fence;  ///< verify once more, at last, with each tensor against an unmapped page
  std::vector<std::string> sanitizer_tools;  ///< of compute-sanitizer, for the smallest case of each problem
  bool profile = false;        ///< launch each candidate once, for a profiler, and neither verify nor time it
  bool ncu = false;            ///< count with ncu what each candidate does
  bool explain = false;        ///< also find out what each launch consists of
  bool locked_clocks = false;  ///< refuse to time while the multiprocessors' clock is not locked
  std::optional<double> locked_clock;  ///< Hz at which it is said to be locked, where the device cannot tell
  /// Where measured ceilings of a device come from; empty: from nowhere.
  std::function<std::optional<device_ceilings>(device&, const device_info&, monitor*)> measured_ceilings;
  limit_options limits;  ///< what limits are made from, beside what the device says
  measure_options measure;
};

}  // namespace assay
