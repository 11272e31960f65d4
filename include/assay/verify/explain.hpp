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

namespace detail {

[[nodiscard]] inline std::string format_value(double value, int digits = 9) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*g", digits, std::isnan(value) ? std::fabs(value) : value);
  return text;
}

/// "rows 16 to 31, columns 0 to 4095, all in columns 15 modulo 16". Empty where there is no more to say than
/// the worst element does.
[[nodiscard]] inline std::string describe_box(const comparison::box& box) {
  const auto range = [](const char* one, std::int64_t first, std::int64_t last) {
    return first == last ? std::string(one) + " " + std::to_string(first)
                         : std::string(one) + "s " + std::to_string(first) + " to " + std::to_string(last);
  };
  std::string text =
      range("row", box.first_row, box.last_row) + ", " + range("column", box.first_column, box.last_column);
  const auto add_period = [&](const char* what, int period, int remainder) {
    if (period > 1)
      text += std::string(", all in ") + what + " " + std::to_string(remainder) + " modulo " +
              std::to_string(period);
  };
  add_period("rows", box.row_period, box.row_remainder);
  add_period("columns", box.column_period, box.column_remainder);
  return text;
}

[[nodiscard]] inline std::string describe_aggregate(const comparison& c) {
  const std::string seen = format_value(c.aggregate_seen, 3), allowed = format_value(c.aggregate_allowed, 3);
  switch (c.failed) {
    case comparison::aggregate::rms:
      return "their root mean square is " + seen + ", a right kernel's at most " + allowed +
             " (an accumulator too narrow, a product left out?)";
    case comparison::aggregate::bias:
      return "results are " + std::string(c.aggregate_seen > 0 ? "too large" : "too small") + " by " +
             format_value(std::fabs(c.aggregate_seen), 3) + " in the mean, a right kernel's by at most " +
             allowed + " (a scale, a truncation?)";
    case comparison::aggregate::tile:
      return "in one tile, " + (c.where ? describe_box(*c.where) : std::string()) + ", they are " + seen +
             " times as large as a right kernel's may be";
    case comparison::aggregate::met: break;
  }
  return "";
}

}  // namespace detail

/// One sentence on what is wrong with an output: "y: 3 of 1024 elements outside the tolerance, worst at [17]:
/// got 1.5, expected 1.25 ± 1e-06".
[[nodiscard]] inline std::string describe_mismatch(const comparison& c,
                                                   const std::vector<std::int64_t>& extents) {
  using detail::format_value;
  std::string text = c.output + ": ";
  if (c.checked == 0) return text + "nothing was checked";
  if (c.untouched == c.checked)
    return text + "never written: all " + std::to_string(c.checked) +
           " checked elements hold what was there before";
  if (c.mismatched == 0 && c.failed != comparison::aggregate::met)
    return text + "each element is within its tolerance, but not the errors together: " +
           detail::describe_aggregate(c);
  text += std::to_string(c.mismatched) + " of " + std::to_string(c.checked) +
          (c.checked < c.elements ? " checked" : "") + " elements" +
          (c.method.empty() ? "" : " (" + c.method + ")") + " outside the tolerance";
  if (c.untouched > 0) text += ", " + std::to_string(c.untouched) + " never written";
  if (c.not_a_number > c.untouched) text += ", " + std::to_string(c.not_a_number - c.untouched) + " NaN";
  if (c.worst)
    text += ", worst at " + format_index(c.worst->index, extents) + ": got " + format_value(c.worst->got) +
            ", expected " + format_value(c.worst->expected) + " ± " + format_value(c.worst->allowed);
  if (c.where && c.mismatched > 1 && extents.size() > 1) text += "; " + detail::describe_box(*c.where);
  return text;
}

/// Why nobody can tell whether an output without mismatches is right.
[[nodiscard]] inline std::string describe_blurred(const comparison& c) {
  return c.output + ": " + std::to_string(c.blurred) + " of " + std::to_string(c.checked) +
         " whole numbers are beyond 2^53 and not the nearest to what is right, of which a double holds 53 "
         "bits "
         "only; expected a device reference, which is compared bit by bit";
}

/// The elements around the first mismatch, a line each, wrong ones marked: "  ! [3, 17]  got 1.5  expected
/// 1.25 ± 1e-06".
[[nodiscard]] inline std::vector<std::string> format_excerpt(const comparison& c,
                                                             const std::vector<std::int64_t>& extents) {
  using detail::format_value;
  std::vector<std::string> lines;
  for (const comparison::shown_element& e : c.excerpt)
    lines.push_back(std::string(e.right ? "  " : "! ") + format_index(e.index, extents) + "  got " +
                    format_value(e.got) + "  expected " + format_value(e.expected) + " ± " +
                    format_value(e.allowed, 3));
  return lines;
}

}  // namespace assay
