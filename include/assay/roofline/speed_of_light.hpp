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

/// Whether other units of a device can do the same work, perhaps faster, or the work can be done with less of
/// the resource. To beat such a ceiling is then remarkable, not impossible.
/// - Vector units: matrix units multiply-add in fp64 (twice the vector rate on A100 and H100) and emulate
///   fp32 and fp64 (3xTF32, Ozaki splitting); polynomials on the multiply-add units stand in for ex2.
/// - L2 and shared memory: how many bytes pass through them is up to the tiling. Bytes of DRAM and links are
///   not.
/// - Matrix units: where another type is faster that holds every number of this one (bf16 and fp16 each int8,
///   which matters where the int8 rate was cut as on B300; fp16 each tf32 and bf16 within its range, which
///   matters where these run at half its rate), or where narrow accumulation is faster (GeForce).
/// - Launches: a graph or a persistent kernel needs fewer.
[[nodiscard]] inline bool has_substitute(resource which, const ceilings& known) {
  const auto slower_than = [&](resource other) {
    const ceiling *own = known.find(which), *stands_in = known.find(other);
    return own && stands_in && stands_in->rate > own->rate;
  };
  switch (which) {
    case resource::dram:
    case resource::link:
    case resource::tensor_fp16_fp16:
    case resource::tensor_fp4: return false;
    case resource::tensor_tf32:
    case resource::tensor_bf16:
      return slower_than(resource::tensor_fp16) || slower_than(resource::tensor_fp16_fp16);
    case resource::tensor_fp16: return slower_than(resource::tensor_fp16_fp16);
    case resource::tensor_int8:
      return slower_than(resource::tensor_bf16) || slower_than(resource::tensor_fp16);
    case resource::tensor_fp8:
    case resource::tensor_fp6: {
      // Their rates with narrow accumulation are not in the tables, but follow those of fp16.
      const ceiling *wide = known.find(resource::tensor_fp16),
                    *narrow = known.find(resource::tensor_fp16_fp16);
      return wide && narrow && narrow->rate > wide->rate;
    }
    default: return true;
  }
}

/// The least time that one resource needs for its part of the work.
struct term {
  resource which = resource::dram;
  double amount = 0;   ///< bytes, operations or launches
  double rate = 0;     ///< of the ceiling, per second
  double seconds = 0;  ///< amount / rate
  bool hard = false;   ///< of the hard layer, without a substitute, and not of nominal work except for its
                       ///< DRAM bytes: no launch of this work can be faster
  double uncertainty = 0;  ///< of the rate, relative

  /// The seconds at the fastest that the uncertainty allows.
  [[nodiscard]] double fastest() const { return seconds / (1 + uncertainty); }
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

  /// Of `seconds`, relative: that of the term that binds. Zero where there is no limit.
  [[nodiscard]] double uncertainty() const {
    for (const term& one : terms)
      if (seconds && one.which == binding) return one.uncertainty;
    return 0;
  }

  /// The longest of the hard terms. Absent when there is none.
  [[nodiscard]] std::optional<double> hard_seconds() const {
    std::optional<double> longest;
    for (const term& one : terms)
      if (one.hard && one.seconds > longest.value_or(-1)) longest = one.seconds;
    return longest;
  }

  /// A time below this is impossible: the longest of the hard terms, each at the fastest that the uncertainty
  /// of its ceiling allows. Absent when there is none.
  [[nodiscard]] std::optional<double> impossible_below() const {
    std::optional<double> longest;
    for (const term& one : terms)
      if (one.hard && one.fastest() > longest.value_or(-1)) longest = one.fastest();
    return longest;
  }
};

/// The roofline: the maximum over the resources of amount / rate (Williams, Waterman, Patterson, CACM 52(4),
/// 2009, with one roof for each resource). DRAM's rate is that of the work's mix of reads and writes, where
/// rates of mixes are known. Where the time of an empty launch is known, it is a term too. Work whose ceiling
/// is not known gives a finding and bounds nothing. Throws usage_error when the work has a mistake: a shape
/// that cannot be, an amount that is negative or no number.
[[nodiscard]] inline limit speed_of_light(const ceilings& known, const work& declared) {
  validate(declared);
  limit result;
  result.which = known.which;
  const std::string device = known.device.empty() ? "this device" : known.device;
  bool any_work = false;
  for (std::size_t i = 0; i < resource_count; ++i) {
    const auto which = static_cast<resource>(i);
    double amount = declared.amount(which);
    const ceiling* roof = known.find(which);
    if (which == resource::launch && amount == 0 && any_work && roof) amount = 1;  // of each case at least
    if (amount == 0) continue;
    any_work = true;
    const double rate = !roof                     ? 0
                        : which == resource::dram ? roof->rate_at(declared.dram_bytes_read / amount)
                                                  : roof->rate;
    if (!std::isfinite(rate) || rate <= 0) {
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
    result.terms.push_back({which, amount, rate, amount / rate, hard, roof->uncertainty});
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

}  // namespace assay
