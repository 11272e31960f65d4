// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "assay/report/markup.hpp"
#include "assay/report/record_words.hpp"
#include "assay/report/report_input.hpp"

namespace assay {

/// RFC 4180: in quotes, quotes doubled.
[[nodiscard]] inline std::string csv_quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : valid_utf8(text)) {
    if (c == '"') result += c;
    result += c;
  }
  return result + "\"";
}

/// A line for each record, below one with the names of the columns. Seconds, bytes and operations a second;
/// an empty cell where there is no figure.
[[nodiscard]] inline std::string to_csv(const report_input& input) {
  std::string text =
      "backend,device,problem,case,candidate,role,verdict,reason,time_s,time_lower_s,time_upper_s,raw_s,"
      "net_s,cupti_s,cycles,joules,status,samples,bytes_per_s,operations_per_s,limit_s,layer,bound_by,"
      "sol_ratio,speedup,speedup_lower,speedup_upper,prepare_s,notes,file,line,seed,replay\n";
  const auto number = [](const std::optional<double>& value) -> std::string {
    if (!value) return "";
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.9g", *value);
    return digits;
  };
  for (const record& r : input.records) {
    std::string line;
    const auto add = [&](const std::string& cell) { line += (line.empty() ? "" : ",") + cell; };
    for (const std::string& name : {r.backend, r.device, r.problem, to_string(r.axes), r.candidate,
                                    std::string(to_string(r.role)), verdict_words(r).text, verdict_reason(r)})
      add(csv_quoted(name));
    const estimate* time = r.time ? &r.time->time() : nullptr;
    add(number(time ? std::optional(time->median) : std::nullopt));
    add(number(time ? time->lower : std::nullopt));
    add(number(time ? time->upper : std::nullopt));
    add(number(r.time ? std::optional(r.time->raw.median) : std::nullopt));
    add(number(r.time && r.time->net ? std::optional(r.time->net->median) : std::nullopt));
    add(number(r.time && r.time->cupti ? std::optional(r.time->cupti->median) : std::nullopt));
    add(number(r.time ? r.time->cycles() : std::nullopt));
    add(number(r.time && r.time->energy ? std::optional(r.time->energy->joules) : std::nullopt));
    add(r.time ? to_string(r.time->status) : "");
    add(r.time ? std::to_string(r.time->samples.size()) : "");
    add(number(bandwidth(r)));
    add(number(compute_rate(r)));
    const bool limited = r.limit && r.limit->seconds;
    add(number(limited ? r.limit->seconds : std::nullopt));
    add(limited ? to_string(r.limit->which) : "");
    add(limited ? csv_quoted(to_string(r.limit->binding)) : "");
    add(number(r.sol_ratio()));
    add(number(r.speedup ? std::optional(r.speedup->value) : std::nullopt));
    add(number(r.speedup ? r.speedup->lower : std::nullopt));
    add(number(r.speedup ? r.speedup->upper : std::nullopt));
    add(number(r.prepare_seconds));
    add(csv_quoted(note_codes(r)));
    add(csv_quoted(r.file));
    add(std::to_string(r.line));
    add(std::to_string(r.seed));
    add(csv_quoted(r.replay));
    text += line + "\n";
  }
  return text;
}

}  // namespace assay
