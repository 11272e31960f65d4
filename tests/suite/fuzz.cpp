// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/fuzz.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "assay/core/error.hpp"
#include "support/catch.hpp"
#include "support/fake_device.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::fake_device;
using support::has;
using support::host_problem;
using support::problem_named;
using support::record_of;
using support::run;
using support::verify_only;

namespace {

/// Verified with so many trials beyond each case.
run_options fuzzing(std::int64_t trials, std::uint64_t seed = 0) {
  run_options options = verify_only();
  options.fuzz.trials = trials;
  options.seed = seed;
  return options;
}

/// y = 2x on an axis of a domain, by `launch(n, x, y)`; beside it "right".
template <class Launch>
problem_definition doubling(const axis_domain& domain, Launch launch) {
  return problem_named("doubling", [=](host_problem& p) {
    const auto n = p.axis("n", {1024}, domain);
    const auto x = p.input<float>("x", {n});
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
    p.candidate("tried", [=] { launch(n, x.data(), y.data()); });
    p.candidate("right", [=] {
      for (std::int64_t i = 0; i < n; ++i) y[i] = 2.0f * x[i];
    });
  });
}

void twice(std::int64_t n, const float* x, float* y) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = 2.0f * x[i];
}

std::int64_t axis_of(const trial& t, const std::string& name) {
  for (const auto& [axis, value] : t.values)
    if (axis == name) return std::get<std::int64_t>(value);
  throw error("no axis " + name);
}

/// c = a·b, row-major, the products of each element added up by `sum(k, a_row, b_column, n)`.
template <class Sum>
problem_definition matrix_product(Sum sum) {
  return problem_named("product", [=](host_problem& p) {
    const auto mnk =
        p.axes({"m", "n", "k"}, {{32, 24, 40}, {8, 8, 8}}, {at_least(1), at_least(1), at_least(1)});
    const auto m = mnk[0], n = mnk[1], k = mnk[2];
    const auto a = p.input<float>("a", {m, k});
    const auto b = p.input<float>("b", {k, n});
    const auto c = p.output<float>("c", {m, n});
    p.flops(2.0 * static_cast<double>(m * n * k));
    p.tolerance(tolerance::accumulating(k));
    p.oracle(c, [=](auto at, std::int64_t i) {
      double exact = 0;
      for (std::int64_t l = 0; l < k; ++l) exact += at(a)[i / n * k + l] * at(b)[l * n + i % n];
      return exact;
    });
    p.candidate("tried", [=] {
      for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < n; ++j) c[i * n + j] = sum(k, a.data() + i * k, b.data() + j, n);
    });
  });
}

float serial_sum(std::int64_t k, const float* a, const float* b, std::int64_t n) {
  float total = 0;
  for (std::int64_t l = 0; l < k; ++l) total += a[l] * b[l * n];
  return total;
}

}  // namespace

TEST_CASE("a candidate that forgets the tail of other shapes is found, and shrunk to the least of them",
          "[fuzz]") {
  const auto records =
      run(doubling(at_least(1), [](std::int64_t n, const float* x, float* y) { twice(n / 4 * 4, x, y); }),
          fuzzing(16));
  const record& wrong = record_of(records, "tried");
  CAPTURE(wrong.verdict.reason, wrong.replay);
  CHECK(wrong.verdict.outcome == outcome::wrong);
  CHECK(has(wrong.verdict.reason, "fuzz: n=1 "));
  CHECK(has(wrong.verdict.reason, "never written"));
  REQUIRE(wrong.fuzz);
  REQUIRE(wrong.fuzz->smallest);
  CHECK(axis_of(*wrong.fuzz->smallest, "n") == 1);
  CHECK(wrong.fuzz->smallest->attack == attack::as_declared);
  CHECK(wrong.fuzz->smallest->seed == 0);
  CHECK(has(wrong.replay, "|n=1|seed=0'"));
  CHECK(to_string(wrong.axes) == "n=1024");  // the record is still that of the case
  const record& right = record_of(records, "right");
  CAPTURE(right.verdict.reason);
  CHECK(right.verdict.outcome == outcome::correct);
  REQUIRE(right.fuzz);
  CHECK(right.fuzz->trials == 16);
  CHECK(right.fuzz->skipped == 0);
  CHECK_FALSE(right.fuzz->smallest);
}

TEST_CASE("a shape that fails only from some size on is shrunk to that size", "[fuzz]") {
  const auto records = run(doubling(at_least(1),
                                    [](std::int64_t n, const float* x, float* y) {
                                      twice(n, x, y);
                                      if (n > 37 && n % 3 != 0) y[n - 1] += 1.0f;
                                    }),
                           fuzzing(16));
  // 1024 is no multiple of 3: it is wrong before anything is fuzzed.
  CHECK_FALSE(has(record_of(records, "tried").verdict.reason, "fuzz"));
  const auto others = run(doubling(at_least(1),
                                   [](std::int64_t n, const float* x, float* y) {
                                     twice(n, x, y);
                                     if (n > 37 && n % 2 != 0) y[n - 1] += 1.0f;
                                   }),
                          fuzzing(16));
  const record& wrong = record_of(others, "tried");
  CAPTURE(wrong.verdict.reason);
  REQUIRE(wrong.fuzz);
  REQUIRE(wrong.fuzz->smallest);
  CHECK(axis_of(*wrong.fuzz->smallest, "n") == 39);
}

TEST_CASE("an axis without a domain is never given another value", "[fuzz]") {
  const auto definition = doubling(listed(), [](std::int64_t n, const float* x, float* y) {
    if (n != 1024) throw std::runtime_error("another n");
    twice(n, x, y);
  });
  const record r = record_of(run(definition, fuzzing(100)), "tried");
  CAPTURE(r.verdict.reason);
  CHECK(r.verdict.outcome == outcome::correct);
  REQUIRE(r.fuzz);
  CHECK(r.fuzz->trials == 100);
}

TEST_CASE("no trial leaves the declared domain", "[fuzz]") {
  for (const axis_domain& domain : {multiples_of(8), between(1000, 1040).multiple_of(8), between(1024, 1024),
                                    at_least(0), at_least(1), at_least(1001)}) {
    CAPTURE(to_string(domain));
    if (!domain.holds(1024)) continue;
    const auto definition = doubling(domain, [=](std::int64_t n, const float* x, float* y) {
      if (!domain.holds(n)) throw std::runtime_error("outside");
      twice(n, x, y);
    });
    const record r = record_of(run(definition, fuzzing(300)), "tried");
    CAPTURE(r.verdict.reason);
    CHECK(r.verdict.outcome == outcome::correct);
  }
}

TEST_CASE("no extent is zero unless the domain says so", "[fuzz]") {
  const auto fails_at_zero = [](std::int64_t n, const float* x, float* y) {
    if (n == 0) throw std::runtime_error("a grid of 0 blocks");
    twice(n, x, y);
  };
  const record without = record_of(run(doubling(at_least(1), fails_at_zero), fuzzing(200)), "tried");
  CHECK(without.verdict.outcome == outcome::correct);
  const record with = record_of(run(doubling(at_least(0), fails_at_zero), fuzzing(16)), "tried");
  CAPTURE(with.verdict.reason);
  CHECK(with.verdict.outcome == outcome::failed);
  CHECK(has(with.verdict.reason, "fuzz: n=0 "));
  CHECK(has(with.verdict.reason, "a grid of 0 blocks"));
}

TEST_CASE("a candidate that is wrong for negative numbers only is found where none of the case was",
          "[fuzz]") {
  const auto definition = problem_named("positive case", [](host_problem& p) {
    const auto n = p.axis("n", {64});
    const auto x = p.input<float>("x", {n}, uniform(-0.001, 1.0));
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i] + 1.0; });
    p.candidate("tried", [=] {
      for (std::int64_t i = 0; i < n; ++i) y[i] = (x[i] < 0 ? -x[i] : x[i]) + 1.0f;
    });
  });
  CHECK(run(definition, fuzzing(0)).at(0).verdict.outcome == outcome::correct);
  const record r = run(definition, fuzzing(16)).at(0);
  CAPTURE(r.verdict.reason);
  CHECK(r.verdict.outcome == outcome::wrong);
}

TEST_CASE("a product dropped where it hardly counts is found", "[fuzz]") {
  // All products but the one at k = 3, in shapes that are not those of the case.
  const auto definition = matrix_product([](std::int64_t k, const float* a, const float* b, std::int64_t n) {
    float total = 0;
    for (std::int64_t l = 0; l < k; ++l)
      if (!(l == 3 && k % 8 != 0)) total += a[l] * b[l * n];
    return total;
  });
  for (const record& r : run(definition, fuzzing(32))) {
    CAPTURE(r.case_name(), r.verdict.reason);
    CHECK(r.verdict.outcome == outcome::wrong);
    REQUIRE(r.fuzz);
    REQUIRE(r.fuzz->smallest);
    CHECK(axis_of(*r.fuzz->smallest, "k") == 4);
    CHECK(axis_of(*r.fuzz->smallest, "m") == 1);
    CHECK(axis_of(*r.fuzz->smallest, "n") == 1);
  }
}

TEST_CASE("honest candidates pass a thousand trials", "[fuzz]") {
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1000000}}) {
    for (const record& r : run(doubling(at_least(0), &twice), fuzzing(400, seed))) {
      CAPTURE(seed, r.candidate, r.verdict.reason);
      CHECK(r.verdict.outcome == outcome::correct);
    }
    for (const record& r : run(matrix_product(&serial_sum), fuzzing(100, seed))) {
      CAPTURE(seed, r.case_name(), r.verdict.reason);
      CHECK(r.verdict.outcome == outcome::correct);
      REQUIRE(r.fuzz);
      CHECK(r.fuzz->trials == 100);
    }
  }
}

TEST_CASE("what a candidate does to special values counts where the problem says so, or the user", "[fuzz]") {
  // max() that loses a NaN: what fast arithmetic may do.
  const auto clamped = [](special declared) {
    return problem_named("clamp", [=](host_problem& p) {
      const auto x = p.input<float>("x", {64});
      const auto y = p.output<float>("y", {64});
      p.specials(declared);
      p.oracle(y, [=](auto at, std::int64_t i) {
        const double v = at(x)[i];
        return std::isnan(v) ? v : v > 0 ? v : 0.0;
      });
      p.candidate("tried", [=] {
        for (std::int64_t i = 0; i < 64; ++i) y[i] = x[i] > 0 ? x[i] : 0.0f;
      });
    });
  };
  run_options options = fuzzing(200);
  CHECK(run(clamped(special::none), options).at(0).verdict.outcome == outcome::correct);
  CHECK(run(clamped(special::infinity | special::signed_zeros), options).at(0).verdict.outcome ==
        outcome::correct);
  const record declared = run(clamped(special::nan), options).at(0);
  CAPTURE(declared.verdict.reason);
  CHECK(declared.verdict.outcome == outcome::wrong);
  CHECK(has(declared.verdict.reason, "attack=nan"));
  CHECK(has(declared.replay, "|attack=nan"));
  options.fuzz.strict = true;
  CHECK(run(clamped(special::none), options).at(0).verdict.outcome == outcome::wrong);
}

TEST_CASE("a counterexample that only fuzzing rejects is caught", "[fuzz]") {
  const auto definition = problem_named("greatest", [](host_problem& p) {
    const auto x = p.input<float>("x", {64});
    const auto y = p.output<float>("y", {1});
    p.oracle([=](auto at) {
      at(y)[0] = at(x)[0];
      for (std::int64_t i = 1; i < 64; ++i) at(y)[0] = std::max(at(y)[0], at(x)[i]);
    });
    p.candidate("right", [=] { *y = *std::max_element(x.data(), x.data() + 64); });
    p.counterexample("from zero", [=] { *y = std::max(0.0f, *std::max_element(x.data(), x.data() + 64)); });
  });
  CHECK(record_of(run(definition, fuzzing(0)), "from zero").verdict.outcome == outcome::correct);
  const auto records = run(definition, fuzzing(16));
  CHECK(record_of(records, "from zero").verdict.outcome == outcome::wrong);
  CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
}

TEST_CASE("what is wrong without fuzzing is not fuzzed, and what fuzzing finds wrong is not timed",
          "[fuzz]") {
  int launches = 0;
  const auto definition = doubling(at_least(1), [&launches](std::int64_t n, const float* x, float* y) {
    ++launches;
    twice(n / 4 * 4, x, y);
  });
  run_options options = fuzzing(16);
  options.time = true;
  const auto records = run(definition, options);
  CHECK_FALSE(record_of(records, "tried").time);
  CHECK(record_of(records, "right").time);
  const auto wrong_at_once = doubling(at_least(1), [](std::int64_t, const float*, float*) {});
  CHECK_FALSE(record_of(run(wrong_at_once, fuzzing(16)), "tried").fuzz);
  run_options no_verification = options;
  no_verification.verify = false;
  launches = 0;
  CHECK_FALSE(record_of(run(definition, no_verification), "tried").fuzz);
}

TEST_CASE("trials whose oracle fails or that do not fit say nothing, and are counted", "[fuzz]") {
  const auto definition = problem_named("half an oracle", [](host_problem& p) {
    const auto n = p.axis("n", {64}, at_least(1));
    const auto y = p.output<float>("y", {n});
    p.oracle([=](auto at) {
      for (std::int64_t i = 0; i < n; ++i)
        if (n % 2 == 0) at(y)[i] = 1.0;
    });
    p.candidate("ones", [=] { std::fill(y.data(), y.data() + n, 1.0f); });
  });
  const record r = run(definition, fuzzing(40)).at(0);
  CHECK(r.verdict.outcome == outcome::correct);
  REQUIRE(r.fuzz);
  CHECK(r.fuzz->trials + r.fuzz->skipped == 40);
  CHECK(r.fuzz->skipped >= 10);
  CHECK(has(r.fuzz->skip_reason, "the oracle did not write y[0]"));

  fake_device small;
  small.script.memory = 20'000;
  const auto doubled = doubling(between(1, 1 << 20), &twice);
  const auto records = run(doubled, fuzzing(60), {}, support::some_ceilings(), small);
  for (const char* name : {"tried", "right"}) {
    const record& one = record_of(records, name);
    CAPTURE(one.verdict.reason);
    CHECK(one.verdict.outcome ==
          outcome::failed);  // the case itself fits, and is too large with a second one
    CHECK_FALSE(one.fuzz);
  }
  small.script.memory = 54'000;
  for (const record& one : run(doubled, fuzzing(60), {}, support::some_ceilings(), small)) {
    CAPTURE(one.verdict.reason);
    CHECK(one.verdict.outcome == outcome::correct);
    REQUIRE(one.fuzz);
    CHECK(one.fuzz->skipped > 3);
    CHECK(one.fuzz->trials > 10);
    CHECK(has(one.fuzz->skip_reason, "are available"));
  }
  CHECK(small.clean());
}

TEST_CASE("fuzzing of which no trial told anything says so", "[fuzz]") {
  const auto warnings = [](int right_for) {
    const record r =
        run(problem_named("one shape",
                          [=](host_problem& p) {
                            const auto n = p.axis("n", {64}, at_least(1));
                            const auto y = p.output<float>("y", {n});
                            p.oracle([=](auto at) {
                              for (std::int64_t i = 0; i < n; ++i)
                                if (n % right_for == 0) at(y)[i] = 1.0;
                            });
                            p.candidate("ones", [=] { std::fill(y.data(), y.data() + n, 1.0f); });
                          }),
            fuzzing(20))
            .at(0);
    CHECK(r.verdict.outcome == outcome::correct);
    std::string found;
    for (const finding& f : r.findings)
      if (f.code == "fuzz-told-nothing") found += f.message;
    return found;
  };
  CHECK(warnings(64) == "none of 20 fuzz trials told right from wrong: the oracle did not write y[0]");
  CHECK(warnings(2).empty());
}

TEST_CASE("a trial that takes the device down ends the case, with the trial in the culprit's record",
          "[fuzz]") {
  const auto definition = doubling(at_least(1), [](std::int64_t n, const float* x, float* y) {
    if (n % 2 != 0) throw device_error("launch", "ILLEGAL_ADDRESS", "a wild pointer", "", true);
    twice(n, x, y);
  });
  const std::vector<plan_item> plan = support::plan_of(definition);
  const ceilings limits = support::some_ceilings();
  run_options options = fuzzing(16);
  options.time = true;
  case_run item(device_of<host>(), limits, plan.at(0), options, [](const std::string&) {});
  const std::vector<record> records = item.run();
  CHECK(item.lost());
  const record& culprit = record_of(records, "tried");
  CAPTURE(culprit.verdict.reason);
  CHECK(culprit.verdict.outcome == outcome::failed);
  CHECK(has(culprit.verdict.reason, "ILLEGAL_ADDRESS"));
  CHECK(has(culprit.verdict.reason, "fuzz: n=1025 "));  // not shrunk: there is no device to do it on
  CHECK(has(culprit.replay, "|n=1025|"));
  const record& other = record_of(records, "right");
  CHECK(other.verdict.outcome == outcome::failed);
  CHECK(has(other.verdict.reason, "not finished"));
  CHECK_FALSE(other.time);
}

TEST_CASE("who watches is told each trial before anything of it runs, and when there are no more", "[fuzz]") {
  struct listener final : case_watch {
    std::vector<trial> told;
    std::vector<std::int64_t> run_at;  ///< the shapes that were run while a trial was told
    bool in_trial = false;
    void on_trial(const std::optional<trial>& next) override {
      in_trial = next.has_value();
      if (next) told.push_back(*next);
    }
  } watch;
  const auto definition = doubling(at_least(1), [&](std::int64_t n, const float* x, float* y) {
    if (watch.in_trial) watch.run_at.push_back(n);
    if (n < 100 && watch.told.size() == 16) throw error("the last one fails");
    twice(n, x, y);
  });
  run_options options = fuzzing(16);
  options.layout.separate = true;
  const std::vector<plan_item> plan = support::plan_of(definition);
  const record r = record_of(case_run(
                                 device_of<host>(), support::some_ceilings(), plan.at(0), options,
                                 [](const std::string&) {}, nullptr, nullptr, &watch)
                                 .run(),
                             "tried");
  REQUIRE(r.fuzz);
  CHECK_FALSE(watch.in_trial);
  CHECK(watch.told.size() == static_cast<std::size_t>(16 + r.fuzz->shrink_tries));
  REQUIRE(watch.run_at.size() >= 16);
  for (std::size_t i = 0; i < 16; ++i) {
    CHECK(axis_of(watch.told[i], "n") == watch.run_at[i]);
    CHECK(watch.told[i].layout.separate);  // as it is run
  }
}

TEST_CASE("the replay line of a trial says that tensors were allocated apart, where they were", "[fuzz]") {
  const auto definition = doubling(
      at_least(1), [](std::int64_t n, const float* x, float* y) { twice(n % 2 == 0 ? n : n - 1, x, y); });
  run_options options = fuzzing(16);
  options.layout.separate = true;
  const record wrong = record_of(run(definition, options), "tried");
  CHECK(wrong.verdict.outcome == outcome::wrong);
  CHECK(has(wrong.replay, "|separate=yes"));
}

TEST_CASE("the trial of a replay line fails in the same way", "[fuzz]") {
  const auto definition = matrix_product([](std::int64_t k, const float* a, const float* b, std::int64_t n) {
    return k > 9 && k % 2 == 1 ? serial_sum(k - 1, a, b, n) : serial_sum(k, a, b, n);
  });
  const record wrong = run(definition, fuzzing(32)).at(0);
  REQUIRE(wrong.verdict.outcome == outcome::wrong);
  REQUIRE(wrong.fuzz);
  CHECK(axis_of(*wrong.fuzz->smallest, "k") == 11);
  const std::string text = wrong.replay.substr(10, wrong.replay.size() - 11);  // without --replay and quotes
  const plan_item item = replay_item(support::discovered({&definition}), parse_replay(text));
  const record again =
      case_run(device_of<host>(), support::some_ceilings(), item, verify_only(), [](const std::string&) {})
          .run()
          .at(0);
  CHECK(again.verdict.outcome == outcome::wrong);
  CHECK("fuzz: " + describe(*wrong.fuzz->smallest) + ": " + again.verdict.reason == wrong.verdict.reason);
  CHECK(again.replay == wrong.replay);
  CHECK_FALSE(again.fuzz);
}

namespace {

/// A fuzzer of one problem whose trials are judged by `judge`, on a clock that each trial moves by 1 ms.
template <class Judge>
std::vector<fuzz_summary> judged(const fuzz_options& options, const std::vector<std::string>& names,
                                 Judge judge, bool* lost = nullptr) {
  const auto definition = doubling(at_least(1), &twice);
  const declared_problem problem(definition);
  double time = 0;
  fuzzer all(
      trial_sequence(problem, 0, false), options,
      [&](const trial& t, const std::vector<std::string>& asked) {
        time += 1e-3;
        return judge(t, asked);
      },
      [&] { return time; });
  auto results = all.run(names);
  if (lost) *lost = all.lost();
  return results;
}

trial_verdicts all_right(const std::vector<std::string>& names) {
  return {std::vector<verdict>(names.size(), verdict{outcome::correct, "", {}}), false};
}

}  // namespace

TEST_CASE("fuzzing ends with its count, its time, or the last candidate", "[fuzz]") {
  const auto right = [](const trial&, const std::vector<std::string>& asked) { return all_right(asked); };
  CHECK(judged({7, {}}, {"a"}, right).at(0).trials == 7);
  CHECK(judged({{}, 3.5e-3}, {"a"}, right).at(0).trials == 4);
  CHECK(judged({2, 3.5e-3}, {"a"}, right).at(0).trials == 2);
  CHECK(judged({{}, 0.5e-3}, {"a"}, right).at(0).trials == 1);
  CHECK(judged({0, {}}, {"a"}, right).at(0).trials == 0);
  const auto one_fails = [](const trial&, const std::vector<std::string>& asked) {
    trial_verdicts seen = all_right(asked);
    for (std::size_t i = 0; i < asked.size(); ++i)
      if (asked[i] == "b") seen.verdicts[i] = {outcome::failed, "always", {}};
    return seen;
  };
  const auto results = judged({10, {}}, {"a", "b"}, one_fails);
  CHECK(results.at(0).trials == 10);
  CHECK(results.at(0).passed());
  CHECK(results.at(1).trials == 1);  // not tried again once it has failed, but to shrink
  CHECK(results.at(1).shrink_tries > 0);
  CHECK(axis_of(*results.at(1).smallest, "n") == 1);
  CHECK(judged({10, {}}, {"b"}, one_fails).at(0).trials == 1);
  CHECK_FALSE(fuzz_options{}.wanted());
  CHECK_FALSE(fuzz_options{0, 5.0}.wanted());
  CHECK((fuzz_options{1, {}}).wanted());
  CHECK((fuzz_options{{}, 5.0}).wanted());
}

TEST_CASE("shrinking keeps to the failure that was found", "[fuzz]") {
  // Fails in another way at small sizes.
  const auto two_ways = [](const trial& t, const std::vector<std::string>& asked) {
    trial_verdicts seen = all_right(asked);
    const std::int64_t n = axis_of(t, "n");
    if (n % 2 != 0) seen.verdicts[0] = {outcome::failed, n > 100 ? "large 7" : "small 7", {}};
    return seen;
  };
  const fuzz_summary found = judged({1, {}}, {"a"}, two_ways).at(0);  // n = 1025
  REQUIRE(found.smallest);
  CHECK(axis_of(*found.first, "n") == 1025);
  CHECK(axis_of(*found.smallest, "n") == 101);
  CHECK(found.failure->reason == "large 7");
  CHECK(found.shrink_tries <= 1000);
}

TEST_CASE("a lost device ends fuzzing at once", "[fuzz]") {
  int calls = 0;
  bool lost = false;
  const auto results = judged(
      {10, {}}, {"a", "b"},
      [&](const trial&, const std::vector<std::string>& asked) {
        trial_verdicts seen = all_right(asked);
        if (++calls == 3) {
          seen.lost = true;
          seen.verdicts[0] = {outcome::failed, "gone", {}};
          seen.verdicts[1] = {outcome::unverifiable, "not finished", {}};
        }
        return seen;
      },
      &lost);
  CHECK(lost);
  CHECK(calls == 3);
  CHECK(results[0].shrink_tries == 0);
  CHECK(results[0].failure->reason == "gone");
  CHECK(results[1].passed());
  CHECK(results[1].trials == 2);
  CHECK(results[1].skipped == 1);
}
