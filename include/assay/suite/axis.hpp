// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/core/source_location.hpp"

namespace assay {

/// A value on an axis: a number, or a name (of a type, a layout, …).
using axis_value = std::variant<std::int64_t, std::string>;

[[nodiscard]] inline std::string to_string(const axis_value& value) {
  return value.index() == 0 ? std::to_string(std::get<0>(value)) : std::get<1>(value);
}

/// One dimension of a problem's cases. Most have one name; axes that vary together have several, and each
/// position then holds one value for each name.
struct axis {
  std::vector<std::string> names;
  std::vector<std::vector<axis_value>> positions;  ///< [position][name]
  source_location where;
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
