// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>

#include "assay/report/json.hpp"
#include "assay/report/record_words.hpp"
#include "assay/report/time_rows.hpp"

namespace assay {

/// `customSmallerIsBetter` of github-action-benchmark: a list of {name, unit, value, range, extra}. Always in
/// ns: a chart is of one unit.
[[nodiscard]] inline json to_smaller_is_better(const report_input& input) {
  json list = json::array();
  for (const time_row& row : time_rows_of(input).rows) {
    const record& r = *row.of;
    json one = {{"name", row.name}, {"unit", "ns"}, {"value", row.time().median * 1e9}};
    if (row.time().lower && row.time().upper) {
      const double half = (*row.time().upper - *row.time().lower) / 2 * 1e9;
      if (std::isfinite(half)) one["range"] = "± " + format_number(half);
    }
    std::string extra = verdict_words(r).text;
    if (const std::optional<double> sol = r.sol_ratio())
      extra += "\n" + format_share(*sol) + " of the speed of light";
    if (r.speedup) extra += "\nspeedup " + format_speedup(*r.speedup);
    if (const std::string notes = note_codes(r); !notes.empty()) extra += "\n" + notes;
    one["extra"] = extra;
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace assay
