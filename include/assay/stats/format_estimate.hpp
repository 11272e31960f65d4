// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

#include "assay/core/format.hpp"
#include "assay/stats/estimate.hpp"

namespace assay {

/// "12.3 µs ±0.4%": the median and half the interval's width. Without an interval only the median, and so
/// where there is nothing to take a share of.
[[nodiscard]] inline std::string format_time(const estimate& time) {
  std::string text = format_time(time.median);
  if (!time.lower || !time.upper || !(time.median > 0)) return text;
  const double percent = (*time.upper - *time.lower) / 2 / time.median * 100;
  if (!std::isfinite(percent)) return text;
  char share[32];
  std::snprintf(share, sizeof share, percent < 1e6 ? " ±%.1f%%" : " ±%.3g%%", percent);
  text += share;
  return text;
}

}  // namespace assay
