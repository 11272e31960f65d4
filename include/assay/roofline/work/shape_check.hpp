// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work.hpp"

namespace assay::detail {

/// Looks at the numbers of an operation of the catalogue before anything is computed from them. Keeps the
/// first mistake. No number may be larger than 2^53: up to there doubles count exactly, and all products are
/// taken in double, where those of 64-bit integers could overflow.
///
///   const auto check = shape_check("scan").at_least(0, "rows", rows).at_least(0, "length", length);
///   if (!check) return check.refused();
class shape_check {
 public:
  static constexpr std::int64_t largest = std::int64_t{1} << 53;

  explicit constexpr shape_check(const char* operation) : operation_(operation) {}

  /// `lowest` is 0, 1 or -1, the last for numbers that may be left open.
  constexpr shape_check& at_least(std::int64_t lowest, const char* name, std::int64_t value) {
    if (value < lowest)
      refuse({operation_, name, static_cast<double>(value),
              lowest < 0    ? "0 or more, or -1"
              : lowest == 0 ? "0 or more"
                            : "1 or more"});
    if (value > largest) refuse({operation_, name, static_cast<double>(value), "2^53 at most"});
    return *this;
  }
  template <class Number>
  constexpr shape_check& at_most(const char* name, std::int64_t value, const char* other_name, Number other) {
    const auto most = static_cast<double>(other);
    if (static_cast<double>(value) > most)
      refuse({operation_, name, static_cast<double>(value), "no more than", other_name, most});
    return *this;
  }
  constexpr shape_check& divides(const char* name, std::int64_t value, const char* other_name,
                                 std::int64_t other) {
    return require(value != 0 && other % value == 0, name, value, "a divisor of", other_name, other);
  }
  constexpr shape_check& require(bool condition, const char* name, std::int64_t value, const char* expected,
                                 const char* other_name = nullptr, std::int64_t other = 0) {
    if (!condition)
      refuse(
          {operation_, name, static_cast<double>(value), expected, other_name, static_cast<double>(other)});
    return *this;
  }
  /// Of an amount that need not be whole.
  constexpr shape_check& amount(const char* name, double value) {
    if (!(value >= 0) || value > std::numeric_limits<double>::max())
      refuse({operation_, name, value, "a finite number, 0 or more"});
    return *this;
  }

  /// Whether all is well.
  [[nodiscard]] explicit constexpr operator bool() const { return !mistake_; }
  [[nodiscard]] constexpr work refused() const { return work::refused(mistake_); }

 private:
  constexpr void refuse(const work_mistake& why) {
    if (!mistake_) mistake_ = why;
  }

  const char* operation_;
  work_mistake mistake_ = {};
};

}  // namespace assay::detail
