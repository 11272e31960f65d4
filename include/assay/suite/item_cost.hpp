// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <exception>
#include <string>

#include "assay/suite/declared_problem.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/run_options.hpp"

namespace assay {

/// About how many seconds a plan item takes: what its share of a plan is cut by. From the declaration and the
/// options alone, so that every process comes to the same figure, whatever device it has and whatever that
/// device is doing. It need not be right; where it is off for all items alike, the shares stay the same.
[[nodiscard]] inline double estimated_seconds(const plan_item& item, const run_options& options) {
  // A device of today, a tenth of whose speed is what kernels reach that are being written: bytes/s and
  // operations/s. A core of a processor does about 10⁹ steps of an oracle in a second.
  const bool on_host = std::string(item.definition->backend) == "host";
  const double bandwidth = on_host ? 1e9 : 3e11, rate = on_host ? 1e9 : 3e12, oracle_rate = 1e9;
  // Calibration and the rounds that are always taken, as measured on an H200 (docs/design.md, Timing).
  constexpr double least_timing = 0.15, launches = 200.0, least_verifying = 0.02;

  double launch = 0.0, operations = 0.0, elements = 0.0;
  bool sampled = true;
  try {
    const declared_problem problem(*item.definition, item.positions,
                                   item.trial ? item.values : axis_values());
    const work declared = problem.declared_work();
    for (const double amount : declared.operations) operations += amount;
    for (const declared_tensor& t : problem.tensors()) elements += static_cast<double>(t.slot.count);
    launch = std::max(declared.dram_bytes() / bandwidth, operations / rate);
    sampled = !problem.whole_oracle();  // one for all outputs cannot be asked for a few elements
  } catch (const std::exception&) {     // its records will say so
  }
  const double candidates = static_cast<double>(item.candidates.size());
  double seconds = 0.0;
  if (options.time)
    seconds += candidates * std::clamp(launches * launch, least_timing,
                                       std::max(least_timing, options.measure.time_budget));
  if (options.verify) {
    const double oracle = (operations + elements) / oracle_rate;
    seconds += sampled ? std::min(oracle, options.oracle_seconds) : oracle;
    seconds += candidates * (least_verifying + 10.0 * launch);
    if (options.fuzz.wanted()) seconds += options.fuzz.seconds.value_or(1.0);
  }
  return seconds;
}

}  // namespace assay
