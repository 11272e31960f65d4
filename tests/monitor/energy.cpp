// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/monitor/energy.hpp"

#include <limits>

#include "support/catch.hpp"

TEST_CASE("energy of one launch is what the counter moved by over the launches") {
  const auto result = assay::joules_per_launch({1000.0, 1200.0, 1.0, 400, 0.1}).value();
  CHECK(result.joules == Approx(0.5));
  CHECK(result.uncertainty.value() == Approx(0.05));  // 200 W over 0.1 s, in 400 launches
}

TEST_CASE("energy measured on an H200 holds the truth within its uncertainty") {
  // docstring of joules_per_launch: 0.728 s at 267 W
  const auto result = assay::joules_per_launch({0.0, 175.179, 0.728, 1, 0.1}).value();
  const double truth = 0.728 * 267;
  CHECK(result.joules - *result.uncertainty < truth);
  CHECK(truth < result.joules + *result.uncertainty);
}

TEST_CASE("energy has no uncertainty where the counter's period is unknown") {
  const auto result = assay::joules_per_launch({0.0, 10.0, 0.001, 10, std::nullopt}).value();
  CHECK(result.joules == Approx(1));
  CHECK_FALSE(result.uncertainty);
}

TEST_CASE("energy that cannot be told is absent") {
  using assay::joules_per_launch;
  CHECK_FALSE(joules_per_launch({std::nullopt, 10.0, 1, 10, 0.1}));
  CHECK_FALSE(joules_per_launch({0.0, std::nullopt, 1, 10, 0.1}));
  CHECK_FALSE(joules_per_launch({5.0, 5.0, 1, 10, 0.1}));   // the counter did not move
  CHECK_FALSE(joules_per_launch({10.0, 5.0, 1, 10, 0.1}));  // the driver was loaded again
  CHECK_FALSE(joules_per_launch({0.0, 10.0, 0.19, 10, 0.1}));
  CHECK(joules_per_launch({0.0, 10.0, 0.21, 10, 0.1}));
  CHECK_FALSE(joules_per_launch({0.0, 10.0, 1, 0, 0.1}));
  CHECK_FALSE(joules_per_launch({0.0, 10.0, 0, 10, 0.1}));
  CHECK_FALSE(joules_per_launch({0.0, std::numeric_limits<double>::infinity(), 1, 10, 0.1}));
}
