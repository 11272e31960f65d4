// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/geometric_mean.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "support/catch.hpp"

TEST_CASE("geometric means agree with SciPy's") {
  const std::vector<double> values = {1.5, 0.25, 3.0, 7.0, 0.125};
  CHECK(std::fabs(assay::geometric_mean(values) - 0.9968552836177318) < 1e-15);  // scipy.stats.gmean
  CHECK(assay::geometric_mean(std::vector<double>{1, 1, 1}) == 1.0);
  // The product would overflow.
  CHECK(std::fabs(assay::geometric_mean(std::vector<double>(100, 1e300)) / 1e300 - 1.0) < 1e-12);
}

TEST_CASE("the geometric mean of inverses is the inverse") {
  const std::vector<double> ratios = {0.5, 3.0, 11.0}, inverses = {2.0, 1.0 / 3.0, 1.0 / 11.0};
  CHECK(std::fabs(assay::geometric_mean(ratios) * assay::geometric_mean(inverses) - 1.0) < 1e-15);
}

TEST_CASE("no geometric mean of nothing, nor of what is not positive and finite") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(assay::geometric_mean({}), assay::usage_error);
  for (const double bad : {0.0, -1.0, infinity, std::nan("")})
    CHECK_THROWS_AS(assay::geometric_mean(std::vector<double>{1.0, bad}), assay::usage_error);
}

TEST_CASE("a geometric mean's interval is Student's, of the logarithms") {
  const std::vector<double> values = {0.5, 2.0};  // logarithms ∓ln 2, whose standard error is ln 2
  const assay::geometric_mean_estimate two = assay::geometric_mean_of(values, 0.95);
  CHECK(two.value == Approx(1.0));
  REQUIRE((two.lower && two.upper));
  CHECK(*two.lower == Approx(std::pow(2.0, -12.7062047361747)));
  CHECK(*two.upper == Approx(std::pow(2.0, 12.7062047361747)));
  CHECK(two.values == 2);

  const assay::geometric_mean_estimate same = assay::geometric_mean_of(std::vector<double>(9, 1.5), 0.95);
  CHECK(*same.lower == Approx(1.5));
  CHECK(*same.upper == Approx(1.5));
}

TEST_CASE("one value has a geometric mean and no interval of it") {
  const assay::geometric_mean_estimate one = assay::geometric_mean_of(std::vector<double>{1.5}, 0.95);
  CHECK(one.value == Approx(1.5));
  CHECK_FALSE(one.lower);
  CHECK_FALSE(one.upper);
  CHECK_THROWS_AS(assay::geometric_mean_of({}, 0.95), assay::usage_error);
  CHECK_THROWS_AS(assay::geometric_mean_of(std::vector<double>{1.0, 2.0}, 1.0), assay::usage_error);
  CHECK_THROWS_AS(assay::geometric_mean_of(std::vector<double>{1.0}, 0.0), assay::usage_error);
  CHECK_THROWS_AS(assay::geometric_mean_of(std::vector<double>{1.0, -2.0}, 0.95), assay::usage_error);
}
