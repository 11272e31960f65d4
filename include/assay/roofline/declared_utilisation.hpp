// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "assay/roofline/resource.hpp"
#include "assay/roofline/speed_of_light.hpp"

namespace assay {

/// How busy the work that a problem declares would keep arithmetic and memory in a measured time.
///
/// Meta's KernelAgent calls the larger of Nsight Compute's "Compute (SM) Throughput" and "Memory Throughput"
/// the roofline efficiency of a kernel, and stops at 95 %. Those are counters: what the kernel made the
/// hardware do, needed or not, at the clock of the profiled run. This is the same maximum from the work that
/// cannot be avoided, so it is never larger by work done twice, and a kernel that computes twice what it
/// needs scores half. Made from the clock-adjusted limit it is closest to what a counter would say of a
/// kernel without waste.
struct declared_utilisation {
  std::optional<double> compute;  ///< share of the busiest arithmetic unit; absent where none is bounded
  std::optional<double> memory;   ///< share of the busiest of DRAM, L2, shared memory, links

  /// The larger of the two.
  [[nodiscard]] double efficiency() const { return std::max(compute.value_or(0), memory.value_or(0)); }
};

/// Absent when the limit has no term of either kind, or the time (seconds) is not a positive number.
[[nodiscard]] inline std::optional<declared_utilisation> utilisation(const limit& bound, double time) {
  if (!std::isfinite(time) || time <= 0) return std::nullopt;
  declared_utilisation result;
  for (const term& one : bound.terms) {
    if (one.which == resource::launch) continue;
    std::optional<double>& share = is_bytes(one.which) ? result.memory : result.compute;
    share = std::max(share.value_or(0), one.seconds / time);
  }
  if (!result.compute && !result.memory) return std::nullopt;
  return result;
}

}  // namespace assay
