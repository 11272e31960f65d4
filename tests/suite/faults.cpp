// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a whole run when a call of the backend fails: each call that can, with an error at its
// first, middle and last time, without memory and with the loss of the device at its first and last. Of two
// ways to run, the second has calls that the first has, too, fail with an error alone, at their middle and
// last time. While ceilings are measured: with an error and with the loss of the device, at its middle time.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "assay/measure/measure_ceilings.hpp"
#include "assay/suite/runner.hpp"
#include "support/catch.hpp"
#include "support/fake_device.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::fake_device;
using support::fault;
using support::has;

namespace {

fake_device& gpu() { return static_cast<fake_device&>(device_of<support::fake>()); }

/// A GPU that has all that a GPU can have; byte streams, which take most of the time, where they are asked
/// for.
fake_device& fresh_gpu(bool streams) {
  fake_device& fresh = support::fresh_fake_device();
  fresh.script.info.architecture = "sm_90";
  fresh.script.info.multiprocessors = 2;
  fresh.script.info.l2_bytes = fresh.script.info.last_level_bytes = 1 << 14;
  fresh.script.memory = 16 << 20;
  fresh.script.chore_seconds = 0x1p-20;
  fresh.script.empty_seconds = 0x1p-21;
  fresh.script.has_graphs = true;
  fresh.script.has_fences = true;
  fresh.script.has_occupancy_probe = true;
  fresh.script.stream_rate = streams ? 1e12 : 0.0;
  fresh.script.clock = 1.5e9;
  fresh.script.counts_kernels = true;
  return fresh;
}

problem_definition on_fake(problem_definition definition) {
  definition.backend = "fake";
  definition.open_device = &device_of<support::fake>;
  return definition;
}

/// Two cases with an oracle on the host and padded rows, one with an oracle on the device.
std::vector<plan_item> some_plan() {
  static const problem_definition doubling =
      on_fake(support::problem_named("doubling", [](support::host_problem& p) {
        const auto n = p.axis("n", {4, 6}, at_least(1));
        const auto x = p.input<float>("x", {n, 4});
        const auto y = p.output<float>("y", {n, 4});
        p.leading_dimension(y, 6);
        p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
        const auto twice = [=] {
          for (std::int64_t row = 0; row < n; ++row)
            for (std::int64_t i = 0; i < 4; ++i) y[row * 6 + i] = 2.0f * x[row * 4 + i];
          gpu().run(0x1p-14);
        };
        p.baseline("slow", [=] {
          twice();
          gpu().run(0x1p-14);
        });
        p.candidate("fast", twice);
      }));
  static const problem_definition product =
      on_fake(support::problem_named("product", [](support::host_problem& p) {
        const auto m = p.axis("m", {100});
        const auto a = p.input<float>("a", {m, 4});
        const auto b = p.input<float>("b", {4, 8});
        const auto c = p.output<float>("c", {m, 8});
        p.gemm_oracle(c, gemm{m, 8, 4}, a, b);
        p.candidate("loops", [=] {
          for (std::int64_t i = 0; i < m; ++i)
            for (std::int64_t j = 0; j < 8; ++j) {
              float sum = 0;
              for (std::int64_t l = 0; l < 4; ++l) sum += a[i * 4 + l] * b[l * 8 + j];
              c[i * 8 + j] = sum;
            }
          gpu().run(0x1p-13);
        });
      }));
  return make_plan(support::discovered({&doubling, &product}), {});
}

/// Two ways to run that together ask a device for all that it can do.
run_options ways(int which) {
  run_options options;
  options.measure.time_budget = 1e-3;
  options.explain = true;
  if (which == 0) {
    options.fuzz.trials = 2;
    options.fence = fence_side::above;
  } else {
    options.oracle_seconds = -1.0;  // no oracle is affordable for all of an output
    options.oracle_samples = 16;
    options.trust = true;  // the fake's graphs take their time and compute nothing
    options.measure.mode = launch_mode::graph;
    options.measure.cache = cache_state::cold_dirty;
  }
  return options;
}

struct outcome_of_run {
  run_result result;
  std::string told;  ///< all that the run says, to anybody
  bool clean = false;
};

outcome_of_run run_all(const run_options& options) {
  struct listener final : run_observer {
    std::string told;
    void on_no_device(const std::string& why) override { told += why + "\n"; }
  } heard;
  outcome_of_run all;
  all.result = runner(options, {&heard}).run(some_plan());
  all.told = heard.told + all.result.lost + "\n";
  for (const std::string& why : all.result.no_device) all.told += why + "\n";
  for (const record& r : all.result.records) {
    all.told += r.case_name() + ", " + r.candidate + ": " + to_string(r.verdict.outcome) + ": " +
                r.verdict.reason + "\n";
    const auto tell = [&](const std::vector<finding>& findings) {
      for (const finding& f : findings) all.told += "  " + f.code + ": " + f.message + "\n";
    };
    tell(r.findings);
    if (r.time) tell(r.time->findings);
    if (r.fuzz) all.told += "  fuzz: " + r.fuzz->skip_reason + "\n";
    if (r.launch) all.told += "  launch: " + r.launch->absent + "\n";
    if (r.diagnosis)
      for (const diagnosis_rung& rung : r.diagnosis->rungs)
        all.told += "  " + rung.rung + ": " + rung.message + "\n";
  }
  all.clean = gpu().clean();
  return all;
}

/// The cases that did not end as they should.
std::set<std::string> hurt_cases(const run_result& result) {
  std::set<std::string> hurt;
  for (const record& r : result.records)
    if (r.verdict.outcome != outcome::correct || !r.time) hurt.insert(r.case_name());
  return hurt;
}

std::size_t threads() {
  std::size_t count = 0;
  for (const auto& one : std::filesystem::directory_iterator("/proc/self/task")) {
    static_cast<void>(one);
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("whatever call of a backend fails, the run ends, says so and leaks nothing", "[suite][faults]") {
  std::set<std::string> reached;
  for (const int way : {0, 1}) {
    fresh_gpu(way == 1);
    const run_options options = ways(way);
    const outcome_of_run flawless = run_all(options);
    REQUIRE(flawless.clean);
    REQUIRE(flawless.result.records.size() == 5);
    REQUIRE(hurt_cases(flawless.result).empty());
    std::map<std::string, int> calls;
    for (const std::string& call : gpu().log())
      if (fake_device::fallible().contains(call)) ++calls[call];
    const std::size_t threads_before = threads();

    for (const auto& [call, count] : calls) {
      const bool first_time = reached.insert(call).second;
      for (const int nth : std::set<int>{1, count / 2 + 1, count}) {
        for (const fault what : {fault::error, fault::out_of_memory, fault::lost}) {
          if (!first_time && (what != fault::error || nth == 1)) continue;
          if (what != fault::error && nth != 1 && nth != count) continue;
          fresh_gpu(way == 1).script.keep_log = false;
          gpu().fail(call, nth, what);
          const outcome_of_run seen = run_all(options);
          INFO(call << " fails at call " << nth << " of " << count << ", kind " << static_cast<int>(what)
                    << ", way " << way);
          INFO(seen.told);
          CHECK_FALSE(gpu().fault_pending());
          CHECK(seen.clean);
          CHECK(threads() == threads_before);
          const bool unharmed = seen.result.records.size() == 5 && hurt_cases(seen.result).empty();
          // What was left is painted over when a case is done with it; that may fail unseen, being the last.
          if (unharmed && call == "set_bytes" && nth == count) continue;
          // How much was free at first matters to processes whose memory somebody keeps, and to no record.
          if (unharmed && call == "free_memory" && nth == 1) continue;
          // Without memory there are fewer copies, and the host compares; nobody need be told.
          CHECK((has(seen.told, call) || (unharmed && what == fault::out_of_memory)));
          if (what == fault::lost) {
            CHECK((!seen.result.lost.empty() || !seen.result.no_device.empty()));
          } else {
            CHECK(seen.result.records.size() == flawless.result.records.size());
            CHECK(seen.result.lost.empty());
            CHECK(hurt_cases(seen.result).size() <= 1);
          }
        }
      }
    }
  }
  for (const std::string& call : fake_device::fallible()) {
    CAPTURE(call);
    const bool of_ceilings = call == "launch_ceiling" || call == "ceiling_features";
    CHECK(reached.contains(call) != of_ceilings);
  }
}

TEST_CASE("whatever call fails while ceilings are measured, it is told and nothing leaks",
          "[measure][faults]") {
  const auto with_ceilings = []() -> fake_device& {
    fake_device& fresh = fresh_gpu(true);
    fresh.script.info.l2_bytes = fresh.script.info.last_level_bytes = 1 << 10;  // streams are 16 times that
    fresh.script.ceilings = {true, 900, true, ""};
    fresh.script.ceiling_rate = [](const ceiling_probe&) { return std::optional(1e12); };
    return fresh;
  };
  // As runs do: the mixes of DRAM and the launch. All others differ in their kernel alone.
  const auto measure = [](const std::string& call) {
    return ceiling_measurer(gpu(), {call == "launch_ceiling", 1e-3}).run();
  };
  with_ceilings();
  static_cast<void>(measure(""));
  std::map<std::string, int> calls = {{"launch_ceiling", 9}};
  for (const std::string& call : gpu().log())
    if (fake_device::fallible().contains(call)) ++calls[call];
  CHECK(calls.contains("ceiling_features"));

  for (const auto& [call, count] : calls)
    for (const fault what : {fault::error, fault::lost}) {
      with_ceilings().script.keep_log = false;
      gpu().fail(call, count / 2 + 1, what);
      INFO(call << " fails in the middle of " << count << ", kind " << static_cast<int>(what));
      std::string told;
      bool lost = false;
      try {
        for (const measured_ceiling& one : measure(call).all) {
          told += one.name + ": " + one.source + "\n";
          for (const std::string& why : one.failures) told += one.name + ": " + why + "\n";
        }
      } catch (const device_error& e) {
        lost = e.lost();
        told = e.what();
      }
      INFO(told);
      CHECK_FALSE(gpu().fault_pending());
      CHECK(gpu().clean());
      CHECK(has(told, call));
      CHECK(lost == (what == fault::lost));
    }
}
