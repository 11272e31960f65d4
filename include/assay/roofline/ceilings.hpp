// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/core/error.hpp"
#include "assay/roofline/device_facts.hpp"
#include "assay/roofline/resource.hpp"

namespace assay {

/// Where ceilings come from. Only `hard` ones can show that a time is impossible; `clock_adjusted` ones are
/// the same rates at the clock that was read while a kernel was timed; `datasheet` ones are what papers
/// divide by and are often quoted below the highest clock; `measured` ones were seen on this device;
/// `assumed` ones are of another device or clock, which somebody asked for.
enum class layer { hard, clock_adjusted, datasheet, measured, assumed };

inline constexpr int layer_count = 5;

[[nodiscard]] constexpr const char* to_string(layer which) {
  switch (which) {
    case layer::hard: return "hard";
    case layer::clock_adjusted: return "clock-adjusted";
    case layer::datasheet: return "datasheet";
    case layer::measured: return "measured";
    case layer::assumed: return "assumed";
  }
  return "?";
}

/// A rate that was seen with some mix of reads and writes.
struct mix_rate {
  double read_share = 0;  ///< of the bytes: 0 only writes, 1/2 a copy, 2/3 a triad, 1 only reads
  double rate = 0;        ///< B/s, read and written together
};

/// The most of one resource that a device can give.
struct ceiling {
  assay::resource resource = assay::resource::dram;
  double rate = 0;     ///< B/s where amounts are bytes, launches/s for launches, operations/s for the rest
  std::string source;  ///< how the number came about
  /// Of the rate, relative: 0.01 where it may be 1 % more or less.
  double uncertainty = 0;
  /// Hz that the rate is at; absent where it does not follow the clock of the multiprocessors.
  std::optional<double> clock = {};
  /// Where the rate depends on the mix of reads and writes (DRAM turns its bus around between them): what was
  /// seen, by growing read share. `rate` is then what holds where the mix is not known. Empty elsewhere.
  std::vector<mix_rate> by_mix = {};

  /// The rate at a mix: on the straight line between the two that were seen next to it, and beyond the last
  /// of them that one, since nothing is known of what lies there.
  [[nodiscard]] double rate_at(double read_share) const {
    if (by_mix.empty()) return rate;
    if (!(read_share > by_mix.front().read_share)) return by_mix.front().rate;
    for (std::size_t i = 1; i < by_mix.size(); ++i) {
      const mix_rate &less = by_mix[i - 1], &more = by_mix[i];
      if (read_share > more.read_share) continue;
      const double part = (read_share - less.read_share) / (more.read_share - less.read_share);
      return less.rate + part * (more.rate - less.rate);
    }
    return by_mix.back().rate;
  }
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
  /// Replaces what was known of that resource. Throws usage_error when mixes are not in order of their read
  /// share, or are no mixes.
  void set(ceiling one) {
    double last = -1;
    for (const mix_rate& seen : one.by_mix) {
      if (!(seen.read_share > last && seen.read_share <= 1 && seen.read_share >= 0 && seen.rate > 0))
        throw usage_error(std::string("ceilings: the mixes of ") + to_string(one.resource) +
                          " must be rates above 0 at growing read shares from 0 to 1, not " +
                          std::to_string(seen.rate) + " at " + std::to_string(seen.read_share));
      last = seen.read_share;
    }
    known_[static_cast<std::size_t>(one.resource)] = std::move(one);
  }
  /// The highest clock (Hz) that a rate is at; absent where none follows the clock.
  [[nodiscard]] std::optional<double> clock() const {
    std::optional<double> highest;
    for (const std::optional<ceiling>& one : known_)
      if (one && one->clock && *one->clock > highest.value_or(0)) highest = one->clock;
    return highest;
  }
  [[nodiscard]] bool empty() const {
    for (const std::optional<ceiling>& one : known_)
      if (one) return false;
    return true;
  }

 private:
  std::array<std::optional<ceiling>, resource_count> known_;
};

/// How far rates may be off, relative, by where they come from.
namespace uncertainty_of {
/// A figure that a vendor prints: the datasheets agree with count x rate x clock to within this, but for the
/// exceptions that tests list.
inline constexpr double datasheet = 0.02;
/// A clock that the device reports: half of a step of NVIDIA's clocks, which are 15 MHz, at 1.5 GHz.
inline constexpr double reported_clock = 0.005;
/// GeForce reports the boost clock of its datasheet and goes beyond it: an RTX 4090 of 2520 MHz runs at
/// 2730 MHz as delivered, an RTX 3060 Ti of 1665 MHz at 1965. Only the management library tells the highest.
inline constexpr double geforce_boost = 0.25;
/// So do boards with RDNA, and AMD's management libraries have no higher figure than the runtime: of an RX
/// 7900 XTX 2371 or 2526 MHz are reported (public rocminfo listings), and 2715 MHz were seen as delivered,
/// 2990 MHz overclocked (ComputerBase, January 2023).
inline constexpr double rdna_boost = 0.25;
/// GB10 (sm_121) reported 2418 MHz, and the figures that NVIDIA prints of it are of 2523 (fp32) and 2543 MHz
/// (fp4): what is printed is possible.
inline constexpr double gb10_clock = 0.055;
/// A clock seen in the timed window: the rounds count as settled when theirs stays within this.
inline constexpr double seen_clock = 0.01;
}  // namespace uncertainty_of

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

namespace detail {

/// Matrix products in fp64 are done on the vector units where no faster unit is known (V100, GeForce, MI100,
/// processors): then these are their ceiling, soft as it is.
inline void set_fp64_products(ceilings& of) {
  const ceiling* const vector = of.find(resource::fp64);
  if (!vector || of.find(resource::tensor_fp64)) return;
  ceiling products = *vector;
  products.resource = resource::tensor_fp64;
  products.source += "; of the vector units, since no matrix units for fp64 are known";
  of.set(std::move(products));
}

}  // namespace detail

/// What the datasheet prints; empty for a device that is not in the table, and for a CPU.
[[nodiscard]] inline ceilings datasheet_ceilings(const device_info& device, const device_facts& facts = {}) {
  ceilings result(layer::datasheet, device.name);
  const device_row* row = find_device(device, facts);
  if (!row) return result;
  const std::string source = "datasheet of " + std::string(row->name) + ": " + std::string(row->source);
  for (std::size_t i = 0; i < resource_count; ++i) {
    const auto which = static_cast<resource>(i);
    if (const std::optional<double>& peak = row->peak[which])
      result.set({which, *peak, source, uncertainty_of::datasheet});
  }
  detail::set_fp64_products(result);
  if (row->link_bandwidth)
    result.set(
        {resource::link, *row->link_bandwidth / 2, "one direction, " + source, uncertainty_of::datasheet});
  return result;
}

namespace detail {

/// A number of units or a clock, and where it comes from.
struct sourced {
  double value = 0;
  const char* origin = "";
  double uncertainty = 0;
};

/// The highest clock that the multiprocessors can have, Hz.
inline std::optional<sourced> highest_clock(const device_info& device, const device_row* row) {
  const double reported = device.max_clock.value_or(0), allowed = device.highest_clock.value_or(0);
  const bool rdna = device.vendor == vendor::amd && device.architecture.starts_with("gfx1");
  const bool geforce = product_line_of(device) == product_line::geforce && !(allowed > 0);
  const auto uncertainty = [&](double otherwise) {
    if (rdna) return uncertainty_of::rdna_boost;
    if (geforce) return uncertainty_of::geforce_boost;
    return device.architecture == "sm_121" ? uncertainty_of::gb10_clock : otherwise;
  };
  if (allowed > 0 && allowed >= reported)
    return sourced{allowed, "of the management library", uncertainty(uncertainty_of::reported_clock)};
  if (reported > 0) return sourced{reported, "reported", uncertainty(uncertainty_of::reported_clock)};
  if (row && row->boost_clock)
    return sourced{*row->boost_clock, "table", uncertainty(uncertainty_of::datasheet)};
  return std::nullopt;
}

/// SMs or CUs.
inline std::optional<sourced> unit_count(const device_info& device, const device_row* row,
                                         const per_clock_row& rates) {
  if (device.multiprocessors.value_or(0) > 0)
    return sourced{double(*device.multiprocessors) * rates.units_per_multiprocessor, "reported"};
  if (row && row->units > 0) return sourced{double(row->units), "table"};
  return std::nullopt;
}

/// Dies with an L2 of their own in what the runtime shows as the device, which may be a partition of one.
/// Absent where that is not known.
inline std::optional<double> visible_dies(const device_row* row, double units) {
  if (!row || row->units <= 0) return std::nullopt;
  const double dies = row->dies * units / row->units;
  return dies == static_cast<int>(dies) && dies >= 1 ? std::optional(dies) : std::nullopt;
}

inline void set_hard_dram(ceilings& result, const device_info& device, const device_row* row) {
  const std::optional<double> pins = pin_rate(device);
  const double printed = row ? row->peak.dram.value_or(0) : 0;
  if (pins && *pins >= printed) {
    char text[160];
    std::snprintf(text, sizeof text, "pin rate: %g MHz x %g x %d bits / 8, as reported",
                  *device.memory_clock / 1e6, *bits_per_memory_clock(device.architecture),
                  *device.memory_bus_bits);
    // Memory clocks are reported in whole MHz.
    result.set({resource::dram, *pins, text, 0.5e6 / *device.memory_clock});
  } else if (printed > 0) {
    result.set(
        {resource::dram, printed, "datasheet of " + std::string(row->name), uncertainty_of::datasheet});
  }
}

}  // namespace detail

/// What the silicon cannot exceed: units x operations a clock x highest clock, with the count and the clock
/// that the device reports, else the table's; for DRAM the pin rate or the datasheet, whichever is larger;
/// for links the datasheet. An unlisted device of a known architecture has those that follow from what it
/// reports. Empty for a CPU, whose ceilings are measured.
[[nodiscard]] inline ceilings hard_ceilings(const device_info& device, const device_facts& facts = {}) {
  ceilings result(layer::hard, device.name);
  const device_row* row = find_device(device, facts);
  detail::set_hard_dram(result, device, row);
  if (row && row->link_bandwidth)
    result.set({resource::link, *row->link_bandwidth / 2,
                "one direction, datasheet of " + std::string(row->name), uncertainty_of::datasheet});

  const per_clock_row* rates = find_per_clock(device, facts);
  if (!rates) return result;
  const std::optional<detail::sourced> units = detail::unit_count(device, row, *rates);
  const std::optional<detail::sourced> clock = detail::highest_clock(device, row);
  if (!units || !clock) return result;
  char text[240];
  for (std::size_t i = 0; i < resource_count; ++i) {
    const auto which = static_cast<resource>(i);
    const std::optional<double>& each = rates->operations[which];
    if (!each) continue;
    std::snprintf(text, sizeof text, "%g units (%s) x %g %s a clock (%.*s) x %g MHz (%s)", units->value,
                  units->origin, *each, is_bytes(which) ? "bytes" : "operations",
                  static_cast<int>(rates->family.size()), rates->family.data(), clock->value / 1e6,
                  clock->origin);
    result.set({which, units->value * *each * clock->value, text, clock->uncertainty, clock->value});
  }
  detail::set_fp64_products(result);
  const std::optional<double> dies =
      rates->l2_by_die ? detail::visible_dies(row, units->value) : std::optional(1.0);
  if (rates->l2_bytes && dies) {
    std::snprintf(text, sizeof text, "%g dies x %g bytes a clock (%.*s) x %g MHz (%s)", *dies,
                  *rates->l2_bytes, static_cast<int>(rates->family.size()), rates->family.data(),
                  clock->value / 1e6, clock->origin);
    result.set(
        {resource::l2, *dies * *rates->l2_bytes * clock->value, text, clock->uncertainty, clock->value});
  }
  return result;
}

/// The same rates at another clock (Hz) of the multiprocessors: those that follow it, and DRAM and links as
/// they were. `origin` says in their sources where the clock comes from: "seen while it was timed". Throws
/// usage_error when the clock is no positive number.
[[nodiscard]] inline ceilings at_clock(const ceilings& known, double clock, layer which,
                                       const std::string& origin, double uncertainty) {
  if (!std::isfinite(clock) || clock <= 0)
    throw usage_error("ceilings: a clock must be a number above 0, not " + std::to_string(clock) + " Hz");
  ceilings result(which, known.device);
  for (std::size_t i = 0; i < resource_count; ++i) {
    const ceiling* one = known.find(static_cast<resource>(i));
    if (!one) continue;
    ceiling adjusted = *one;
    if (one->clock) {
      char text[64];
      std::snprintf(text, sizeof text, "; at %g MHz, ", clock / 1e6);
      adjusted.rate = one->rate * (clock / *one->clock);
      adjusted.source += text + origin;
      adjusted.clock = clock;
      adjusted.uncertainty = uncertainty;
    }
    result.set(std::move(adjusted));
  }
  return result;
}

}  // namespace assay
