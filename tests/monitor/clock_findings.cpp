// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/monitor/clock_findings.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/fake_library.hpp"

namespace {

/// A locked, quiet device, of which nothing is to be said.
assay::device_state quiet() {
  assay::device_state state;
  state.library = assay::management_library::nvml;
  state.index = 2;
  state.clock = 1.59e9;
  state.highest_clock = 1.98e9;
  state.clocks_locked = true;
  state.temperature = 40;
  state.highest_temperature = 87;
  state.limiters.emplace();
  state.limited.emplace();
  state.limited->elapsed = 10;
  state.limited->power_cap = state.limited->thermal = state.limited->hw_thermal = 1;
  state.limited->power_brake = state.limited->sync_boost = 1;
  state.other_processes = 0;
  state.mig = state.mps = false;
  return state;
}
assay::device_state quiet_later() {
  assay::device_state state = quiet();
  state.limited->elapsed = 20;
  return state;
}

std::string codes(const assay::device_state& before, const assay::device_state& after) {
  std::string all;
  for (const assay::finding& f : assay::clock_findings(before, after))
    all += (all.empty() ? "" : " ") + f.code;
  return all;
}
assay::finding only(const assay::device_state& before, const assay::device_state& after) {
  const auto all = assay::clock_findings(before, after);
  REQUIRE(all.size() == 1);
  return all.front();
}

}  // namespace

TEST_CASE("a locked and quiet device gives no findings") { CHECK(codes(quiet(), quiet_later()).empty()); }

TEST_CASE("a state of which nothing is known gives only that its clocks are not known to be locked") {
  const auto finding = only({}, {});
  CHECK(finding.code == "clocks-not-locked");
  CHECK(finding.message == "whether the clocks are locked cannot be read");
  CHECK(finding.numbers.empty());
}

TEST_CASE("without a monitor the only finding says why") {
  assay::device_state none;
  none.unavailable = "no library";
  for (const auto& finding : {only(none, quiet()), only(quiet(), none), only(none, none)}) {
    CHECK(finding.code == "no-monitor");
    CHECK(finding.level == assay::severity::note);
    CHECK(finding.message == "clocks and throttling were not watched: no library");
  }
}

TEST_CASE("clocks of which NVML tells no lock come with the commands that lock and unlock them") {
  auto after = quiet_later();
  after.clocks_locked = std::nullopt;
  const auto finding = only(quiet(), after);
  CHECK(finding.code == "clocks-not-locked");
  CHECK(finding.level == assay::severity::note);
  CHECK(contains(finding.message, "cannot be read"));
  CHECK(contains(finding.message, "sudo nvidia-smi -i 2 -lgc 1590,1590"));
  CHECK(contains(finding.message, "sudo nvidia-smi -i 2 -rgc"));
  CHECK(finding.numbers.at(0) == std::pair<std::string, double>("clock", 1.59e9));
  CHECK(finding.numbers.at(1) == std::pair<std::string, double>("highest_clock", 1.98e9));
}

TEST_CASE("the proposed clock is one held at work and not an idle one") {
  auto before = quiet(), after = quiet_later();
  after.clocks_locked = std::nullopt;
  before.clock = 0.345e9;
  before.limiters->idle = true;
  CHECK(contains(assay::clock_findings(before, after).at(0).message, "-lgc 1590,1590"));
  after.limiters->idle = true;
  CHECK(contains(assay::clock_findings(before, after).at(0).message, "-lgc 1980,1980"));
  after.application_clock = 1.095e9;
  CHECK(contains(assay::clock_findings(before, after).at(0).message, "-lgc 1095,1095"));
}

TEST_CASE("AMD clocks that are not locked come with AMD's commands") {
  auto after = quiet_later();
  after.clocks_locked = false;
  after.performance_level = "auto";
  after.library = assay::management_library::rocm_smi;
  CHECK(only(quiet(), after).message ==
        "the clocks are not locked (performance level auto); to limit: sudo rocm-smi -d 2 "
        "--setperfdeterminism 1590; "
        "to undo: sudo rocm-smi -d 2 --resetperfdeterminism");
  after.library = assay::management_library::amd_smi;
  after.index = std::nullopt;
  CHECK(contains(only(quiet(), after).message, "sudo amd-smi set -g <index> --perf-determinism 1590"));
  CHECK(contains(only(quiet(), after).message, "sudo amd-smi reset -g <index> --perf-determinism"));
}

TEST_CASE("locked clocks are required with a reason when they are not") {
  auto state = quiet();
  CHECK_FALSE(assay::require_locked(state));
  state.clocks_locked = false;
  CHECK(assay::require_locked(state) == "the clocks are not locked");
  state.clocks_locked = std::nullopt;
  CHECK(contains(assay::require_locked(state).value(), "cannot be read"));
  state.locked_clock = {1.2e9, 1.2e9};
  CHECK_FALSE(assay::require_locked(state));
  state.locked_clock = {1.2e9, 1.5e9};
  CHECK(assay::require_locked(state));
  state.unavailable = "no library";
  CHECK(assay::require_locked(state) == "whether the clocks are locked is unknown: no library");
}

TEST_CASE("a declared clock is held against the one that is read") {
  auto state = quiet();
  state.clocks_locked = std::nullopt;
  CHECK_FALSE(assay::require_locked(state, 1.59e9));
  CHECK_FALSE(assay::require_locked(state, 1.6e9));
  CHECK(assay::require_locked(state, 1.62e9) == "the clock is 1590 MHz, not 1620 MHz");
  CHECK(assay::require_locked(state, 1.56e9));
  state.clock = std::nullopt;
  CHECK(assay::require_locked(state, 1.59e9));
  state.clock = 1.59e9;
  state.clocks_locked = false;
  CHECK(assay::require_locked(state, 1.59e9));
}

TEST_CASE("each reason for throttling is told in words, whichever reading saw it") {
  const std::pair<bool assay::clock_limiters::*, const char*> reasons[] = {
      {&assay::clock_limiters::power_cap, "the power limit"},
      {&assay::clock_limiters::thermal, "the temperature limit"},
      {&assay::clock_limiters::hw_thermal, "because of heat"},
      {&assay::clock_limiters::power_brake, "power brake"},
      {&assay::clock_limiters::hw_slowdown, "a hardware slowdown"},
      {&assay::clock_limiters::current, "the current limit"},
      {&assay::clock_limiters::sync_boost, "boost group"},
      {&assay::clock_limiters::display, "display"}};
  for (const auto& [flag, words] : reasons) {
    INFO(words);
    auto before = quiet(), after = quiet_later();
    (*before.limiters).*flag = true;
    CHECK(contains(only(before, quiet_later()).message, words));
    (*after.limiters).*flag = true;
    const auto finding = only(quiet(), after);
    CHECK(finding.code == "throttled");
    CHECK(finding.level == assay::severity::warning);
    CHECK(contains(finding.message, words));
    CHECK_FALSE(contains(finding.message, ", "));
  }
}

TEST_CASE("an idle device and set application clocks are no throttling") {
  auto after = quiet_later();
  after.limiters->idle = after.limiters->application_clocks = true;
  CHECK(codes(quiet(), after).empty());
}

TEST_CASE("throttling between the readings is seen in the counters and told as a share") {
  const std::pair<std::optional<double> assay::limiter_counters::*, const char*> counters[] = {
      {&assay::limiter_counters::power_cap, "power_cap_share"},
      {&assay::limiter_counters::thermal, "thermal_share"},
      {&assay::limiter_counters::hw_thermal, "hw_thermal_share"},
      {&assay::limiter_counters::power_brake, "power_brake_share"},
      {&assay::limiter_counters::sync_boost, "sync_boost_share"}};
  for (const auto& [counter, number] : counters) {
    INFO(number);
    auto after = quiet_later();
    (*after.limited).*counter = 3.5;  // of 10 s, from 1
    const auto finding = only(quiet(), after);
    CHECK(finding.code == "throttled");
    CHECK(contains(finding.message, "(25.0% of the time)"));
    REQUIRE(finding.numbers.size() == 1);
    CHECK(finding.numbers[0].first == number);
    CHECK(finding.numbers[0].second == Approx(0.25));
  }
}

TEST_CASE("counters that ran backwards or over no time say nothing") {
  auto after = quiet_later();
  after.limited->power_cap = 0.5;
  CHECK(codes(quiet(), after).empty());
  after.limiters->power_cap = true;  // seen now, with no share to tell
  CHECK(only(quiet(), after).message == "the clock was held down by the power limit");
  CHECK(only(quiet(), after).numbers.empty());
  after.limiters->power_cap = false;
  after.limited->power_cap = 5;
  after.limited->elapsed = 10;
  CHECK(codes(quiet(), after).empty());
  after.limited = std::nullopt;
  CHECK(codes(quiet(), after).empty());
}

TEST_CASE("a clock that differs by more than two percent is ramping") {
  auto after = quiet_later();
  after.clock = 1.61e9;
  CHECK(codes(quiet(), after).empty());
  for (const double clock : {1.63e9, 1.55e9}) {
    after.clock = clock;
    const auto finding = only(quiet(), after);
    CHECK(finding.code == "clock-ramping");
    CHECK(finding.numbers.at(1).second == clock);
  }
  after.clock = std::nullopt;
  CHECK(codes(quiet(), after).empty());
}

TEST_CASE("a device that is shared is told, by processes and by MPS and by MIG") {
  auto before = quiet(), after = quiet_later();
  before.other_processes = 1;
  CHECK(only(before, after).message == "1 other process uses the device");
  after.other_processes = 3;
  CHECK(only(before, after).code == "shared-device");
  CHECK(only(before, after).numbers.at(0).second == 3);
  after = quiet_later();
  after.mig = true;
  CHECK(codes(quiet(), after) == "mig");
  after = quiet_later();
  after.mps = true;
  CHECK(codes(quiet(), after) == "mps");
}

TEST_CASE("a device close to its highest temperature is hot") {
  auto after = quiet_later();
  after.temperature = 83;
  CHECK(codes(quiet(), after).empty());
  after.temperature = 84;
  CHECK(only(quiet(), after).message == "the device is at 84.0 °C; at 87.0 °C its clock is slowed down");
  after.highest_temperature = std::nullopt;
  CHECK(codes(quiet(), after).empty());
}
