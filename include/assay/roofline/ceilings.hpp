// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "assay/core/device_info.hpp"
#include "assay/roofline/device_table.hpp"
#include "assay/roofline/per_clock_table.hpp"
#include "assay/roofline/resource.hpp"

namespace assay {

/// Where ceilings come from. Only `hard` ones can show that a time is impossible; `clock_adjusted` ones are
/// the same rates at the clock that was read while a kernel was timed; `datasheet` ones are what papers
/// divide by and are often quoted below the highest clock; `measured` ones were seen on this device.
enum class layer { hard, clock_adjusted, datasheet, measured };

[[nodiscard]] constexpr const char* to_string(layer which) {
  switch (which) {
    case layer::hard: return "hard";
    case layer::clock_adjusted: return "clock-adjusted";
    case layer::datasheet: return "datasheet";
    case layer::measured: return "measured";
  }
  return "?";
}

/// The most of one resource that a device can give.
struct ceiling {
  assay::resource resource = assay::resource::dram;
  double rate = 0;     ///< B/s where amounts are bytes (is_bytes), operations/s for the rest
  std::string source;  ///< how the number came about
};

/// The ceilings of one device in one layer. A resource without a known ceiling has none, not zero.
class ceilings {
 public:
  layer which = layer::hard;
  std::string device;  ///< its name, for messages

  ceilings() = default;
  ceilings(layer of_layer, std::string of_device) : which(of_layer), device(std::move(of_device)) {}

  /// Null when the ceiling is not known.
  [[nodiscard]] const ceiling* find(resource r) const {
    const std::optional<ceiling>& one = known_[static_cast<std::size_t>(r)];
    return one ? &*one : nullptr;
  }
  /// Replaces what was known of that resource.
  void set(ceiling one) { known_[static_cast<std::size_t>(one.resource)] = std::move(one); }
  [[nodiscard]] bool empty() const {
    for (const std::optional<ceiling>& one : known_)
      if (one) return false;
    return true;
  }

 private:
  std::array<std::optional<ceiling>, resource_count> known_;
};

/// Bits that one pin moves in a cycle of the memory clock as the runtime reports it. Found by comparing
/// reported clocks and bus widths with datasheets: 2 for NVIDIA HBM and GDDR and MI200, 1 for the LPDDR5X of
/// GB10 (8533 MHz x 256 bits = 273 GB/s), 4 for the HBM3 of MI300 and MI350. Absent where that was not done.
[[nodiscard]] inline std::optional<double> bits_per_memory_clock(std::string_view architecture) {
  for (const std::string_view known :
       {"sm_70", "sm_75", "sm_80", "sm_86", "sm_89", "sm_90", "sm_100", "sm_103", "sm_120", "gfx90a"})
    if (architecture == known) return 2.0;
  if (architecture == "sm_121") return 1.0;
  if (architecture == "gfx942" || architecture == "gfx950") return 4.0;
  return std::nullopt;
}

/// B/s that the memory pins can move, from what the device reports; absent when it does not report enough.
[[nodiscard]] inline std::optional<double> pin_rate(const device_info& device) {
  const std::optional<double> bits = bits_per_memory_clock(device.architecture);
  if (!bits || !device.memory_clock || !device.memory_bus_bits) return std::nullopt;
  const double rate = *bits * *device.memory_clock * *device.memory_bus_bits / 8.0;
  return rate > 0 ? std::optional<double>(rate) : std::nullopt;
}

/// What the datasheet prints; empty for a device that is not in the table, and for a CPU.
[[nodiscard]] inline ceilings datasheet_ceilings(const device_info& device) {
  ceilings result(layer::datasheet, device.name);
  const device_row* row = find_device(device);
  if (!row) return result;
  for (std::size_t i = 0; i < resource_count; ++i) {
    const auto which = static_cast<resource>(i);
    if (const std::optional<double> peak = row->peak[which])
      result.set({which, *peak, "datasheet of " + std::string(row->name) + ": " + std::string(row->source)});
  }
  return result;
}

/// What the silicon cannot exceed: units x operations a clock x highest clock, with the count and the clock
/// that the device reports, else the table's; for DRAM the pin rate or the datasheet, whichever is larger. An
/// unlisted device of a known architecture has those that follow from what it reports. Empty for a CPU, whose
/// ceilings are measured.
[[nodiscard]] inline ceilings hard_ceilings(const device_info& device) {
  ceilings result(layer::hard, device.name);
  const device_row* row = find_device(device);

  const std::optional<double> pins = pin_rate(device);
  const std::optional<double> printed = row ? row->peak.dram : std::nullopt;
  char text[160];
  if (pins && *pins >= printed.value_or(0)) {
    std::snprintf(text, sizeof text, "pin rate: %g MHz x %g x %d bits / 8, as reported",
                  *device.memory_clock / 1e6, *bits_per_memory_clock(device.architecture),
                  *device.memory_bus_bits);
    result.set({resource::dram, *pins, text});
  } else if (printed) {
    result.set({resource::dram, *printed, "datasheet of " + std::string(row->name)});
  }

  const per_clock_row* per_clock = find_per_clock(device);
  if (!per_clock) return result;
  const bool count_reported = device.multiprocessors && *device.multiprocessors > 0;
  const bool clock_reported = device.max_clock && *device.max_clock > 0;
  if ((!count_reported && !row) || (!clock_reported && !(row && row->boost_clock))) return result;
  const int units =
      count_reported ? *device.multiprocessors * per_clock->units_per_multiprocessor : row->units;
  const double clock = clock_reported ? *device.max_clock : *row->boost_clock;
  for (std::size_t i = 0; i < resource_count; ++i) {
    const auto which = static_cast<resource>(i);
    const std::optional<double> operations = per_clock->operations[which];
    if (!operations) continue;
    std::snprintf(text, sizeof text, "%d units (%s) x %g operations a clock (%.*s) x %g MHz (%s)", units,
                  count_reported ? "reported" : "table", *operations,
                  static_cast<int>(per_clock->family.size()), per_clock->family.data(), clock / 1e6,
                  clock_reported ? "reported" : "table");
    result.set({which, units * *operations * clock, text});
  }
  return result;
}

}  // namespace assay
