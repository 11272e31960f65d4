// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/environment.hpp"
#include "assay/score/environment_key.hpp"
#include "assay/stats/change.hpp"
#include "assay/stats/estimate.hpp"
#include "assay/stats/paired_ratio.hpp"
#include "assay/stats/round_estimate.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// What a stored baseline keeps of one candidate at one case. Times are seconds of one launch.
struct baseline_entry {
  std::string problem, backend, device, build;
  axis_values axes;
  std::string candidate;
  estimate time;  ///< as measurement::time()
  bool net = false;
  cache_state cache = cache_state::cold;
  launch_mode mode = launch_mode::plain;
  std::vector<double> rounds;         ///< the median of each round, raw
  std::optional<double> clock;        ///< Hz, of the multiprocessors in the rounds
  std::optional<double> temperature;  ///< °C, as measurement::temperature
};

/// How far two measurements of the same thing lie apart on a machine, from an A/A test.
struct noise_floor {
  double same_rounds = 0.0;      ///< largest |ratio − 1| of twins in the same rounds
  double separate_rounds = 0.0;  ///< of one pass and the next
  int comparisons = 0;           ///< of either kind
};

/// Times of an earlier run, to hold later ones against.
struct baseline {
  environment where;
  std::optional<noise_floor> noise;  ///< absent where no self-test was made
  std::vector<baseline_entry> entries;
};

[[nodiscard]] inline baseline_entry to_baseline_entry(const record& r) {
  baseline_entry e;
  e.problem = r.problem;
  e.backend = r.backend;
  e.device = r.device;
  e.build = r.build;
  e.axes = r.axes;
  e.candidate = r.candidate;
  e.time = r.time->time();
  e.net = r.time->net.has_value();
  e.cache = r.time->cache;
  e.mode = r.time->mode;
  e.rounds = round_medians(r.time->samples, r.time->rounds);
  e.clock = r.time->clock;
  e.temperature = r.time->temperature;
  return e;
}

[[nodiscard]] inline bool same_candidate(const baseline_entry& e, const record& r) {
  return e.backend == r.backend && e.problem == r.problem && e.candidate == r.candidate && e.axes == r.axes;
}

/// The entry of a record, of the same device where there are several. Null where there is none.
[[nodiscard]] inline const baseline_entry* find_entry(const baseline& stored, const record& r) {
  const baseline_entry* found = nullptr;
  for (const baseline_entry& e : stored.entries)
    if (same_candidate(e, r) && (!found || e.device == r.device)) found = &e;
  return found;
}

/// The hard keys in which a stored time and a new one differ, in words; empty where they can be compared.
/// `now` is the device of the record, null where nothing describes it.
[[nodiscard]] inline std::string foreign_reason(const baseline& stored, const baseline_entry& e,
                                                const device_info* now, const record& r) {
  const device_info* before = find_device(stored.where, e.device);
  std::vector<key_difference> differences;
  if (before && now)
    differences = hard_differences(*before, *now);
  else
    differences.push_back({"device", e.device + (before ? "" : " (not described)"),
                           r.device + (now ? "" : " (not described)")});
  const auto hold = [&](const char* key, const std::string& there, const std::string& then) {
    if (there != then) differences.push_back({key, detail::key_text(there), detail::key_text(then)});
  };
  hold("build", e.build, r.build);
  hold("cache", to_string(e.cache), to_string(r.time->cache));
  hold("mode", to_string(e.mode), to_string(r.time->mode));
  hold("times", e.net ? "net" : "raw", r.time->net ? "net" : "raw");
  std::string text;
  for (const key_difference& d : differences) text += (text.empty() ? "" : "; ") + d.text();
  return text;
}

/// The ratio of two medians that were measured apart, there / here, with the interval that follows from
/// theirs: the method of variance estimates recovery on the logarithms (Zou & Donner, "Construction of
/// confidence limits about effect measures", Statistics in Medicine 27, 2008). An end is absent where an end
/// that it needs is, or is not positive. Nothing of two separate runs cancels: what differs from run to run
/// is in the ratio and not in the interval, which is what the threshold is for.
[[nodiscard]] inline paired_ratio ratio_of_estimates(const estimate& there, const estimate& here) {
  paired_ratio result;
  result.value = there.median / here.median;
  result.confidence = std::min(there.confidence, here.confidence);
  result.rounds = std::min(there.samples, here.samples);
  const auto step = [](double from, std::optional<double> to) -> std::optional<double> {
    if (!to || !(*to > 0.0) || !(from > 0.0)) return std::nullopt;
    return std::log(*to / from);
  };
  const auto end = [&](std::optional<double> of_there,
                       std::optional<double> of_here) -> std::optional<double> {
    const auto a = step(there.median, of_there), b = step(here.median, of_here);
    if (!a || !b) return std::nullopt;
    return std::hypot(*a, *b);
  };
  if (const auto down = end(there.lower, here.upper)) result.lower = result.value * std::exp(-*down);
  if (const auto up = end(there.upper, here.lower)) result.upper = result.value * std::exp(*up);
  return result;
}

/// The least change that can be told from noise here: the margin, or what an A/A test of separate rounds has
/// shown, whichever is larger.
[[nodiscard]] inline double change_threshold(const baseline& stored, double margin) {
  return stored.noise ? std::max(margin, stored.noise->separate_rounds) : margin;
}

}  // namespace assay
