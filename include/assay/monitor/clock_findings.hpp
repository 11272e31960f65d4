// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/finding.hpp"
#include "assay/core/format.hpp"
#include "assay/monitor/device_state.hpp"

namespace assay {

/// "1980 MHz"
[[nodiscard]] inline std::string format_megahertz(double hertz) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f MHz", hertz * 1e-6);
  return text;
}

/// Whether the clocks are held, as far as it can be read. On NVIDIA no call reads what `nvidia-smi -lgc` set,
/// so the answer is nearly always absent there.
[[nodiscard]] inline std::optional<bool> clocks_locked(const device_state& state) {
  if (state.locked_clock) return state.locked_clock->lowest == state.locked_clock->highest;
  return state.clocks_locked;
}

/// Why the clocks do not count as locked; absent when they do. Where the library cannot tell, `declared` (Hz)
/// is the clock that the user says they are locked to, and the clock now must be within 1 % of it.
[[nodiscard]] inline std::optional<std::string> require_locked(
    const device_state& state, std::optional<double> declared = std::nullopt) {
  if (state.unavailable) return "whether the clocks are locked is unknown: " + *state.unavailable;
  const std::optional<bool> locked = clocks_locked(state);
  if (locked && !*locked)
    return "the clocks are not locked" + (state.performance_level
                                              ? " (performance level " + *state.performance_level + ")"
                                              : std::string());
  if (declared) {
    if (!state.clock)
      return "the clock cannot be read, so it cannot be held against " + format_megahertz(*declared);
    if (std::fabs(*state.clock - *declared) <= 0.01 * *declared) return std::nullopt;
    return "the clock is " + format_megahertz(*state.clock) + ", not " + format_megahertz(*declared);
  }
  if (locked) return std::nullopt;
  return std::string("whether the clocks are locked cannot be read") +
         (state.library == management_library::nvml ? ": NVML tells nobody what nvidia-smi -lgc has set"
                                                    : "");
}

/// The commands by which an administrator locks the multiprocessor clock to `clock` (Hz), and undoes it. By
/// `nvidia-smi -h`, `amd-smi set -h`, `amd-smi reset -h` and `rocm-smi -h`. Empty where there is no such
/// command.
[[nodiscard]] inline std::string lock_hint(const device_state& state, double clock) {
  const std::string index = state.index ? std::to_string(*state.index) : "<index>";
  char megahertz[32];
  std::snprintf(megahertz, sizeof megahertz, "%.0f", clock * 1e-6);
  switch (state.library) {
    case management_library::nvml:
      return "to lock: sudo nvidia-smi -i " + index + " -lgc " + megahertz + "," + megahertz +
             "; to undo: sudo nvidia-smi -i " + index + " -rgc";
    case management_library::amd_smi:
      return "to limit: sudo amd-smi set -g " + index + " --perf-determinism " + megahertz +
             "; to undo: sudo amd-smi reset -g " + index + " --perf-determinism";
    case management_library::rocm_smi:
      return "to limit: sudo rocm-smi -d " + index + " --setperfdeterminism " + megahertz +
             "; to undo: sudo rocm-smi -d " + index + " --resetperfdeterminism";
    case management_library::none: break;
  }
  return "";
}

namespace detail {

/// The clock that the hint proposes: one that the device held under this work. Not that of an idle device.
inline std::optional<double> sustained_clock(const device_state& before, const device_state& after) {
  std::optional<double> lowest;
  for (const device_state* state : {&before, &after})
    if (state->clock && !(state->limiters && state->limiters->idle))
      lowest = std::min(lowest.value_or(*state->clock), *state->clock);
  if (lowest) return lowest;
  return after.application_clock ? after.application_clock : after.highest_clock;
}

/// Collects in words what held the clock down: at either reading, and for what share of the time between
/// them.
class throttle_words {
 public:
  throttle_words(const device_state& before, const device_state& after) : before_(before), after_(after) {}

  void add(bool clock_limiters::*flag, std::optional<double> limiter_counters::*counter, const char* words,
           const char* number) {
    const bool now =
        (before_.limiters && (*before_.limiters).*flag) || (after_.limiters && (*after_.limiters).*flag);
    const std::optional<double> share = counter ? share_of(counter) : std::nullopt;
    if (!now && !(share && *share > 0)) return;
    sentence_ += (sentence_.empty() ? "" : ", ") + std::string(words);
    if (share) {
      sentence_ += " (" + format_share(*share) + " of the time)";
      numbers_.emplace_back(number, *share);
    }
  }
  [[nodiscard]] const std::string& sentence() const { return sentence_; }
  [[nodiscard]] const std::vector<std::pair<std::string, double>>& numbers() const { return numbers_; }

 private:
  [[nodiscard]] std::optional<double> share_of(std::optional<double> limiter_counters::*counter) const {
    if (!before_.limited || !after_.limited) return std::nullopt;
    const std::optional<double>&first = (*before_.limited).*counter, &last = (*after_.limited).*counter;
    const double elapsed = after_.limited->elapsed - before_.limited->elapsed;
    if (!first || !last || !(elapsed > 0) || *last < *first) return std::nullopt;
    return (*last - *first) / elapsed;
  }

  const device_state& before_;
  const device_state& after_;
  std::string sentence_;
  std::vector<std::pair<std::string, double>> numbers_;
};

inline void add_throttling(const device_state& before, const device_state& after,
                           std::vector<finding>& findings) {
  throttle_words words(before, after);
  words.add(&clock_limiters::power_cap, &limiter_counters::power_cap, "the power limit", "power_cap_share");
  words.add(&clock_limiters::thermal, &limiter_counters::thermal, "the temperature limit", "thermal_share");
  words.add(&clock_limiters::hw_thermal, &limiter_counters::hw_thermal, "a hardware slowdown because of heat",
            "hw_thermal_share");
  words.add(&clock_limiters::power_brake, &limiter_counters::power_brake,
            "a hardware slowdown by the power brake", "power_brake_share");
  words.add(&clock_limiters::hw_slowdown, nullptr, "a hardware slowdown", "");
  words.add(&clock_limiters::current, nullptr, "the current limit", "");
  words.add(&clock_limiters::sync_boost, &limiter_counters::sync_boost, "another device of its boost group",
            "sync_boost_share");
  words.add(&clock_limiters::display, nullptr, "the display's clock setting", "");
  if (!words.sentence().empty())
    findings.push_back(
        {"throttled", severity::warning, "the clock was held down by " + words.sentence(), words.numbers()});
}

inline void add_lock(const device_state& before, const device_state& after, std::vector<finding>& findings) {
  const auto why = require_locked(after);
  if (!why) return;
  finding result{"clocks-not-locked", severity::note, *why, {}};
  if (const auto clock = sustained_clock(before, after)) {
    if (const std::string hint = lock_hint(after, *clock); !hint.empty()) result.message += "; " + hint;
  }
  if (after.clock) result.numbers.emplace_back("clock", *after.clock);
  if (after.highest_clock) result.numbers.emplace_back("highest_clock", *after.highest_clock);
  findings.push_back(std::move(result));
}

inline void add_ramp(const device_state& before, const device_state& after, std::vector<finding>& findings) {
  constexpr double tolerated = 0.02;
  if (!before.clock || !after.clock) return;
  const double change = std::fabs(*after.clock - *before.clock) / std::max(*after.clock, *before.clock);
  if (!(change > tolerated)) return;
  findings.push_back({"clock-ramping",
                      severity::warning,
                      "the clock was " + format_megahertz(*before.clock) + " before and " +
                          format_megahertz(*after.clock) + " after",
                      {{"clock_before", *before.clock}, {"clock_after", *after.clock}}});
}

inline void add_sharing(const device_state& before, const device_state& after,
                        std::vector<finding>& findings) {
  const int others = std::max(before.other_processes.value_or(0), after.other_processes.value_or(0));
  if (others > 0)
    findings.push_back({"shared-device",
                        severity::warning,
                        std::to_string(others) +
                            (others == 1 ? " other process uses" : " other processes use") + " the device",
                        {{"other_processes", static_cast<double>(others)}}});
  if (after.mig.value_or(false))
    findings.push_back(
        {"mig",
         severity::note,
         "the device is split by MIG; clock, power and temperature are those of the whole device",
         {}});
  if (before.mps.value_or(false) || after.mps.value_or(false))
    findings.push_back({"mps", severity::warning, "processes share the device through MPS", {}});
}

inline void add_heat(const device_state& before, const device_state& after, std::vector<finding>& findings) {
  constexpr double margin = 3;  // °C; the step of the sensor is 1
  const auto highest = after.highest_temperature;
  const double hottest = std::max(before.temperature.value_or(-300), after.temperature.value_or(-300));
  if (!highest || hottest < *highest - margin) return;
  findings.push_back({"hot",
                      severity::note,
                      "the device is at " + format_number(hottest) + " °C; at " + format_number(*highest) +
                          " °C its clock is slowed down",
                      {{"temperature", hottest}, {"highest_temperature", *highest}}});
}

}  // namespace detail

/// What two readings of a device, before and after a measurement, have to say about it: `no-monitor` (alone),
/// `throttled`, `clocks-not-locked`, `clock-ramping`, `shared-device`, `mig`, `mps`, `hot`. None of them is
/// an error.
[[nodiscard]] inline std::vector<finding> clock_findings(const device_state& before,
                                                         const device_state& after) {
  for (const device_state* state : {&before, &after})
    if (state->unavailable)
      return {{"no-monitor",
               severity::note,
               "clocks and throttling were not watched: " + *state->unavailable,
               {}}};
  std::vector<finding> findings;
  detail::add_throttling(before, after, findings);
  detail::add_lock(before, after, findings);
  detail::add_ramp(before, after, findings);
  detail::add_sharing(before, after, findings);
  detail::add_heat(before, after, findings);
  return findings;
}

}  // namespace assay
