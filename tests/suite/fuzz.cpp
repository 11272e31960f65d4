// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/fuzz.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
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

TEST_CASE("honest candidates pass thousands of trials", "[fuzz]") {
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1000000}}) {
    for (const record& r : run(doubling(at_least(0), &twice), fuzzing(1500, seed))) {
      CAPTURE(seed, r.candidate, r.verdict.reason);
      CHECK(r.verdict.outcome == outcome::correct);
    }
    for (const record& r : run(matrix_product(&serial_sum), fuzzing(300, seed))) {
      CAPTURE(seed, r.case_name(), r.verdict.reason);
      CHECK(r.verdict.outcome == outcome::correct);
      REQUIRE(r.fuzz);
      CHECK(r.fuzz->trials == 300);
    }
  }
}
