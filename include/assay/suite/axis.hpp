// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/core/source_location.hpp"
#include "assay/suite/axis_domain.hpp"

namespace assay {

/// A value on an axis: a number, or a name (of a type, a layout, …).
using axis_value = std::variant<std::int64_t, std::string>;

[[nodiscard]] inline std::string to_string(const axis_value& value) {
  return value.index() == 0 ? std::to_string(std::get<0>(value)) : std::get<1>(value);
}

/// "at least 1", "from 1 to 64, multiples of 8"
[[nodiscard]] inline std::string to_string(const axis_domain& domain) {
  if (!domain.is_open()) return "the listed values";
  const std::string multiples = domain.step > 1 ? ", multiples of " + std::to_string(domain.step) : "";
  if (domain.high == std::numeric_limits<std::int64_t>::max())
    return "at least " + std::to_string(domain.low) + multiples;
  return "from " + std::to_string(domain.low) + " to " + std::to_string(domain.high) + multiples;
}

/// One dimension of a problem's cases. Most have one name; axes that vary together have several, and each
/// position then holds one value for each name.
struct axis {
  std::vector<std::string> names;
  std::vector<std::vector<axis_value>> positions;  ///< [position][name]
  source_location where;
  std::vector<axis_domain> domains = {};  ///< [name], of integers; empty for an axis of names

  [[nodiscard]] bool is_open() const {
    return std::any_of(domains.begin(), domains.end(), [](const axis_domain& d) { return d.is_open(); });
  }
};

/// "n=65536" pairs in the order of declaration: what names a case.
using axis_values = std::vector<std::pair<std::string, axis_value>>;

/// "n=65536 T=fp32"; empty for a problem without axes.
[[nodiscard]] inline std::string to_string(const axis_values& values) {
  std::string text;
  for (const auto& [name, value] : values) text += (text.empty() ? "" : " ") + name + "=" + to_string(value);
  return text;
}

}  // namespace assay
