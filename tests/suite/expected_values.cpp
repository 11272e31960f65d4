// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/expected_values.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "assay/suite/case_memory.hpp"
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
      const auto X = at(x);
      auto Y = at(y);
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

// Oracles of rows.

namespace {

/// y = function(at, row, out) of `extents`, x of the same.
template <class Oracle>
problem_definition with_row_oracle(Oracle oracle, std::initializer_list<std::int64_t> extents) {
  return problem_named("rows", [=, shape = std::vector<std::int64_t>(extents)](host_problem& p) {
    const auto declare = [&](auto&& as) {
      if (shape.empty()) return as({});
      if (shape.size() == 1) return as({shape[0]});
      if (shape.size() == 2) return as({shape[0], shape[1]});
      return as({shape[0], shape[1], shape[2]});
    };
    using list = std::initializer_list<std::int64_t>;
    const auto x = declare([&](list e) { return p.input<float>("x", e); });
    const auto y = declare([&](list e) { return p.output<float>("y", e); });
    p.row_oracle(y, [=](auto at, std::int64_t row, auto out) { oracle(at(x), row, out); });
    p.candidate("none", [] {});
  });
}

const auto doubled_row = [](auto x, std::int64_t row, auto out) {
  for (std::int64_t j = 0; j < out.size(); ++j) out[j] = 2.0 * x[row * out.size() + j];
};

}  // namespace

TEST_CASE("an oracle of rows is asked for every row of a small output", "[suite]") {
  const auto whole = [](const problem_definition& definition, std::int64_t count) {
    declared_problem problem(definition);
    const expected_values expected(problem, 3, samples);
    const expectation& right = expected.output(1);
    CHECK(right.indices.empty());
    CHECK(right.method.empty());
    REQUIRE(std::ssize(right.values) == count);
    for (std::size_t i = 0; i < right.values.size(); ++i)
      CHECK(right.values[i] == 2.0 * expected.input(0).values[i]);
  };
  whole(with_row_oracle(doubled_row, {5, 7}), 35);
  whole(with_row_oracle(doubled_row, {2, 3, 4}), 24);
  whole(with_row_oracle(doubled_row, {9}), 9);  // one row
  whole(with_row_oracle(doubled_row, {}), 1);   // of one element
  whole(with_row_oracle(doubled_row, {0, 7}), 0);
  whole(with_row_oracle(doubled_row, {7, 0}), 0);
  whole(with_row_oracle(doubled_row, {500, 3}), 1500);  // more than are sampled, but fast enough
}

namespace {

/// 1000 rows of 10, each of which takes 20 us.
problem_definition with_slow_row_oracle() {
  return with_row_oracle(
      [](auto x, std::int64_t row, auto out) {
        std::this_thread::sleep_for(std::chrono::microseconds(20));
        doubled_row(x, row, out);
      },
      {1000, 10});
}

}  // namespace

TEST_CASE("a slow oracle of rows is asked for a sample of rows, tile edges among them", "[suite]") {
  const auto definition = with_slow_row_oracle();
  declared_problem problem(definition);
  const expected_values expected(problem, 0, samples, 1e-3);
  const expectation& right = expected.output(1);
  REQUIRE_FALSE(right.indices.empty());
  REQUIRE(right.indices.size() == right.values.size());
  CHECK(right.method == std::to_string(right.values.size() / 10) + " rows");
  CHECK(std::is_sorted(right.indices.begin(), right.indices.end()));
  std::set<std::int64_t> rows;
  for (std::size_t k = 0; k < right.values.size(); ++k) {
    rows.insert(right.indices[k] / 10);
    CHECK(right.indices[k] % 10 == static_cast<std::int64_t>(k) % 10);
    CHECK(right.values[k] == 2.0 * expected.input(0).values[static_cast<std::size_t>(right.indices[k])]);
  }
  CHECK(rows.size() * 10 == right.values.size());
  CHECK(rows.size() <= 64);
  CHECK(rows.size() > 48);
  for (const std::int64_t row : {0, 999, 127, 128, 129, 63, 64, 65, 15, 16, 17, 895, 896, 897})
    CHECK(rows.count(row) == 1);
}

TEST_CASE("a smaller share of a sample can be asked for, down to 64 elements or 4 rows", "[suite]") {
  const auto elements =
      with_element_oracle([](auto, auto, auto, std::int64_t i) { return slowly(i); }, 100'000);
  declared_problem by_elements(elements);
  const auto asked = [&](double share) {
    return expected_values(by_elements, 0, 1024, 1e-3, share).output(1).indices.size();
  };
  CHECK(asked(1.0) > 900);
  CHECK(asked(0.25) <= 256);
  CHECK(asked(0.25) > 200);
  CHECK(asked(1e-9) <= 64);
  CHECK(asked(1e-9) > 50);

  const auto rows = with_slow_row_oracle();
  declared_problem by_rows(rows);
  const auto rows_asked = [&](double share) {
    return expected_values(by_rows, 0, samples, 1e-3, share).output(1).indices.size() / 10;
  };
  CHECK(rows_asked(0.25) <= 16);
  CHECK(rows_asked(0.25) > 8);
  CHECK(rows_asked(1e-9) <= 4);
  CHECK(rows_asked(1e-9) > 0);
}

TEST_CASE("an oracle of rows that writes beyond its row is caught before it writes", "[suite]") {
  const auto beyond = [](std::int64_t by) {
    return failure(
        with_row_oracle([=](auto, std::int64_t, auto out) { out[out.size() - 1 + by] = 1; }, {3, 8}));
  };
  CHECK(beyond(1) == "the oracle used index 8 of a row of 'y', which has 8 elements");
  CHECK(beyond(-8) == "the oracle used index -1 of a row of 'y', which has 8 elements");
}

TEST_CASE("an oracle of rows that takes rows for shorter than they are says what it left out", "[suite]") {
  CHECK(failure(with_row_oracle(
            [](auto, std::int64_t, auto out) {
              for (std::int64_t j = 0; j < 7; ++j) out[j] = 0;
            },
            {3, 8})) == "the oracle did not write y[0, 7]");
  CHECK(failure(with_row_oracle(
            [](auto, std::int64_t row, auto out) {
              for (std::int64_t j = 0; j < (row == 5 ? 3 : 4); ++j) out[j] = 0;
            },
            {2, 3, 4})) == "the oracle did not write y[1, 2, 3]");
}

TEST_CASE("an oracle of rows that reads out of range, or an output, is caught", "[suite]") {
  CHECK(has(failure(with_row_oracle([](auto x, std::int64_t, auto out) { out[0] = x[24]; }, {3, 8})),
            "the oracle used index 24 of 'x', which has 24 elements"));
  CHECK(failure(problem_named("reads", [](host_problem& p) {
          const auto y = p.output<float>("y", {2, 2});
          p.row_oracle(y, [=](auto at, std::int64_t, auto out) { out[0] = at(y)[3]; });
          p.candidate("none", [] {});
        })) == "the oracle read y[3], an output that has no value yet");
}

// Oracles on the device, here on the host's.

namespace {

/// y = function(x, expected) over `n` elements; more(p, y) declares what else there is.
template <class Oracle, class More>
problem_definition with_device_oracle(Oracle oracle, More more, std::int64_t n = 100) {
  return problem_named("device", [=](host_problem& p) {
    const auto x = p.input<float>("x", {n});
    const auto y = p.output<float>("y", {n});
    p.device_oracle(y, [=](host::stream_type, double* expected) { oracle(x.data(), expected, n); });
    more(p, x, y);
    p.candidate("none", [] {});
  });
}
const auto nothing_else = [](auto&, auto, auto) {};

void thirds(const float* x, double* expected, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) expected[i] = static_cast<double>(x[i]) / 3.0;
}

/// The message of the error that running it on the device ends in.
std::string device_failure(const problem_definition& definition) {
  declared_problem problem(definition);
  device& target = device_of<host>();
  case_memory memory(target, problem, 3);
  memory.reset();
  return message_of<error>([&] {
    expected_values expected(problem, 3, samples);
    expected.run_on_device(target);
  });
}

/// The whole output by an oracle on the device, after oracles on the host had their say.
void check_thirds(const problem_definition& definition) {
  declared_problem problem(definition);
  device& target = device_of<host>();
  case_memory memory(target, problem, 3);
  memory.reset();
  expected_values expected(problem, 3, samples);
  CHECK(expected.from_oracle());
  expected.run_on_device(target);
  const expectation& right = expected.output(1);
  CHECK(right.indices.empty());
  REQUIRE(right.values.size() == 100);
  for (std::size_t i = 0; i < 100; ++i) CHECK(right.values[i] == expected.input(0).values[i] / 3.0);
  CHECK(&expected.for_result(1, make_rule(problem.bound(), dtype::fp32, 0.0)) == &right);

  const device_expectation there = expected.on_device(target, 1);
  REQUIRE(there.count == 100);
  CHECK(there.indices == nullptr);
  CHECK(std::equal(there.values, there.values + 100, right.values.begin()));
  CHECK(there.rms == Approx(root_mean_square(right.values)).epsilon(1e-14));
}

}  // namespace

TEST_CASE("an oracle on the device gives all elements, unrounded", "[suite]") {
  check_thirds(with_device_oracle(thirds, nothing_else));
}

TEST_CASE("an oracle on the device that the host's agrees with gives all elements", "[suite]") {
  check_thirds(with_device_oracle(thirds, [](auto& p, auto x, auto y) {
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i] / 3.0; });
  }));
  check_thirds(with_device_oracle(thirds, [](auto& p, auto x, auto y) {
    p.row_oracle(y, [=](auto at, std::int64_t, auto out) {
      for (std::int64_t i = 0; i < out.size(); ++i) out[i] = at(x)[i] / 3.0 * (1 + 0x1p-52);  // another order
    });
  }));
  check_thirds(with_device_oracle(thirds, [](auto& p, auto x, auto y) {
    p.oracle([=](auto at) {
      for (std::int64_t i = 0; i < 100; ++i) at(y)[i] = at(x)[i] / 3.0;
    });
  }));
}

TEST_CASE("an oracle on the device that the host's disagrees with is told with both values", "[suite]") {
  const auto spoilt = [](double by) {
    return [by](const float* x, double* expected, std::int64_t n) {
      thirds(x, expected, n);
      expected[42] += by;
    };
  };
  const auto by_element = [](auto& p, auto x, auto y) {
    p.oracle(y, [=](auto at, std::int64_t i) { return i == 42 ? 0.25 : at(x)[i] / 3.0; });
  };
  const std::string message = device_failure(with_device_oracle(spoilt(0.0), by_element));
  CAPTURE(message);
  CHECK(has(message, "the oracles disagree: the one on the device gives y[42] = "));
  CHECK(has(message, " where the oracle on the host gives 0.25"));
  // An error that the tolerance would let pass is an error of the oracle all the same.
  const auto exactly = [](auto& p, auto x, auto y) {
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i] / 3.0; });
  };
  CHECK(has(device_failure(with_device_oracle(spoilt(1e-7), exactly)), "the oracles disagree"));
  CHECK(has(device_failure(with_device_oracle(spoilt(NAN), exactly)), "the oracles disagree"));
  CHECK(device_failure(with_device_oracle(spoilt(1e-15), exactly)) == "(nothing was thrown)");
}

TEST_CASE("an oracle on the device that leaves an element unwritten says which", "[suite]") {
  CHECK(device_failure(with_device_oracle(
            [](const float* x, double* expected, std::int64_t n) { thirds(x, expected, n - 1); },
            nothing_else)) == "the device oracle did not write y[99]");
  CHECK(device_failure(with_device_oracle([](const float*, double*, std::int64_t) {}, nothing_else)) ==
        "the device oracle did not write y[0]");
  // NaN may be right.
  CHECK(device_failure(with_device_oracle(
            [](const float*, double* expected, std::int64_t n) { std::fill(expected, expected + n, NAN); },
            nothing_else)) == "(nothing was thrown)");
}

TEST_CASE("an oracle on the device may do without the stream, and outputs may have different oracles",
          "[suite]") {
  const auto definition = problem_named("two", [](host_problem& p) {
    const auto x = p.input<float>("x", {10});
    const auto y = p.output<float>("y", {10}), z = p.output<float>("z", {10});
    p.device_oracle(y, [=](double* expected) { thirds(x, expected, 10); });
    p.oracle(z, [=](auto at, std::int64_t i) { return at(x)[i]; });
    p.candidate("none", [] {});
  });
  declared_problem problem(definition);
  case_memory memory(device_of<host>(), problem, 3);
  memory.reset();
  expected_values expected(problem, 3, samples);
  expected.run_on_device(device_of<host>());
  CHECK(expected.output(1).values[3] == expected.input(0).values[3] / 3.0);
  CHECK(expected.output(2).values == expected.input(0).values);
  CHECK(expected.on_device(device_of<host>(), 2).values[9] == expected.input(0).values[9]);
}

TEST_CASE("a sample can be had on the device with its places", "[suite]") {
  const auto definition =
      with_element_oracle([](auto, auto, auto, std::int64_t i) { return static_cast<double>(i); }, 10'000);
  declared_problem problem(definition);
  expected_values expected(problem, 0, samples, -1.0);
  const expectation& right = expected.output(1);
  REQUIRE_FALSE(right.indices.empty());
  const device_expectation there = expected.on_device(device_of<host>(), 1);
  REQUIRE(there.count == std::ssize(right.values));
  CHECK(std::equal(there.values, there.values + there.count, right.values.begin()));
  CHECK(std::equal(there.indices, there.indices + there.count, right.indices.begin()));
  CHECK(there.rms == root_mean_square(right.values));
}

TEST_CASE("the root mean square on the device does not overflow", "[suite]") {
  const auto definition = with_device_oracle(
      [](const float*, double* expected, std::int64_t n) {
        for (std::int64_t i = 0; i < n; ++i) expected[i] = i % 2 ? 3e200 : 4e200;
        expected[0] = 0;
        expected[2] = INFINITY;
      },
      nothing_else);
  declared_problem problem(definition);
  case_memory memory(device_of<host>(), problem, 3);
  memory.reset();
  expected_values expected(problem, 3, samples);
  expected.run_on_device(device_of<host>());
  CHECK(expected.on_device(device_of<host>(), 1).rms ==
        Approx(root_mean_square(expected.output(1).values)).epsilon(1e-12));
}

TEST_CASE("where there is no room on the device, what the host says has to do", "[suite]") {
  using support::fake;
  using support::fake_device;
  fake_device& gpu = support::fresh_fake_device();
  const auto with = [](bool host_oracle) {
    return problem_definition{
        "full", "fake", {}, nullptr,
        host_oracle ? +[](declaration& target) {
          problem<fake> p(target);
          const auto y = p.output<float>("y", {1000});
          p.device_oracle(y, [](fake_device*, double*) {});
          p.oracle(y, [](auto, std::int64_t i) { return static_cast<double>(i); });
          p.candidate("none", [] {});
        } : +[](declaration& target) {
          problem<fake> p(target);
          const auto y = p.output<float>("y", {1000});
          p.device_oracle(y, [](fake_device*, double*) {});
          p.candidate("none", [] {});
        }};
  };
  const problem_definition both = with(true), alone = with(false);
  gpu.script.memory = 4096;
  {
    declared_problem problem(both);
    expected_values expected(problem, 0, samples);
    expected.run_on_device(gpu);
    CHECK(expected.output(0).values.at(999) == 999.0);
  }
  declared_problem problem(alone);
  expected_values expected(problem, 0, samples);
  const std::string message = message_of<error>([&] { expected.run_on_device(gpu); });
  CAPTURE(message);
  CHECK(has(message, "the oracle of 'y': allocate(8000 bytes)"));
}

TEST_CASE("a product that the host's oracle disagrees with is told, whole and by sample", "[suite]") {
  for (const double seconds : {1e9, -1.0}) {
    const auto definition = problem_named("product", [](host_problem& p) {
      const auto a = p.input<float>("a", {200, 4});
      const auto b = p.input<float>("b", {4, 8});
      const auto c = p.output<float>("c", {200, 8});
      p.gemm_oracle(c, gemm{200, 8, 4}, a, b);
      p.oracle(c, [=](auto at, std::int64_t i) {
        double sum = i == 3 ? 1e-3 : 0.0;
        for (std::int64_t l = 0; l < 4; ++l) sum += at(a)[i / 8 * 4 + l] * at(b)[l * 8 + i % 8];
        return sum;
      });
      p.candidate("none", [] {});
    });
    declared_problem problem(definition);
    case_memory memory(device_of<host>(), problem, 3);
    memory.reset();
    expected_values expected(problem, 3, samples, seconds);
    CHECK(has(message_of<error>([&] { expected.run_on_device(device_of<host>()); }),
              "the oracles disagree: the one on the device gives c[0, 3] = "));
  }
}
