// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

#include "assay/core/error.hpp"
#include "assay/roofline/work.hpp"

namespace assay {

/// "work::gemm: m is -1; expected 0 or more"
[[nodiscard]] inline std::string to_string(const work_mistake& mistake) {
  const auto number = [](double value) {
    char text[32];
    std::snprintf(text, sizeof text, value == std::floor(value) && std::fabs(value) < 1e18 ? "%.0f" : "%.9g",
                  value);
    return std::string(text);
  };
  if (!mistake) return "";
  const std::string operation = mistake.operation;
  std::string text = (operation == "work" ? operation : "work::" + operation) + ": " + mistake.name + " is " +
                     number(mistake.value) + "; expected " + mistake.expected;
  if (mistake.other_name) text += std::string(" ") + mistake.other_name + ", " + number(mistake.other_value);
  return text;
}

/// Throws usage_error when a work was put together from what cannot be: a shape of the catalogue, an amount
/// that is negative or no number. The message names the number, its value and what was expected.
inline void validate(const work& declared) {
  if (const work_mistake mistake = declared.find_mistake()) throw usage_error(to_string(mistake));
}

}  // namespace assay
