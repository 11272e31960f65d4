// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "assay/core/device_info.hpp"
#include "assay/core/format.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// Why a record's time is impossible, or nothing. Faster than the device could be at all is not fast but
/// wrong: in the declaration, the timing or the kernel. Said only when even the upper end of the interval is
/// below what the hard terms of the work allow. Output that fits the last-level cache need not reach DRAM
/// within the launch, so it proves nothing; with hot caches DRAM proves nothing at all.
[[nodiscard]] inline std::optional<std::string> faster_than_light(const record& r, const ceilings& limits,
                                                                  const device_info& device) {
  if (!r.time || limits.which != layer::hard) return std::nullopt;
  work least = r.work;
  const auto cache = static_cast<double>(device.last_level_bytes.value_or(0));
  least.dram_bytes_written = std::max(0.0, least.dram_bytes_written - cache);
  if (r.time->cache == cache_state::hot) least.dram_bytes_read = least.dram_bytes_written = 0.0;
  const std::optional<double> possible = speed_of_light(limits, least).hard_seconds();
  const estimate& time = r.time->time();
  const double slowest = time.upper.value_or(time.median);
  if (!possible || slowest >= *possible) return std::nullopt;
  return "faster than light: " + format_time(slowest) + " for work that this device cannot do in less than " +
         format_time(*possible) +
         "; are the declared flops and bytes right, is all work on the given stream?";
}

}  // namespace assay
