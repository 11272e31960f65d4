// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/measure/measure_options.hpp"
#include "assay/suite/expected_values.hpp"
#include "assay/suite/fuzz.hpp"
#include "assay/suite/memory_layout.hpp"

namespace assay {

/// What is done with each case.
struct run_options {
  bool verify = true;
  bool time = true;
  bool baseline = true;  ///< time the baseline as well, to compare with, where it was not selected
  bool twins = false;    ///< time each candidate twice in the same rounds, the second against the first
  bool trust = false;  ///< outputs of timed launches are not looked at, and all of them find the same inputs
  std::uint64_t seed = 0;
  fuzz_options fuzz;                   ///< nothing is tried beyond the cases themselves unless it says so
  std::int64_t oracle_samples = 4096;  ///< elements of a large output that an element oracle is asked for
  double oracle_seconds = expected_values::default_affordable;  ///< beyond which a sample has to do
  memory_layout layout;                                         ///< of the tensors
  std::optional<fence_side> fence;  ///< verify once more, at last, with each tensor against an unmapped page
  std::vector<std::string> sanitizer_tools;  ///< of compute-sanitizer, for the smallest case of each problem
  bool locked_clocks = false;          ///< refuse to time while the multiprocessors' clock is not locked
  std::optional<double> locked_clock;  ///< Hz at which it is said to be locked, where the device cannot tell
  measure_options measure;
};

}  // namespace assay
