// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"

namespace assay {

/// A unit as people write it, and what it is in SI units.
using unit_factors = std::vector<std::pair<std::string, double>>;

/// "0.5%", "0.005", "1s", "250 ms": the number in front and one of the units behind it, in SI units. Throws
/// usage_error, which begins with `what`.
[[nodiscard]] inline double parse_quantity(const std::string& what, const std::string& text,
                                           const unit_factors& units) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool number = end != text.c_str();
  while (number && *end == ' ') ++end;
  std::string expected;
  for (const auto& [unit, factor] : units) {
    const double in_si = value * factor;
    if (number && unit == end && std::isfinite(in_si) && in_si > 0) return in_si;
    expected += (expected.empty() ? "" : ", ") + (unit.empty() ? std::string("no unit") : unit);
  }
  throw usage_error(what + " " + text + ": expected a positive number with one of: " + expected);
}

namespace units {
inline const unit_factors clock = {{"Hz", 1.0}, {"kHz", 1e3}, {"MHz", 1e6}, {"GHz", 1e9}};
inline const unit_factors bytes = {{"B", 1.0},  {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0},
                                   {"kB", 1e3}, {"MB", 1e6},     {"GB", 1e9}};
inline const unit_factors byte_rate = {{"B/s", 1.0}, {"MB/s", 1e6}, {"GB/s", 1e9}, {"TB/s", 1e12}};
inline const unit_factors operation_rate = {{"FLOP/s", 1.0},   {"GFLOP/s", 1e9}, {"TFLOP/s", 1e12},
                                            {"PFLOP/s", 1e15}, {"OP/s", 1.0},    {"GOP/s", 1e9},
                                            {"TOP/s", 1e12},   {"POP/s", 1e15}};
inline const unit_factors power = {{"W", 1.0}, {"kW", 1e3}};
}  // namespace units

}  // namespace assay
