// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/run_case.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/fake_device.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::host_problem;
using support::problem_named;
using support::quick;
using support::record_of;
using support::run;
using support::some_ceilings;
using support::verify_only;

namespace {

constexpr std::int64_t n = 1000;
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

/// One launch to be compared, and two more to see whether it repeats itself.
constexpr int verifying_launches = 3;

/// y = 2x over n elements: `more(p, x, y)` declares the candidates, one of which is right.
template <class More>
problem_definition doubling(More more) {
  return problem_named("doubling", [more](host_problem& p) {
    const auto x = p.input<float>("x", {n}, uniform(0.5, 1.0));
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
    p.flops(n);
    p.candidate("right", [=] {
      for (std::int64_t i = 0; i < n; ++i) y[i] = 2.0f * x[i];
    });
    more(p, x, y);
  });
}

void twice(const float* x, float* y, std::int64_t begin = 0, std::int64_t end = n) {
  for (std::int64_t i = begin; i < end; ++i) y[i] = 2.0f * x[i];
}

/// The record of the candidate "hostile", after the run went on to the one that is right.
template <class Hostile>
record of_hostile(Hostile hostile, const run_options& options = quick()) {
  const std::vector<record> records = run(
      doubling([=](auto& p, auto x, auto y) { p.candidate("hostile", [=]() mutable { hostile(x, y); }); }),
      options);
  REQUIRE(records.size() == 2);
  CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
  CHECK(record_of(records, "right").time.has_value() == options.time);
  return record_of(records, "hostile");
}

}  // namespace

TEST_CASE("a right candidate is correct, timed and bounded", "[suite]") {
  const std::vector<record> records = run(doubling([](auto&, auto, auto) {}));
  REQUIRE(records.size() == 1);
  const record& r = records[0];
  CHECK(r.verdict.outcome == outcome::correct);
  CHECK(r.verdict.reason == "");
  REQUIRE(r.verdict.comparisons.size() == 1);
  CHECK(r.verdict.comparisons[0].output == "y");
  CHECK(r.verdict.comparisons[0].checked == n);
  CHECK(r.verdict.comparisons[0].mismatched == 0);
  REQUIRE(r.time);
  CHECK_FALSE(r.time->samples.empty());
  CHECK(r.time->samples.size() == r.time->rounds.size());
  CHECK(r.time->cache == cache_state::hot);
  REQUIRE(r.limit);
  CHECK(r.limit->seconds == 8.0 * n / 1e11);  // 4 bytes read and 4 written an element, at 100 GB/s
  CHECK(r.limit->binding == resource::dram);
  CHECK(r.sol_ratio());
  CHECK(r.work.dram_bytes() == 8.0 * n);
  CHECK(r.work.amount(resource::fp32) == static_cast<double>(n));
}

TEST_CASE("a record says what it is of", "[suite]") {
  static constexpr source_location place{"some/kernel.cpp", 12};
  const auto definition = problem_named("named", [](host_problem& p) {
    p.axis("n", {3, 4});
    const auto y = p.output<float>("y", {1});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.candidate(
        "one", [=] { *y = 1.0f; }, place);
  });
  run_options options = verify_only();
  options.seed = 77;
  const std::vector<record> records = run(definition, options);
  REQUIRE(records.size() == 2);
  const record& r = records[1];
  CHECK(r.problem == "named");
  CHECK(r.backend == "host");
  CHECK(r.device == device_of<host>().info().name);
  CHECK(to_string(r.axes) == "n=4");
  CHECK(r.candidate == "one");
  CHECK(r.role == candidate_role::candidate);
  CHECK(r.file == "some/kernel.cpp");
  CHECK(r.line == 12);
  CHECK(r.seed == 77);
}

TEST_CASE("wrong numbers are wrong, and not timed", "[suite]") {
  const record r = of_hostile([](const float* x, float* y) {
    for (std::int64_t i = 0; i < n; ++i) y[i] = 3.0f * x[i];
  });
  CHECK(r.verdict.outcome == outcome::wrong);
  CHECK(has(r.verdict.reason, "y: 1000 of 1000 elements outside the tolerance, worst at ["));
  CHECK_FALSE(r.time);
  CHECK_FALSE(r.speedup);
}

TEST_CASE("one wrong element is wrong, and is named", "[suite]") {
  const record r = of_hostile([](const float* x, float* y) {
    twice(x, y);
    y[617] *= 1.0001f;
  });
  CHECK(r.verdict.outcome == outcome::wrong);
  CHECK(has(r.verdict.reason, "y: 1 of 1000 elements outside the tolerance, worst at [617]: got "));
  REQUIRE(r.verdict.comparisons.size() == 1);
  REQUIRE(r.verdict.comparisons[0].worst);
  CHECK(r.verdict.comparisons[0].worst->index == 617);
  CHECK(r.verdict.comparisons[0].worst->got > r.verdict.comparisons[0].worst->expected);
  CHECK_FALSE(r.time);
}

TEST_CASE("a rounding error within the tolerance is no mistake", "[suite]") {
  const record r = of_hostile([](const float* x, float* y) {
    twice(x, y);
    y[617] = std::nextafter(y[617], 10.0f);
  });
  CHECK(r.verdict.outcome == outcome::correct);
}

TEST_CASE("NaN is wrong", "[suite]") {
  const record r = of_hostile([](const float* x, float* y) {
    twice(x, y);
    y[3] = not_a_number;
  });
  CHECK(r.verdict.outcome == outcome::wrong);
  CHECK(has(r.verdict.reason, "1 NaN"));
  CHECK(has(r.verdict.reason, "worst at [3]"));
  CHECK_FALSE(has(r.verdict.reason, "never written"));
}

TEST_CASE("an infinity is wrong", "[suite]") {
  const record r = of_hostile([](const float* x, float* y) {
    twice(x, y);
    y[n - 1] = std::numeric_limits<float>::infinity();
  });
  CHECK(r.verdict.outcome == outcome::wrong);
  CHECK(has(r.verdict.reason, "worst at [999]"));
}

TEST_CASE("a candidate that touches nothing is wrong", "[suite]") {
  const record r = of_hostile([](const float*, float*) {});
  CHECK(r.verdict.outcome == outcome::wrong);
  CHECK(has(r.verdict.reason, "y: never written: all 1000 checked elements"));
  CHECK(r.verdict.comparisons.at(0).untouched == n);
}

TEST_CASE("a candidate that touches nothing is wrong even where NaN is right", "[suite]") {
  const std::vector<record> records = run(problem_named("NaN", [](host_problem& p) {
    const auto y = p.output<float>("y", {8});
    p.oracle(y, [](auto, std::int64_t) { return std::numeric_limits<double>::quiet_NaN(); });
    p.candidate("writes NaN", [=] {
      for (std::int64_t i = 0; i < y.size(); ++i) y[i] = not_a_number;
    });
    p.candidate("touches nothing", [] {});
  }));
  CHECK(record_of(records, "writes NaN").verdict.outcome == outcome::correct);
  CHECK(record_of(records, "touches nothing").verdict.outcome == outcome::wrong);
}

TEST_CASE("a candidate that writes only a part is wrong", "[suite]") {
  const record tail = of_hostile([](const float* x, float* y) { twice(x, y, 0, n - 3); });
  CHECK(tail.verdict.outcome == outcome::wrong);
  CHECK(has(tail.verdict.reason, "y: 3 of 1000 elements outside the tolerance, 3 never written"));
  const record head = of_hostile([](const float* x, float* y) { twice(x, y, 1, n); });
  CHECK(head.verdict.outcome == outcome::wrong);
  CHECK(has(head.verdict.reason, "1 never written"));
}

TEST_CASE("what one candidate left in the output does not help the next", "[suite]") {
  const std::vector<record> records =
      run(doubling([](auto& p, auto, auto) { p.candidate("after the right one", [] {}); }));
  CHECK(record_of(records, "after the right one").verdict.outcome == outcome::wrong);
}

TEST_CASE("a candidate that changes an input is invalid", "[suite]") {
  const record r = of_hostile([](const float* x, float* y) {
    twice(x, y);
    const_cast<float*>(x)[5] = 0.25f;
  });
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(has(r.verdict.reason, "changed the input x: 1 of 1000 elements"));
  CHECK(has(r.verdict.reason, "[5]"));
  CHECK_FALSE(r.time);
}

TEST_CASE("a changed input is blamed before the outputs, in any order of declaration", "[suite]") {
  const record r = of_hostile([](const float* x, float* y) {
    const_cast<float*>(x)[5] = 0.25f;
    y[0] = 0.0f;
  });
  CHECK(r.verdict.outcome == outcome::invalid);

  const std::vector<record> records = run(problem_named("output first", [](host_problem& p) {
    const auto y = p.output<float>("y", {4});
    const auto x = p.input<float>("x", {4});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
    p.candidate("vandal", [=] { const_cast<float*>(x.data())[2] = 5.0f; });
  }));
  CHECK(records.at(0).verdict.outcome == outcome::invalid);
  CHECK(has(records.at(0).verdict.reason, "changed the input x"));
}

TEST_CASE("an input that one candidate changed is whole again for the next", "[suite]") {
  const std::vector<record> records = run(doubling([](auto& p, auto x, auto y) {
    p.candidate("vandal", [=] {
      for (std::int64_t i = 0; i < n; ++i) const_cast<float*>(x.data())[i] = 0.0f;
    });
    p.candidate("after", [=] { twice(x, y); });
  }));
  CHECK(record_of(records, "vandal").verdict.outcome == outcome::invalid);
  CHECK(record_of(records, "after").verdict.outcome == outcome::correct);
}

TEST_CASE("a candidate that adds to an output instead of writing it is wrong", "[suite]") {
  const record r = of_hostile([](const float* x, float* y) {
    for (std::int64_t i = 0; i < n; ++i) y[i] += 2.0f * x[i];
  });
  CHECK(r.verdict.outcome == outcome::wrong);

  const std::vector<record> integers = run(problem_named("integers", [](host_problem& p) {
    const auto y = p.output<std::int32_t>("y", {8});
    p.oracle(y, [](auto, std::int64_t) { return 5.0; });
    p.candidate("adds", [=] {
      for (std::int64_t i = 0; i < y.size(); ++i) y[i] += 5;
    });
  }));
  CHECK(integers[0].verdict.outcome == outcome::wrong);
}

TEST_CASE("a candidate that throws has failed, with its own words", "[suite]") {
  const record r =
      of_hostile([](const float*, float*) { throw std::runtime_error("no kernel for this shape"); });
  CHECK(r.verdict.outcome == outcome::failed);
  CHECK(has(r.verdict.reason, "no kernel for this shape"));
  CHECK_FALSE(r.time);
}

TEST_CASE("a candidate that throws an int has failed", "[suite]") {
  const record r = of_hostile([](const float*, float*) { throw 42; });
  CHECK(r.verdict.outcome == outcome::failed);
  CHECK(has(r.verdict.reason, "not a std::exception"));
}

TEST_CASE("a candidate whose launch the device refuses has failed, and the device goes on", "[suite]") {
  const record r = of_hostile([](const float*, float*) {
    throw device_error("launch", "BAD_SHAPE", "invalid configuration", "here");
  });
  CHECK(r.verdict.outcome == outcome::failed);
  CHECK(has(r.verdict.reason, "launch: BAD_SHAPE (invalid configuration)"));
}

TEST_CASE("a candidate whose prepare step throws has failed", "[suite]") {
  const std::vector<record> records = run(doubling([](auto& p, auto x, auto y) {
    p.candidate(
        "exception", []() -> int { throw std::runtime_error("no plan for this shape"); },
        [=](int&) { twice(x, y); });
    p.candidate(
        "int", []() -> int { throw 1; }, [=](int&) { twice(x, y); });
  }));
  CHECK(record_of(records, "exception").verdict.outcome == outcome::failed);
  CHECK(has(record_of(records, "exception").verdict.reason, "no plan for this shape"));
  CHECK(record_of(records, "int").verdict.outcome == outcome::failed);
  CHECK(record_of(records, "right").time);
}

TEST_CASE("a candidate that is right once and wrong when timed is wrong", "[suite]") {
  const record r = of_hostile([calls = 0](const float* x, float* y) mutable {
    if (calls++ < verifying_launches) twice(x, y);
  });
  CHECK(r.verdict.outcome == outcome::wrong);
  CHECK(has(r.verdict.reason, "right when it was verified, but not when it was timed: y: never written"));
  CHECK_FALSE(r.time);
}

TEST_CASE("an output that work on another stream leaves unwritten when timed is invalid", "[suite]") {
  support::fake_device device;
  const auto definition = problem_named("half beside", [&device](host_problem& p) {
    const auto x = p.input<float>("x", {8});
    const auto y = p.output<float>("y", {8});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
    // What the other stream writes before the gate opens is overwritten by what the stream restores.
    p.candidate("half beside", [=, &device] {
      const bool gated = device.gates() > 0;
      for (std::int64_t i = 0; i < (gated ? 4 : 8); ++i) y[i] = x[i];
      device.run_beside(1e-3);
    });
  });
  const std::vector<record> records = run(definition, quick(), {}, support::some_ceilings(), device);
  REQUIRE(records.size() == 1);
  CHECK(records[0].verdict.outcome == outcome::invalid);
  CHECK(
      has(records[0].verdict.reason, "work on another stream escapes the time; right when it was verified"));
  CHECK(has(records[0].verdict.reason, "4 never written"));
  CHECK_FALSE(records[0].time);
}

TEST_CASE("a candidate that throws when it is timed has failed", "[suite]") {
  const record r = of_hostile([calls = 0](const float* x, float* y) mutable {
    if (calls++ >= verifying_launches) throw std::runtime_error("the fourth time");
    twice(x, y);
  });
  CHECK(r.verdict.outcome == outcome::failed);
  CHECK(has(r.verdict.reason, "while it was timed: the fourth time"));
  CHECK_FALSE(r.time);
}

TEST_CASE("a candidate that changes an input when it is timed harms no other", "[suite]") {
  const std::vector<record> records = run(doubling([](auto& p, auto x, auto y) {
    p.candidate("vandal", [=, calls = 0]() mutable {
      twice(x, y);
      if (calls++ >= verifying_launches) const_cast<float*>(x.data())[0] = 0.0f;
    });
    p.candidate("after", [=] { twice(x, y); });
  }));
  CHECK(record_of(records, "vandal").verdict.outcome == outcome::invalid);
  CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
  CHECK(record_of(records, "after").verdict.outcome == outcome::correct);
  CHECK(record_of(records, "after").time);
}

TEST_CASE("a candidate that goes wrong late is caught when it does", "[suite]") {
  support::fake_device device;
  const auto definition = problem_named("late", [&device](host_problem& p) {
    const auto x = p.input<float>("x", {8});
    const auto y = p.output<float>("y", {8});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
    p.candidate("late", [=, &device] {
      for (std::int64_t i = 0; i < 8; ++i) y[i] = device.gates() < 50 ? x[i] : 0.0f;
    });
  });
  run_options options = quick();
  options.measure.time_budget = 60.0;  // never reached
  const std::vector<record> records = run(definition, options, {}, support::some_ceilings(), device);
  REQUIRE(records.size() == 1);
  CHECK(records[0].verdict.outcome == outcome::wrong);
  CHECK(has(records[0].verdict.reason, "not when it was timed"));
  CHECK_FALSE(records[0].time);
}

namespace {

/// Of problems whose oracle may take its time: one candidate computes, the other gives what it computed
/// first.
template <class Oracle>
std::vector<record> doubling_by(const Oracle& oracle) {
  run_options options = quick();
  options.oracle_seconds = 0.02;
  return run(problem_named("slow oracle",
                           [oracle](host_problem& p) {
                             const auto x = p.input<float>("x", {n}, uniform(0.5, 1.0));
                             const auto y = p.output<float>("y", {n});
                             oracle(p, x, y);
                             p.candidate("right", [=] { twice(x, y); });
                             p.candidate("keeps", [=, kept = std::vector<float>()]() mutable {
                               if (kept.empty()) kept.assign(x.data(), x.data() + n);
                               twice(kept.data(), y);
                             });
                           }),
             options);
}
const finding* find_finding(const std::vector<finding>& findings, const std::string& code) {
  const auto found =
      std::find_if(findings.begin(), findings.end(), [&](const finding& f) { return f.code == code; });
  return found == findings.end() ? nullptr : &*found;
}
void pass(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

}  // namespace

TEST_CASE("timed launches find other values also where the oracle is slow", "[suite]") {
  const auto by_elements = doubling_by([](auto& p, auto x, auto y) {
    p.oracle(y, [=](auto at, std::int64_t i) { return pass(50e-6), 2.0 * at(x)[i]; });
  });
  const auto as_a_whole = doubling_by([](auto& p, auto x, auto y) {
    p.oracle([=](auto at) {
      pass(0.04);
      for (std::int64_t i = 0; i < n; ++i) at(y)[i] = 2.0 * at(x)[i];
    });
  });
  for (const std::vector<record>& records : {by_elements, as_a_whole}) {
    CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
    CHECK_FALSE(find_finding(record_of(records, "right").findings, "repeated-inputs"));
    CHECK(record_of(records, "keeps").verdict.outcome == outcome::wrong);
    CHECK(has(record_of(records, "keeps").verdict.reason, "not when it was timed"));
  }
}

TEST_CASE("elements around a mismatch are shown also of a sample, with their places", "[suite]") {
  constexpr std::int64_t rows = 300, columns = 40;
  for (const bool at_host : {true, false}) {  // without room beside the tensors, what is right stays there
    support::fake_device device;
    if (at_host) device.script.memory = 62'000;
    run_options options = verify_only();
    options.oracle_seconds = 0.0;
    options.oracle_samples = 512;
    const auto definition = problem_named("sampled", [](host_problem& p) {
      const auto y = p.output<float>("y", {rows, columns});
      p.oracle(y, [](auto, std::int64_t i) { return std::cos(static_cast<double>(i)); });
      p.candidate("wrong from row 127 on", [=] {
        for (std::int64_t i = 0; i < rows * columns; ++i)
          y[i] = i < 127 * columns ? static_cast<float>(std::cos(static_cast<double>(i))) : 7.0f;
      });
    });
    const std::vector<record> records = run(definition, options, {}, support::some_ceilings(), device);
    REQUIRE(records.size() == 1);
    CAPTURE(at_host, records[0].verdict.reason);
    REQUIRE(records[0].verdict.outcome == outcome::wrong);
    REQUIRE(records[0].verdict.comparisons.size() == 1);
    const comparison& c = records[0].verdict.comparisons[0];
    CHECK(c.checked < c.elements);
    REQUIRE(c.excerpt.size() == 8);
    bool wrong = false;
    for (std::size_t k = 0; k < 8; ++k) {
      const auto& e = c.excerpt[k];
      CHECK((k == 0 || e.index > c.excerpt[k - 1].index));
      CHECK(e.expected == std::cos(static_cast<double>(e.index)));
      CHECK(e.right == (e.index < 127 * columns));
      CHECK((e.got == 7.0) == !e.right);
      wrong |= !e.right;
    }
    CHECK(wrong);
  }
}

TEST_CASE("that timed launches all had the same values is told", "[suite]") {
  const auto records = doubling_by([](auto& p, auto x, auto y) {
    p.oracle([=](auto at) {
      pass(0.25);
      for (std::int64_t i = 0; i < n; ++i) at(y)[i] = 2.0 * at(x)[i];
    });
  });
  for (const record& r : records) {
    CHECK(r.verdict.outcome == outcome::correct);  // so nothing tells them apart
    const finding* told = find_finding(r.findings, "repeated-inputs");
    REQUIRE(told);
    CHECK(told->level == severity::warning);
    CHECK(has(told->message, "--oracle-seconds allows it more"));
  }
}

TEST_CASE("an oracle that fails for other values leaves the verdict as it is, and that is told", "[suite]") {
  const auto records = doubling_by([](auto& p, auto x, auto y) {
    p.oracle(y, [=, calls = std::make_shared<int>(0)](auto at, std::int64_t i) {
      if (++*calls > n) throw std::runtime_error("no more");
      return 2.0 * at(x)[i];
    });
  });
  REQUIRE(records.size() == 2);
  for (const record& r : records) {
    CHECK(r.verdict.outcome == outcome::correct);
    CHECK(r.time);
    const finding* told = find_finding(r.findings, "repeated-inputs");
    REQUIRE(told);
    CHECK(has(told->message, "no more"));
  }
}

TEST_CASE("that there was no memory for copies is told", "[suite]") {
  for (const std::int64_t memory : {1 << 20, 40'000}) {
    support::fake_device device;
    device.script.memory = memory;
    const auto records =
        run(doubling([](auto&, auto, auto) {}), quick(), {}, support::some_ceilings(), device);
    REQUIRE(records.size() == 1);
    CHECK(records[0].verdict.outcome == outcome::correct);
    CHECK((find_finding(records[0].findings, "repeated-addresses") != nullptr) == (memory == 40'000));
  }
}

TEST_CASE("a case that needs more memory than there is has failed, and the next one runs", "[suite]") {
  const std::vector<record> records = run(problem_named("large", [](host_problem& p) {
    const auto count = p.axis("n", {std::int64_t{1} << 48, 16});
    const auto y = p.output<float>("y", {count});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.baseline("loop", [=] {
      for (std::int64_t i = 0; i < count; ++i) y[i] = 1.0f;
    });
    p.candidate("other loop", [=] {
      for (std::int64_t i = 0; i < count; ++i) y[i] = 1.0f;
    });
  }));
  REQUIRE(records.size() == 4);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(records[i].verdict.outcome == outcome::failed);
    CHECK(has(records[i].verdict.reason, "1024 TiB are needed"));
    CHECK(has(records[i].verdict.reason, "available"));
    CHECK_FALSE(records[i].time);
  }
  CHECK(records[2].verdict.outcome == outcome::correct);
  CHECK(records[3].verdict.outcome == outcome::correct);
}

TEST_CASE("a case gives back all memory, whatever its candidates do", "[suite]") {
  support::fake_device device;
  const auto definition = doubling([](auto& p, auto x, auto y) {
    (void)p.workspace(1 << 10);
    p.candidate("throws", [] { throw 1; });
    p.candidate(
        "prepared", [] { return 1; }, [=](int&) { twice(x, y); });
  });
  CHECK(run(definition, quick(), {}, support::some_ceilings(), device).size() == 3);
  CHECK(device.clean());
}

TEST_CASE("a counterexample that is rejected is wrong, and not timed", "[suite]") {
  const std::vector<record> records = run(doubling(
      [](auto& p, auto x, auto y) { p.counterexample("forgets the last", [=] { twice(x, y, 0, n - 1); }); }));
  const record& r = record_of(records, "forgets the last");
  CHECK(r.role == candidate_role::counterexample);
  CHECK(r.verdict.outcome == outcome::wrong);
  CHECK_FALSE(r.time);
}

TEST_CASE("a counterexample that passes is correct, which the run must not accept, and is not timed",
          "[suite]") {
  const std::vector<record> records = run(
      doubling([](auto& p, auto x, auto y) { p.counterexample("not wrong at all", [=] { twice(x, y); }); }));
  const record& r = record_of(records, "not wrong at all");
  CHECK(r.verdict.outcome == outcome::correct);
  CHECK_FALSE(r.time);
}

TEST_CASE("a counterexample that throws has failed and shows nothing", "[suite]") {
  const std::vector<record> records = run(doubling(
      [](auto& p, auto, auto) { p.counterexample("throws", [] { throw std::runtime_error("no"); }); }));
  CHECK(record_of(records, "throws").verdict.outcome == outcome::failed);
}

namespace {

/// y = 2x with a device reference instead of an oracle.
template <class Reference>
problem_definition by_reference(Reference reference) {
  return problem_named("by reference", [=](host_problem& p) {
    const auto x = p.input<float>("x", {n}, uniform(0.5, 1.0));
    const auto y = p.output<float>("y", {n});
    p.reference("known", [=]() mutable { reference(x, y); });
    p.candidate("right", [=] { twice(x, y); });
    p.candidate("wrong", [=] {
      twice(x, y);
      y[n / 2] = 0.0f;
    });
    p.candidate("touches nothing", [] {});
  });
}

}  // namespace

TEST_CASE("a reference says what is right where there is no oracle", "[suite]") {
  const std::vector<record> records = run(by_reference([](const float* x, float* y) { twice(x, y); }));
  REQUIRE(records.size() == 3);  // the reference has no record of its own
  CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
  CHECK(record_of(records, "right").time);
  CHECK(record_of(records, "wrong").verdict.outcome == outcome::wrong);
  CHECK(has(record_of(records, "wrong").verdict.reason, "worst at [500]"));
  CHECK(record_of(records, "touches nothing").verdict.outcome == outcome::wrong);
}

TEST_CASE("what is held against a reference may lie twice as far away", "[suite]") {
  const auto allowed = [](const std::vector<record>& records) {
    return record_of(records, "right").verdict.comparisons.at(0).worst->allowed;
  };
  const auto constant_input = [](auto declare) {
    return [declare](host_problem& p) {
      const auto x = p.input<float>("x", {n}, constant(0.75));
      const auto y = p.output<float>("y", {n});
      declare(p, x, y);
      p.candidate("right", [=] { twice(x, y); });
    };
  };
  const double of_reference =
      allowed(run(problem_named("reference", constant_input([](host_problem& p, auto x, auto y) {
                                  p.reference("known", [=] { twice(x, y); });
                                }))));
  const double of_oracle =
      allowed(run(problem_named("oracle", constant_input([](host_problem& p, auto x, auto y) {
                                  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
                                }))));
  CHECK(of_reference == 2.0 * of_oracle);
}

TEST_CASE("a reference that throws leaves its candidates unverifiable", "[suite]") {
  const std::vector<record> records =
      run(by_reference([](const float*, float*) { throw std::runtime_error("not on this device"); }));
  REQUIRE(records.size() == 3);
  for (const record& r : records) {
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(has(r.verdict.reason, "the reference failed: not on this device"));
    CHECK_FALSE(r.time);
  }
}

TEST_CASE("a reference that throws an int leaves its candidates unverifiable", "[suite]") {
  for (const record& r : run(by_reference([](const float*, float*) { throw 42; }))) {
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(has(r.verdict.reason, "the reference failed"));
  }
}

TEST_CASE("a reference that leaves an element unwritten leaves its candidates unverifiable", "[suite]") {
  // Otherwise a candidate that touches nothing would equal a reference that touches nothing.
  for (const record& r : run(by_reference([](const float*, float*) {}))) {
    CAPTURE(r.candidate);
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(has(r.verdict.reason, "y[0]"));
  }
  for (const record& r : run(by_reference([](const float*x, float*y) { twice(x, y, 0, n - 1); }))) {
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(has(r.verdict.reason, "y[999]"));
  }
}

TEST_CASE("a reference that leaves integers unwritten leaves its candidates unverifiable", "[suite]") {
  const auto by_integers = [](std::int8_t value, std::int64_t written) {
    return run(problem_named("integers",
                             [=](host_problem& p) {
                               const auto y = p.output<std::int8_t>("y", {16});
                               p.reference("known", [=] {
                                 for (std::int64_t i = 0; i < written; ++i) y[i] = value;
                               });
                               p.candidate("same", [=] {
                                 for (std::int64_t i = 0; i < written; ++i) y[i] = value;
                               });
                             }),
               verify_only())
        .at(0)
        .verdict.outcome;
  };
  CHECK(by_integers(1, 0) == outcome::unverifiable);
  CHECK(by_integers(1, 15) == outcome::unverifiable);
  CHECK(by_integers(1, 16) == outcome::correct);
  // Integers may well be what a poison is.
  for (const poison_variant variant : {poison_variant::first, poison_variant::second})
    CHECK(by_integers(static_cast<std::int8_t>(poison_byte(dtype::int8, variant)), 16) == outcome::correct);
}

TEST_CASE("a reference that changes an input leaves its candidates unverifiable", "[suite]") {
  const auto vandal = [](const float* x, float* y) {
    const_cast<float*>(x)[0] = 0.0f;
    twice(x, y);
  };
  for (const record& r : run(by_reference(vandal))) {
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(has(r.verdict.reason, "changed the input x"));
  }
}

TEST_CASE("an oracle that fails leaves its candidates unverifiable, with its words", "[suite]") {
  const std::vector<record> records = run(problem_named("broken", [](host_problem& p) {
    const auto x = p.input<float>("x", {4});
    const auto y = p.output<float>("y", {4});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i + 1]; });
    p.baseline("slow", [=] { twice(x, y, 0, 4); });
    p.candidate("fast", [=] { twice(x, y, 0, 4); });
  }));
  REQUIRE(records.size() == 2);
  for (const record& r : records) {
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(has(r.verdict.reason, "the oracle used index 4"));
    CHECK_FALSE(r.time);
  }
}

TEST_CASE("an oracle that throws an int leaves its candidates unverifiable", "[suite]") {
  const std::vector<record> records = run(problem_named("broken", [](host_problem& p) {
    const auto y = p.output<float>("y", {4});
    p.oracle([](auto) { throw 42; });
    p.candidate("fast", [=] { (void)y; });
  }));
  REQUIRE(records.size() == 1);
  CHECK(records[0].verdict.outcome == outcome::unverifiable);
  CHECK(has(records[0].verdict.reason, "oracle"));
}

TEST_CASE("a candidate that throws has failed, also where nothing could be verified", "[suite]") {
  const std::vector<record> records = run(problem_named("broken", [](host_problem& p) {
    const auto y = p.output<float>("y", {4});
    p.oracle(y, [](auto, std::int64_t) -> double { throw error("no closed form"); });
    p.candidate("throws", [] { throw error("no kernel"); });
  }));
  CHECK(records.at(0).verdict.outcome == outcome::failed);
  CHECK(records.at(0).verdict.reason == "no kernel");
}

TEST_CASE("a baseline gives the others a speedup", "[suite]") {
  const auto definition = doubling([](auto& p, auto x, auto y) {
    p.baseline("twice as much work", [=] {
      twice(x, y);
      twice(x, y);
    });
  });
  const std::vector<record> records = run(definition);
  const record &baseline = record_of(records, "twice as much work"), &candidate = record_of(records, "right");
  REQUIRE(baseline.time);
  REQUIRE(candidate.time);
  CHECK(baseline.role == candidate_role::baseline);
  CHECK_FALSE(baseline.speedup);
  REQUIRE(candidate.speedup);
  CHECK(candidate.speedup->value == paired_speedup(*baseline.time, *candidate.time).value);
  CHECK(candidate.speedup->rounds == candidate.time->raw.samples);
}

TEST_CASE("without a baseline there is no speedup", "[suite]") {
  CHECK_FALSE(run(doubling([](auto&, auto, auto) {})).at(0).speedup);
}

TEST_CASE("a baseline that is wrong gives no speedup", "[suite]") {
  const std::vector<record> records =
      run(doubling([](auto& p, auto, auto) { p.baseline("touches nothing", [] {}); }));
  CHECK(record_of(records, "touches nothing").verdict.outcome == outcome::wrong);
  CHECK(record_of(records, "right").time);
  CHECK_FALSE(record_of(records, "right").speedup);
}

TEST_CASE("the baseline comes along with selected candidates, to be timed against", "[suite]") {
  const auto definition = doubling([](auto& p, auto x, auto y) {
    p.baseline("library", [=] { twice(x, y); });
    p.candidate("other", [=] { twice(x, y); });
  });
  selection wanted;
  wanted.candidates = name_filter("--candidate", "^right$");
  const std::vector<record> timed = run(definition, quick(), wanted);
  REQUIRE(timed.size() == 2);
  CHECK(record_of(timed, "right").speedup);
  CHECK(record_of(timed, "library").role == candidate_role::baseline);

  const std::vector<record> verified = run(definition, verify_only(), wanted);
  REQUIRE(verified.size() == 1);
  CHECK(verified[0].candidate == "right");
}

TEST_CASE("verifying only takes no times", "[suite]") {
  int launches = 0;
  const auto definition = doubling([&](auto& p, auto x, auto y) {
    p.baseline("library", [=] { twice(x, y); });
    p.candidate("counted", [=, &launches] {
      ++launches;
      twice(x, y);
    });
  });
  for (const record& r : run(definition, verify_only())) {
    CHECK(r.verdict.outcome == outcome::correct);
    CHECK_FALSE(r.time);
    CHECK_FALSE(r.speedup);
    CHECK_FALSE(r.sol_ratio());
  }
  CHECK(launches == verifying_launches);
}

TEST_CASE("timing only leaves verdicts unchecked and asks no oracle", "[suite]") {
  bool asked = false;
  const auto definition = problem_named("time only", [&](host_problem& p) {
    const auto y = p.output<float>("y", {4});
    p.oracle([&](auto) { asked = true; });
    p.candidate("writes nothing", [=] { (void)y; });
    p.candidate("throws", [] { throw error("no kernel"); });
    p.counterexample("known to be wrong", [] {});
  });
  run_options options = quick();
  options.verify = false;
  const std::vector<record> records = run(definition, options);
  CHECK_FALSE(asked);
  CHECK(record_of(records, "writes nothing").verdict.outcome == outcome::unchecked);
  CHECK(record_of(records, "writes nothing").time);
  CHECK(record_of(records, "throws").verdict.outcome == outcome::failed);
  CHECK(record_of(records, "known to be wrong").verdict.outcome == outcome::unchecked);
  CHECK_FALSE(record_of(records, "known to be wrong").time);
}

TEST_CASE("a prepare step is timed on its own, and its state outlives every launch but not the case",
          "[suite]") {
  struct counted {
    explicit counted(int& count) : alive(&count) { ++*alive; }
    counted(counted&& other) noexcept : alive(other.alive) { ++*alive; }
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
    ~counted() { --*alive; }
    int* alive;
    float factor = 2.0f;
  };
  int alive = 0, prepared = 0, launched = 0, launched_dead = 0;
  const auto definition = doubling([&](auto& p, auto x, auto y) {
    p.candidate(
        "prepared",
        [&](host::stream_type) {
          ++prepared;
          return counted(alive);
        },
        [=, &launched, &launched_dead](host::stream_type, counted& state) {
          ++launched;
          launched_dead += *state.alive < 1;
          for (std::int64_t i = 0; i < n; ++i) y[i] = state.factor * x[i];
        });
  });
  const std::vector<record> records = run(definition);
  const record& r = record_of(records, "prepared");
  CHECK(r.verdict.outcome == outcome::correct);
  REQUIRE(r.prepare_seconds);
  CHECK(*r.prepare_seconds > 0.0);
  CHECK(r.time);
  CHECK_FALSE(record_of(records, "right").prepare_seconds);
  CHECK(prepared == 3);  // once for each copy of the tensors: their addresses may be in the state
  CHECK(launched > 3);
  CHECK(launched_dead == 0);
  CHECK(alive == 0);
}

TEST_CASE("a prepared state is destroyed when the launch throws", "[suite]") {
  const auto state = std::make_shared<int>(1);
  const auto definition = doubling([&](auto& p, auto, auto) {
    p.candidate(
        "throws", [&] { return state; }, [](std::shared_ptr<int>&) { throw 1; });
  });
  const std::vector<record> records = run(definition);
  CHECK(record_of(records, "throws").verdict.outcome == outcome::failed);
  CHECK(state.use_count() == 1);
}

TEST_CASE("an inout is restored before each launch, timed ones too", "[suite]") {
  const std::vector<record> records = run(problem_named("inout", [](host_problem& p) {
    const auto y = p.inout<float>("y", {64}, uniform(1.0, 2.0));
    p.oracle(y, [=](auto at, std::int64_t i) { return at(y)[i] + 1.0; });
    p.candidate("adds one", [=] {
      for (std::int64_t i = 0; i < 64; ++i) y[i] += 1.0f;
    });
    p.candidate("does nothing", [] {});
  }));
  CHECK(record_of(records, "adds one").verdict.outcome == outcome::correct);
  CHECK(record_of(records, "adds one").time);
  CHECK(record_of(records, "does nothing").verdict.outcome == outcome::wrong);
}

TEST_CASE("a workspace is there for each launch", "[suite]") {
  const std::vector<record> records =
      run(problem_named("workspace",
                        [](host_problem& p) {
                          const auto x = p.input<float>("x", {8});
                          const auto scratch = p.workspace(8 * sizeof(float));
                          const auto y = p.output<float>("y", {8});
                          p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
                          p.candidate("through scratch", [=] {
                            auto* const between = static_cast<float*>(scratch.data());
                            for (int i = 0; i < 8; ++i) between[i] = x[i];
                            for (int i = 0; i < 8; ++i) y[i] = 2.0f * between[i];
                          });
                          p.candidate("reads what nobody wrote", [=] {
                            for (int i = 0; i < 8; ++i)
                              y[i] = 2.0f * x[i] + 0.0f * static_cast<float*>(scratch.data())[i];
                          });
                        }),
          verify_only());
  CHECK(record_of(records, "through scratch").verdict.outcome == outcome::correct);
  CHECK(record_of(records, "reads what nobody wrote").verdict.outcome == outcome::wrong);
}

TEST_CASE("what a prepare step packed into its state is there for every launch", "[suite]") {
  const std::vector<record> records = run(problem_named("packed", [](host_problem& p) {
    const auto x = p.input<float>("x", {8});
    const auto y = p.output<float>("y", {8});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
    p.candidate(
        "packs", [=] { return std::vector<float>(x.data(), x.data() + 8); },
        [=](std::vector<float>& packed) {
          for (std::size_t i = 0; i < 8; ++i) y[i] = packed[i];
        });
  }));
  CHECK(records.at(0).verdict.outcome == outcome::correct);
}

TEST_CASE("each output is compared, and the first that is wrong is blamed", "[suite]") {
  const std::vector<record> records = run(problem_named("outputs", [](host_problem& p) {
    const auto a = p.output<float>("a", {4});
    const auto b = p.output<std::int32_t>("b", {2, 2});
    p.oracle([=](auto at) {
      for (std::int64_t i = 0; i < 4; ++i) {
        at(a)[i] = 1.0;
        at(b)[i] = 2.0;
      }
    });
    p.candidate("second is wrong", [=] {
      for (std::int64_t i = 0; i < 4; ++i) {
        a[i] = 1.0f;
        b[i] = i == 3 ? 3 : 2;
      }
    });
  }));
  REQUIRE(records.at(0).verdict.comparisons.size() == 2);
  CHECK(records[0].verdict.comparisons[0].matches());
  CHECK_FALSE(records[0].verdict.comparisons[1].matches());
  CHECK(has(records[0].verdict.reason,
            "b: 1 of 4 elements outside the tolerance, worst at [1, 1]: got 3, expected 2"));
}

TEST_CASE("the declared tolerance decides", "[suite]") {
  const auto outcome_within = [](const assay::tolerance& bound) {
    return run(problem_named("tolerance",
                             [=](host_problem& p) {
                               const auto y = p.output<float>("y", {4});
                               p.tolerance(bound);
                               p.oracle(y, [](auto, std::int64_t) { return 1.0; });
                               p.candidate("off by a thousandth", [=] {
                                 for (std::int64_t i = 0; i < 4; ++i) y[i] = 1.001f;
                               });
                             }),
               verify_only())
        .at(0)
        .verdict.outcome;
  };
  CHECK(outcome_within(tolerance()) == outcome::wrong);
  CHECK(outcome_within(tolerance::exact()) == outcome::wrong);
  CHECK(outcome_within(tolerance::allclose(0.0, 1e-4)) == outcome::wrong);
  CHECK(outcome_within(tolerance::allclose(0.0, 2e-3)) == outcome::correct);
}

TEST_CASE("a case without elements is correct", "[suite]") {
  const std::vector<record> records = run(problem_named("empty", [](host_problem& p) {
    const auto x = p.input<float>("x", {0});
    const auto y = p.output<float>("y", {0});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
    p.candidate("nothing to do", [=] { (void)y; });
  }));
  REQUIRE(records.size() == 1);
  CHECK(records[0].verdict.outcome == outcome::correct);
}

TEST_CASE("faster than light is invalid, with both times and an answer", "[suite]") {
  ceilings slow(layer::hard, "test");
  slow.set({resource::tensor_bf16, 1.0, "test"});
  run_options options = quick();
  options.measure.cache = cache_state::cold;
  const auto definition = doubling([](auto& p, auto, auto) { p.flops(n, resource::tensor_bf16); });
  const record r = run(definition, options, {}, slow).at(0);
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(has(r.verdict.reason, "faster than light"));
  CHECK(has(r.verdict.reason, "(tensor bf16): unexplained"));
  CHECK(r.diagnosis);
  CHECK(r.sol_ratio().value() > 1.0);
  CHECK(r.speedup == std::nullopt);

  // Measured ceilings prove nothing.
  slow.which = layer::measured;
  CHECK(run(definition, options, {}, slow).at(0).verdict.outcome == outcome::correct);
}

TEST_CASE("a limit of bytes that plain bytes beat as well is the limit's fault, and hot caches have none",
          "[suite]") {
  ceilings slow(layer::hard, "test");
  slow.set({resource::dram, 1e-3, "test"});
  run_options options = quick();
  options.measure.cache = cache_state::cold;
  const auto definition = doubling([](auto&, auto, auto) {});
  const record r = run(definition, options, {}, slow).at(0);
  CHECK(r.verdict.outcome == outcome::suspect);
  CHECK(has(r.verdict.reason, "the limit is wrong"));
  CHECK(run(definition, quick(), {}, slow).at(0).verdict.outcome == outcome::correct);
}

TEST_CASE("a device that is lost ends the case, and every record says who did it", "[suite]") {
  const auto definition = doubling([](auto& p, auto x, auto y) {
    p.candidate("culprit",
                [] { throw device_error("launch", "ILLEGAL_ADDRESS", "a wild pointer", "", true); });
    p.candidate("after", [=] { twice(x, y); });
  });
  const std::vector<plan_item> plan = support::plan_of(definition);
  const run_options options = quick();
  const ceilings limits = support::some_ceilings();
  case_run item(device_of<host>(), limits, plan.at(0), options, [](const std::string&) {});
  const std::vector<record> records = item.run();
  CHECK(item.lost());
  REQUIRE(records.size() == 3);
  CHECK(record_of(records, "culprit").verdict.outcome == outcome::failed);
  CHECK(has(record_of(records, "culprit").verdict.reason, "ILLEGAL_ADDRESS"));
  CHECK(record_of(records, "after").verdict.outcome == outcome::failed);
  CHECK(has(record_of(records, "after").verdict.reason, "'culprit' took the device down"));
  for (const record& r : records) CHECK_FALSE(r.time);
}

TEST_CASE("a device that is lost while a candidate is timed has that candidate to blame", "[suite]") {
  const auto definition = doubling([](auto& p, auto x, auto y) {
    p.candidate("culprit", [=, calls = 0]() mutable {
      if (calls++ >= verifying_launches)
        throw device_error("launch", "ILLEGAL_ADDRESS", "a wild pointer", "", true);
      twice(x, y);
    });
  });
  const std::vector<record> records = run(definition);
  CHECK(record_of(records, "culprit").verdict.outcome == outcome::failed);
  CHECK(has(record_of(records, "culprit").verdict.reason, "ILLEGAL_ADDRESS"));
  CHECK(record_of(records, "right").verdict.outcome == outcome::failed);
  CHECK(has(record_of(records, "right").verdict.reason, "'culprit' took the device down"));
  CHECK(has(record_of(records, "culprit").replay, "|timed=yes"));
}

TEST_CASE("a device that the reference loses is not blamed on a candidate", "[suite]") {
  const auto definition = by_reference([](const float*, float*) {
    throw device_error("launch", "ILLEGAL_ADDRESS", "a wild pointer", "", true);
  });
  const std::vector<plan_item> plan = support::plan_of(definition);
  const run_options options = quick();
  const ceilings limits = support::some_ceilings();
  case_run item(device_of<host>(), limits, plan.at(0), options, [](const std::string&) {});
  const std::vector<record> records = item.run();
  CHECK(item.lost());
  REQUIRE(records.size() == 3);
  for (const record& r : records) {
    CAPTURE(r.candidate, r.verdict.reason);
    CHECK_FALSE(r.verdict.acceptable());
    CHECK(has(r.verdict.reason, "reference"));
  }
}

TEST_CASE("a body that throws in one case only fails that case", "[suite]") {
  const std::vector<record> records = run(problem_named("sometimes", [](host_problem& p) {
    const auto count = p.axis("n", {1, 2, 3});
    if (count == 2) throw std::runtime_error("no table for 2");
    if (count == 3) throw 3;
    const auto y = p.output<float>("y", {1});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.candidate("one", [=] { *y = 1.0f; });
  }));
  REQUIRE(records.size() == 3);
  CHECK(records[0].verdict.outcome == outcome::correct);
  CHECK(records[1].verdict.outcome == outcome::failed);
  CHECK(has(records[1].verdict.reason, "no table for 2"));
  CHECK(to_string(records[1].axes) == "n=2");
  CHECK(records[2].verdict.outcome == outcome::failed);
}

TEST_CASE("a body whose axes differ between its runs is told so", "[suite]") {
  // The second axis depends on the first, and discovery saw only the first of its values.
  const std::vector<record> records = run(problem_named("dependent", [](host_problem& p) {
    const auto m = p.axis("m", {1, 2});
    if (m == 1)
      p.axis("k", {10, 11});
    else
      p.axis("k", {20, 21});
    const auto y = p.output<float>("y", {1});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.candidate("one", [=] { *y = 1.0f; });
  }));
  REQUIRE(records.size() == 4);
  CHECK(records[0].verdict.outcome == outcome::correct);
  CHECK(records[1].verdict.outcome == outcome::correct);
  for (std::size_t i = 2; i < 4; ++i) {
    CAPTURE(records[i].case_name(), records[i].verdict.reason);
    CHECK(records[i].verdict.outcome == outcome::failed);
    CHECK(has(records[i].verdict.reason, "the axes of a problem must be the same"));
    CHECK(has(records[i].verdict.reason, "k=2"));
  }
}

TEST_CASE("a candidate runs in the cases that declare it, and fails where it is asked for in another",
          "[suite]") {
  const auto optional = problem_named("optional", [](host_problem& p) {
    const auto count = p.axis("n", {17, 16});
    const auto y = p.output<float>("y", {1});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.candidate("any", [=] { *y = 1.0f; });
    if (count % 2 == 0) p.candidate("even only", [=] { *y = 1.0f; });
  });
  const std::vector<record> records = run(optional, verify_only());
  REQUIRE(records.size() == 3);
  CHECK(records[2].candidate == "even only");
  CHECK(records[2].verdict.outcome == outcome::correct);

  plan_item odd = support::plan_of(optional).at(0);
  odd.candidates.push_back("even only");
  const run_options options = verify_only();
  const std::vector<record> asked =
      case_run(device_of<host>(), support::some_ceilings(), odd, options, [](const std::string&) {}).run();
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].verdict.outcome == outcome::correct);
  CHECK(asked[1].verdict.outcome == outcome::failed);
  CHECK(has(asked[1].verdict.reason, "does not declare it in this case"));
}

TEST_CASE("a case tells what it is doing", "[suite]") {
  const auto definition = doubling([](auto&, auto, auto) {});
  const std::vector<plan_item> plan = support::plan_of(definition);
  const run_options options = quick();
  const ceilings limits = support::some_ceilings();
  std::vector<std::string> told;
  case_run item(device_of<host>(), limits, plan.at(0), options,
                [&](const std::string& what) { told.push_back(what); });
  CHECK(item.run().size() == 1);
  CHECK(told == std::vector<std::string>{"oracle", "verify right", "time"});
  CHECK_FALSE(item.lost());
}

namespace {

/// The words of a command line, as a shell takes them apart. Knows quotes of the '…' kind and backslashes.
std::vector<std::string> shell_words(const std::string& text) {
  std::vector<std::string> words;
  bool quoted = false, open = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' && !quoted) {
      open = false;
      continue;
    }
    if (!open) words.emplace_back();
    open = true;
    if (c == '\'')
      quoted = !quoted;
    else if (c == '\\' && !quoted)
      words.back() += text.at(++i);
    else
      words.back() += c;
  }
  CHECK_FALSE(quoted);
  return words;
}

/// What the replay line of a record asks for.
replay_target target_of(const record& r) {
  const std::vector<std::string> words = shell_words(r.replay);
  REQUIRE(words.size() == 2);
  CHECK(words[0] == "--replay");
  return parse_replay(words[1]);
}

}  // namespace

TEST_CASE("the replay of a record selects that record and nothing else", "[suite]") {
  const auto definition = problem_named("y = a*x (it's [new]) + $HOME", [](host_problem& p) {
    p.axes({"m", "k"}, {{1, 2}, {10, 20}});
    p.axis("layout", {"row", "row major", "n,t", "it's"});
    p.axis("n", {1, -1, 16});
    p.type_axis<float, double>("T", [](auto) {});
    const auto y = p.output<float>("y", {1});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    for (const char* name :
         {"fast", "fast 2", "fast|slow", "(.*)", "O'Brien's \\ way", "a\"b\"c", "^", "50%"})
      p.candidate(name, [=] { *y = 1.0f; });
  });
  run_options options = verify_only();
  options.seed = 18446744073709551615u;
  const auto problems = support::discovered({&definition});
  std::size_t checked = 0;
  for (const record& r : run(definition, options)) {
    CAPTURE(r.replay);
    const plan_item item = replay_item(problems, target_of(r));
    REQUIRE(item.values == r.axes);
    REQUIRE(item.candidates == std::vector<std::string>{r.candidate});
    REQUIRE(item.trial);
    CHECK(item.trial->seed == 18446744073709551615u);
    const std::vector<record> again =
        case_run(device_of<host>(), support::some_ceilings(), item, verify_only(), [](const std::string&) {
        }).run();
    REQUIRE(again.size() == 1);
    CHECK(again[0].verdict.outcome == r.verdict.outcome);
    CHECK(again[0].seed == r.seed);
    CHECK(again[0].replay == r.replay);
    ++checked;
  }
  CHECK(checked == 2 * 4 * 3 * 2 * 8);
}

TEST_CASE("the replay of a verdict takes times only where the verdict needs them", "[suite]") {
  const auto wrong = of_hostile([](const float*, float*) {});
  CHECK_FALSE(target_of(wrong).timed);
  const auto wrong_when_timed = of_hostile([calls = 0](const float* x, float* y) mutable {
    if (calls++ < verifying_launches) twice(x, y);
  });
  CHECK(target_of(wrong_when_timed).timed);
  const auto throws_when_timed = of_hostile([calls = 0](const float* x, float* y) mutable {
    if (calls++ >= verifying_launches) throw 1;
    twice(x, y);
  });
  CHECK(target_of(throws_when_timed).timed);
}

TEST_CASE("the replay keeps the number of samples, on which the verdict depends", "[suite]") {
  run_options options = verify_only();
  options.oracle_samples = 100;
  CHECK(target_of(of_hostile([](const float*, float*) {}, options)).oracle_samples == 100);
  CHECK_FALSE(target_of(of_hostile([](const float*, float*) {}, options)).oracle_seconds);
  options.oracle_seconds = 2.5;
  CHECK(target_of(of_hostile([](const float*, float*) {}, options)).oracle_seconds == 2.5);
}

TEST_CASE("a change of an axis-free problem's name cannot select another", "[suite]") {
  const auto definition = problem_named("plain", [](host_problem& p) {
    const auto y = p.output<float>("y", {1});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.candidate("one", [=] { *y = 1.0f; });
  });
  const record r = run(definition, verify_only()).at(0);
  CHECK(r.replay == "--replay 'plain|one||seed=0'");
}

namespace {

/// y = 2x, said by an oracle on the device that first does `more(x, y)`; the candidates "right" and "wrong".
template <class More>
std::vector<record> by_device_oracle(More more, const run_options& options = verify_only()) {
  return run(problem_named("device oracle",
                           [=](host_problem& p) {
                             const auto x = p.input<float>("x", {n});
                             const auto y = p.output<float>("y", {n});
                             p.device_oracle(y, [=](double* expected) {
                               more(x.data(), y.data());
                               for (std::int64_t i = 0; i < n; ++i)
                                 expected[i] = 2.0 * static_cast<double>(x[i]);
                             });
                             p.candidate("right", [=] { twice(x, y); });
                             p.candidate("wrong", [=] {
                               twice(x, y);
                               y.data()[999] += 1.0f;
                             });
                           }),
             options);
}

}  // namespace

TEST_CASE("an oracle on the device tells right from wrong, also while timed", "[suite]") {
  for (const run_options& options : {verify_only(), quick()}) {
    const std::vector<record> records = by_device_oracle([](const float*, float*) {}, options);
    CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
    CHECK(record_of(records, "right").verdict.comparisons.at(0).checked == n);
    CHECK(record_of(records, "wrong").verdict.outcome == outcome::wrong);
    CHECK(has(record_of(records, "wrong").verdict.reason, "worst at [999]"));
  }
}

TEST_CASE("what an oracle on the device leaves in the output does not help a candidate", "[suite]") {
  const std::vector<record> records = run(problem_named("helpful",
                                                        [](host_problem& p) {
                                                          const auto x = p.input<float>("x", {n});
                                                          const auto y = p.output<float>("y", {n});
                                                          p.device_oracle(y, [=](double* expected) {
                                                            twice(x, y);
                                                            for (std::int64_t i = 0; i < n; ++i)
                                                              expected[i] = static_cast<double>(y[i]);
                                                          });
                                                          p.candidate("nothing", [] {});
                                                        }),
                                          verify_only());
  CHECK(records.at(0).verdict.outcome == outcome::wrong);
}

TEST_CASE("an oracle on the device that changes an input leaves its candidates unverifiable", "[suite]") {
  for (const record& r : by_device_oracle([](const float*x, float*) { const_cast<float*>(x)[7] = 3.0f; })) {
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(has(r.verdict.reason, "the oracle changed the input x"));
  }
}

TEST_CASE("an oracle on the device that throws leaves its candidates unverifiable", "[suite]") {
  for (const record& r :
       by_device_oracle([](const float*, float*) { throw std::runtime_error("no closed form"); })) {
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(r.verdict.reason == "no closed form");
  }
  for (const record& r : by_device_oracle(
           [](const float*, float*) { throw device_error("launch", "BAD_CONFIGURATION", "too wide", ""); })) {
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(has(r.verdict.reason, "the oracle failed: launch: BAD_CONFIGURATION"));
  }
  for (const record& r : by_device_oracle([](const float*, float*) { throw 42; })) {
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(has(r.verdict.reason, "the oracle threw something that is not a std::exception"));
  }
}

TEST_CASE("an oracle that takes the device down is named", "[suite]") {
  for (const record& r : by_device_oracle([](const float*, float*) {
         throw device_error("launch", "ILLEGAL_ADDRESS", "a wild pointer", "", true);
       })) {
    CHECK(r.verdict.outcome == outcome::failed);
    CHECK(has(r.verdict.reason, "the oracle: ILLEGAL_ADDRESS"));
  }
}

TEST_CASE("an oracle of rows tells which element is wrong", "[suite]") {
  const std::vector<record> records =
      run(problem_named("softmax",
                        [](host_problem& p) {
                          const std::int64_t rows = 20, columns = 50;
                          const auto x = p.input<float>("x", {rows, columns});
                          const auto y = p.output<float>("y", {rows, columns});
                          p.row_oracle(y, [=](auto at, std::int64_t row, auto out) {
                            const auto X = at(x);
                            double sum = 0;
                            for (std::int64_t j = 0; j < columns; ++j)
                              sum += out[j] = std::exp(X[row * columns + j]);
                            for (std::int64_t j = 0; j < columns; ++j) out[j] /= sum;
                          });
                          p.tolerance(tolerance::accumulating(columns));
                          const auto softmax = [=](float spoil) {
                            for (std::int64_t i = 0; i < rows; ++i) {
                              float sum = 0;
                              for (std::int64_t j = 0; j < columns; ++j)
                                sum += y.data()[i * columns + j] = std::exp(x[i * columns + j]);
                              for (std::int64_t j = 0; j < columns; ++j) y.data()[i * columns + j] /= sum;
                            }
                            y.data()[13 * columns + 49] += spoil;
                          };
                          p.candidate("right", [=] { softmax(0.0f); });
                          p.candidate("wrong", [=] { softmax(1e-4f); });
                        }),
          verify_only());
  CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
  CHECK(record_of(records, "wrong").verdict.outcome == outcome::wrong);
  CHECK(has(record_of(records, "wrong").verdict.reason, "worst at [13, 49]"));
}

// Memory: red zones, poisons and the fence.

namespace {

/// y[i] = 2 x[i] by `launch`, over whole numbers, which have no NaN.
template <class Launch>
record of_integers(Launch launch, const run_options& options = verify_only()) {
  return run(problem_named("integers",
                           [=](host_problem& p) {
                             const auto x = p.input<std::int8_t>("x", {n}, integers(-60, 60));
                             const auto y = p.output<std::int8_t>("y", {n});
                             const auto w = p.workspace(100);
                             p.alignment(1);
                             p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
                             p.candidate("it",
                                         [=] { launch(x.data(), y.data(), static_cast<char*>(w.data())); });
                           }),
             options)
      .at(0);
}

void doubled(const std::int8_t* x, std::int8_t* y) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = static_cast<std::int8_t>(2 * x[i]);
}

}  // namespace

TEST_CASE("one byte out of bounds makes a right candidate invalid, and the sentence says where", "[suite]") {
  const auto reason = [](const auto& beside) {
    const record r = of_integers([=](const std::int8_t* x, std::int8_t* y, char* w) {
      doubled(x, y);
      beside(const_cast<std::int8_t*>(x), y, w);
    });
    CHECK(r.verdict.outcome == outcome::invalid);
    return r.verdict.reason;
  };
  CHECK(reason([](auto*, auto* y, char*) { y[-1] = 0; }) ==
        "wrote 1 byte before 'y', the first at byte -1 from its beginning");
  CHECK(reason([](auto*, auto* y, char*) { y[n] = 0; }) ==
        "wrote 1 byte behind 'y', the first at byte 0 from its end");
  CHECK(has(reason([](auto*, auto* y, char*) { std::memset(y + n + 3, 0, 12); }),
            "12 bytes behind 'y', the first at byte 3"));
  CHECK(has(reason([](auto* x, auto*, char*) { x[-2] = 0; }), "before 'x'"));
  CHECK(has(reason([](auto*, auto*, char* w) { w[100] = 0; }), "behind the workspace"));
  CHECK(has(reason([](auto*, auto*, char* w) { w[-1] = 0; }), "before the workspace"));
  // Both: what was written out of bounds is told, and that an input changed with it.
  CHECK(has(reason([](auto* x, auto*, char*) { x[-1] = x[0] = 77; }), "wrote 1 byte before 'x'"));
}

TEST_CASE("a write out of bounds counts before wrong elements, and its author alone is blamed", "[suite]") {
  const auto records = run(problem_named("neighbours",
                                         [](host_problem& p) {
                                           const auto y = p.output<float>("y", {16});
                                           p.oracle(y, [](auto, std::int64_t) { return 1.0; });
                                           p.candidate("vandal", [=] { std::fill_n(y.data(), 17, 2.0f); });
                                           p.candidate("honest", [=] { std::fill_n(y.data(), 16, 1.0f); });
                                         }),
                           verify_only());
  CHECK(record_of(records, "vandal").verdict.outcome == outcome::invalid);
  CHECK(has(record_of(records, "vandal").verdict.reason, "wrote 4 bytes behind 'y'"));
  CHECK(record_of(records, "honest").verdict.outcome == outcome::correct);
}

TEST_CASE("a candidate that writes out of bounds only while it is timed is found there", "[suite]") {
  const auto records = run(problem_named("late", [](host_problem& p) {
    const auto y = p.output<float>("y", {16});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.candidate("it", [=, calls = 0]() mutable { std::fill_n(y.data(), calls++ > 0 ? 17 : 16, 1.0f); });
  }));
  CHECK(records.at(0).verdict.outcome == outcome::invalid);
  CHECK(has(records.at(0).verdict.reason, "not when it was timed: wrote 4 bytes behind 'y'"));
}

TEST_CASE("a reference that writes out of bounds leaves its candidates unverifiable", "[suite]") {
  for (const record& r : run(by_reference([](const float*x, float*y) {
         twice(x, y);
         y[-1] = 0.0f;
       }))) {
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(has(r.verdict.reason, "the reference wrote 4 bytes before 'y'"));
  }
}

TEST_CASE("integers left unwritten are found whatever the poison, and the poison may be a result",
          "[suite]") {
  // Each poison in turn is right for all elements, and the candidate leaves one out.
  for (const poison_variant variant : {poison_variant::first, poison_variant::second}) {
    const auto value = static_cast<std::int8_t>(poison_byte(dtype::int8, variant));
    const auto outcome_of = [&](std::int64_t from) {
      return run(problem_named("constant",
                               [=](host_problem& p) {
                                 const auto y = p.output<std::int8_t>("y", {16});
                                 p.oracle(y, [=](auto, std::int64_t) { return static_cast<double>(value); });
                                 p.candidate("it", [=] {
                                   for (std::int64_t i = from; i < 16; ++i) y[i] = value;
                                 });
                               }),
                 verify_only())
          .at(0)
          .verdict.outcome;
    };
    CHECK(outcome_of(0) == outcome::correct);
    CHECK(outcome_of(1) == outcome::wrong);
    CHECK(outcome_of(16) == outcome::wrong);
  }
}

TEST_CASE("an integer that no oracle was asked for is found when it was never written", "[suite]") {
  const std::int64_t many = 1 << 16;
  run_options options = verify_only();
  options.oracle_samples = 8;
  const auto records = run(problem_named("sampled",
                                         [=](host_problem& p) {
                                           const auto y = p.output<std::int32_t>("y", {many});
                                           p.oracle(y, [=](auto, std::int64_t) {
                                             std::this_thread::sleep_for(std::chrono::microseconds(100));
                                             return 1.0;
                                           });
                                           p.candidate("it", [=] {
                                             for (std::int64_t i = 0; i < many; ++i)
                                               if (i != 40'001) y[i] = 1;
                                           });
                                         }),
                           options);
  REQUIRE(records.at(0).verdict.comparisons.at(0).checked < many);
  CHECK(records.at(0).verdict.outcome == outcome::wrong);
  CHECK(has(records.at(0).verdict.reason, "y: 1 of 65536 elements never written, the first at [40001]"));
}

TEST_CASE("integers of which none is the poison are not asked for twice", "[suite]") {
  const std::int64_t many = 1 << 16;
  run_options options = verify_only();
  options.oracle_samples = 8;
  for (const std::uint32_t somewhere : {1u, 0xA5A5A5A5u}) {
    int launches = 0;
    const auto records = run(problem_named("sampled",
                                           [&](host_problem& p) {
                                             const auto y = p.output<std::uint32_t>("y", {many});
                                             p.oracle(y, [=](auto, std::int64_t i) {
                                               std::this_thread::sleep_for(std::chrono::microseconds(100));
                                               return i == 40'001 ? double(somewhere) : 1.0;
                                             });
                                             p.candidate("it", [=, &launches] {
                                               ++launches;
                                               for (std::int64_t i = 0; i < many; ++i) y[i] = 1;
                                               y[40'001] = somewhere;
                                             });
                                           }),
                             options);
    REQUIRE(records.at(0).verdict.comparisons.at(0).checked < many);
    CHECK(records.at(0).verdict.outcome == outcome::correct);
    CHECK(launches == (somewhere == 1 ? 3 : 4));  // and two that show whether it repeats itself
  }
}

TEST_CASE("a number that no oracle was asked for is found when it was never written", "[suite]") {
  const std::int64_t many = 1 << 16;
  run_options options = verify_only();
  options.oracle_samples = 8;
  const auto records = run(problem_named("sampled floats",
                                         [=](host_problem& p) {
                                           const auto x = p.input<float>("x", {many});
                                           const auto y = p.output<float>("y", {many});
                                           p.oracle(y, [=](auto at, std::int64_t i) {
                                             std::this_thread::sleep_for(std::chrono::microseconds(100));
                                             return 2.0 * at(x)[i];
                                           });
                                           p.candidate("right", [=] { twice(x, y, 0, many); });
                                           p.candidate("leaves a gap", [=] {
                                             twice(x, y, 0, 40'000);
                                             twice(x, y, 40'020, many);
                                           });
                                         }),
                           options);
  CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
  const verdict& gap = record_of(records, "leaves a gap").verdict;
  CAPTURE(gap.reason);
  CHECK(gap.outcome == outcome::wrong);
  CHECK(has(gap.reason, "elements never written, the first at [40000]"));
}

TEST_CASE("the single NaN of a type may be a result, and is none where it was never written", "[suite]") {
  const auto records =
      run(problem_named("fnuz",
                        [](host_problem& p) {
                          const auto y = p.output<fp8_e4m3fnuz>("y", {8});
                          p.oracle(y, [](auto, std::int64_t i) {
                            return i == 3 ? std::numeric_limits<double>::quiet_NaN()
                                          : static_cast<double>(1 + i % 2);
                          });
                          const auto write = [=](bool all) {
                            for (std::int64_t i = 0; i < 8; ++i)
                              if (i != 3 || all)
                                store_element(dtype::fp8_e4m3fnuz, y.data(), i,
                                              i == 3 ? std::nan("") : static_cast<double>(1 + i % 2));
                          };
                          p.candidate("right", [=] { write(true); });
                          p.candidate("leaves one out", [=] { write(false); });
                        }),
          verify_only());
  CAPTURE(record_of(records, "right").verdict.reason);
  CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
  CHECK(record_of(records, "leaves one out").verdict.outcome == outcome::wrong);
}

TEST_CASE("a candidate that is wrong at every second launch is found by verifying alone, and by its replay",
          "[suite]") {
  const auto definition = doubling([](host_problem& p, auto x, auto y) {
    p.candidate("hostile", [=, calls = 0]() mutable {
      for (std::int64_t i = 0; i < n; ++i) y[i] = (calls % 2 == 0 ? 2.0f : 3.0f) * x[i];
      ++calls;
    });
  });
  const std::vector<record> records = run(definition, verify_only());
  CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
  const record& first = record_of(records, "hostile");
  const std::vector<record> again =
      case_run(device_of<host>(), {}, replay_item(support::discovered({&definition}), target_of(first)),
               verify_only(), [](const std::string&) {})
          .run();
  for (const record& r : {first, again.at(0)}) {
    CHECK(r.verdict.outcome == outcome::wrong);
    CHECK(has(r.verdict.reason, "right at the first launch, but not at the second"));
  }
}

TEST_CASE("a reference is compared bit by bit where doubles do not hold all bits, and an oracle says so",
          "[suite]") {
  const auto hash = [](std::uint64_t v) { return (v + 1) * 0x9E37'79B9'7F4A'7C15u; };
  const auto records = [&](bool by_oracle) {
    return run(problem_named("hash",
                             [=](host_problem& p) {
                               const auto y = p.output<std::uint64_t>("y", {5000});
                               p.tolerance(tolerance::exact());
                               const auto fill = [=](std::uint64_t flip) {
                                 for (std::int64_t i = 0; i < 5000; ++i)
                                   y[i] = hash(static_cast<std::uint64_t>(i)) ^ (i == 4711 ? flip : 0);
                               };
                               if (by_oracle)
                                 p.oracle(y, [=](auto, std::int64_t i) {
                                   return static_cast<double>(hash(static_cast<std::uint64_t>(i)));
                                 });
                               else
                                 p.reference("known", [=] { fill(0); });
                               p.candidate("last bit", [=] { fill(1); });
                               p.candidate("last bit again", [=] { fill(1); });
                               p.candidate("right", [=] { fill(0); });
                             }),
               verify_only());
  };
  const auto by_reference = records(false);
  for (const char* name : {"last bit", "last bit again"}) {  // on the host, and where large outputs are
    CAPTURE(name);
    CHECK(record_of(by_reference, name).verdict.outcome == outcome::wrong);
    CHECK(has(record_of(by_reference, name).verdict.reason, "y: 1 of 5000 elements"));
    CHECK(has(record_of(by_reference, name).verdict.reason, "[4711]"));
  }
  CHECK(record_of(by_reference, "right").verdict.outcome == outcome::correct);
  for (const record& r : records(true)) {
    CHECK(r.verdict.outcome == outcome::unverifiable);
    CHECK(has(r.verdict.reason, "whole numbers are beyond 2^53"));
  }
}

TEST_CASE("what the reference left is not taken for the candidate's output", "[suite]") {
  // One that repeats itself, but sums up in another order than the reference.
  const auto records = run(problem_named("sum",
                                         [](host_problem& p) {
                                           const auto x = p.input<float>("x", {n});
                                           const auto y = p.output<float>("y", {n});
                                           const auto third = [=](float a, float b) {
                                             for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] * a / b;
                                           };
                                           p.reference("known", [=] { third(1.0f, 3.0f); });
                                           p.candidate("otherwise", [=] { third(7.0f, 21.0f); });
                                         }),
                           verify_only());
  const record& r = record_of(records, "otherwise");
  CAPTURE(r.verdict.reason);
  CHECK(r.verdict.outcome == outcome::correct);
  for (const finding& f : r.findings) CHECK(f.code != "nondeterministic");
}

TEST_CASE("with a fence the host verifies once more, and a right candidate stays right", "[suite]") {
  for (const fence_side side : {fence_side::above, fence_side::below}) {
    run_options options = verify_only();
    options.fence = side;
    int launches = 0;
    const record r = of_integers(
        [&](const std::int8_t* x, std::int8_t* y, char*) {
          ++launches;
          doubled(x, y);
        },
        options);
    CHECK(r.verdict.outcome == outcome::correct);
    CHECK(launches == 4);  // two poisons, twice
  }
}

TEST_CASE("a read out of bounds kills the process at the fence, and only there", "[suite]") {
  // On the host the fault is a signal: whoever wants the others' records has to run in a process of its own.
  const auto ends_by_signal = [](std::optional<fence_side> side, std::int64_t offset) {
    const pid_t child = fork();
    if (child == 0) {
      for (const int number : {SIGSEGV, SIGBUS})
        signal(number, SIG_DFL);  // not the test framework's, nor ASan's
      run_options options = verify_only();
      options.fence = side;
      const record r = of_integers(
          [=](const std::int8_t* x, std::int8_t* y, char*) {
            const volatile std::int8_t beside = x[offset];
            static_cast<void>(beside);
            doubled(x, y);
          },
          options);
      _exit(r.verdict.outcome == outcome::correct ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return true;
    CHECK(WEXITSTATUS(status) == 0);
    return false;
  };
  CHECK_FALSE(ends_by_signal(std::nullopt, n));
  CHECK_FALSE(ends_by_signal(fence_side::above, n - 1));
  CHECK(ends_by_signal(fence_side::above, n));
  CHECK_FALSE(ends_by_signal(fence_side::above, -1));
  CHECK_FALSE(ends_by_signal(std::nullopt, -1));
  CHECK(ends_by_signal(fence_side::below, -1));
}

namespace {

/// A problem on a fake device with a candidate that calls `launch(gpu, calls)` before it does what is right.
template <class Launch>
std::vector<record> run_fenced(support::fake_device& gpu, Launch launch,
                               run_options options = verify_only()) {
  options.fence = fence_side::above;
  return run(problem_named("fenced",
                           [&gpu, launch](host_problem& p) {
                             const auto x = p.input<float>("x", {5});
                             const auto y = p.output<float>("y", {5});
                             p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
                             p.candidate("it", [=, &gpu, calls = 0]() mutable {
                               launch(gpu, ++calls);
                               for (int i = 0; i < 5; ++i) y[i] = 2 * x[i];
                             });
                             p.candidate("after", [=] {
                               for (int i = 0; i < 5; ++i) y[i] = 2 * x[i];
                             });
                           }),
             options, {}, some_ceilings(), gpu);
}

}  // namespace

TEST_CASE("a fault at the fence is its author's, and says what it means", "[suite]") {
  support::fake_device gpu;
  gpu.script.has_fences = true;
  const auto records = run_fenced(gpu, [](support::fake_device& device, int call) {
    if (call == verifying_launches + 1) device.fail("synchronize", 1, support::fault::lost);
  });
  const record &it = record_of(records, "it"), &after = record_of(records, "after");
  CHECK(it.verdict.outcome == outcome::failed);
  CHECK(has(it.verdict.reason,
            "with an unmapped page behind each tensor, where reads and writes out of bounds are "
            "faults: synchronize: fake_lost"));
  CHECK(has(it.replay, "|fence=above"));
  CHECK(after.verdict.outcome == outcome::correct);  // it was right before
}

TEST_CASE("what goes wrong at the fence alone says that it did", "[suite]") {
  support::fake_device gpu;
  gpu.script.has_fences = true;
  const auto records = run_fenced(gpu, [](support::fake_device&, int call) {
    if (call == verifying_launches + 1) throw std::runtime_error("not at this address");
  });
  const record& it = record_of(records, "it");
  CHECK(it.verdict.outcome == outcome::failed);
  CHECK(has(it.verdict.reason, "with an unmapped page"));
  CHECK(has(it.verdict.reason, "not at this address"));
  CHECK(has(it.replay, "|fence=above"));
  // 20 bytes do not end at a multiple of 256.
  CHECK(it.findings.at(0).code == "fence-slack");
  CHECK(has(it.findings.at(0).message, "236 bytes behind 'x', 236 bytes behind 'y'"));
}

TEST_CASE("a fence that cannot be put up is told by those that were right before", "[suite]") {
  support::fake_device gpu;
  gpu.script.has_fences = true;
  int launches = 0;
  const auto records = run_fenced(gpu, [&](support::fake_device& device, int) {
    if (++launches == verifying_launches) device.fail("free_memory");
  });
  for (const record& r : records) {
    CHECK(r.verdict.outcome == outcome::correct);
    REQUIRE_FALSE(r.findings.empty());
    CHECK(r.findings.back().code == "unfinished");
    CHECK(has(r.findings.back().message, "free_memory: fake_error (injected)"));
  }
}

TEST_CASE("fuzzing asks a candidate only where the body declares it", "[suite]") {
  const auto packed = problem_named("packed", [](host_problem& p) {
    const std::int64_t size = p.axis("n", {16, 15}, at_least(1));
    const auto y = p.output<float>("y", {size});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    const auto ones = [=] {
      for (std::int64_t i = 0; i < size; ++i) y[i] = 1.0f;
    };
    p.candidate("any", ones);
    if (size % 8 == 0) p.candidate("packs of eight", ones);
  });
  run_options options = verify_only();
  options.fuzz.trials = 30;
  const std::vector<record> records = run(packed, options);
  REQUIRE(records.size() == 3);
  const record& packs = record_of(records, "packs of eight");
  CHECK(packs.verdict.outcome == outcome::correct);
  REQUIRE(packs.fuzz);
  CHECK(packs.fuzz->skipped > 0);
  CHECK(has(packs.fuzz->skip_reason, "does not declare it in this case"));
}

TEST_CASE("where there is no fence the record says so and stays right", "[suite]") {
  support::fake_device gpu;
  int launches = 0;
  const auto records = run_fenced(gpu, [&](support::fake_device&, int) { ++launches; });
  CHECK(launches == verifying_launches);
  for (const record& r : records) {
    CHECK(r.verdict.outcome == outcome::correct);
    REQUIRE(r.findings.size() == 1);
    CHECK(r.findings[0].code == "no-fence");
    CHECK(r.findings[0].level == severity::warning);
  }
  gpu.script.has_fences = true;
  gpu.script.memory = 24'000;  // room for the arena, not for pages beside it
  for (const record& r : run_fenced(gpu, [](support::fake_device&, int) {})) {
    CHECK(r.verdict.outcome == outcome::correct);
    CHECK(has(r.findings.at(0).message, "no fence: "));
  }
}

TEST_CASE("kernels that heed the leading dimension are right, and those that do not are caught", "[suite]") {
  const auto records = run(
      problem_named("transposed rows",
                    [](host_problem& p) {
                      const auto x = p.input<float>("x", {7, 5}, uniform(0.5, 1.0));
                      const auto y = p.output<float>("y", {7, 5});
                      p.leading_dimension(x, 9);
                      p.leading_dimension(y, 6);
                      p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
                      const auto rows = [=](std::int64_t columns, std::int64_t from, std::int64_t to) {
                        for (std::int64_t row = 0; row < 7; ++row)
                          for (std::int64_t i = 0; i < columns; ++i) y[row * to + i] = 2 * x[row * from + i];
                      };
                      p.candidate("heeds", [=] { rows(5, x.leading_dimension(), y.leading_dimension()); });
                      p.candidate("reads densely", [=] { rows(5, 5, 6); });
                      p.candidate("writes densely", [=] { rows(5, 9, 5); });
                      p.candidate("writes into gaps", [=] { rows(6, 9, 6); });
                    }),
      verify_only());
  CHECK(record_of(records, "heeds").verdict.outcome == outcome::correct);
  CHECK(record_of(records, "reads densely").verdict.outcome == outcome::wrong);
  CHECK(record_of(records, "writes densely").verdict.outcome == outcome::invalid);
  CHECK(record_of(records, "writes into gaps").verdict.outcome == outcome::invalid);
  CHECK(has(record_of(records, "writes into gaps").verdict.reason,
            "wrote 24 bytes between the rows of 'y', the first at byte 20"));
}

namespace {

/// Copies 1 MiB for a candidate that takes `seconds` on a fake GPU. What it is held against: 1 TB/s whatever
/// the clock, and 1 TFLOP/s at 2 GHz.
std::vector<record> run_bounded(support::fake_device& gpu, double seconds, ceiling_layers extra = {}) {
  ceilings hard(layer::hard, "test");
  hard.set({resource::dram, 1e12, "pins", 0.01});
  hard.set({resource::tensor_bf16, 1e12, "units", 0.01, 2e9});
  extra.set(hard);
  run_options options = quick();
  options.measure.cache = cache_state::cold;
  return run(problem_named("bounded",
                           [&gpu, seconds](host_problem& p) {
                             const auto x = p.input<float>("x", {64});
                             const auto y = p.output<float>("y", {64});
                             p.dram_bytes(1 << 19, 1 << 19);
                             p.flops(1e6, resource::tensor_bf16);
                             p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
                             p.candidate("it", [=, &gpu] {
                               gpu.run(seconds);
                               for (int i = 0; i < 64; ++i) y[i] = 2 * x[i];
                             });
                           }),
             options, {}, extra, gpu);
}

}  // namespace

TEST_CASE("a record holds a limit of each layer, at the clock that was seen", "[suite]") {
  support::fake_device gpu;
  gpu.script.clock = 1.5e9;
  ceiling_layers known;
  ceilings sheet(layer::datasheet, "test");
  sheet.set({resource::dram, 0.9e12, "sheet"});
  known.set(sheet);
  const std::vector<record> records = run_bounded(gpu, 0x1p-16, known);
  REQUIRE(records.size() == 1);
  const record& r = records[0];
  REQUIRE(r.verdict.outcome == outcome::correct);
  REQUIRE((r.time && r.limit));
  CHECK(r.limit->which == layer::hard);
  CHECK(r.limit->binding == resource::dram);
  CHECK(r.other_limits.size() == 2);
  const limit* adjusted = r.limit_in(layer::clock_adjusted);
  REQUIRE(adjusted);
  CHECK(*adjusted->seconds == Approx(1e6 / 0.75e12));  // 1.33 µs, against 1.05 µs of DRAM
  CHECK(adjusted->binding == resource::tensor_bf16);
  CHECK(*r.sol_ratio_at_clock() == Approx(*adjusted->seconds / 0x1p-16));
  CHECK(r.limit_at_clock() == adjusted);
  REQUIRE(r.limit_in(layer::datasheet));
  CHECK(r.limit_in(layer::datasheet)->findings.size() == 1);  // no tensor figure on this sheet
  REQUIRE(r.bound);
  CHECK(r.bound->quality == bound_quality::ok);  // 1.05 of 1.33 µs
  CHECK(r.limit_in(layer::measured) == nullptr);
}

TEST_CASE("without a clock there is no clock-adjusted limit", "[suite]") {
  support::fake_device gpu;
  const record r = run_bounded(gpu, 0x1p-16).at(0);
  CHECK(r.other_limits.empty());
  CHECK(r.limit_at_clock() == &*r.limit);
  CHECK_FALSE(r.sol_ratio_at_clock());
}

TEST_CASE("what is assumed is what SoL is made from, and what is hard still proves", "[suite]") {
  support::fake_device gpu;
  ceiling_layers known;
  ceilings assumed(layer::assumed, "another device");
  assumed.set({resource::dram, 4e12, "assumed"});
  assumed.set({resource::tensor_bf16, 4e12, "assumed"});
  known.set(assumed);
  const record slow = run_bounded(gpu, 0x1p-16, known).at(0);
  CHECK(slow.limit->which == layer::assumed);
  CHECK(slow.limit_in(layer::hard) != nullptr);
  CHECK(*slow.sol_ratio() == Approx((1 << 20) / 4e12 / 0x1p-16));
  CHECK(slow.verdict.outcome == outcome::correct);

  // 2^-22 s is 0.24 µs: above what is assumed to be possible, and far below what is.
  ceilings generous(layer::assumed, "another device");
  generous.set({resource::dram, 4e13, "assumed"});
  known.set(generous);
  const record impossible = run_bounded(gpu, 0x1p-22, known).at(0);
  CHECK(impossible.verdict.outcome == outcome::invalid);
}

TEST_CASE("for a profiler each candidate is launched once, with nothing else beside it", "[suite]") {
  support::fake_device gpu;
  const auto definition = problem_named("profiled", [&gpu](host_problem& p) {
    const auto y = p.output<float>("y", {8});
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    const auto launch = [&gpu] { gpu.run(1e-6, "launch"); };
    p.candidate("throws", [=] {
      launch();
      throw std::runtime_error("not today");
    });
    p.candidate("runs", launch);
    p.counterexample("is not launched", launch);
  });
  run_options options;
  options.profile = true;
  options.verify = options.time = false;
  const std::vector<record> records = run(definition, options, {}, some_ceilings(), gpu);
  std::vector<std::string> seen;  // between the calls that a profiler waits for
  bool watched = false;
  for (const std::string& call : gpu.log()) {
    if (call == "stop_profiling") watched = false;
    if (watched) seen.push_back(call);
    if (call == "start_profiling") watched = true;
  }
  CHECK_FALSE(watched);
  CHECK(std::count(seen.begin(), seen.end(), "launch") == 2);
  CHECK(gpu.calls("launch") == 2);
  CHECK(gpu.calls("start_profiling") == 2);
  CHECK(record_of(records, "throws").verdict.outcome == outcome::failed);
  CHECK(record_of(records, "runs").verdict.outcome == outcome::unchecked);
}
