// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

namespace assay {

/// J of one launch, and how far off that may be.
struct energy_per_launch {
  double joules = 0;
  std::optional<double> uncertainty;  ///< ± J; absent where the period of the counter is unknown
};

/// Two readings of monitor::joules(), and what lay between them. All of it counts: what the device draws when
/// idle, and sweeps and fills between the launches.
struct energy_window {
  std::optional<double> before;  ///< J
  std::optional<double> after;   ///< J
  double seconds = 0;            ///< between the readings
  std::int64_t launches = 0;     ///< between the readings
  std::optional<double> period;  ///< s between two steps of the counter, monitor::joules_period()
};

/// Energy of one launch. Each reading is old by up to one period, so the energy between them may be off by
/// what the device draws in one period: ± (after - before) / seconds * period. On an H200 the counter steps
/// every 100 ms: after 0.728 s at 267 W (194 J) it had moved by 175 J, the missing 72 ms came with the next
/// step. Absent when the counter did not move, ran backwards (driver reload), or the window is shorter than
/// two periods, where the figure would be off by half of itself or more.
[[nodiscard]] inline std::optional<energy_per_launch> joules_per_launch(const energy_window& window) {
  if (!window.before || !window.after || window.launches <= 0 || !(window.seconds > 0)) return std::nullopt;
  const double total = *window.after - *window.before;
  if (!(total > 0) || !std::isfinite(total)) return std::nullopt;
  if (window.period && window.seconds < 2 * *window.period) return std::nullopt;
  const auto launches = static_cast<double>(window.launches);
  energy_per_launch result{total / launches, std::nullopt};
  if (window.period) result.uncertainty = total / window.seconds * *window.period / launches;
  return result;
}

}  // namespace assay
