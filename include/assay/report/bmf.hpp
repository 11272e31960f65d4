// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

#include "assay/report/json.hpp"
#include "assay/report/time_rows.hpp"

namespace assay {

namespace detail {

/// Bencher takes names of up to 1024 characters. A longer one is cut, and numbered so that it stays apart.
[[nodiscard]] inline std::string bencher_name(const std::string& name, std::size_t index) {
  constexpr std::size_t most = 1024;
  if (name.size() <= most) return name;
  const std::string number = "... #" + std::to_string(index + 1);
  std::size_t end = most - number.size();
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return name.substr(0, end) + number;
}

/// A measure needs a value; what is not finite has none.
inline void put_measure(json& benchmark, const char* name, double value, std::optional<double> lower,
                        std::optional<double> upper) {
  if (!std::isfinite(value)) return;
  json measure = {{"value", value}};
  if (lower && std::isfinite(*lower)) measure["lower_value"] = *lower;
  if (upper && std::isfinite(*upper)) measure["upper_value"] = *upper;
  benchmark[name] = std::move(measure);
}

}  // namespace detail

/// Bencher Metric Format (https://bencher.dev/docs/reference/bencher-metric-format/): `latency` in ns, which
/// is built in there, `sol` and `speedup` as ratios.
[[nodiscard]] inline json to_bmf(const report_input& input) {
  json document = json::object();
  const time_rows times = time_rows_of(input);
  for (std::size_t i = 0; i < times.rows.size(); ++i) {
    const time_row& row = times.rows[i];
    const record& r = *row.of;
    const estimate& time = row.time();
    const auto scaled = [](const std::optional<double>& value) {
      return value ? std::optional(*value * 1e9) : std::nullopt;
    };
    json benchmark = json::object();
    detail::put_measure(benchmark, "latency", time.median * 1e9, scaled(time.lower), scaled(time.upper));
    if (const std::optional<double> sol = r.sol_ratio()) {
      // The longest time gives the smallest share.
      const auto share = [&](const std::optional<double>& at) {
        return at ? r.limit->ratio(*at) : std::nullopt;
      };
      detail::put_measure(benchmark, "sol", *sol, share(time.upper), share(time.lower));
    }
    if (r.speedup)
      detail::put_measure(benchmark, "speedup", r.speedup->value, r.speedup->lower, r.speedup->upper);
    document[detail::bencher_name(row.name, i)] = std::move(benchmark);
  }
  return document;
}

}  // namespace assay
