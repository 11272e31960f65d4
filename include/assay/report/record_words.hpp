// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/roofline/resource.hpp"
#include "assay/stats/format_estimate.hpp"
#include "assay/stats/paired_ratio.hpp"
#include "assay/suite/record.hpp"

// What every report says of one record, in the same words.
namespace assay {

/// How good the news is.
enum class tone { plain, quiet, good, doubtful, bad };

struct toned_text {
  std::string text;
  tone how = tone::plain;
};

/// Whether a counterexample was rejected.
[[nodiscard]] inline bool is_caught(const record& r) {
  return r.role == candidate_role::counterexample &&
         (r.verdict.outcome == outcome::wrong || r.verdict.outcome == outcome::invalid);
}

/// Whether a counterexample passed, or failed for reasons of its own: verification did not show that it can
/// tell right from wrong.
[[nodiscard]] inline bool is_not_caught(const record& r) {
  return r.role == candidate_role::counterexample &&
         (r.verdict.outcome == outcome::correct || r.verdict.outcome == outcome::failed);
}

/// The verdict in one or two words: that of a candidate, or whether a counterexample was caught.
[[nodiscard]] inline toned_text verdict_words(const record& r) {
  if (is_caught(r)) return {"caught", tone::good};
  if (is_not_caught(r)) return {"not caught", tone::bad};
  const outcome o = r.verdict.outcome;
  return {to_string(o), o == outcome::correct                                 ? tone::good
                        : o == outcome::unchecked                             ? tone::quiet
                        : o == outcome::suspect || o == outcome::unverifiable ? tone::doubtful
                                                                              : tone::bad};
}

/// Why the verdict is what it is; empty where there is nothing to explain.
[[nodiscard]] inline std::string verdict_reason(const record& r) {
  if (!r.verdict.reason.empty()) return r.verdict.reason;
  return is_not_caught(r) ? "verification did not reject it" : "";
}

/// "fast", "slow (baseline)"
[[nodiscard]] inline std::string candidate_words(const record& r) {
  return r.candidate + (r.role == candidate_role::baseline ? " (baseline)" : "");
}

/// Declared DRAM bytes a second; absent without a time or without bytes.
[[nodiscard]] inline std::optional<double> bandwidth(const record& r) {
  if (!r.time || !(r.time->time().median > 0) || !(r.work.dram_bytes() > 0)) return std::nullopt;
  return r.work.dram_bytes() / r.time->time().median;
}

/// Declared operations a second, of all units together.
[[nodiscard]] inline std::optional<double> compute_rate(const record& r) {
  double operations = 0;
  for (std::size_t i = 0; i < resource_count; ++i)
    if (is_operations(static_cast<resource>(i))) operations += r.work.amount(static_cast<resource>(i));
  if (!r.time || !(r.time->time().median > 0) || !(operations > 0)) return std::nullopt;
  return operations / r.time->time().median;
}

/// "1.25x [1.20, 1.30]"
[[nodiscard]] inline std::string format_speedup(const paired_ratio& s) {
  std::string text = format_number(s.value) + "x";
  if (s.lower && s.upper) text += " [" + format_number(*s.lower) + ", " + format_number(*s.upper) + "]";
  if (s.lower && !s.upper) text += " [" + format_number(*s.lower) + ", ...]";
  return text;
}

/// What is worth a look, warnings and errors, of the record, its time and its limit.
[[nodiscard]] inline std::vector<finding> notable_findings(const record& r) {
  std::vector<finding> notable;
  const auto add = [&](const std::vector<finding>& findings) {
    std::copy_if(findings.begin(), findings.end(), std::back_inserter(notable),
                 [](const finding& f) { return f.level != severity::note; });
  };
  add(r.findings);
  if (r.time) add(r.time->findings);
  if (r.limit) add(r.limit->findings);
  return notable;
}

/// The codes of everything worth a look, with commas between; the sentences are in the findings.
[[nodiscard]] inline std::string note_codes(const record& r) {
  std::vector<std::string> codes;
  const auto add = [&](const std::string& code) {
    if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
  };
  const auto add_all = [&](const std::vector<finding>& findings) {
    for (const finding& f : findings)
      if (f.level != severity::note) add(f.code);
  };
  add_all(r.findings);
  if (r.time) {
    add_all(r.time->findings);
    // A status may be a finding as well.
    if (r.time->status != measurement_status::converged) add(to_string(r.time->status));
  }
  if (r.limit) add_all(r.limit->findings);
  if (r.bound && r.time && r.limit && r.limit->seconds && r.bound->quality >= bound_quality::loose)
    add(std::string(to_string(r.bound->quality)) + "-bound");
  // Trials that could not be judged are worth a word: they were to show something.
  if (r.fuzz && r.fuzz->skipped > 0) add(std::to_string(r.fuzz->skipped) + " trials skipped");
  for (const comparison& c : r.verdict.comparisons)
    if (c.checked < c.elements) add("sampled");
  std::string text;
  for (const std::string& code : codes) text += (text.empty() ? "" : ", ") + code;
  return text;
}

}  // namespace assay
