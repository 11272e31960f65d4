// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "assay/roofline/resource.hpp"
#include "assay/roofline/speed_of_light.hpp"

namespace assay {

/// What a kernel's time is made of.
enum class bottleneck {
  memory,             ///< it keeps DRAM or a cache busy
  compute,            ///< it keeps vector or matrix units busy
  special_functions,  ///< it keeps the units for ex2 and the like busy
  link,               ///< it keeps the links to other devices busy
  launch,             ///< it is so short that launching is half of its time or more
  latency,            ///< nothing is busy: it waits
  beyond,             ///< it is faster than its limit
  unknown,            ///< there is no limit to hold it against
};

[[nodiscard]] constexpr const char* to_string(bottleneck b) {
  constexpr const char* names[] = {"memory", "compute", "special functions", "link",
                                   "launch", "latency", "beyond the limit",  "unknown"};
  return names[static_cast<std::size_t>(b)];
}

/// Share of its limit from which on a kernel is called bound by the resource that binds. The speed-of-light
/// rule of Nsight Compute draws the same line: with neither memory nor compute above 60 %, latency is the
/// matter.
inline constexpr double busy_share = 0.6;

/// `time` and `launch_floor`, what launches of as many empty kernels take, in seconds. In this order: beyond
/// its limit; without one; at least half of it launching; at least 60 % of its limit, and then by the
/// resource; otherwise latency.
[[nodiscard]] inline bottleneck find_bottleneck(double time, const std::optional<limit>& bound,
                                                std::optional<double> launch_floor) {
  const std::optional<double> share = bound ? bound->ratio(time) : std::nullopt;
  if (share && *share > 1) return bottleneck::beyond;
  if (launch_floor && time > 0 && *launch_floor >= 0.5 * time) return bottleneck::launch;
  if (!share) return bottleneck::unknown;
  if (*share < busy_share) return bottleneck::latency;
  switch (bound->binding) {
    case resource::dram:
    case resource::l2:
    case resource::shared_memory: return bottleneck::memory;
    case resource::link: return bottleneck::link;
    case resource::sfu: return bottleneck::special_functions;
    case resource::launch: return bottleneck::launch;
    default: return bottleneck::compute;
  }
}

/// Where the roof of one kind of operation meets the roof of DRAM, and where the work lies.
struct ridge {
  resource operations = resource::fp32;
  double point = 0;      ///< operations/B at which both roofs bind alike
  double intensity = 0;  ///< operations/B of the work; below the point DRAM binds before these operations
};

/// One for each kind of operation in the work; none where no bytes are declared or DRAM's ceiling is unknown.
[[nodiscard]] inline std::vector<ridge> ridges_of(const limit& bound) {
  const term* dram = nullptr;
  for (const term& t : bound.terms)
    if (t.which == resource::dram) dram = &t;
  std::vector<ridge> found;
  if (!dram || dram->amount <= 0 || dram->rate <= 0) return found;
  for (const term& t : bound.terms)
    if (is_operations(t.which)) found.push_back({t.which, t.rate / dram->rate, t.amount / dram->amount});
  return found;
}

}  // namespace assay
