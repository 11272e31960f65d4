// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "assay/report/json.hpp"
#include "assay/report/record_words.hpp"
#include "assay/report/time_rows.hpp"

namespace assay {

/// Google Benchmark's JSON, schema version 1, which its compare.py and many trackers read
/// (https://github.com/google/benchmark/blob/main/docs/tools.md). A row for each record with a time, and no
/// aggregates, since trackers take every row for a time. `real_time` and `cpu_time` are both the time of a
/// launch, in ns whatever its size, so that a chart keeps its unit. Figures that are not finite are left out:
/// Google Benchmark would write NaN, which is no JSON.
///
/// The context is that of the first device: strict readers insist on `host_name` and `caches`. No host is
/// named, its device is.
[[nodiscard]] inline json to_google_benchmark_json(const report_input& input) {
  const time_rows times = time_rows_of(input);
  json context = json::object();
  const environment where = input.environments.empty() ? environment{} : input.environments.front();
  context["date"] = where.date;
  const device_info device = where.devices.empty() ? device_info{} : where.devices.front();
  context["host_name"] = device.name;
  context["executable"] = where.command_line.empty() ? "" : where.command_line.front();
  if (device.multiprocessors) context["num_cpus"] = *device.multiprocessors;
  if (device.max_clock && std::isfinite(*device.max_clock))
    context["mhz_per_cpu"] = static_cast<std::int64_t>(std::llround(*device.max_clock / 1e6));
  context["caches"] = json::array();
  if (device.l2_bytes)
    context["caches"].push_back({{"type", "Unified"},
                                 {"level", 2},
                                 {"size", *device.l2_bytes},
                                 {"num_sharing", device.multiprocessors.value_or(1)}});
  context["load_avg"] = json::array();
  context["library_version"] = "assay " + where.assay_version;
  context["library_build_type"] = "release";
  context["json_schema_version"] = 1;
  if (!times.left_out.empty()) context["assay_left_out"] = times.left_out;

  json rows = json::array();
  int index = 0;
  for (const time_row& row : times.rows) {
    const record& r = *row.of;
    json one = {{"name", row.name},
                {"family_index", index++},
                {"per_family_instance_index", 0},
                {"run_name", row.name},
                {"run_type", "iteration"},
                {"repetitions", 1},
                {"repetition_index", 0},
                {"threads", 1},
                {"iterations", static_cast<std::int64_t>(r.time->samples.size()) * r.time->launches},
                {"real_time", row.time().median * 1e9},
                {"cpu_time", row.time().median * 1e9},
                {"time_unit", "ns"}};
    const auto counter = [&](const char* name, const std::optional<double>& value, double factor = 1.0) {
      if (value && std::isfinite(*value)) one[name] = *value * factor;
    };
    counter("time_lower", row.time().lower, 1e9);
    counter("time_upper", row.time().upper, 1e9);
    counter("bytes_per_second", bandwidth(r));
    counter("items_per_second", compute_rate(r));
    counter("sol", r.sol_ratio());
    if (r.speedup) counter("speedup", r.speedup->value);
    if (const std::string notes = note_codes(r); !notes.empty()) one["label"] = notes;
    rows.push_back(std::move(one));
  }
  return {{"context", std::move(context)}, {"benchmarks", std::move(rows)}};
}

}  // namespace assay
