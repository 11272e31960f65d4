// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

namespace assay {

/// A number with at least three significant digits and no exponent where that is readable: 0.0123, 1.23,
/// 12.3, 123, 1234.
[[nodiscard]] inline std::string format_number(double value) {
  char text[32];
  const double size = std::fabs(value);
  if (size != 0.0 && (size < 1e-3 || size >= 1e6))
    std::snprintf(text, sizeof text, "%.3g", value);
  else
    std::snprintf(text, sizeof text, size == 0.0 || size >= 99.95 ? "%.0f" : "%#.3g", value);
  return text;
}

namespace detail {
/// From nano up to the unit itself.
[[nodiscard]] inline std::string format_small(double value, const std::string& unit) {
  const double size = std::fabs(value);
  if (size < 1e-6) return format_number(value * 1e9) + " n" + unit;
  if (size < 1e-3) return format_number(value * 1e6) + " µ" + unit;
  if (size < 1.0) return format_number(value * 1e3) + " m" + unit;
  return format_number(value) + " " + unit;
}
}  // namespace detail

/// Seconds as "1.23 µs", "12.3 ms", …
[[nodiscard]] inline std::string format_time(double seconds) { return detail::format_small(seconds, "s"); }

/// Joules as "1.23 µJ", "12.3 mJ", …
[[nodiscard]] inline std::string format_energy(double joules) { return detail::format_small(joules, "J"); }

/// Bytes as "512 B", "1.50 KiB", …
[[nodiscard]] inline std::string format_bytes(double bytes) {
  const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  int unit = 0;
  for (; bytes >= 1024 && unit < 4; ++unit) bytes /= 1024;
  return format_number(bytes) + " " + units[unit];
}

/// 1.23e12 B/s as "1.23 TB/s".
[[nodiscard]] inline std::string format_rate(double rate, const std::string& unit) {
  const char* const prefixes[] = {"", "k", "M", "G", "T", "P"};
  int prefix = 0;
  for (; std::fabs(rate) >= 1000 && prefix < 5; ++prefix) rate /= 1000;
  return format_number(rate) + " " + prefixes[prefix] + unit;
}

/// "98.7%"
[[nodiscard]] inline std::string format_share(double share) {
  char text[32];
  std::snprintf(text, sizeof text, share < 0.1 ? "%.2f%%" : "%.1f%%", share * 100);
  return text;
}

}  // namespace assay
