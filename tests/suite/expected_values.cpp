// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/expected_values.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::host_problem;
using support::message_of;
using support::problem_named;

namespace {

constexpr std::int64_t samples = 64;

/// y = oracle(x, y) over `n` elements, of which the oracle writes y.
template <class Oracle>
problem_definition with_oracle(Oracle oracle, std::int64_t n = 100) {
  return problem_named("whole", [=](host_problem& p) {
    const auto x = p.input<float>("x", {n});
    const auto y = p.output<float>("y", {n});
    p.oracle([=](auto at) { oracle(at(x), at(y)); });
    p.candidate("none", [] {});
  });
}

template <class Oracle>
problem_definition with_element_oracle(Oracle oracle, std::int64_t n = 100) {
  return problem_named("element", [=](host_problem& p) {
    const auto x = p.input<float>("x", {n});
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [=](auto at, std::int64_t i) { return oracle(at, x, y, i); });
    p.candidate("none", [] {});
  });
}

/// The message of the error that the oracle's mistake ends in.
std::string failure(const problem_definition& definition) {
  declared_problem problem(definition);
  return message_of<error>([&] { expected_values(problem, 0, samples); });
}

/// An oracle so slow that a whole output of 100'000 elements would take 2 s, of which nothing is written
/// down.
double slowly(std::int64_t i) {
  std::this_thread::sleep_for(std::chrono::microseconds(20));
  return static_cast<double>(i);
}

}  // namespace

TEST_CASE("the oracle sees the inputs as the device has them, and its results stay unrounded", "[suite]") {
  const auto definition = with_oracle([](auto x, auto y) {
    for (std::int64_t i = 0; i < x.size(); ++i) y[i] = x[i] / 3.0;
  });
  declared_problem problem(definition);
  const expected_values expected(problem, 11, samples);
  CHECK(expected.from_oracle());
  REQUIRE(expected.input(0).values.size() == 100);
  REQUIRE(expected.output(1).values.size() == 100);
  CHECK(expected.output(1).indices.empty());
  CHECK(expected.output(1).slack == 1.0);
  for (std::int64_t i = 0; i < 100; ++i) {
    const double x = expected.input(0).values[static_cast<std::size_t>(i)];
    CHECK(x == fill_element(default_fill(dtype::fp32), dtype::fp32, 11, 0, i, 100));
    CHECK(x == static_cast<double>(static_cast<float>(x)));
    CHECK(expected.output(1).values[static_cast<std::size_t>(i)] == x / 3.0);
  }
}

TEST_CASE("the expected values depend on the seed alone", "[suite]") {
  const auto definition = with_oracle([](auto x, auto y) {
    for (std::int64_t i = 0; i < x.size(); ++i) y[i] = x[i];
  });
  declared_problem problem(definition);
  CHECK(expected_values(problem, 1, samples).output(1).values ==
        expected_values(problem, 1, samples).output(1).values);
  CHECK(expected_values(problem, 1, samples).output(1).values !=
        expected_values(problem, 2, samples).output(1).values);
}

TEST_CASE("an oracle that reads out of range says which index of what", "[suite]") {
  const std::string past = failure(with_oracle([](auto x, auto y) {
    for (std::int64_t i = 0; i < y.size(); ++i) y[i] = x[i + 1];
  }));
  CAPTURE(past);
  CHECK(has(past, "the oracle used index 100"));
  CHECK(has(past, "which has 100 elements"));
  CHECK(has(failure(with_oracle([](auto x, auto y) { y[0] = x[-1]; })), "the oracle used index -1"));
}

TEST_CASE("an oracle that writes out of range is caught before it writes", "[suite]") {
  CHECK(has(failure(with_oracle([](auto x, auto y) {
              for (std::int64_t i = 0; i <= x.size(); ++i) y[i] = 0;
            })),
            "the oracle used index 100"));
}

TEST_CASE("an oracle's mistake names the tensor", "[suite]") {
  CHECK(has(failure(with_oracle([](auto x, auto y) { y[0] = x[1000]; })), "index 1000 of 'x'"));
  CHECK(has(failure(with_oracle([](auto, auto y) { y[1000] = 0; })), "index 1000 of 'y'"));
}

TEST_CASE("an oracle that leaves an element unwritten says which", "[suite]") {
  CHECK(failure(with_oracle([](auto x, auto y) {
          for (std::int64_t i = 0; i + 1 < x.size(); ++i) y[i] = x[i];
        })) == "the oracle did not write y[99]");
  CHECK(failure(with_oracle([](auto, auto) {})) == "the oracle did not write y[0]");
}

TEST_CASE("an oracle that reads an output before it wrote it is caught", "[suite]") {
  CHECK(failure(with_oracle([](auto x, auto y) {
          for (std::int64_t i = 0; i < x.size(); ++i) y[i] += x[i];
        })) == "the oracle did not write y[0]");
}

TEST_CASE("an oracle may write NaN and infinities", "[suite]") {
  const auto definition = with_oracle([](auto x, auto y) {
    for (std::int64_t i = 0; i < x.size(); ++i) y[i] = std::sqrt(-1.0 - x[i] * x[i]);
    y[1] = std::numeric_limits<double>::quiet_NaN();
    y[2] = std::numeric_limits<double>::infinity();
  });
  declared_problem problem(definition);
  const expected_values expected(problem, 0, samples);
  CHECK(std::isnan(expected.output(1).values[0]));
  CHECK(std::isnan(expected.output(1).values[1]));
  CHECK(std::isinf(expected.output(1).values[2]));
}

TEST_CASE("an oracle finds an inout with its initial values and writes it in place", "[suite]") {
  const auto definition = problem_named("inout", [](host_problem& p) {
    const auto x = p.input<float>("x", {10});
    const auto y = p.inout<float>("y", {10});
    p.oracle([=](auto at) {
      auto X = at(x), Y = at(y);
      for (std::int64_t i = 0; i < 9; ++i) Y[i] += 2.0 * X[i];  // the last is left as it was
    });
    p.candidate("none", [] {});
  });
  declared_problem problem(definition);
  const expected_values expected(problem, 3, samples);
  for (std::size_t i = 0; i < 10; ++i) {
    const double before =
        fill_element(default_fill(dtype::fp32), dtype::fp32, 3, 1, static_cast<std::int64_t>(i), 10);
    CHECK(expected.input(1).values[i] == before);  // what a launch starts from is not touched by the oracle
    CHECK(expected.output(1).values[i] == (i < 9 ? before + 2.0 * expected.input(0).values[i] : before));
  }
}

TEST_CASE("an element oracle finds an inout with its initial value", "[suite]") {
  const auto definition = problem_named("inout", [](host_problem& p) {
    const auto y = p.inout<double>("y", {10});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(y)[i] + 1.0; });
    p.candidate("none", [] {});
  });
  declared_problem problem(definition);
  const expected_values expected(problem, 3, samples);
  for (std::size_t i = 0; i < 10; ++i)
    CHECK(expected.output(0).values[i] == expected.input(0).values[i] + 1.0);
}

TEST_CASE("an element oracle is asked for every element of a small output", "[suite]") {
  for (const std::int64_t n : {std::int64_t{1}, samples - 1, samples}) {
    std::vector<int> asked(static_cast<std::size_t>(n), 0);
    const auto definition = with_element_oracle(
        [&asked](auto, auto, auto, std::int64_t i) {
          ++asked[static_cast<std::size_t>(i)];
          return slowly(i);
        },
        n);
    declared_problem problem(definition);
    const expected_values expected(problem, 0, samples);
    CHECK(expected.output(1).indices.empty());
    CHECK(expected.output(1).values.size() == static_cast<std::size_t>(n));
    CHECK(std::all_of(asked.begin(), asked.end(), [](int times) { return times == 1; }));
  }
}

TEST_CASE("an element oracle that is fast enough is asked for every element of a large output", "[suite]") {
  const auto definition =
      with_element_oracle([](auto, auto, auto, std::int64_t i) { return static_cast<double>(i); }, 1000);
  declared_problem problem(definition);
  const expected_values expected(problem, 0, samples);
  CHECK(expected.output(1).indices.empty());
  REQUIRE(expected.output(1).values.size() == 1000);
  CHECK(expected.output(1).values[999] == 999.0);
}

TEST_CASE("a slow element oracle is asked for a sample of a large output", "[suite]") {
  constexpr std::int64_t rows = 100, columns = 1000;
  const auto definition = problem_named("matrix", [](host_problem& p) {
    const auto y = p.output<float>("y", {rows, columns});
    p.oracle(y, [](auto, std::int64_t i) { return slowly(i); });
    p.candidate("none", [] {});
  });
  declared_problem problem(definition);
  const expected_values expected(problem, 0, samples);
  const expectation& right = expected.output(0);
  REQUIRE_FALSE(right.indices.empty());
  CHECK(right.indices.size() == right.values.size());
  CHECK(right.indices.size() <= static_cast<std::size_t>(samples));
  CHECK(right.indices.size() > static_cast<std::size_t>(samples / 2));
  CHECK(std::is_sorted(right.indices.begin(), right.indices.end()));
  const std::set<std::int64_t> chosen(right.indices.begin(), right.indices.end());
  CHECK(chosen.size() == right.indices.size());
  CHECK(*chosen.begin() == 0);
  CHECK(*chosen.rbegin() == rows * columns - 1);
  for (std::size_t k = 0; k < right.values.size(); ++k)
    CHECK(right.values[k] == static_cast<double>(right.indices[k]));

  // The corners, where tails go wrong, and both ends of the flat array.
  for (const std::int64_t corner : {std::int64_t{0}, columns - 1, (rows - 1) * columns, rows * columns - 1})
    CHECK(chosen.count(corner) == 1);
  for (std::int64_t i = 0; i < samples / 8; ++i) {
    CHECK(chosen.count(i) == 1);
    CHECK(chosen.count(rows * columns - 1 - i) == 1);
  }
  // The rest is spread: in each quarter of the array there is some of it.
  for (std::int64_t quarter = 0; quarter < 4; ++quarter)
    CHECK(std::any_of(chosen.begin(), chosen.end(), [=](std::int64_t i) {
      return i >= samples && i < rows * columns - samples && i * 4 / (rows * columns) == quarter;
    }));
}

TEST_CASE("the sample depends on the seed alone", "[suite]") {
  const auto definition =
      with_element_oracle([](auto, auto, auto, std::int64_t i) { return slowly(i); }, 100'000);
  declared_problem problem(definition);
  const std::vector<std::int64_t> first = expected_values(problem, 1, samples).output(1).indices;
  CHECK(expected_values(problem, 1, samples).output(1).indices == first);
  CHECK(expected_values(problem, 2, samples).output(1).indices != first);
}

TEST_CASE("an element oracle that reads out of range is caught", "[suite]") {
  CHECK(has(failure(with_element_oracle([](auto at, auto x, auto, std::int64_t i) { return at(x)[i + 1]; })),
            "the oracle used index 100"));
}

TEST_CASE("an element oracle that reads an output is caught", "[suite]") {
  CHECK(failure(with_element_oracle([](auto at, auto, auto y, std::int64_t i) { return at(y)[i] * 2.0; })) ==
        "the oracle read y[0], an output that has no value yet");
}

TEST_CASE("what an oracle throws reaches the caller", "[suite]") {
  CHECK(failure(with_oracle([](auto, auto) { throw error("no closed form"); })) == "no closed form");
}

TEST_CASE("an empty output has an empty expectation", "[suite]") {
  const auto whole = with_oracle([](auto, auto) {}, 0);
  declared_problem problem(whole);
  CHECK(expected_values(problem, 0, samples).output(1).values.empty());
  const auto element = with_element_oracle([](auto, auto, auto, std::int64_t) { return 0.0; }, 0);
  declared_problem other(element);
  CHECK(expected_values(other, 0, samples).output(1).values.empty());
}

TEST_CASE("without an oracle there is no expectation until one is set", "[suite]") {
  const auto definition = problem_named("reference", [](host_problem& p) {
    const auto y = p.output<float>("y", {2});
    p.reference("known", [] {});
    p.candidate("none", [=] { (void)y; });
  });
  declared_problem problem(definition);
  expected_values expected(problem, 0, samples);
  CHECK_FALSE(expected.from_oracle());
  CHECK(expected.output(0).values.empty());
  expected.set_expectation(0, {{1.0, 2.0}, {}, 2.0});
  CHECK(expected.output(0).values == std::vector<double>{1.0, 2.0});
}
