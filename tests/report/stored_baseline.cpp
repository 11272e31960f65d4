// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/stored_baseline.hpp"

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "assay/report/judge_run.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::has;

namespace {

device_info some_device() {
  device_info d;
  d.vendor = vendor::nvidia;
  d.name = "NVIDIA H200";
  return d;
}

/// A kernel of `seconds` as a run sees it: 27 rounds of 8 samples, 0.5 % of scatter, and 0.3 % by which the
/// whole run is off.
record measured(std::mt19937_64& engine, std::int64_t n, double seconds) {
  std::normal_distribution<double> normal;
  record r = support::correct(n);
  r.device = "NVIDIA H200";
  r.time.emplace();
  const double run = seconds * std::exp(0.003 * normal(engine));
  for (int round = 0; round < 27; ++round) {
    const double level = run * std::exp(0.003 * normal(engine));
    for (int i = 0; i < 8; ++i) {
      r.time->samples.push_back(level * std::exp(0.005 * normal(engine)));
      r.time->rounds.push_back(round);
      r.time->sample_times.push_back(0.0);
    }
  }
  r.time->raw = median_of_rounds(r.time->samples, r.time->rounds, 0.95, 0.0);
  return r;
}

/// A suite of 40 kernels, each `factor` times as long as it was.
report_input suite(std::mt19937_64& engine, double factor, const device_info& device = some_device()) {
  report_input input;
  input.environments.emplace_back();
  input.environments[0].devices = {device};
  for (std::int64_t n = 1; n <= 40; ++n)
    input.records.push_back(measured(engine, n, 20e-6 * static_cast<double>(n) * factor));
  input.planned = input.executed = 40;
  return input;
}

struct counts {
  int slower = 0, tied = 0, faster = 0, inconclusive = 0;
};
counts count(const report_input& input) {
  counts c;
  for (const stored_comparison& one : input.comparisons) {
    c.slower += one.answer->kind == change::slower;
    c.tied += one.answer->kind == change::tied;
    c.faster += one.answer->kind == change::faster;
    c.inconclusive += one.answer->kind == change::inconclusive;
  }
  return c;
}

}  // namespace

TEST_CASE("a regression of 5 % is found, and one of 3 % at a margin that is below it", "[report]") {
  std::mt19937_64 engine(1);
  const baseline stored = make_baseline(suite(engine, 1.0), std::nullopt, std::nullopt);
  report_input now = suite(engine, 1.05);
  now.comparisons = compare_with_stored(stored, now, 0.02);
  CHECK(count(now).slower == 40);
  CHECK(judge_run(now) == exit_code::gate_not_met);
  now = suite(engine, 1.03);
  now.comparisons = compare_with_stored(stored, now, 0.01);
  CHECK(count(now).slower >= 38);
  CHECK(judge_run(now) == exit_code::gate_not_met);
}

TEST_CASE("where nothing has changed nothing is called, and an improvement passes", "[report]") {
  std::mt19937_64 engine(2);
  const baseline stored = make_baseline(suite(engine, 1.0), std::nullopt, std::nullopt);
  for (int run = 0; run < 20; ++run) {
    report_input now = suite(engine, 1.0);
    now.comparisons = compare_with_stored(stored, now, 0.02);
    CHECK(count(now).slower == 0);
    CHECK(count(now).faster == 0);
    CHECK(count(now).tied == 40);
    CHECK(judge_run(now) == exit_code::pass);
  }
  for (const double factor : {0.95, 0.5}) {
    report_input now = suite(engine, factor);
    now.comparisons = compare_with_stored(stored, now, 0.02);
    CHECK(count(now).faster == 40);
    CHECK(judge_run(now) == exit_code::pass);
  }
}

TEST_CASE("one slow kernel among many that are faster is a regression", "[report]") {
  std::mt19937_64 engine(3);
  const baseline stored = make_baseline(suite(engine, 1.0), std::nullopt, std::nullopt);
  report_input now = suite(engine, 0.8);
  now.records[17] = measured(engine, 18, 20e-6 * 18 * 1.05);
  now.comparisons = compare_with_stored(stored, now, 0.02);
  CHECK(count(now).slower == 1);
  CHECK(judge_run(now) == exit_code::gate_not_met);
}

TEST_CASE("a noise floor raises the threshold", "[report]") {
  std::mt19937_64 engine(4);
  const baseline quiet = make_baseline(suite(engine, 1.0), std::nullopt, std::nullopt);
  baseline noisy = quiet;
  noisy.noise = noise_floor{0.01, 0.08, 10};
  report_input now = suite(engine, 1.05);
  now.comparisons = compare_with_stored(quiet, now, 0.02);
  CHECK(count(now).slower == 40);
  now.comparisons = compare_with_stored(noisy, now, 0.02);
  CHECK(count(now).slower == 0);
}

TEST_CASE("a baseline of another environment is no baseline", "[report]") {
  std::mt19937_64 engine(5);
  const baseline stored = make_baseline(suite(engine, 1.0), std::nullopt, std::nullopt);
  device_info capped = some_device();
  capped.power_limit = 500.0;
  report_input now = suite(engine, 1.0, capped);
  now.comparisons = compare_with_stored(stored, now, 0.02);
  REQUIRE(now.comparisons.size() == 40);
  CHECK(now.comparisons[0].foreign);
  CHECK(now.comparisons[0].reason == "baseline-foreign: power limit: not known there, 500 W here");
  CHECK(judge_run(now) == exit_code::no_baseline);
  // Wrong results are worse.
  now.records[0].verdict.outcome = outcome::wrong;
  CHECK(judge_run(now) == exit_code::verification_failed);
}

TEST_CASE("a kernel that is new has nothing to be compared with", "[report]") {
  std::mt19937_64 engine(6);
  report_input before = suite(engine, 1.0);
  before.records.resize(39);
  const baseline stored = make_baseline(before, std::nullopt, std::nullopt);
  report_input now = suite(engine, 1.0);
  now.comparisons = compare_with_stored(stored, now, 0.02);
  CHECK(now.comparisons[39].reason == "not in the baseline");
  CHECK(judge_run(now) == exit_code::pass);
  // Nothing at all to compare with is no pass.
  now.comparisons = compare_with_stored(baseline{}, now, 0.02);
  CHECK(judge_run(now) == exit_code::no_baseline);
}

TEST_CASE("only what is right and timed is compared or stored", "[report]") {
  std::mt19937_64 engine(7);
  report_input input = suite(engine, 1.0);
  input.records[0].verdict.outcome = outcome::wrong;
  input.records[1].time.reset();
  input.records[2].role = candidate_role::baseline;
  input.records[3].verdict.outcome = outcome::unchecked;
  const baseline stored = make_baseline(input, std::nullopt, std::nullopt);
  CHECK(stored.entries.size() == 37);
  CHECK(compare_with_stored(stored, input, 0.02).size() == 36);
}

TEST_CASE("a clock that fell is told beside the change", "[report]") {
  std::mt19937_64 engine(8);
  report_input before = suite(engine, 1.0);
  for (record& r : before.records) r.time->clock = 1.98e9;
  const baseline stored = make_baseline(before, std::nullopt, std::nullopt);
  report_input now = suite(engine, 1.1);
  for (record& r : now.records) r.time->clock = 1.755e9;
  const auto comparisons = compare_with_stored(stored, now, 0.02);
  CHECK(has(comparisons[0].answer->reason, "the clock was 1980 MHz then and is 1755 MHz now"));
}

TEST_CASE("heat is told from 10 °C on, and where both are known", "[report]") {
  std::mt19937_64 engine(10);
  report_input before = suite(engine, 1.0), now = suite(engine, 1.0);
  before.records[0].time->temperature = before.records[1].time->temperature = 40.0;
  before.records[2].time->temperature = 40.0;
  now.records[0].time->temperature = 50.0;
  now.records[1].time->temperature = 61.0;
  const auto comparisons = compare_with_stored(make_baseline(before, std::nullopt, std::nullopt), now, 0.02);
  CHECK_FALSE(has(comparisons[0].answer->reason, "°C"));
  CHECK(has(comparisons[1].answer->reason, "it had 40 °C then and has 61 °C now"));
  CHECK_FALSE(has(comparisons[2].answer->reason, "°C"));
}

TEST_CASE("soft keys of the environment are told once, of what was compared", "[report]") {
  std::mt19937_64 engine(11);
  report_input before = suite(engine, 1.0), now = suite(engine, 1.0);
  before.environments[0].devices[0].uuid = "GPU-1";
  before.environments[0].system = "Linux 6";
  const baseline stored = make_baseline(before, std::nullopt, std::nullopt);
  now.environments[0].devices[0].uuid = "GPU-2";
  now.environments[0].system = "Linux 7";
  hold_against(stored, now);
  REQUIRE(now.comparisons.size() == 40);
  REQUIRE(now.soft_keys.size() == 2);
  CHECK(now.soft_keys[0].text() == "UUID: GPU-1 there, GPU-2 here");
  CHECK(now.soft_keys[1].text() == "system: Linux 6 there, Linux 7 here");
  CHECK(judge_run(now) == exit_code::pass);

  now.environments[0].devices[0].multiprocessors = 1;  // foreign: nothing is compared
  hold_against(stored, now);
  CHECK(now.comparisons[0].foreign);
  CHECK(now.soft_keys.empty());
  report_input same = before;
  hold_against(stored, same);
  CHECK(same.soft_keys.empty());
}

TEST_CASE("doubtful comparisons need fresh rounds, clear ones do not", "[report]") {
  stored_comparison c;
  CHECK_FALSE(needs_fresh_rounds(c));
  for (const change kind : {change::slower, change::inconclusive, change::tied, change::faster}) {
    c.answer = judged_change{kind, ""};
    CHECK(needs_fresh_rounds(c) == (kind == change::slower || kind == change::inconclusive));
  }
}

TEST_CASE("what a run did not measure stays in its baseline", "[report]") {
  std::mt19937_64 engine(9);
  const report_input whole = suite(engine, 1.0);
  const baseline before = make_baseline(whole, std::nullopt, noise_floor{0.01, 0.02, 5});
  report_input part = suite(engine, 0.5);
  part.records.resize(3);
  const baseline after = make_baseline(part, before, std::nullopt);
  CHECK(after.entries.size() == 40);
  CHECK(find_entry(after, whole.records[0])->time.median < whole.records[0].time->raw.median * 0.6);
  CHECK(find_entry(after, whole.records[20])->time.median == whole.records[20].time->raw.median);
  CHECK(after.noise->separate_rounds == 0.02);
  // Of another environment nothing can stay: told, and not dropped in silence.
  device_info other = some_device();
  other.ecc = true;
  report_input elsewhere = suite(engine, 1.0, other);
  elsewhere.records.resize(3);
  const std::string why = support::message_of<usage_error>(
      [&] { static_cast<void>(make_baseline(elsewhere, before, std::nullopt)); });
  CHECK(has(why, "holds 37 times that this run did not measure"));
  CHECK(has(why, "ECC: not known there, yes here"));
  // Where all of it was measured anew there is nothing to lose, and the noise was that of another machine.
  const baseline anew = make_baseline(suite(engine, 1.0, other), before, std::nullopt);
  CHECK(anew.entries.size() == 40);
  CHECK_FALSE(anew.noise);
}

TEST_CASE("times of a device that a run did not open can be compared with later", "[report]") {
  std::mt19937_64 engine(12);
  const report_input on_gpu = suite(engine, 1.0);
  report_input on_both = on_gpu, on_cpu;
  device_info cpu;
  cpu.vendor = vendor::cpu;
  cpu.name = "some CPU";
  on_both.environments[0].devices.push_back(cpu);
  on_cpu.environments.emplace_back().devices = {cpu};
  on_cpu.records = {measured(engine, 1, 1e-3)};
  on_cpu.records[0].backend = "host";
  on_cpu.records[0].device = "some CPU";
  on_both.records.push_back(on_cpu.records[0]);
  const baseline before = make_baseline(on_both, std::nullopt, noise_floor{0.01, 0.02, 5});
  REQUIRE(before.entries.size() == 41);

  const baseline after = make_baseline(on_cpu, before, std::nullopt);
  CHECK(after.entries.size() == 41);
  CHECK(after.where.devices.size() == 2);
  CHECK(after.noise->separate_rounds == 0.02);
  for (const report_input& now : {on_gpu, on_cpu})
    for (const stored_comparison& c : compare_with_stored(after, now, 0.02)) CHECK(c.reason == "");
}
