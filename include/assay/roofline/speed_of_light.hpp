// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/finding.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/roofline/resource.hpp"
#include "assay/roofline/validate_work.hpp"
#include "assay/roofline/work.hpp"

namespace assay {

/// Whether other units of a device can do the same operations, perhaps faster: matrix units multiply-add in
/// fp64 (twice the vector rate on A100 and H100) and emulate fp32 and fp64 (3xTF32, Ozaki splitting),
/// polynomials on the multiply-add units stand in for ex2, and bf16 holds every int8, which matters where the
/// int8 rate was cut (B300). To beat such a ceiling is then remarkable, not impossible.
[[nodiscard]] inline bool has_substitute(resource which, const ceilings& known) {
  if (which == resource::tensor_int8) {
    const ceiling* own = known.find(which);
    const ceiling* wider = known.find(resource::tensor_bf16);
    return own && wider && wider->rate > own->rate;
  }
  const bool vector_unit = which == resource::fp64 || which == resource::fp32 || which == resource::fp16 ||
                           which == resource::int32 || which == resource::sfu;
  return vector_unit || which == resource::tensor_fp64;
}

/// The least time that one resource needs for its part of the work.
struct term {
  resource which = resource::dram;
  double amount = 0;   ///< bytes or operations (is_bytes)
  double rate = 0;     ///< of the ceiling, per second
  double seconds = 0;  ///< amount / rate
  bool hard = false;   ///< of the hard layer, without a substitute, and not of nominal work except for its
                       ///< DRAM bytes: no launch of this work can be faster
};

/// The least time that a device needs for declared work.
struct limit {
  std::optional<double> seconds;       ///< of the slowest resource; absent when no ceiling is known
  resource binding = resource::dram;   ///< the slowest resource; says nothing when `seconds` is absent
  layer which = layer::hard;           ///< of the ceilings it was made from
  std::vector<term> terms = {};        ///< one for each resource with work and a ceiling
  std::vector<finding> findings = {};  ///< "ceiling-absent": work that bounds nothing; "limit-absent"

  /// limit / time, both seconds. Above 1 the time beats the limit, and is not clamped. Absent when there is
  /// no limit, or when the time is not a positive number.
  [[nodiscard]] std::optional<double> ratio(double time) const {
    if (!seconds || !std::isfinite(time) || time <= 0) return std::nullopt;
    return *seconds / time;
  }

  /// The longest of the hard terms: a time below it is impossible. Absent when there is none.
  [[nodiscard]] std::optional<double> hard_seconds() const {
    std::optional<double> longest;
    for (const term& one : terms)
      if (one.hard && one.seconds > longest.value_or(-1)) longest = one.seconds;
    return longest;
  }
};

/// The roofline: the maximum over the resources of amount / rate (Williams, Waterman, Patterson, CACM 52(4),
/// 2009, with one roof for each resource). Work whose ceiling is not known gives a finding and bounds
/// nothing. Throws usage_error when the work has a mistake: a shape that cannot be, an amount that is
/// negative or no number.
[[nodiscard]] inline limit speed_of_light(const ceilings& known, const work& declared) {
  validate(declared);
  limit result;
  result.which = known.which;
  const std::string device = known.device.empty() ? "this device" : known.device;
  for (std::size_t i = 0; i < resource_count; ++i) {
    const auto which = static_cast<resource>(i);
    const double amount = declared.amount(which);
    if (amount == 0) continue;
    const ceiling* roof = known.find(which);
    if (!roof || !std::isfinite(roof->rate) || roof->rate <= 0) {
      result.findings.push_back({"ceiling-absent",
                                 severity::warning,
                                 std::string("no ") + to_string(known.which) + " ceiling of " +
                                     to_string(which) + " is known for " + device +
                                     ", so this part of the work bounds nothing",
                                 {{"amount", amount}}});
      continue;
    }
    const bool hard = known.which == layer::hard && !has_substitute(which, known) &&
                      (which == resource::dram || !declared.nominal);
    result.terms.push_back({which, amount, roof->rate, amount / roof->rate, hard});
    if (const term& last = result.terms.back(); last.seconds > result.seconds.value_or(-1)) {
      result.seconds = last.seconds;
      result.binding = which;
    }
  }
  if (!result.seconds)
    result.findings.push_back(
        {"limit-absent", severity::warning,
         result.findings.empty() ? std::string("no work is declared, so there is no limit")
                                 : "no ceiling is known for any of the declared work, so there is no limit"});
  return result;
}

/// The SoL score, 1 / (1 + (T - T_sol) / (T_b - T_sol)), of a time against a baseline's and a limit, all
/// seconds (SOL-ExecBench, arXiv 2603.19173): 1 at the limit, 1/2 at the baseline, above 1 below the limit.
/// Absent where it means nothing: T_b <= T_sol, a T so far below T_sol that the denominator is not positive,
/// or no times.
[[nodiscard]] inline std::optional<double> sol_score(double time, double baseline_time, double limit_time) {
  for (const double one : {time, baseline_time, limit_time})
    if (!std::isfinite(one) || one <= 0) return std::nullopt;
  if (baseline_time <= limit_time) return std::nullopt;
  const double denominator = 1 + (time - limit_time) / (baseline_time - limit_time);
  if (denominator <= 0) return std::nullopt;
  return 1 / denominator;
}

}  // namespace assay
