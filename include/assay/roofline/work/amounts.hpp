// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/numeric/dtype.hpp"

// The arithmetic of the catalogue: in double, so that no product overflows.
namespace assay::detail {

template <class... Factors>
[[nodiscard]] constexpr double product(Factors... factors) {
  return (1.0 * ... * static_cast<double>(factors));
}

[[nodiscard]] constexpr double larger(double a, double b) { return a < b ? b : a; }
[[nodiscard]] constexpr double smaller(double a, double b) { return b < a ? b : a; }
[[nodiscard]] constexpr std::int64_t larger(std::int64_t a, std::int64_t b) { return a < b ? b : a; }
[[nodiscard]] constexpr std::int64_t smaller(std::int64_t a, std::int64_t b) { return b < a ? b : a; }

/// Additions that make one sum of `terms` terms.
[[nodiscard]] constexpr double additions(std::int64_t terms) {
  return terms > 1 ? static_cast<double>(terms - 1) : 0.0;
}

/// Rounded up to a whole number. From 2^53 on there is nothing to round.
[[nodiscard]] constexpr double round_up(double value) {
  if (value >= 0x1p53) return value;
  const auto whole = static_cast<double>(static_cast<std::int64_t>(value));
  return whole < value ? whole + 1 : whole;
}

/// Bytes of `count` elements that lie close.
[[nodiscard]] constexpr double bytes(dtype type, double count) {
  return round_up(count * (bits_of(type) / 8.0));
}

/// Bytes that DRAM moves at least at a time: a sector of NVIDIA's L2 and of the bursts of HBM behind it.
inline constexpr double sector_bytes = 32;

[[nodiscard]] constexpr std::int64_t quotient_rounded_up(std::int64_t value, std::int64_t divisor) {
  return value / divisor + (value % divisor > 0);
}
[[nodiscard]] constexpr std::int64_t quotient_rounded_down(std::int64_t value, std::int64_t divisor) {
  return value / divisor - (value % divisor < 0);
}

}  // namespace assay::detail
