// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
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
  bool by_any_unit = false;          ///< operations, whichever unit of the device were to do them

  [[nodiscard]] std::string describe() const {
    return "faster than light: " + format_time(seconds) +
           " for work that this device cannot do in less than " + format_time(possible) + " (" +
           to_string(beaten) + (by_any_unit ? ", even on its fastest unit" : "") + ")";
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

/// The highest rate of any arithmetic that is known of a device, operations a second; 0 where none is.
/// Operations of one kind may be done by units of another (fp32 on tensor cores, in pieces), but each of them
/// is one at least.
[[nodiscard]] inline double fastest_arithmetic(const ceilings& limits) {
  double fastest = 0.0;
  for (std::size_t i = 0; i < resource_count; ++i) {
    const auto which = static_cast<resource>(i);
    const ceiling* const roof = is_operations(which) ? limits.find(which) : nullptr;
    if (roof) fastest = std::max(fastest, roof->rate * (1 + roof->uncertainty));
  }
  return fastest;
}

/// Why a record's time is impossible, or nothing. Faster than the device could be at all is not fast but
/// wrong: in the declaration, the timing or the kernel. Said only when even the upper end of the interval is
/// below what the hard terms of the certain work allow, each at the fastest that its uncertainty lets it be.
[[nodiscard]] inline std::optional<impossible_time> faster_than_light(const record& r, const ceilings& limits,
                                                                      const device_info& device) {
  if (!r.time || limits.which != layer::hard) return std::nullopt;
  const limit least = speed_of_light(limits, certain_work(r.work, r.time->cache, device));
  const double fastest_unit = fastest_arithmetic(limits);
  impossible_time breach;
  for (const term& one : least.terms) {
    const bool by_any_unit = !one.hard && is_operations(one.which) && !r.work.nominal && fastest_unit > 0;
    const double seconds = one.hard ? one.fastest() : by_any_unit ? one.amount / fastest_unit : 0.0;
    if (seconds > breach.possible) breach = {0.0, seconds, one.which, by_any_unit};
  }
  const estimate& time = r.time->time();
  breach.seconds = time.upper.value_or(time.median);
  if (breach.seconds >= breach.possible) return std::nullopt;
  return breach;
}

/// Share of the DRAM limit from which on a time is held against a stream of the same bytes: no stream that
/// was measured came closer (a memset on an H200: 4.59 of 4.81 TB/s, 95.4 %), so an ordinary run costs
/// nothing.
inline constexpr double suspicious_share = 0.96;

/// Whether a possible time is yet to be held against its own byte stream: it is closer to what DRAM allows
/// than streams come, or nobody knows what DRAM allows. With hot caches, and where no bytes are declared,
/// there is nothing to hold it against. Of a processor nothing is called impossible that is not known
/// beforehand: its copies come from caches that a sweep does not reach, and other programs share its memory.
[[nodiscard]] inline bool wants_byte_stream(const record& r, const ceilings& limits,
                                            const device_info& device) {
  if (!r.time || r.time->cache == cache_state::hot || device.vendor == vendor::cpu) return false;
  const double bytes = r.work.dram_bytes();
  if (bytes <= 0) return false;
  const ceiling* dram = limits.find(resource::dram);
  const double rate = dram ? dram->rate_at(r.work.dram_bytes_read / bytes) : 0.0;
  return !(rate > 0) || bytes / rate >= suspicious_share * r.time->time().median;
}

}  // namespace assay
