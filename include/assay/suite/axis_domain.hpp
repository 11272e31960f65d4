// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace assay {

/// Which values of an integer axis every candidate must be right for, beside those that the axis lists: what
/// fuzzing may try. Without one it tries the listed values only, since a kernel may rely on them.
///
///   p.axis("n", {1 << 20, 1 << 26}, assay::at_least(1));
///   p.axis("k", {64, 4096}, assay::multiples_of(8));
struct axis_domain {
  std::int64_t low = 1;
  std::int64_t high = 0;  ///< below `low`: the listed values only
  std::int64_t step = 1;  ///< whole multiples of it, at least 1

  /// Of this domain, the whole multiples of `number`.
  [[nodiscard]] constexpr axis_domain multiple_of(std::int64_t number) const { return {low, high, number}; }
  /// Whether there is more than the listed values.
  [[nodiscard]] constexpr bool is_open() const { return low <= high; }
  [[nodiscard]] constexpr bool holds(std::int64_t value) const {
    return value >= low && value <= high && step > 0 && value % step == 0;
  }
};

/// The listed values only.
[[nodiscard]] constexpr axis_domain listed() { return {}; }
/// Whole numbers from `low` to `high`, both included.
[[nodiscard]] constexpr axis_domain between(std::int64_t low, std::int64_t high) { return {low, high, 1}; }
/// From `low` on. 0 is tried only where it is said: at_least(0).
[[nodiscard]] constexpr axis_domain at_least(std::int64_t low) { return {low, INT64_MAX, 1}; }
/// `number`, twice `number`, …
[[nodiscard]] constexpr axis_domain multiples_of(std::int64_t number) { return {number, INT64_MAX, number}; }

}  // namespace assay
