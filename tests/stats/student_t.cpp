// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/student_t.hpp"

#include <cmath>

#include "support/catch.hpp"

TEST_CASE("Student's t agrees with the incomplete beta function") {
  // The root of scipy.special.betainc(n/2, 1/2, n/(n + t²)) = 1 − confidence, SciPy 1.10 (whose own
  // scipy.stats.t.ppf is off by 2e-11 at n = 1, where t = tan(0.475π) is known).
  const struct {
    double confidence;
    int freedom;
    double t;
  } known[] = {{0.95, 1, 12.7062047361747},   {0.95, 2, 4.3026527297494646}, {0.95, 7, 2.364624251592785},
               {0.99, 12, 3.054539589392901}, {0.5, 3, 0.7648923284043452},  {0.95, 199, 1.9719565442517515},
               {0.999, 1, 636.6192487687011}};
  for (const auto& k : known) {
    CAPTURE(k.confidence, k.freedom);
    CHECK(assay::two_sided_student_quantile(k.confidence, k.freedom) == Approx(k.t).epsilon(1e-11));
    CHECK(assay::student_t_within(k.t, k.freedom) == Approx(k.confidence).epsilon(1e-12));
  }
}

TEST_CASE("Student's t ends at none and at all") {
  for (const int freedom : {1, 2, 3, 10, 101}) {
    CHECK(assay::student_t_within(0.0, freedom) == 0.0);
    CHECK(assay::student_t_within(1e300, freedom) == Approx(1.0));
  }
}

TEST_CASE("Student's t refuses what has none") {
  CHECK_THROWS_AS(assay::student_t_within(1.0, 0), assay::usage_error);
  CHECK_THROWS_AS(assay::student_t_within(-1.0, 3), assay::usage_error);
  CHECK_THROWS_AS(assay::student_t_within(std::nan(""), 3), assay::usage_error);
  for (const double bad : {0.0, 1.0, std::nan("")})
    CHECK_THROWS_AS(assay::two_sided_student_quantile(bad, 3), assay::usage_error);
}
