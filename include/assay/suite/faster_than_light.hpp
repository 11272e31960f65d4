// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "assay/core/device_info.hpp"
#include "assay/core/format.hpp"
#include "assay/measure/cache_state.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// A time that the device cannot reach.
struct impossible_time {
  double seconds = 0;                ///< the upper end of the interval
  double possible = 0;               ///< s: the least that the hard terms of the work allow
  resource beaten = resource::dram;  ///< the one that needs that long

  [[nodiscard]] std::string describe() const {
    return "faster than light: " + format_time(seconds) +
           " for work that this device cannot do in less than " + format_time(possible) + " (" +
           to_string(beaten) + ")";
  }
};

/// The work that must be done within a launch, whatever it finds in the caches. Output that fits the
/// last-level cache need not reach DRAM within the launch; with hot caches nothing need come from there.
[[nodiscard]] inline work certain_work(const work& declared, cache_state cache, const device_info& device) {
  work least = declared;
  const auto last_level = static_cast<double>(device.last_level_bytes.value_or(0));
  least.dram_bytes_written = std::max(0.0, least.dram_bytes_written - last_level);
  if (cache == cache_state::hot) least.dram_bytes_read = least.dram_bytes_written = 0.0;
  return least;
}

/// Why a record's time is impossible, or nothing. Faster than the device could be at all is not fast but
/// wrong: in the declaration, the timing or the kernel. Said only when even the upper end of the interval is
/// below what the hard terms of the certain work allow, each at the
/// fastest that its uncertainty lets it be.
[[nodiscard]] inline std::optional<impossible_time> faster_than_light(const record& r, const ceilings& limits,
                                                                      const device_info& device) {
  if (!r.time || limits.which != layer::hard) return std::nullopt;
  const limit least = speed_of_light(limits, certain_work(r.work, r.time->cache, device));
  const term* longest = nullptr;
  for (const term& one : least.terms)
    if (one.hard && (!longest || one.fastest() > longest->fastest())) longest = &one;
  const estimate& time = r.time->time();
  const double slowest = time.upper.value_or(time.median);
  if (!longest || slowest >= longest->fastest()) return std::nullopt;
  return impossible_time{slowest, longest->fastest(), longest->which};
}

/// Share of the DRAM limit from which on a time is held against a stream of the same bytes: no stream that
/// was measured came closer (a memset on an H200: 4.59 of 4.81 TB/s, 95.4 %), so an ordinary run costs
/// nothing.
inline constexpr double suspicious_share = 0.96;

/// Whether a possible time is yet to be held against its own byte stream: it is closer to what DRAM allows
/// than streams come, or nobody knows what DRAM allows. With hot caches, and where no bytes are declared,
/// there is nothing to hold it against; a processor tells its own ceilings by such streams.
[[nodiscard]] inline bool wants_byte_stream(const record& r, const ceilings& limits,
                                            const device_info& device) {
  if (!r.time || r.time->cache == cache_state::hot || r.work.dram_bytes() <= 0) return false;
  const ceiling* dram = limits.find(resource::dram);
  if (!dram || dram->rate <= 0) return device.vendor != vendor::cpu;
  return r.work.dram_bytes() / dram->rate >= suspicious_share * r.time->time().median;
}

}  // namespace assay
