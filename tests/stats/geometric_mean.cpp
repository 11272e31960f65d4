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
