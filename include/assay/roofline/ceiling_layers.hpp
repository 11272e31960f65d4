// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/roofline/device_facts.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/roofline/work.hpp"

namespace assay {

/// The ceilings of a device in every layer that is known, side by side, none merged.
class ceiling_layers {
 public:
  ceiling_layers() = default;
  ceiling_layers(ceilings only) { set(std::move(only)); }  // NOLINT: one layer is all that many know

  /// Adds a layer, or replaces it. One without any ceiling is no layer.
  void set(ceilings one) {
    std::erase_if(all_, [&](const ceilings& known) { return known.which == one.which; });
    if (!one.empty()) all_.push_back(std::move(one));
  }
  /// In no order that means anything.
  [[nodiscard]] const std::vector<ceilings>& all() const { return all_; }
  /// Null where the layer is not known.
  [[nodiscard]] const ceilings* find(layer which) const {
    for (const ceilings& one : all_)
      if (one.which == which) return &one;
    return nullptr;
  }

  /// What a time is held against: what was assumed, where somebody asked for it; else what is hard; else
  /// what was measured (processors). Null where none of them is known.
  [[nodiscard]] const ceilings* primary() const {
    for (const layer which : {layer::assumed, layer::hard, layer::measured})
      if (const ceilings* one = find(which)) return one;
    return nullptr;
  }

  /// The same while the multiprocessors ran at `clock` (Hz): with the clock-adjusted layer. A clock above the
  /// one of the hard ceilings raises these: what has been seen is possible.
  [[nodiscard]] ceiling_layers seen_at(std::optional<double> clock) const {
    ceiling_layers result = *this;
    const ceilings* hard = find(layer::hard);
    const std::optional<double> highest = hard ? hard->clock() : std::nullopt;
    if (!highest || !clock) return result;
    result.set(at_clock(*hard, *clock, layer::clock_adjusted, "seen while it was timed",
                        uncertainty_of::seen_clock));
    if (*clock > *highest)
      result.set(at_clock(*hard, *clock, layer::hard, "seen while it was timed, above the highest reported",
                          uncertainty_of::seen_clock));
    return result;
  }

  /// One limit for each layer, that of primary() first. With none known there is still one, which says so.
  [[nodiscard]] std::vector<limit> limits(const work& declared) const {
    const ceilings* first = primary();
    if (!first) return {speed_of_light(ceilings(layer::hard, ""), declared)};
    std::vector<limit> result = {speed_of_light(*first, declared)};
    for (const layer which :
         {layer::hard, layer::clock_adjusted, layer::datasheet, layer::measured, layer::assumed})
      if (const ceilings* one = find(which); one && one != first)
        result.push_back(speed_of_light(*one, declared));
    return result;
  }

 private:
  std::vector<ceilings> all_;
};

/// What somebody wants limits to be made from, beside what the device says.
struct limit_options {
  device_facts facts;
  std::optional<device_row> as_device;  ///< limits of this device instead of the one that runs
  std::optional<double> clock;          ///< Hz, assumed of the multiprocessors
};

/// What is known of a device beforehand: hard and datasheet, and what is assumed of it.
[[nodiscard]] inline ceiling_layers known_layers(const device_info& device, const limit_options& wanted) {
  ceiling_layers result;
  result.set(hard_ceilings(device, wanted.facts));
  result.set(datasheet_ceilings(device, wanted.facts));
  if (!wanted.as_device && !wanted.clock) return result;
  ceilings assumed = hard_ceilings(wanted.as_device ? as_reported(*wanted.as_device) : device, wanted.facts);
  if (wanted.clock) assumed = at_clock(assumed, *wanted.clock, layer::assumed, "assumed", 0);
  assumed.which = layer::assumed;
  result.set(std::move(assumed));
  return result;
}

}  // namespace assay
