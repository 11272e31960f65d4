// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/roofline/resource.hpp"
#include "assay/suite/launch_profile.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// What a profiler counted beside what was declared and measured, in lines. Empty without a profile.
[[nodiscard]] inline std::vector<std::string> profile_words(const record& r) {
  std::vector<std::string> lines;
  if (!r.profile) return lines;
  const launch_profile& p = *r.profile;
  const auto beside = [](double counted, double declared, const std::string& text) {
    if (declared <= 0) return text + " (none declared)";
    char change[32];
    std::snprintf(change, sizeof change, "%+.1f%%", 100 * (counted / declared - 1));
    return text + " (declared " + change + ")";
  };
  std::string bytes;
  if (p.bytes_read)
    bytes = "read " + beside(*p.bytes_read, r.work.dram_bytes_read, format_bytes(*p.bytes_read));
  if (p.bytes_written)
    bytes += (bytes.empty() ? "" : ", ") + std::string("wrote ") +
             beside(*p.bytes_written, r.work.dram_bytes_written, format_bytes(*p.bytes_written));
  if (!bytes.empty()) lines.push_back(p.tool + ": DRAM: " + bytes);

  std::string operations;
  for (const auto& [which, count] : p.operations) {
    const double declared = r.work.amount(which);
    if (count == 0 && declared == 0) continue;
    char number[32];
    std::snprintf(number, sizeof number, "%.4g", count);
    operations += (operations.empty() ? "" : ", ") +
                  beside(count, declared, std::string(to_string(which)) + " " + number);
  }
  if (!operations.empty()) lines.push_back(p.tool + ": operations: " + operations);

  std::string times;
  if (p.seconds) {
    times = format_time(*p.seconds) + " in " + std::to_string(p.kernels.size()) +
            (p.kernels.size() == 1 ? " kernel" : " kernels");
    if (r.time) times += " (here " + format_time(r.time->time().median) + ")";
  }
  if (p.clock) {
    times += (times.empty() ? "" : ", ") + format_number(*p.clock / 1e6) + " MHz";
    if (r.time && r.time->clock) times += " (here " + format_number(*r.time->clock / 1e6) + ")";
  }
  if (!times.empty()) lines.push_back(p.tool + ": " + times);

  std::string stalls;
  for (std::size_t i = 0; i < p.stalls.size() && i < 3 && p.stalls[i].second > 0; ++i)
    stalls += (stalls.empty() ? "" : ", ") + p.stalls[i].first + " " + format_number(p.stalls[i].second);
  if (!stalls.empty()) lines.push_back(p.tool + ": cycles that a warp waits for each instruction: " + stalls);
  return lines;
}

}  // namespace assay
