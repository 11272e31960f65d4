// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/order_statistics.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "support/catch.hpp"

TEST_CASE("quantiles interpolate as NumPy's do") {
  const std::vector<double> ordered = {1, 2, 4, 8, 16};
  CHECK(assay::quantile(ordered, 0.0) == 1.0);
  CHECK(std::fabs(assay::quantile(ordered, 0.1) - 1.4) < 1e-15);  // numpy.quantile
  CHECK(assay::quantile(ordered, 0.5) == 4.0);
  CHECK(std::fabs(assay::quantile(ordered, 0.9) - 12.8) < 1e-14);
  CHECK(assay::quantile(ordered, 1.0) == 16.0);
  CHECK(assay::quantile(std::vector<double>{7}, 0.3) == 7.0);
}

TEST_CASE("the median needs no order and stands infinities") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(assay::median({3, 1, 2}) == 2.0);
  CHECK(assay::median({4, 1, 3, 2}) == 2.5);
  CHECK(assay::median({1, infinity, 2}) == 2.0);
  CHECK(assay::median({infinity, infinity}) == infinity);
  CHECK(assay::median({1e308, 1.5e308}) == 1.25e308);
}

TEST_CASE("order statistics refuse what has no order") {
  const std::vector<double> ordered = {1, 2};
  CHECK_THROWS_AS(assay::median({}), assay::usage_error);
  CHECK_THROWS_AS(assay::median({1, std::nan(""), 2}), assay::usage_error);
  CHECK_THROWS_AS(assay::quantile({}, 0.5), assay::usage_error);
  CHECK_THROWS_AS(assay::quantile(ordered, 1.01), assay::usage_error);
  CHECK_THROWS_AS(assay::quantile(ordered, std::nan("")), assay::usage_error);
}

TEST_CASE("the ranks of the median's interval and their coverage") {
  // scipy.stats.binom.cdf, SciPy 1.17; n = 12 and 24 by hand: 1 − 2·79/4096 and 1 − 2·190051/2^24.
  const struct {
    int n;
    double confidence;
    int lower, upper;
    double coverage, tolerance;
  } known[] = {{6, 0.95, 1, 6, 0.96875, 0.0},
               {12, 0.95, 3, 10, 0.96142578125, 0.0},
               {24, 0.95, 7, 18, 0.9773441553115845, 1e-15},
               {60, 0.95, 22, 39, 0.972659866131922, 1e-13},
               {100, 0.99, 37, 64, 0.9933628794840739, 1e-13},
               {1000, 0.95, 469, 532, 0.9537088026395019, 1e-12},
               {100000, 0.90, 49740, 50261, 0.9005547497684949, 1e-10},
               {1000000, 0.95, 499020, 500981, 0.9501210313476314, 1e-9},
               {1000000, 0.999, 498355, 501646, 0.9990016904351571, 1e-9}};
  for (const auto& k : known) {
    CAPTURE(k.n, k.confidence);
    const auto ranks = assay::median_interval_ranks(k.n, k.confidence);
    REQUIRE(ranks);
    CHECK(ranks->lower == k.lower);
    CHECK(ranks->upper == k.upper);
    CHECK(std::fabs(ranks->coverage - k.coverage) <= k.tolerance);
  }
}

TEST_CASE("too few values have no interval") {
  for (const int n : {-1, 0, 1, 2, 3, 4, 5}) CHECK_FALSE(assay::median_interval_ranks(n, 0.95));
  CHECK(assay::median_interval_ranks(2, 0.5)->coverage == 0.5);
  CHECK_FALSE(assay::median_interval_ranks(1, 1e-9));
  CHECK_THROWS_AS(assay::median_interval_ranks(20, 1.0), assay::usage_error);
  CHECK_THROWS_AS(assay::median_interval_ranks(20, 0.0), assay::usage_error);
  CHECK_THROWS_AS(assay::median_interval_ranks(20, std::nan("")), assay::usage_error);
}

TEST_CASE("the interval is the narrowest that covers enough, for every n") {
  for (const double confidence : {0.5, 0.9, 0.95, 0.99}) {
    for (int n = 1; n <= 1500; ++n) {
      const auto ranks = assay::median_interval_ranks(n, confidence);
      if (!ranks) {
        if (std::exp2(1 - n) <= 1.0 - confidence) FAIL("none for n = " << n);
        continue;
      }
      // The next narrower one loses twice C(n, k)/2^n.
      const double next = std::exp(std::lgamma(n + 1.0) - std::lgamma(ranks->lower + 1.0) -
                                   std::lgamma(n - ranks->lower + 1.0) - n * std::log(2.0));
      const bool good = ranks->lower + ranks->upper == n + 1 && ranks->lower < ranks->upper &&
                        ranks->coverage >= confidence && ranks->coverage - 2.0 * next < confidence;
      if (!good) FAIL("wrong for n = " << n << " at " << confidence);
    }
  }
}
