// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/report/explain_speed.hpp"
#include "assay/report/profile_words.hpp"
#include "assay/stats/format_estimate.hpp"
#include "assay/suite/record.hpp"

namespace assay {

namespace detail {

/// What --timer cupti and --energy measured in passes of their own.
inline void add_extra_passes(const measurement& m, std::vector<std::string>& lines) {
  if (m.cupti) {
    std::string line = "CUPTI: " + format_time(*m.cupti) + " on the device";
    if (const double time = m.time().median; time > 0) {
      char change[32];
      std::snprintf(change, sizeof change, "%+.1f%%", 100 * (m.cupti->median / time - 1));
      line +=
          std::string(" (") + (m.net ? "net" : "raw") + " time " + format_time(time) + ", so " + change + ")";
    }
    lines.push_back(line);
  }
  if (m.energy) {
    std::string line = "energy: " + format_energy(m.energy->joules);
    if (m.energy->uncertainty) line += " ± " + format_energy(*m.energy->uncertainty);
    lines.push_back(line + " for a launch, back to back with hot caches");
  }
}

}  // namespace detail

/// What was asked for beside the time, in lines: --explain, --timer cupti, --energy, --ncu. Empty where none
/// of them was. `explain`: it is asked for now; a record that says what its launches consist of is of a run
/// with --explain, and needs no such word.
[[nodiscard]] inline std::vector<std::string> detail_lines(const record& r, bool explain = false) {
  std::vector<std::string> lines;
  if (explain || r.launch) lines = explain_speed(r);
  if (r.time) detail::add_extra_passes(*r.time, lines);
  for (std::string& line : profile_words(r)) lines.push_back(std::move(line));
  return lines;
}

}  // namespace assay
