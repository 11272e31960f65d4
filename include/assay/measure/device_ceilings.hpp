// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/roofline/resource.hpp"

namespace assay {

/// How much a ceiling seen on a device can be trusted to be one.
enum class ceiling_basis : std::uint8_t {
  measured,          ///< by a kernel that does nothing else
  library_achieved,  ///< what the vendor's library reaches: the device can do at least that
  unmeasured,        ///< not at all; the source says why
};

[[nodiscard]] constexpr const char* to_string(ceiling_basis basis) {
  constexpr const char* names[] = {"measured", "library-achieved", "unmeasured"};
  return names[static_cast<std::size_t>(basis)];
}

/// One ceiling of a device as it was seen, or the reason why it was not.
struct measured_ceiling {
  std::string name;                    ///< "DRAM copy", "tensor bf16", "launch", …
  std::optional<resource> which = {};  ///< absent for what is no resource of the roofline
  std::optional<double> read_share = {};  ///< of the bytes, of DRAM: 1 only reads, 0 only writes
  ceiling_basis basis = ceiling_basis::unmeasured;
  /// Bytes, operations or launches per second, from the median of the net times (raw where there is no net
  /// time). Absent where nothing was measured.
  std::optional<double> rate = {};
  std::optional<double> lower = {}, upper = {};  ///< of the rate, from the interval of the time
  std::optional<double> clock = {};              ///< Hz, of the multiprocessors meanwhile
  std::string source = {};                       ///< by what; or why not
  std::vector<std::string> failures = {};        ///< of ways to measure it that did not work
};

/// What was measured of one device.
struct device_ceilings {
  std::vector<measured_ceiling> all = {};
  double seconds = 0.0;  ///< of wall time that it took

  [[nodiscard]] const measured_ceiling* find(const std::string& name) const {
    for (const measured_ceiling& one : all)
      if (one.name == name) return &one;
    return nullptr;
  }
};

/// The measured layer: what was not measured is absent. Of DRAM the rates of all mixes; where the mix is not
/// known the highest of them holds. Rates keep the clock that they were seen at, and are as uncertain as
/// their intervals are wide.
[[nodiscard]] inline ceilings measured_layer(const device_ceilings& seen, const std::string& device) {
  ceilings result(layer::measured, device);
  for (const measured_ceiling& one : seen.all) {
    if (!one.which || !one.rate || one.basis == ceiling_basis::unmeasured) continue;
    ceiling entry{*one.which, *one.rate, std::string(to_string(one.basis)) + ": " + one.source};
    if (one.lower && one.upper) entry.uncertainty = (*one.upper - *one.lower) / 2 / *one.rate;
    if (*one.which != resource::dram && *one.which != resource::launch) entry.clock = one.clock;
    if (one.read_share) {
      const ceiling* const known = result.find(*one.which);
      if (known) entry.by_mix = known->by_mix;
      entry.by_mix.push_back({*one.read_share, *one.rate});
      std::sort(entry.by_mix.begin(), entry.by_mix.end(),
                [](const mix_rate& a, const mix_rate& b) { return a.read_share < b.read_share; });
      if (known && known->rate > entry.rate) {
        entry.rate = known->rate;
        entry.source = known->source;
        entry.uncertainty = known->uncertainty;
      }
    }
    result.set(std::move(entry));
  }
  return result;
}

}  // namespace assay
