// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/wilson.hpp"

#include <cmath>

#include "support/catch.hpp"

TEST_CASE("normal quantiles agree with SciPy's") {
  const double known[][2] = {{0.5, 0.6744897501960817},
                             {0.9, 1.6448536269514722},
                             {0.95, 1.959963984540054},
                             {0.99, 2.5758293035489004},
                             {0.999999, 4.891638475671085}};  // scipy.stats.norm.ppf, SciPy 1.17
  for (const auto& k : known) {
    CAPTURE(k[0]);
    CHECK(std::fabs(assay::detail::two_sided_normal_quantile(k[0]) - k[1]) < 1e-10);
  }
}

TEST_CASE("Wilson intervals agree with SciPy's") {
  // scipy.stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson"), SciPy 1.17
  const struct {
    int successes, trials;
    double confidence, lower, upper;
  } known[] = {{0, 10, 0.95, 0.0, 0.27753279986288926},
               {5, 10, 0.95, 0.236593090512564, 0.7634069094874361},
               {10, 10, 0.95, 0.7224672001371109, 1.0},
               {33, 100, 0.95, 0.2456312273412804, 0.42694656204909476},
               {199, 200, 0.99, 0.95879911807976, 0.9994127002381604},
               {1, 1, 0.9, 0.2698659487840541, 1.0}};
  for (const auto& k : known) {
    CAPTURE(k.successes, k.trials, k.confidence);
    const assay::share_estimate s = assay::wilson_interval(k.successes, k.trials, k.confidence);
    CHECK(s.share == double(k.successes) / k.trials);
    CHECK(std::fabs(s.lower - k.lower) < 1e-13);
    CHECK(std::fabs(s.upper - k.upper) < 1e-13);
  }
}

TEST_CASE("a share of none or of all ends exactly at 0 or 1, and the interval holds the share") {
  for (int trials = 1; trials < 300; ++trials) {
    if (assay::wilson_interval(0, trials, 0.95).lower != 0.0) FAIL("0 of " << trials);
    if (assay::wilson_interval(trials, trials, 0.95).upper != 1.0) FAIL("all of " << trials);
    for (const int successes : {0, trials / 3, trials}) {
      const assay::share_estimate s = assay::wilson_interval(successes, trials, 0.95);
      if (!(s.lower <= s.share && s.share <= s.upper && s.lower < s.upper && s.upper <= 1.0))
        FAIL(successes << " of " << trials);
    }
  }
}

TEST_CASE("a share refuses what is none") {
  CHECK_THROWS_AS(assay::wilson_interval(0, 0, 0.95), assay::usage_error);
  CHECK_THROWS_AS(assay::wilson_interval(-1, 5, 0.95), assay::usage_error);
  CHECK_THROWS_AS(assay::wilson_interval(6, 5, 0.95), assay::usage_error);
  CHECK_THROWS_AS(assay::wilson_interval(1, 5, 1.0), assay::usage_error);
  CHECK_THROWS_AS(assay::wilson_interval(1, 5, std::nan("")), assay::usage_error);
}
