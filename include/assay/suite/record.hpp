// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/finding.hpp"
#include "assay/core/launch_facts.hpp"
#include "assay/core/source_location.hpp"
#include "assay/measure/measurement.hpp"
#include "assay/roofline/bound_quality.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/roofline/work.hpp"
#include "assay/stats/paired_ratio.hpp"
#include "assay/suite/axis.hpp"
#include "assay/suite/declaration.hpp"
#include "assay/suite/diagnosis.hpp"
#include "assay/suite/fuzz_summary.hpp"
#include "assay/suite/launch_profile.hpp"
#include "assay/verify/verdict.hpp"

namespace assay {

/// How outputs of timed launches were held against what is right.
struct timed_checks {
  std::int64_t launches = 0;
  double seconds = 0.0;  ///< of wall time that this took
};

/// What became of one candidate at one case. All that score and report need is in here; what could not be had
/// is absent.
struct record {
  std::string problem;
  std::string backend;
  std::string device;     ///< its name, as the runtime spells it
  std::string device_id;  ///< which of several of that name: device_info::id()
  axis_values axes;
  std::string candidate;
  candidate_role role = candidate_role::candidate;
  std::string file;  ///< where the candidate was declared
  std::int32_t line = 0;
  std::string build;  ///< how the problem's file was compiled, as far as its macros tell (build_flags.hpp)
  std::uint64_t seed = 0;

  assay::verdict verdict;
  std::optional<fuzz_summary> fuzz;       ///< where trials beyond the case itself were run
  std::optional<double> prepare_seconds;  ///< of the prepare step, where there is one
  std::optional<measurement> time;
  std::optional<assay::timed_checks> timed_checks;  ///< absent where timed outputs were not looked at
  assay::work work;
  std::optional<assay::limit> limit;       ///< what SoL is: assumed where asked for, else hard, else measured
  std::vector<assay::limit> other_limits;  ///< one for each other layer that is known
  std::optional<judged_bound> bound;       ///< what `limit` is worth
  std::optional<assay::launch_facts> launch;  ///< what it consists of, where that was asked for
  std::optional<assay::diagnosis> diagnosis;  ///< where the time is better than it can be, or nearly
  std::optional<paired_ratio> speedup;        ///< over the case's baseline
  std::optional<launch_profile> profile;      ///< what a profiler counted, where one was asked for (--ncu)
  std::string replay;                         ///< arguments that repeat this record's verification
  std::vector<finding> findings;

  /// limit / time, where both are known.
  [[nodiscard]] std::optional<double> sol_ratio() const {
    if (!time || !limit) return std::nullopt;
    return limit->ratio(time->time().median);
  }
  /// The clock-adjusted limit over the time; absent where it is not known.
  [[nodiscard]] std::optional<double> sol_ratio_at_clock() const {
    const assay::limit* adjusted = limit_in(layer::clock_adjusted);
    return adjusted && time ? adjusted->ratio(time->time().median) : std::nullopt;
  }
  /// The clock-adjusted limit where it is known, else `limit`; null where there is neither.
  [[nodiscard]] const assay::limit* limit_at_clock() const {
    const assay::limit* adjusted = limit_in(layer::clock_adjusted);
    return adjusted ? adjusted : limit ? &*limit : nullptr;
  }
  /// The limit in a layer, where it is known.
  [[nodiscard]] const assay::limit* limit_in(layer which) const {
    if (limit && limit->which == which) return &*limit;
    for (const assay::limit& one : other_limits)
      if (one.which == which) return &one;
    return nullptr;
  }
  /// "saxpy n=65536"
  [[nodiscard]] std::string case_name() const {
    return axes.empty() ? problem : problem + " " + to_string(axes);
  }
};

/// What launching alone takes of a record's time, s: as many empty kernels as it launches. Measured for the
/// device where it was, else beside the samples.
[[nodiscard]] inline std::optional<double> launch_floor(const record& r) {
  if (!r.time) return std::nullopt;
  const auto kernels = static_cast<double>(std::max<std::int64_t>(r.time->kernels.value_or(1), 1));
  if (const limit* measured = r.limit_in(layer::measured))
    for (const term& one : measured->terms)
      if (one.which == resource::launch) return kernels / one.rate;
  if (!r.time->calibration || r.time->calibration->empty_device_time <= 0) return std::nullopt;
  return r.time->calibration->empty_device_time * kernels;
}

}  // namespace assay
