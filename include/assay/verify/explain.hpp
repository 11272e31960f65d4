// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/verify/comparison.hpp"

namespace assay {

/// "[3, 17]" for a flat index into a row-major shape.
[[nodiscard]] inline std::string format_index(std::int64_t index, const std::vector<std::int64_t>& extents) {
  std::string text;
  for (std::size_t d = extents.size(); d-- > 0;) {
    const std::int64_t extent = extents[d] > 0 ? extents[d] : 1;
    text = std::to_string(index % extent) + (text.empty() ? "" : ", ") + text;
    index /= extent;
  }
  return "[" + text + "]";
}

/// One sentence on what is wrong with an output: "y: 3 of 1024 elements outside the tolerance, worst at [17]:
/// got 1.5, expected 1.25 ± 1e-06".
[[nodiscard]] inline std::string describe_mismatch(const comparison& c,
                                                   const std::vector<std::int64_t>& extents) {
  const auto number = [](double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", std::isnan(value) ? std::fabs(value) : value);
    return std::string(text);
  };
  std::string text = c.output + ": ";
  if (c.checked == 0) return text + "nothing was checked";
  if (c.untouched == c.checked)
    return text + "never written: all " + std::to_string(c.checked) +
           " checked elements hold what was there before";
  text += std::to_string(c.mismatched) + " of " + std::to_string(c.checked) +
          (c.checked < c.elements ? " checked" : "") + " elements" +
          (c.method.empty() ? "" : " (" + c.method + ")") + " outside the tolerance";
  if (c.untouched > 0) text += ", " + std::to_string(c.untouched) + " never written";
  if (c.not_a_number > c.untouched) text += ", " + std::to_string(c.not_a_number - c.untouched) + " NaN";
  if (c.worst)
    text += ", worst at " + format_index(c.worst->index, extents) + ": got " + number(c.worst->got) +
            ", expected " + number(c.worst->expected) + " ± " + number(c.worst->allowed);
  return text;
}

}  // namespace assay
