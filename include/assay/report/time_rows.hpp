// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "assay/report/report_input.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// "saxpy/n:65536/T:fp32/fast": a name that stays the same from run to run, in the manner of Google
/// Benchmark.
[[nodiscard]] inline std::string row_name(const record& r) {
  std::string name = r.problem;
  for (const auto& [axis, value] : r.axes) name += "/" + axis + ":" + to_string(value);
  return name + "/" + r.candidate;
}

/// The name of each record, each name once: the backend and the device are added to those that would be
/// double, then a number.
[[nodiscard]] inline std::vector<std::string> row_names(const std::vector<record>& records) {
  std::vector<std::string> names;
  for (const record& r : records) names.push_back(row_name(r));
  const auto separate = [&](const auto& more) {
    std::map<std::string, int> times, seen;
    for (const std::string& name : names) ++times[name];
    for (std::size_t i = 0; i < names.size(); ++i)
      if (times[names[i]] > 1) {
        const int before = seen[names[i]]++;
        names[i] += more(records[i], before);
      }
  };
  separate([](const record& r, int) { return " (" + r.backend + ", " + r.device + ")"; });
  separate([](const record&, int before) { return before ? " #" + std::to_string(before + 1) : ""; });
  return names;
}

/// A record with a time that a tracker of times may keep.
struct time_row {
  std::string name;
  const record* of = nullptr;

  [[nodiscard]] const estimate& time() const { return of->time->time(); }
};

/// What trackers get to see: they read every row as a time, so wrong candidates and times that are no
/// positive number have none.
struct time_rows {
  std::vector<time_row> rows;
  std::vector<std::string> left_out;  ///< "name: why"
};

/// The rows point into the input.
[[nodiscard]] inline time_rows time_rows_of(const report_input& input) {
  time_rows result;
  std::vector<std::string> names = row_names(input.records);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const record& r = input.records[i];
    if (!r.verdict.acceptable() || r.role == candidate_role::counterexample)
      result.left_out.push_back(names[i] + ": " + to_string(r.verdict.outcome));
    else if (!r.time)
      result.left_out.push_back(names[i] + ": not timed");
    else if (!(r.time->time().median > 0) || !std::isfinite(r.time->time().median * 1e9))  // trackers get ns
      result.left_out.push_back(names[i] + ": its time is not a positive number");
    else
      result.rows.push_back({std::move(names[i]), &r});
  }
  return result;
}

}  // namespace assay
