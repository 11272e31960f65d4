// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/drift.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

TEST_CASE("values that rise have a trend, its sign and its slope") {
  const assay::trend rising = assay::mann_kendall(std::vector<double>{1, 3, 5, 7, 9, 11, 13, 15});
  CHECK(rising.s == 28.0);
  CHECK(rising.tau == Approx(1.0));
  CHECK(rising.slope == 2.0);
  CHECK(rising.values == 8);
  // Var S = 8·7·21/18; z = 27/σ
  CHECK(rising.p == Approx(std::erfc(27.0 / std::sqrt(8 * 7 * 21 / 18.0) / std::sqrt(2.0))));
  CHECK(rising.p < 0.001);

  const assay::trend falling = assay::mann_kendall(std::vector<double>{15, 13, 11, 9, 7, 5, 3, 1});
  CHECK(falling.s == -28.0);
  CHECK(falling.tau == Approx(-1.0));
  CHECK(falling.slope == -2.0);
  CHECK(falling.p == rising.p);
}

TEST_CASE("a trend of tied values agrees with SciPy's") {
  const std::vector<double> values = {20.5, 20.5, 20.0, 20.5, 20.0, 20.0, 19.5, 20.0, 19.5, 19.5};
  const assay::trend t = assay::mann_kendall(values);
  CHECK(t.s == -29.0);
  CHECK(t.tau == Approx(-0.7525489793561388).epsilon(1e-12));  // scipy.stats.kendalltau
  CHECK(t.slope == Approx(-1.0 / 8.0));                        // scipy.stats.theilslopes
  // By hand: groups of 3, 4 and 3, variance (10·9·25 − 2·3·2·11 − 4·3·13)/18.
  CHECK(t.p == Approx(std::erfc(28.0 / std::sqrt((2250.0 - 132.0 - 156.0) / 18.0) / std::sqrt(2.0))));
}

TEST_CASE("one outlier makes no trend and does not move the slope") {
  const std::vector<double> values = {5, 1, 4, 2, 1000, 3, 2, 4, 1, 5, 3, 2};
  const assay::trend t = assay::mann_kendall(values);
  CHECK(t.p > 0.5);
  CHECK(std::fabs(t.slope) < 0.2);
}

TEST_CASE("nothing that moves has no trend") {
  for (const std::size_t n : {0u, 1u, 2u, 3u, 50u}) {
    const assay::trend t = assay::mann_kendall(std::vector<double>(n, 3.0));
    CHECK(t.s == 0.0);
    CHECK(t.tau == 0.0);
    CHECK(t.p == 1.0);
    CHECK(t.slope == 0.0);
    CHECK(t.values == static_cast<int>(n));
  }
  CHECK(assay::mann_kendall(std::vector<double>{1, 2}).p == 1.0);
  CHECK(assay::mann_kendall(std::vector<double>{1, 3, 1}).s == 0.0);
}

TEST_CASE("a trend is refused of what is not finite") {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_AS(assay::mann_kendall(std::vector<double>{1, 2, bad}), assay::usage_error);
}

TEST_CASE("the trend test keeps its level and finds a warm-up") {
  const std::uint64_t seed = 2027;
  CAPTURE(seed);
  const int trials = 2000, rounds = 12;
  std::uint64_t draw = 0;
  int false_alarms = 0, found = 0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> steady, warming;
    for (int round = 0; round < rounds; ++round) {
      const double noise = assay::unit_interval(assay::random_bits(assay::random_at(seed, 0, draw++)));
      steady.push_back(noise);
      warming.push_back(noise + 2.0 * std::exp(-round / 4.0));
    }
    false_alarms += assay::mann_kendall(steady).p < 0.05;
    found += assay::mann_kendall(warming).p < 0.05;
  }
  CHECK(false_alarms <= 0.055 * trials);
  CHECK(false_alarms >= 0.03 * trials);  // a test that never alarms would find nothing
  CHECK(found >= 0.95 * trials);
}

TEST_CASE("a trend is a drift when it is no chance and leaves the interval") {
  assay::estimate e;
  e.lower = 99.0;
  e.upper = 101.0;
  assay::trend t;
  t.values = 21;
  t.p = 0.001;
  t.slope = -0.06;  // 1.2 in all
  CHECK(assay::is_drift(t, e));
  t.slope = 0.06;
  CHECK(assay::is_drift(t, e));
  t.slope = 0.04;
  CHECK_FALSE(assay::is_drift(t, e));
  t.slope = 0.06;
  t.p = 0.02;
  CHECK_FALSE(assay::is_drift(t, e));
  t.p = 0.001;
  t.slope = 1e-6;
  CHECK(assay::is_drift(t, {}));
}
