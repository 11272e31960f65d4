// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/measure/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"
#include "support/fake_device.hpp"

namespace {

using assay::measure_job;
using assay::measure_options;
using assay::measure_result;
using assay::measurement;
using assay::measurement_status;
using support::fake_device;
using support::fault;

constexpr double kernel_time = 0x1.8p-12;  // s

/// Time is never the reason to stop.
measure_options patient() {
  measure_options options;
  options.time_budget = 1e6;
  return options;
}

std::vector<measure_result> sample(fake_device& gpu, std::vector<measure_job> jobs,
                                   const measure_options& options = patient()) {
  return assay::sampler(gpu, jobs, options).run();
}

/// A job with nothing but a launch.
measure_job does(std::function<void()> launch) {
  measure_job job;
  job.launch = std::move(launch);
  return job;
}

/// A job that takes `seconds` and is called `name` in the log.
measure_job takes(fake_device& gpu, double seconds = kernel_time, const std::string& name = "launch") {
  return does([&gpu, seconds, name] { gpu.run(seconds, name); });
}

/// The measurement of the only job.
measurement measured(fake_device& gpu, const measure_job& job, const measure_options& options = patient()) {
  std::vector<measure_result> results = sample(gpu, {job}, options);
  REQUIRE(results.size() == 1);
  REQUIRE(results.front().value);
  CHECK(results.front().failure.empty());
  return *results.front().value;
}

/// Whether the round numbers are 0, 0, …, 1, …, rounds − 1 without a gap.
bool counts_rounds(const std::vector<int>& numbers, int rounds) {
  int last = -1;
  for (const int number : numbers) {
    if (number != last && number != last + 1) return false;
    last = number;
  }
  return last + 1 == rounds;
}

const assay::finding* find(const measurement& m, const std::string& code) {
  for (const assay::finding& f : m.findings)
    if (f.code == code) return &f;
  return nullptr;
}

/// Whether there is nothing worse than a note, but that a fake GPU without kernels is not calibrated.
bool is_calm(const measurement& m) {
  return std::all_of(m.findings.begin(), m.findings.end(), [](const assay::finding& f) {
    return f.level == assay::severity::note || f.code == "not-calibrated";
  });
}

/// A job whose rounds (counted from 1; 0 is the warm-up) are noisy while `noisy` says so: low and high in
/// turn, none twice, and its samples spread evenly from there to the middle, so that they have no levels.
measure_job noisy_job(fake_device& gpu, std::function<bool(int)> noisy) {
  const auto round = std::make_shared<int>(0), launch = std::make_shared<int>(0);
  measure_job job;
  job.before_round = [round] { ++*round; };
  job.launch = [&gpu, round, launch, noisy = std::move(noisy)] {
    const double place = std::fmod(0.6180339887498949 * ++*launch, 1.0);  // the golden ratio spreads evenly
    const double deviation =
        *round > 0 && noisy(*round) ? (*round % 2 == 0 ? 1.0 : -1.0) * (32 + *round) * place * 0x1p-8 : 0.0;
    gpu.run(kernel_time * (1.0 + deviation), "launch");
  };
  return job;
}

}  // namespace

TEST_CASE("the checks of the sampler tests reject what they should") {
  CHECK(counts_rounds({0, 0, 1, 2, 2}, 3));
  CHECK_FALSE(counts_rounds({0, 0, 2}, 3));
  CHECK_FALSE(counts_rounds({0, 1, 0}, 2));
  CHECK_FALSE(counts_rounds({0, 1}, 3));
  CHECK_FALSE(counts_rounds({}, 1));

  fake_device gpu;
  void* const memory = gpu.allocate(1);
  void* const event = gpu.create_event();
  CHECK_FALSE(gpu.clean());
  gpu.release(memory);
  CHECK_FALSE(gpu.clean());
  gpu.destroy_event(event);
  CHECK(gpu.clean());
  gpu.push_range("open");
  CHECK_FALSE(gpu.clean());

  gpu.reset();
  CHECK(gpu.close_gate(0.25));
  gpu.synchronize();
  CHECK(gpu.hangs() == 1);
  CHECK_FALSE(gpu.gate_held());
  CHECK_THROWS_AS(gpu.fail("sweep_cash"), std::logic_error);
  CHECK_THROWS_AS(gpu.fail("release"), std::logic_error);
  int outside = 0;
  CHECK_THROWS_AS(gpu.set_bytes(&outside, 0, 4), std::logic_error);
}

TEST_CASE("a constant kernel has exactly its time") {
  fake_device gpu;
  const measurement m = measured(gpu, takes(gpu));
  CHECK(m.raw.median == kernel_time);
  REQUIRE((m.raw.lower && m.raw.upper));
  CHECK(*m.raw.lower == kernel_time - gpu.script.tick);
  CHECK(*m.raw.upper == kernel_time + gpu.script.tick);
  CHECK(m.raw.samples == 12);
  CHECK_FALSE(m.net);
  CHECK(m.gated);
  CHECK(is_calm(m));
  CHECK(m.wall_seconds > 0.0);
  CHECK(std::set<double>(m.samples.begin(), m.samples.end()) == std::set<double>{kernel_time});
  CHECK(gpu.hangs() == 0);
  CHECK(gpu.clean());
}

TEST_CASE("tight noise converges at the first look") {
  fake_device gpu;
  const measurement m =
      measured(gpu, does([&] { gpu.run(kernel_time + (gpu.gates() % 3) * gpu.script.tick); }));
  CHECK(m.status == measurement_status::converged);
  CHECK(counts_rounds(m.rounds, 12));
}

TEST_CASE("noise that settles converges at a later look") {
  fake_device gpu;
  // Of 12 rounds the interval takes the 3rd to the 10th, of 18 the 5th to the 14th.
  const measurement m = measured(gpu, noisy_job(gpu, [](int round) { return round <= 8; }));
  CHECK(m.status == measurement_status::converged);
  CHECK(counts_rounds(m.rounds, 18));
  CHECK(m.raw.median == kernel_time);
}

TEST_CASE("noise that does not settle ends after sixty rounds and says that it is imprecise") {
  fake_device gpu;
  const measurement m = measured(gpu, noisy_job(gpu, [](int) { return true; }));
  CHECK(m.status == measurement_status::imprecise);
  CHECK(counts_rounds(m.rounds, 60));
  REQUIRE((m.raw.lower && m.raw.upper));
  CHECK(*m.raw.lower < m.raw.median);
  CHECK(m.raw.median < *m.raw.upper);
}

TEST_CASE("a kernel that gets slower from round to round is drifting, and one that does not is not") {
  for (const double step : {0.0, 0x1p-9, -0x1p-9}) {
    CAPTURE(step);
    fake_device gpu;
    int round = 0;
    measure_job job = does([&] { gpu.run(kernel_time * (1.0 + step * round)); });
    job.before_round = [&] { ++round; };
    const measurement m = measured(gpu, job);
    CHECK((m.status == measurement_status::drifting) == (step != 0.0));
    CHECK((find(m, "drifting") != nullptr) == (step != 0.0));
    if (step != 0.0) CHECK(find(m, "drifting")->numbers.front().second == Approx(kernel_time * step));
  }
}

TEST_CASE("a kernel with two levels is multimodal, however tight its interval") {
  fake_device gpu;
  int launch = 0;
  const measurement m = measured(gpu, does([&] { gpu.run(kernel_time * (++launch % 4 == 0 ? 1.25 : 1.0)); }));
  CHECK(counts_rounds(m.rounds, 12));
  CHECK(m.status == measurement_status::multimodal);
  REQUIRE(find(m, "multimodal"));
  const auto& numbers = find(m, "multimodal")->numbers;
  REQUIRE(numbers.size() == 4);
  CHECK(numbers[0].second == Approx(kernel_time));
  CHECK(numbers[1].second == Approx(0.75).margin(0.02));
  CHECK(numbers[2].second == Approx(1.25 * kernel_time));
}

TEST_CASE("rounds that resemble the one before need a wider interval") {
  const auto job_of = [](fake_device& gpu, std::vector<double> steps) {
    const auto round = std::make_shared<std::size_t>(0);
    measure_job job;
    job.before_round = [round] { ++*round; };
    job.launch = [&gpu, round, steps = std::move(steps)] {
      gpu.run(kernel_time * (1.0 + steps[*round % steps.size()] * 0x1p-9));
    };
    return job;
  };
  fake_device one, other;
  const measurement mixed = measured(one, job_of(one, {1, -1, 2, -2, 0, 0})),
                    waves = measured(other, job_of(other, {0, 1, 2, 2, 1, 0, -1, -2, -2, -1}));
  const auto width = [](const measurement& m) { return *m.raw.upper - *m.raw.lower; };
  CHECK(mixed.raw.samples == 12);
  CHECK(waves.raw.samples == 12);
  CHECK(width(waves) > 1.2 * width(mixed));
}

TEST_CASE("a kernel below the tick of the clock never converges") {
  fake_device gpu;
  for (const double seconds : {0.0, 0.5 * gpu.script.tick, 9 * gpu.script.tick}) {
    const measurement m = measured(gpu, takes(gpu, seconds));
    CHECK(m.raw.median <= 9 * gpu.script.tick);
    CHECK(m.status == measurement_status::imprecise);
  }
}

TEST_CASE("an interval of three ticks is all that the clock allows and is said to be") {
  fake_device gpu;
  const double seconds = 20 * gpu.script.tick;  // a tick is 5 %
  const measurement m = measured(gpu, takes(gpu, seconds));
  CHECK(m.status == measurement_status::converged);
  REQUIRE(find(m, "clock-resolution"));
  CHECK(find(m, "clock-resolution")->level == assay::severity::note);
  int rounds = 0;
  measure_job job = does([&] { gpu.run(seconds + 2 * (rounds % 2) * gpu.script.tick); });
  job.before_round = [&] { ++rounds; };
  const measurement rough = measured(gpu, job);
  CHECK(rough.status == measurement_status::imprecise);
  CHECK_FALSE(find(rough, "clock-resolution"));
}

TEST_CASE("the rounds end only when every job is precise") {
  for (const std::size_t calm : {0u, 1u}) {
    fake_device gpu;
    std::vector<measure_job> jobs(2);
    jobs[calm] = takes(gpu, 0x1p-12);
    jobs[1 - calm] = noisy_job(gpu, [](int) { return true; });
    const std::vector<measure_result> results = sample(gpu, jobs);
    REQUIRE((results[0].value && results[1].value));
    CHECK(results[calm].value->status == measurement_status::converged);
    CHECK(counts_rounds(results[calm].value->rounds, 60));
    CHECK(results[1 - calm].value->status == measurement_status::imprecise);
  }
}

TEST_CASE("the time budget ends a noisy measurement after at least six rounds") {
  fake_device gpu;
  measure_options options;
  options.time_budget = 0.005;
  measure_job job = noisy_job(gpu, [](int) { return true; });
  job.launch = [&gpu, noisy = job.launch] {
    gpu.sleep(200e-6);
    noisy();
  };
  const measurement m = measured(gpu, job, options);
  CHECK(m.status == measurement_status::imprecise);
  CHECK(m.wall_seconds > options.time_budget);
  CHECK(counts_rounds(m.rounds, 6));
}

TEST_CASE("too few rounds for an interval give a finding") {
  fake_device gpu;
  measure_options options;
  options.time_budget = 0.0;
  const measurement m = measured(gpu, takes(gpu), options);
  CHECK(counts_rounds(m.rounds, 1));
  CHECK(m.warmup_launches == 2);  // the first, and the last
  CHECK(m.raw.median == kernel_time);
  CHECK_FALSE(m.raw.lower);
  CHECK_FALSE(m.raw.upper);
  CHECK(m.status == measurement_status::imprecise);
  REQUIRE(find(m, "few-samples"));
  CHECK(find(m, "few-samples")->level == assay::severity::warning);
  CHECK(gpu.clean());
}

TEST_CASE("every launch has a sample or was a warm-up and nothing is removed") {
  fake_device gpu;
  int launches = 0;
  const measurement m = measured(gpu, does([&] {
                                   // One launch in fifty takes a thousand times as long.
                                   gpu.run(++launches % 50 == 0 ? 1000 * kernel_time : kernel_time, "launch");
                                 }));
  CHECK(m.samples.size() == m.rounds.size());
  CHECK(static_cast<int>(m.samples.size()) + m.warmup_launches == launches);
  int slow = 0;
  for (const double seconds : m.samples) slow += seconds == 1000 * kernel_time;
  CHECK(slow == launches / 50 - m.warmup_launches / 50);
}

TEST_CASE("each launch is prepared before its events and cold caches are swept then") {
  for (const assay::cache_state cache : {assay::cache_state::cold, assay::cache_state::hot}) {
    CAPTURE(to_string(cache));
    fake_device gpu;
    measure_options options = patient();
    options.cache = cache;
    measure_job job = takes(gpu);
    job.before = [&] { gpu.run(1.0, "before"); };  // long: it would be seen in the times
    const measurement m = measured(gpu, job, options);
    CHECK(m.cache == cache);
    CHECK(m.raw.median == kernel_time);
    CHECK(std::set<double>(m.samples.begin(), m.samples.end()).size() == 1);

    const std::vector<std::string>& log = gpu.log();
    for (std::size_t i = 0; i < log.size(); ++i) {
      if (log[i] != "launch" || log[i + 1] == "read_counters") continue;  // counted, not timed
      REQUIRE(log[i - 1] == "record_event");
      std::size_t at = i - 2;
      if (log[at] == "synchronize") --at;  // the first launches find an idle device
      if (cache == assay::cache_state::cold) REQUIRE(log[at--] == "sweep_cache");
      REQUIRE(log[at] == "before");
      REQUIRE(log[i + 1] == "record_event");
    }
    CHECK(static_cast<std::size_t>(gpu.calls("launch")) ==
          m.samples.size() + static_cast<std::size_t>(m.warmup_launches));
    CHECK(gpu.calls("sweep_cache") == (cache == assay::cache_state::cold ? gpu.calls("launch") : 0));
    CHECK(gpu.calls("before") == gpu.calls("launch"));
  }
}

TEST_CASE("the first launches are not gated, each is waited for, and four find an idle device") {
  fake_device gpu;
  const measurement m = measured(gpu, takes(gpu));
  const std::vector<std::string>& log = gpu.log();
  const auto gate = std::find(log.begin(), log.end(), "close_gate");
  CHECK(std::count(log.begin(), gate, "launch") == 5);
  CHECK(std::count(log.begin(), gate, "synchronize") == 4 + 5);
}

TEST_CASE("slow kernels are sampled three at a time and very slow ones one at a time") {
  fake_device gpu;
  CHECK(measured(gpu, takes(gpu, 0x1p-8)).samples.size() == 3 * 12);
  CHECK(measured(gpu, takes(gpu, 0x1p-6)).samples.size() == 12);
}

TEST_CASE("warm-up goes on until time and clock have settled, and has an end") {
  fake_device gpu;
  int launches = 0;
  const measurement m = measured(gpu, does([&] {  // ten times as slow at first, for 200 launches
                                   ++launches;
                                   gpu.run(kernel_time * std::max(1.0, 10.0 - launches / 20.0));
                                 }));
  CHECK(m.warmup_launches >= 180);
  CHECK(std::set<double>(m.samples.begin(), m.samples.end()) == std::set<double>{kernel_time});

  fake_device restless;
  measure_options options;
  options.time_budget = 1.0;
  launches = 0;
  const measurement n = measured(restless, does([&] {  // never twice the same
                                   ++launches;
                                   restless.run(kernel_time * (1.0 + launches % 100));
                                 }),
                                 options);
  CHECK(n.warmup_launches > 4);
  CHECK(n.warmup_launches < launches);
}

TEST_CASE("every sample is enqueued whole behind a gate of its own") {
  fake_device gpu;
  gpu.script.host_seconds = 0x1p-10;  // would be in every time that is not gated
  const measurement m = measured(gpu, takes(gpu));
  CHECK(m.gated);
  CHECK(m.raw.median == kernel_time);
  bool closed = false, opened = false, warm = false;
  const std::vector<std::string>& log = gpu.log();
  // The last launch is looked beside, on an idle device.
  const auto last = std::find(log.rbegin(), log.rend(), "launch").base() - 1;
  for (auto at = log.begin(); at != log.end(); ++at) {
    const std::string& call = *at;
    if (call == "close_gate") closed = warm = true;
    if (call == "launch" && warm && at != last) REQUIRE(closed);
    if (call == "synchronize" || call == "seconds_between" || call == "gate_held") REQUIRE_FALSE(closed);
    if (call == "open_gate") {
      closed = false;
      opened = true;
    }
  }
  CHECK(opened);
  CHECK_FALSE(gpu.gate_closed());
  CHECK(gpu.gates() == gpu.calls("launch") - 6);  // but for the first and the last
  CHECK(gpu.hangs() == 0);
}

TEST_CASE("a device without a gate is measured without one") {
  fake_device gpu;
  gpu.script.has_gate = false;
  gpu.script.host_seconds = 0x1p-13;
  const measurement m = measured(gpu, takes(gpu));
  CHECK_FALSE(m.gated);
  CHECK(m.raw.median == kernel_time + 0x1p-13);
  CHECK(is_calm(m));
  CHECK(gpu.calls("open_gate") == 0);
  CHECK(gpu.clean());
}

TEST_CASE("a launch that waits for the device is timed without the gate and says so") {
  fake_device gpu;
  gpu.script.host_seconds = 0x1p-13;
  const measurement m = measured(gpu, does([&] {
                                   gpu.block();
                                   gpu.run(kernel_time, "launch");
                                 }));
  CHECK_FALSE(m.gated);
  const assay::finding* const opened = find(m, "gate-opened");
  REQUIRE(opened);
  CHECK(opened->level == assay::severity::warning);
  CHECK(opened->message.find("without the gate") != std::string::npos);
  // No sample whose gate expired: such a launch took the time-out as well.
  CHECK(std::set<double>(m.samples.begin(), m.samples.end()) == std::set<double>{kernel_time + 0x1p-13});
  CHECK(counts_rounds(m.rounds, 12));
  CHECK(gpu.gates() == 2);  // then none is tried again
  CHECK(gpu.hangs() == 0);
  CHECK(gpu.clean());
}

TEST_CASE("under a tool that makes every launch wait, two gates expire and there are no more") {
  fake_device gpu;
  gpu.script.serialises = true;
  gpu.script.has_graphs = true;
  gpu.script.empty_seconds = 0x1p-21;
  const measurement m = measured(gpu, takes(gpu));
  CHECK_FALSE(m.gated);
  CHECK(gpu.gates() == 2);
  const assay::finding* const opened = find(m, "gate-opened");
  REQUIRE(opened);
  CHECK(opened->message.find("every launch waits") != std::string::npos);
  CHECK(gpu.clean());
}

TEST_CASE("a launch that keeps the host busy is no reason to open the gate") {
  fake_device gpu;
  const measurement m = measured(gpu, does([&] {
                                   gpu.sleep(0.05);
                                   gpu.run(kernel_time, "launch");
                                 }));
  CHECK(m.gated);
  CHECK_FALSE(find(m, "gate-opened"));
  CHECK(m.raw.median == kernel_time);
  CHECK(m.host_time.value() == Approx(0.05));
}

TEST_CASE("a launch that keeps the host much longer than its stream is told") {
  const auto finding_of = [](double host, double stream) -> std::string {
    fake_device gpu;
    const measurement m = measured(gpu, does([&] {
                                     gpu.sleep(host);  // or waits for another stream, which looks the same
                                     gpu.run(stream);
                                   }));
    CHECK(m.raw.median == stream);
    const assay::finding* const told = find(m, "host-bound");
    if (told) CHECK(told->level == assay::severity::warning);
    return told ? told->message : "";
  };
  CHECK(finding_of(1e-3, 0x1p-17).find("a launch keeps the host for 1.00 ms, its stream for 7.63 µs") !=
        std::string::npos);
  CHECK(finding_of(50e-6, 0x1p-17).empty());  // as a few calls of a library take
  CHECK(finding_of(1e-3, 0x1p-10).empty());
}

TEST_CASE("a launch that now and then takes longer than the gate loses that sample and says so") {
  fake_device gpu;
  int launches = 0;
  const measurement m = measured(gpu, does([&] {
                                   if (++launches == 40) gpu.sleep(1.0);
                                   gpu.run(kernel_time, "launch");
                                 }));
  CHECK(m.gated);
  REQUIRE(find(m, "gate-opened"));
  CHECK(find(m, "gate-opened")->numbers.front() == std::pair<std::string, double>{"discarded", 1.0});
  CHECK(find(m, "gate-opened")->message.find("now and then") != std::string::npos);
  CHECK(std::set<double>(m.samples.begin(), m.samples.end()) == std::set<double>{kernel_time});
}

TEST_CASE("a launch that waits for the device every few times does not cost a time-out each time") {
  for (const int every : {2, 5}) {
    CAPTURE(every);
    fake_device gpu;
    int launches = 0;
    const measurement m = measured(gpu, does([&] {
                                     if (++launches % every == 0) gpu.block();
                                     gpu.run(kernel_time, "launch");
                                   }));
    CHECK_FALSE(m.gated);
    REQUIRE(find(m, "gate-opened"));
    CHECK(find(m, "gate-opened")->numbers.front().second == 8.0);
    CHECK(find(m, "gate-opened")->message.find("without the gate") != std::string::npos);
    CHECK(gpu.hangs() == 0);
    CHECK(gpu.clean());
  }
}

TEST_CASE("rounds go forwards and backwards in turn") {
  fake_device gpu;
  std::vector<std::string> order;
  const auto named = [&](const std::string& name) {
    measure_job job = takes(gpu);
    job.before_round = [&order, name] { order.push_back(name); };
    return job;
  };
  const std::vector<measure_result> results = sample(gpu, {named("a"), named("b"), named("c")});
  std::vector<std::string> expected;
  for (int round = 0; round < 12; round += 2)
    for (const char* name : {"a", "b", "c", "c", "b", "a"}) expected.emplace_back(name);
  CHECK(order == expected);
  for (const measure_result& r : results) {
    REQUIRE(r.value);
    CHECK(counts_rounds(r.value->rounds, 12));
  }
}

TEST_CASE("each of several jobs has its own time") {
  fake_device gpu;
  const std::vector<measure_result> results =
      sample(gpu, {takes(gpu, 0x1p-12, "a"), takes(gpu, 0x1p-10, "b"), takes(gpu, 0x1p-14, "c")});
  CHECK(results[0].value.value().raw.median == 0x1p-12);
  CHECK(results[1].value.value().raw.median == 0x1p-10);
  CHECK(results[2].value.value().raw.median == 0x1p-14);
}

TEST_CASE("no jobs give no results") {
  fake_device gpu;
  CHECK(sample(gpu, {}).empty());
  CHECK(gpu.clean());
}

TEST_CASE("after_round is called after the warm-up and once a round, when the device is idle") {
  fake_device gpu;
  measure_job job = takes(gpu);
  int called = 0;
  job.after_round = [&] {
    ++called;
    CHECK_FALSE(gpu.gate_closed());
    const std::vector<std::string>& log = gpu.log();
    const auto launch = std::find(log.rbegin(), log.rend(), "launch");
    CHECK(std::find(log.rbegin(), launch, "synchronize") != launch);
    gpu.run(1.0, "after");
  };
  const measurement m = measured(gpu, job);
  CHECK(called == 13);  // and once after the warm-up
  CHECK(m.raw.median == kernel_time);
  const std::vector<std::string>& log = gpu.log();
  const auto first = std::find(log.begin(), log.end(), "after");
  CHECK(std::count(log.begin(), first, "launch") == m.warmup_launches - 1);  // one comes last
}

TEST_CASE("what after_round takes is not charged to the time budget") {
  fake_device gpu;
  measure_job job = takes(gpu);
  const double without = measured(gpu, job).wall_seconds;
  job.after_round = [&] { gpu.sleep(2.0); };
  CHECK(measured(gpu, job).wall_seconds == Approx(without));
}

TEST_CASE("a job that throws ends with its reason and the others go on") {
  struct oddity {};
  const struct {
    std::function<void()> raise;
    std::string reason;
  } kinds[] = {
      {[] { throw std::runtime_error("no such plan"); }, "no such plan"},
      {[] { throw assay::usage_error("bad shape"); }, "bad shape"},
      {[] { throw 42; }, "threw something that is not a std::exception"},
      {[] { throw oddity(); }, "threw something that is not a std::exception"},
      {[] { throw assay::device_error("f()", "code", "words", ""); }, "f(): code (words)"},
      {[] { throw std::runtime_error(""); }, ""},  // must fail all the same
  };
  for (const auto& kind : kinds)
    for (const std::string where : {"first launch", "launch of a round", "before", "after_round"}) {
      CAPTURE(kind.reason, where);
      fake_device gpu;
      int launches = 0;
      measure_job bad;
      bad.before = [&] {
        if (where == "before" && launches == 5) kind.raise();
      };
      bad.launch = [&] {
        ++launches;
        gpu.run(kernel_time);
        if (where == "first launch" || (where == "launch of a round" && gpu.gates() >= 30)) kind.raise();
      };
      bad.after_round = [&] {
        if (where == "after_round") kind.raise();
      };
      std::vector<measure_result> results;
      REQUIRE_NOTHROW(results = sample(gpu, {takes(gpu, 0x1p-12, "a"), bad, takes(gpu, 0x1p-10, "b")}));
      REQUIRE(results.size() == 3);
      CHECK_FALSE(results[1].value);
      CHECK_FALSE(results[1].failure.empty());
      CHECK(results[1].failure.find(kind.reason) != std::string::npos);
      for (const std::size_t good : {0u, 2u}) {
        REQUIRE(results[good].value);
        CHECK(results[good].value->raw.median == (good == 0 ? 0x1p-12 : 0x1p-10));
        CHECK(counts_rounds(results[good].value->rounds, 12));
      }
      CHECK_FALSE(gpu.gate_closed());
      CHECK(gpu.hangs() == 0);
      CHECK(gpu.clean());
    }
}

TEST_CASE("when every job fails the sampling ends") {
  fake_device gpu;
  const auto bad = does([] { throw std::runtime_error("bad"); });
  const std::vector<measure_result> results = sample(gpu, {bad, bad});
  CHECK(results.size() == 2);
  for (const measure_result& r : results) CHECK(r.failure == "bad");
  CHECK(gpu.calls("close_gate") == 0);
  CHECK(gpu.clean());
}

TEST_CASE("the gate is opened when a launch throws behind it") {
  fake_device gpu;
  const auto bad = does([&] {
    gpu.run(kernel_time);
    if (gpu.gate_closed()) throw std::runtime_error("bad");
  });
  const std::vector<measure_result> results = sample(gpu, {bad});
  CHECK(results[0].failure == "bad");
  CHECK(gpu.calls("open_gate") == gpu.gates());
  CHECK(gpu.gates() == 1);
  CHECK(gpu.log().back() == "destroy_event");
  const auto opened = std::find(gpu.log().begin(), gpu.log().end(), "open_gate");
  CHECK(std::find(opened, gpu.log().end(), "synchronize") != gpu.log().end());
  CHECK(gpu.hangs() == 0);
}

TEST_CASE("a launch that left an error is reported") {
  for (const assay::cache_state cache : {assay::cache_state::cold, assay::cache_state::hot})
    for (const int gate : {0, 1, 12}) {  // before gates, behind the first, behind a later one
      CAPTURE(to_string(cache), gate);
      fake_device gpu;
      bool done = false;
      const measure_job bad = does([&] {
        gpu.run(kernel_time);
        if (gpu.gates() == gate && !std::exchange(done, true)) gpu.leave_launch_error();
      });
      measure_options options = patient();
      options.cache = cache;
      const std::vector<measure_result> results = sample(gpu, {bad}, options);
      CHECK_FALSE(results[0].value);
      CHECK(results[0].failure == "launch: fake_bad_launch (an earlier launch failed)");
      CHECK(gpu.clean());
    }
}

TEST_CASE("what a job that throws has left behind is not blamed on the next") {
  for (const bool behind_gate : {false, true})
    for (const bool backwards : {false, true}) {
      CAPTURE(behind_gate, backwards);
      fake_device gpu;
      measure_job bad = does([&] {
        gpu.run(kernel_time);
        if (gpu.gate_closed() != behind_gate) return;
        gpu.leave_launch_error();
        throw std::runtime_error("my own check failed");
      });
      std::vector<measure_job> jobs = {bad, takes(gpu)};
      if (backwards) std::swap(jobs[0], jobs[1]);
      const std::vector<measure_result> results = sample(gpu, jobs);
      CHECK(results[backwards ? 1 : 0].failure == "my own check failed");
      CHECK(results[backwards ? 0 : 1].failure == "");
      CHECK(results[backwards ? 0 : 1].value);
      CHECK(gpu.clean());
    }
}

TEST_CASE("a lost device leaves the sampler and nothing leaks") {
  for (const std::string where : {"first launch", "behind the gate", "after_round"}) {
    CAPTURE(where);
    fake_device gpu;
    const auto lose = [] { throw assay::device_error("kernel", "gone", "illegal address", "", true); };
    measure_job bad;
    bad.launch = [&] {
      gpu.run(kernel_time);
      if (where == "first launch" || (where == "behind the gate" && gpu.gates() >= 3)) lose();
    };
    bad.after_round = [&] {
      if (where == "after_round") lose();
    };
    try {
      static_cast<void>(sample(gpu, {takes(gpu), bad, takes(gpu)}));
      FAIL("a lost device was not reported");
    } catch (const assay::device_error& e) {
      CHECK(e.lost());
      CHECK(std::string(e.what()).find("illegal address") != std::string::npos);
    }
    CHECK_FALSE(gpu.gate_closed());
    CHECK(gpu.clean());
  }
}

TEST_CASE("every call of the device that fails once is reported and nothing leaks") {
  const std::string calls[] = {"create_event", "record_event", "seconds_between", "check_launch",
                               "synchronize",  "sweep_cache",  "close_gate",      "open_gate",
                               "gate_held",    "fill",         "set_bytes"};
  std::set<std::string> fired;
  for (const std::string& call : calls)
    for (const int k : {1, 2, 5, 30, 300})
      for (const fault what : {fault::error, fault::out_of_memory, fault::lost}) {
        CAPTURE(call, k, static_cast<int>(what));
        fake_device gpu;
        gpu.fail(call, k, what);
        std::vector<measure_result> results;
        bool lost = false, thrown = false;
        {
          const assay::device_buffer buffer(gpu, 64);
          measure_job job = takes(gpu);
          job.before = [&] {
            gpu.fill({buffer.data(), assay::dtype::fp32, 1, {}, 0, 0});
            gpu.set_bytes(buffer.data(), 0xFF, 64);
          };
          try {
            results = sample(gpu, {job, job});
          } catch (const assay::device_error& e) {
            thrown = true;
            lost = e.lost();
            CHECK(std::string(e.what()).find(call) != std::string::npos);
          }
        }
        CHECK(gpu.clean());
        if (gpu.fault_pending()) {  // there were fewer calls
          CHECK_FALSE(thrown);
          for (const measure_result& r : results) CHECK(r.value);
          continue;
        }
        fired.insert(call);
        CHECK(lost == (what == fault::lost));
        CHECK(thrown == (lost || (call == "create_event" && k < 5)));  // the timer's own: no job is to blame
        if (thrown) continue;
        REQUIRE(results.size() == 2);
        CHECK(results[0].value.has_value() + results[1].value.has_value() == 1);
        for (const measure_result& r : results) {
          if (r.value)
            CHECK(r.value->raw.median == kernel_time);
          else
            CHECK(r.failure.find(call + ": fake_") == 0);
        }
      }
  CHECK(fired.size() == std::size(calls));
}

TEST_CASE("a share of the cache that is set aside is said to have been taken back") {
  fake_device gpu;
  gpu.script.sets_cache_aside = true;
  REQUIRE(find(measured(gpu, takes(gpu)), "persisting-cache"));
  CHECK_FALSE(find(measured(gpu, takes(gpu)), "persisting-cache"));
}

TEST_CASE("a share of the cache that each launch sets aside is gone before the next sample and look") {
  fake_device gpu;
  int kept = 0;
  bool kept_at_last = false;
  const measurement m = measured(gpu, does([&] {
                                   kept_at_last = gpu.script.sets_cache_aside;
                                   kept += gpu.gate_closed() && kept_at_last;
                                   gpu.script.sets_cache_aside = true;
                                   gpu.run(kernel_time);
                                 }));
  CHECK(find(m, "persisting-cache"));
  CHECK(kept == 0);
  CHECK_FALSE(kept_at_last);
}

namespace {

/// A monitor that plays one state before and one after, and an energy counter of 100 W.
class played_monitor final : public assay::monitor {
 public:
  explicit played_monitor(fake_device& gpu) : gpu_(gpu) {}
  assay::device_state before, after;
  bool counts_energy = true;
  double watts = 100.0;

  [[nodiscard]] assay::device_state read() override { return reads_++ == 0 ? before : after; }
  [[nodiscard]] std::optional<double> joules() override {
    return counts_energy ? std::optional(watts * gpu_.now()) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> joules_period() const override { return 0.1; }

 private:
  fake_device& gpu_;
  int reads_ = 0;
};

}  // namespace

TEST_CASE("what the monitor saw before and after is among the findings of every callable") {
  fake_device gpu;
  played_monitor clocks(gpu);
  clocks.before.clock = 1.9e9;
  clocks.after.clock = 1.2e9;
  std::vector<measure_job> jobs = {takes(gpu), takes(gpu)};
  for (const measure_result& r : assay::sampler(gpu, jobs, patient(), &clocks).run()) {
    REQUIRE(r.value);
    CHECK(find(*r.value, "clocks-not-locked"));
    CHECK(find(*r.value, "clock-ramping"));
    CHECK_FALSE(r.value->temperature);
    CHECK_FALSE(r.value->power);
  }
}

TEST_CASE("the higher temperature and power before or after the rounds are kept") {
  fake_device gpu;
  const auto seen = [&](std::optional<double> before, std::optional<double> after) {
    played_monitor clocks(gpu);
    clocks.before.temperature = clocks.before.power = before;
    clocks.after.temperature = clocks.after.power = after;
    measure_job job = takes(gpu);
    const auto m = assay::sampler(gpu, {&job, 1}, patient(), &clocks).run().front().value;
    CHECK(m->power == m->temperature);
    return m->temperature;
  };
  CHECK(seen(40.0, 61.0) == 61.0);
  CHECK(seen(61.0, 40.0) == 61.0);
  CHECK(seen(std::nullopt, 40.0) == 40.0);
  CHECK(seen(-5.0, std::nullopt) == -5.0);
  CHECK_FALSE(seen(std::nullopt, std::nullopt));
}

TEST_CASE("the energy of a launch is the counter's over many launches, when asked for") {
  fake_device gpu;
  played_monitor clocks(gpu);
  measure_options options = patient();
  measure_job job = takes(gpu);
  CHECK_FALSE(assay::sampler(gpu, {&job, 1}, options, &clocks).run().front().value->energy);
  options.energy = true;
  const measurement m = *assay::sampler(gpu, {&job, 1}, options, &clocks).run().front().value;
  REQUIRE(m.energy);
  CHECK(m.energy->joules == Approx(100.0 * kernel_time).epsilon(0.01));
  CHECK(m.energy->uncertainty);

  clocks.counts_energy = false;
  const measurement none = *assay::sampler(gpu, {&job, 1}, options, &clocks).run().front().value;
  CHECK_FALSE(none.energy);
  CHECK(find(none, "no-energy"));

  clocks.counts_energy = true;
  clocks.watts = 0.0;
  const measurement still = *assay::sampler(gpu, {&job, 1}, options, &clocks).run().front().value;
  CHECK_FALSE(still.energy);
  CHECK(find(still, "no-energy"));
}

TEST_CASE("the energy of a slow launch takes no more launches than the counter needs") {
  fake_device gpu;
  played_monitor clocks(gpu);
  measure_options options = patient();
  options.energy = true;
  int launches = 0;
  measure_job job = does([&] {
    ++launches;
    gpu.run(0.25);
  });
  const measurement m = *assay::sampler(gpu, {&job, 1}, options, &clocks).run().front().value;
  REQUIRE(m.energy);
  CHECK(m.energy->joules == Approx(25.0).epsilon(0.01));
  CHECK(launches == static_cast<int>(m.samples.size()) + m.warmup_launches + 3);  // 0.6 s of them
}
