// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/runner.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/fake_device.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::host_problem;
using support::message_of;
using support::problem_named;
using support::verify_only;

namespace {

/// Writes down all that it is told.
struct diary final : run_observer {
  std::vector<std::string> lines;
  void on_device(const device_info& info, const ceilings&) override {
    lines.push_back("device " + info.name);
  }
  void on_no_device(const std::string& why) override { lines.push_back("no device: " + why); }
  void on_progress(std::size_t item, const plan_item&, const std::string& what) override {
    lines.push_back("item " + std::to_string(item) + " " + what);
  }
  void on_record(const record& r) override {
    lines.push_back("record " + r.case_name() + " " + r.candidate + " " + to_string(r.verdict.outcome));
  }
  void on_item_done(std::size_t item) override { lines.push_back("done " + std::to_string(item)); }
};

/// A problem on the fake device, of which no ceilings are measured.
template <class Launch>
problem_definition ones(const char* name, Launch launch, std::initializer_list<std::int64_t> sizes = {4}) {
  const std::vector<std::int64_t> kept(sizes);
  problem_definition definition = problem_named(name, [=](host_problem& p) {
    const auto n = kept.size() == 1 ? p.axis("n", {kept[0]}) : p.axis("n", {kept[0], kept[1]});
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.candidate("only", [=] { launch(y); });
  });
  definition.backend = "fake";
  support::fresh_fake_device();  // tests of one process share the device, and some lose it
  definition.open_device = &device_of<support::fake>;
  return definition;
}

const auto right = [](assay::tensor<float> y) {
  for (std::int64_t i = 0; i < y.size(); ++i) y[i] = 1.0f;
};

std::vector<plan_item> plan_of(const std::vector<const problem_definition*>& definitions) {
  return make_plan(support::discovered(definitions), {});
}

}  // namespace

TEST_CASE("a runner executes the plan in order and tells each step", "[suite]") {
  const auto first = ones("first", [](auto y) { right(y); }, {4, 8});
  const auto second = ones("second", [](auto) {});
  diary told, other;
  const run_options options = verify_only();
  const run_result result = runner(options, {&told, &other}).run(plan_of({&first, &second}));
  CHECK(told.lines == std::vector<std::string>{"device Fake GPU", "item 0 oracle", "item 0 verify only",
                                               "record first n=4 only correct", "done 0", "item 1 oracle",
                                               "item 1 verify only", "record first n=8 only correct",
                                               "done 1", "item 2 oracle", "item 2 verify only",
                                               "record second n=4 only wrong", "done 2"});
  CHECK(other.lines == told.lines);
  CHECK(result.records.size() == 3);
  CHECK(result.planned == 3);
  CHECK(result.executed == 3);
  CHECK(result.lost.empty());
  CHECK(result.no_device.empty());
}

TEST_CASE("an empty plan opens no device", "[suite]") {
  diary told;
  const run_options options = verify_only();
  const run_result result = runner(options, {&told}).run({});
  CHECK(told.lines.empty());
  CHECK(result.records.empty());
  CHECK(result.planned == 0);
}

TEST_CASE("a backend without a device loses its cases and nothing else", "[suite]") {
  auto absent = ones("absent", [](auto y) { right(y); }, {4, 8});
  absent.backend = "absent";
  absent.open_device = []() -> device& { throw no_device("no such device here"); };
  const auto present = ones("present", [](auto y) { right(y); });
  diary told;
  const run_options options = verify_only();
  const run_result result = runner(options, {&told}).run(plan_of({&absent, &present}));
  CHECK(result.no_device == std::vector<std::string>{"no such device here"});  // said once
  CHECK(result.planned == 3);
  CHECK(result.executed == 1);
  REQUIRE(result.records.size() == 1);
  CHECK(result.records[0].problem == "present");
  CHECK(told.lines.front() == "no device: no such device here");
  CHECK(told.lines[1] == "device Fake GPU");
}

TEST_CASE("a device that is lost ends the run and says where", "[suite]") {
  const auto first = ones("first", [](auto y) { right(y); });
  const auto culprit = ones(
      "culprit", [](auto) { throw device_error("launch", "ILLEGAL_ADDRESS", "a wild pointer", "", true); });
  const auto never = ones("never", [](auto y) { right(y); });
  diary told;
  const run_options options = verify_only();
  const run_result result = runner(options, {&told}).run(plan_of({&first, &culprit, &never}));
  REQUIRE(result.records.size() == 2);
  CHECK(result.records[0].verdict.outcome == outcome::correct);
  CHECK(result.records[1].verdict.outcome == outcome::failed);
  CHECK(result.executed == 2);
  CHECK(result.planned == 3);
  CHECK(has(result.lost, "the device was lost in culprit n=4, only: launch: ILLEGAL_ADDRESS"));
  CHECK(told.lines.back() == "done 1");
}

TEST_CASE("a case that does not fit leaves the others", "[suite]") {
  const auto definition = ones("large", [](auto y) { right(y); }, {std::int64_t{1} << 48, 4});
  const run_options options = verify_only();
  const run_result result = runner(options, {}).run(plan_of({&definition}));
  REQUIRE(result.records.size() == 2);
  CHECK(result.records[0].verdict.outcome == outcome::failed);
  CHECK(result.records[1].verdict.outcome == outcome::correct);
  CHECK(result.lost.empty());
}

TEST_CASE("an observer that cannot do its work ends the run with its own error", "[suite]") {
  struct full_disk final : run_observer {
    explicit full_disk(bool at_device) : at_device_(at_device) {}
    void on_device(const device_info&, const ceilings&) override {
      if (at_device_) throw io_error("disk full at device");
    }
    void on_record(const record&) override { throw io_error("disk full at record"); }
    bool at_device_;
  };
  const auto definition = ones("one", [](auto y) { right(y); });
  const run_options options = verify_only();
  full_disk late(false), early(true);
  CHECK(message_of<io_error>([&] { (void)runner(options, {&late}).run(plan_of({&definition})); }) ==
        "disk full at record");
  CHECK(message_of<io_error>([&] { (void)runner(options, {&early}).run(plan_of({&definition})); }) ==
        "disk full at device");
}

TEST_CASE("a runner on the host measures its ceilings and times a candidate", "[suite]") {
  const auto definition = problem_named("host", [](host_problem& p) {
    const auto y = p.output<float>("y", {64});
    p.flops(64);
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.baseline("loop", [=] { right(y); });
    p.candidate("same loop", [=] { right(y); });
  });
  struct : run_observer {
    void on_device(const device_info& info, const ceilings& limits) override {
      ++devices;
      vendor_seen = info.vendor;
      has_dram = limits.find(resource::dram) != nullptr && limits.which == layer::measured;
    }
    int devices = 0;
    vendor vendor_seen = vendor::nvidia;
    bool has_dram = false;
  } told;
  const run_options options = support::quick();
  const run_result result = runner(options, {&told}).run(plan_of({&definition}));
  CHECK(told.devices == 1);
  CHECK(told.vendor_seen == vendor::cpu);
  CHECK(told.has_dram);
  REQUIRE(result.records.size() == 2);
  for (const record& r : result.records) {
    CHECK(r.verdict.outcome == outcome::correct);
    CHECK(r.time);
    CHECK(r.sol_ratio());
  }
  CHECK(result.records[1].speedup);
}

TEST_CASE("twins are timed in the same rounds, the second against the first", "[suite]") {
  const auto definition = problem_named("twins", [](host_problem& p) {
    const auto y = p.output<float>("y", {64});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.baseline("loop", [=] { right(y); });
    p.candidate("same loop", [=] { right(y); });
    p.candidate("wrong", [=] { y[0] = 2.0f; });
  });
  run_options options = support::quick();
  options.twins = true;
  const std::vector<record> records = support::run(definition, options);
  REQUIRE(records.size() == 6);
  for (std::size_t i = 0; i < 6; i += 2) {
    CHECK(records[i].candidate == records[i + 1].candidate);
    CHECK_FALSE(records[i].speedup);
    CHECK(records[i + 1].speedup.has_value() == (i < 4));
  }
  CHECK(records[1].speedup->rounds > 0);
}

TEST_CASE("the baseline is left out where it is not wanted", "[suite]") {
  const auto definition = problem_named("alone", [](host_problem& p) {
    const auto y = p.output<float>("y", {64});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.baseline("loop", [=] { right(y); });
    p.candidate("same loop", [=] { right(y); });
  });
  run_options options = support::quick();
  options.baseline = false;
  std::vector<plan_item> plan = plan_of({&definition});
  plan[0].candidates = {"same loop"};
  const run_result result = runner(options, {}).run(plan);
  REQUIRE(result.records.size() == 1);
  CHECK(result.records[0].candidate == "same loop");
  CHECK(result.records[0].time);
}

TEST_CASE("an item is measured again without a word to those who count records", "[suite]") {
  const auto definition = ones("again", [](auto y) { right(y); }, {4, 8});
  diary told;
  const run_options options = verify_only();
  runner engine(options, {&told});
  const std::vector<plan_item> plan = plan_of({&definition});
  CHECK(engine.run(plan).records.size() == 2);
  told.lines.clear();
  const std::vector<record> again = engine.repeat(plan[1], options, "fresh rounds");
  REQUIRE(again.size() == 1);
  CHECK(again[0].case_name() == "again n=8");
  for (const std::string& line : told.lines) CHECK(has(line, "item 0 fresh rounds: "));
}

TEST_CASE("a device that is lost when it is measured again is an error that says where", "[suite]") {
  bool broken = false;
  const auto definition = ones("lost", [&broken](auto y) {
    if (broken) throw device_error("launch", "ILLEGAL_ADDRESS", "an illegal address", "", true);
    right(y);
  });
  run_options options = verify_only();
  runner engine(options, {});
  const std::vector<plan_item> plan = plan_of({&definition});
  CHECK(engine.run(plan).lost.empty());
  broken = true;
  CHECK(has(message_of<error>([&] { (void)engine.repeat(plan[0], options, "again"); }),
            "the device was lost in lost n=4"));
}

TEST_CASE("work that escapes its time is invalid however right the output is", "[suite]") {
  const auto definition = ones("escapes", [](assay::tensor<float> y) {
    right(y);
    auto& gpu = static_cast<support::fake_device&>(device_of<support::fake>());
    gpu.run(0x1p-17);
    gpu.run_beside(0x1p-10);
  });
  const run_result result = runner({}, {}).run(plan_of({&definition}));
  REQUIRE(result.records.size() == 1);
  CHECK(result.records[0].verdict.outcome == outcome::invalid);
  CHECK(has(result.records[0].verdict.reason, "another stream"));
  CHECK_FALSE(has(result.records[0].replay, "--verify-only"));
}

TEST_CASE("clocks that have to be locked and are not end the run before it begins", "[suite]") {
  const auto definition = ones("locked", right);
  run_options options;
  options.locked_clocks = true;
  CHECK(has(message_of([&] { (void)runner(options, {}).run(plan_of({&definition})); }),
            "locked clocks are required"));
  options.time = false;  // then no clock matters
  CHECK(runner(options, {}).run(plan_of({&definition})).records.size() == 1);
}

TEST_CASE("launches that rotate find other memory each time and are checked", "[suite]") {
  std::set<const float*> places;
  const auto definition = ones("rotates", [&](assay::tensor<float> y) {
    places.insert(y.data());
    right(y);
    static_cast<support::fake_device&>(device_of<support::fake>()).run(0x1p-17);
  });
  static_cast<support::fake_device&>(device_of<support::fake>()).script.info.last_level_bytes = 4096;
  run_options options;
  options.measure.cache = cache_state::rotate;
  const run_result result = runner(options, {}).run(plan_of({&definition}));
  REQUIRE(result.records.size() == 1);
  CHECK(result.records[0].verdict.outcome == outcome::correct);
  REQUIRE(result.records[0].time);
  CHECK(result.records[0].time->cache == cache_state::rotate);
  CHECK(places.size() == 3 * 4096 / 256);
}

TEST_CASE("the smallest case of each problem runs under the sanitizer, and its records have the findings",
          "[suite]") {
  const support::temporary_folder folder;
  const std::string tool = folder / "compute-sanitizer";
  std::ofstream(tool) << "#!/bin/sh\nwhile [ $1 != --log-file ]; do shift; done\n"
                         "echo \"========= ERROR SUMMARY: 0 errors\" > $2\n";
  chmod(tool.c_str(), 0700);
  const std::string path = folder.path() + ":/bin:/usr/bin";
  const support::environment_variable on_path("PATH", path.c_str());
  auto definition = ones("sanitized", right, {8, 4});
  definition.backend = "cuda";
  run_options options = verify_only();
  options.sanitizer_tools = {"memcheck"};
  diary told;
  const run_result result = runner(options, {&told}).run(plan_of({&definition}));
  REQUIRE(result.records.size() == 2);
  const auto of_sanitizer = [](const record& r) {
    std::vector<std::string> messages;
    for (const finding& f : r.findings)
      if (f.code == "sanitizer") messages.push_back(f.message);
    return messages;
  };
  CHECK(of_sanitizer(result.records[0]).empty());  // n=8
  CHECK(of_sanitizer(result.records[1]) == std::vector<std::string>{"compute-sanitizer memcheck: no errors"});
  CHECK(std::count(told.lines.begin(), told.lines.end(), "item 1 sanitize only") == 1);
  CHECK(std::count(told.lines.begin(), told.lines.end(), "item 0 sanitize only") == 0);
}

TEST_CASE("a runner without the sanitizer that is wanted does not begin", "[suite]") {
  const support::temporary_folder empty;
  const support::environment_variable path("PATH", empty.path().c_str());
  run_options options;
  options.sanitizer_tools = {"memcheck"};
  CHECK_THROWS_AS(runner(options, {}), usage_error);
}

TEST_CASE("small cases share one allocation", "[suite]") {
  const auto definition = ones("shared memory", right, {8, 4});
  auto& gpu = static_cast<support::fake_device&>(device_of<support::fake>());
  const run_result result = runner(verify_only(), {}).run(plan_of({&definition}));
  CHECK(result.records.size() == 2);
  CHECK(gpu.calls("allocate") == 2);  // the arena, and what inspections find
  CHECK(gpu.live_allocations() == 0);
}

TEST_CASE("a run that lacks memory which somebody has kept says so, and one that is too large does not",
          "[suite]") {
  auto& gpu = static_cast<support::fake_device&>(device_of<support::fake>());
  const auto result_with = [&](std::int64_t memory, bool eats) {
    const auto definition = ones("lacks memory", [&, eats](assay::tensor<float> y) {
      while (eats && gpu.free_memory() > 0) static_cast<void>(gpu.allocate(256));
      right(y);
      gpu.run(0x1p-17);
    });
    gpu.script.memory = memory;
    gpu.script.empty_seconds = 0x1p-21;
    gpu.script.has_graphs = true;
    const run_options options;
    return runner(options, {}).run(plan_of({&definition}));
  };
  const run_result enough = result_with(1 << 20, false);
  REQUIRE(enough.records.size() == 1);
  REQUIRE(enough.records[0].time);
  CHECK(enough.records[0].time->net);
  CHECK_FALSE(enough.starved);
  const run_result eaten = result_with(1 << 20, true);
  REQUIRE(eaten.records.size() == 1);
  CHECK(eaten.records[0].verdict.outcome == outcome::correct);
  REQUIRE(eaten.records[0].time);
  CHECK_FALSE(eaten.records[0].time->net);
  CHECK(eaten.starved);
  const std::size_t before = gpu.shortages;
  const run_result large = result_with(13'000, false);  // room for the arena, not for copies beside it
  CHECK(gpu.shortages > before);
  CHECK_FALSE(large.starved);
}
