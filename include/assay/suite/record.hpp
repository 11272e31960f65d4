// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/finding.hpp"
#include "assay/core/source_location.hpp"
#include "assay/measure/measurement.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/roofline/work.hpp"
#include "assay/stats/paired_ratio.hpp"
#include "assay/suite/axis.hpp"
#include "assay/suite/declaration.hpp"
#include "assay/suite/fuzz_summary.hpp"
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
  std::string device;  ///< its name, as the runtime spells it
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
  std::optional<assay::limit> limit;  ///< hard, or measured where nothing is known beforehand (processors)
  std::vector<assay::limit> other_limits;  ///< one for each other layer that is known
  std::optional<paired_ratio> speedup;     ///< over the case's baseline
  std::string replay;                      ///< arguments that repeat this record's verification
  std::vector<finding> findings;

  /// limit / time, where both are known.
  [[nodiscard]] std::optional<double> sol_ratio() const {
    if (!time || !limit) return std::nullopt;
    return limit->ratio(time->time().median);
  }
  /// "saxpy n=65536"
  [[nodiscard]] std::string case_name() const {
    return axes.empty() ? problem : problem + " " + to_string(axes);
  }
};

}  // namespace assay
