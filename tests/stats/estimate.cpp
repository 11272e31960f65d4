// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/estimate.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

TEST_CASE("an estimate is the median and the order statistics beside it, a tick wider") {
  const std::vector<double> values = {12, 1, 11, 2, 10, 3, 9, 4, 8, 5, 7, 6};
  const assay::estimate e = assay::median_of(values, 0.95, 0.25);
  CHECK(e.median == 6.5);
  REQUIRE((e.lower && e.upper));
  CHECK(*e.lower == 2.75);
  CHECK(*e.upper == 10.25);
  CHECK(e.confidence == 0.95);
  CHECK(e.samples == 12);
}

TEST_CASE("five values have a median and no interval") {
  const assay::estimate e = assay::median_of(std::vector<double>{5, 4, 3, 2, 1}, 0.95, 1.0);
  CHECK(e.median == 3.0);
  CHECK_FALSE(e.lower);
  CHECK_FALSE(e.upper);
  CHECK(e.samples == 5);
}

TEST_CASE("ties leave an interval of two ticks, not of nothing") {
  const assay::estimate e = assay::median_of(std::vector<double>(20, 8.0), 0.95, 0.5);
  CHECK(*e.lower == 7.5);
  CHECK(*e.upper == 8.5);
}

TEST_CASE("an estimate refuses what it cannot use") {
  const std::vector<double> values(10, 1.0);
  CHECK_THROWS_AS(assay::median_of({}, 0.95, 0.0), assay::usage_error);
  CHECK_THROWS_AS(assay::median_of(values, 95.0, 0.0), assay::usage_error);
  CHECK_THROWS_AS(assay::median_of(values, 0.95, -1.0), assay::usage_error);
  CHECK_THROWS_AS(assay::median_of(values, 0.95, std::nan("")), assay::usage_error);
  CHECK_THROWS_AS(assay::median_of(std::vector<double>{1, std::nan("")}, 0.95, 0.0), assay::usage_error);
}

TEST_CASE("the interval covers the true median as often as its ranks promise, on skewed values") {
  const std::uint64_t seed = 42;
  CAPTURE(seed);
  for (const int n : {6, 12, 24}) {
    CAPTURE(n);
    const double promised = assay::median_interval_ranks(n, 0.95)->coverage;
    const int trials = 5000;
    int covered = 0;
    std::vector<double> values(static_cast<std::size_t>(n));
    for (int trial = 0; trial < trials; ++trial) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        const auto block =
            assay::random_at(seed, static_cast<std::uint64_t>(n), static_cast<std::uint64_t>(trial) * 64 + i);
        values[i] = -std::log1p(-assay::unit_interval(assay::random_bits(block)));  // exponential
      }
      const assay::estimate e = assay::median_of(values, 0.95, 0.0);
      covered += *e.lower <= std::log(2.0) && std::log(2.0) <= *e.upper;
    }
    const double deviation = std::sqrt(promised * (1.0 - promised) / trials);
    CHECK(std::fabs(covered / double(trials) - promised) < 4.0 * deviation);
  }
}

TEST_CASE("the estimate of a sequence is wider where neighbours are alike") {
  const std::vector<double> rising = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const assay::estimate e = assay::median_of_sequence(rising, 0.95, 0.25);
  CHECK(e.median == 6.5);
  CHECK(*e.lower == 0.75);
  CHECK(*e.upper == 12.25);
  CHECK(e.samples == 12);
  const std::vector<double> mixed = {12, 1, 11, 2, 10, 3, 9, 4, 8, 5, 7, 6};
  CHECK(*assay::median_of_sequence(mixed, 0.95, 0.25).lower == 2.75);
  CHECK(*assay::median_of_sequence(mixed, 0.95, 0.25).upper == 10.25);
  CHECK_FALSE(assay::median_of_sequence(std::vector<double>{5, 4, 3, 2, 1}, 0.95, 1.0).lower);
  CHECK_THROWS_AS(assay::median_of_sequence({}, 0.95, 0.0), assay::usage_error);
  CHECK_THROWS_AS(assay::median_of_sequence(mixed, 0.95, -1.0), assay::usage_error);
}
