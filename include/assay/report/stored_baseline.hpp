// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "assay/report/report_input.hpp"
#include "assay/score/baseline.hpp"

namespace assay {

/// The device of a record among the environments of a report. Null where nothing describes it.
[[nodiscard]] inline const device_info* device_of_record(const report_input& input, const record& r) {
  for (const environment& e : input.environments)
    if (const device_info* found = find_device(e, r.device)) return found;
  return nullptr;
}

/// One record against a stored baseline. `threshold` is the least change that counts.
[[nodiscard]] inline stored_comparison compare_with_stored(const baseline& stored, const report_input& input,
                                                           std::size_t index, double threshold) {
  const record& r = input.records[index];
  stored_comparison c;
  c.record = index;
  const baseline_entry* e = find_entry(stored, r);
  if (!e) {
    c.reason = "not in the baseline";
    return c;
  }
  if (const std::string why = foreign_reason(stored, *e, device_of_record(input, r), r); !why.empty()) {
    c.reason = "baseline-foreign: " + why;
    c.foreign = true;
    return c;
  }
  c.ratio = ratio_of_estimates(e->time, r.time->time());
  c.answer = judge_change(*c.ratio, threshold);
  // Soft keys: worth a word, since a clock that fell explains a time that rose, and heat a clock.
  const auto tell = [&](const char* words, double before, double now) {
    char text[96];
    std::snprintf(text, sizeof text, words, before, now);
    c.answer->reason += text;
  };
  if (e->clock && r.time->clock && std::abs(*r.time->clock / *e->clock - 1.0) > 0.01)
    tell("; the clock was %.0f MHz then and is %.0f MHz now", *e->clock * 1e-6, *r.time->clock * 1e-6);
  constexpr double warmer = 10.0;  // °C; a device that warms up in its run differs by some
  if (e->temperature && r.time->temperature && std::abs(*r.time->temperature - *e->temperature) > warmer)
    tell("; it had %.0f °C then and has %.0f °C now", *e->temperature, *r.time->temperature);
  return c;
}

/// Every candidate that is right and was timed, against a stored baseline.
[[nodiscard]] inline std::vector<stored_comparison> compare_with_stored(const baseline& stored,
                                                                        const report_input& input,
                                                                        double margin) {
  const double threshold = change_threshold(stored, margin);
  std::vector<stored_comparison> found;
  for (std::size_t i = 0; i < input.records.size(); ++i) {
    const record& r = input.records[i];
    if (is_candidate(r) && r.time && r.verdict)
      found.push_back(compare_with_stored(stored, input, i, threshold));
  }
  return found;
}

/// The soft keys in which the environment of a stored baseline differs from that of its comparisons: of the
/// devices that they are of, and of what is around these.
[[nodiscard]] inline std::vector<key_difference> soft_differences(const baseline& stored,
                                                                  const report_input& input) {
  std::vector<key_difference> found;
  std::set<std::string> told;
  for (const stored_comparison& c : input.comparisons) {
    const record& r = input.records[c.record];
    const device_info *before = find_device(stored.where, r.device), *now = device_of_record(input, r);
    if (c.answer && before && now && told.insert(r.device).second)
      for (key_difference& one : soft_differences(*before, *now)) found.push_back(std::move(one));
  }
  if (!told.empty())
    for (key_difference& one : soft_differences(stored.where, input.environments.front()))
      found.push_back(std::move(one));
  return found;
}

/// Holds what was measured against a stored baseline, and leaves in `input` what came of it.
inline void hold_against(const baseline& stored, report_input& input) {
  input.comparisons = compare_with_stored(stored, input, input.scoring.margin);
  input.soft_keys = soft_differences(stored, input);
}

/// Whether a comparison has to be made once more, with fresh rounds, before it is believed: what is called
/// slower, and what could not be told.
[[nodiscard]] inline bool needs_fresh_rounds(const stored_comparison& c) {
  return c.answer && (c.answer->kind == change::slower || c.answer->kind == change::inconclusive);
}

/// What is to be stored of a run: the times of what is right, and of `before` what this run did not measure,
/// where that is of the same environment. Throws usage_error where it is not.
[[nodiscard]] inline baseline make_baseline(const report_input& input, const std::optional<baseline>& before,
                                            const std::optional<noise_floor>& noise) {
  baseline made;
  made.where = input.environments.front();
  for (const environment& e : input.environments)
    for (const device_info& d : e.devices)
      if (!find_device(made.where, d.name)) made.where.devices.push_back(d);
  for (const record& r : input.records)
    if (r.time && r.verdict && r.time->time().median > 0.0) made.entries.push_back(to_baseline_entry(r));
  made.noise = noise;
  if (!before) return made;
  std::string differences;
  for (const key_difference& d : hard_differences(before->where, made.where))
    differences += (differences.empty() ? "" : "; ") + d.text();
  // The noise of another machine would let through what this one could have seen.
  if (!noise && differences.empty()) made.noise = before->noise;
  std::vector<const baseline_entry*> kept;
  for (const baseline_entry& e : before->entries) {
    bool measured = false;
    for (const record& r : input.records) measured = measured || same_candidate(e, r);
    if (!measured) kept.push_back(&e);
  }
  if (!kept.empty() && !differences.empty())
    throw usage_error("the baseline holds " + std::to_string(kept.size()) +
                      " times that this run did not measure, of another environment: " + differences +
                      "; measure all of them, save to another file, or replace them with --force");
  for (const baseline_entry* e : kept) {
    made.entries.push_back(*e);
    // Times of a device that nothing describes could never be compared with again.
    if (const device_info* of = find_device(before->where, e->device);
        of && !find_device(made.where, e->device))
      made.where.devices.push_back(*of);
  }
  return made;
}

}  // namespace assay
