// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/outliers.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

#include "support/catch.hpp"

using indices = std::vector<std::size_t>;

TEST_CASE("values far from the median are labelled, on both sides") {
  //                                 median 10, MAD 1: the limit is 5
  const std::vector<double> values = {9, 10, 11, 10, 15, 4.9, 9, 11, 30};
  CHECK(assay::outliers(values, 0.0) == indices{5, 8});  // 15 is at the limit, not beyond
  CHECK(assay::outliers(values, 0.0, 4.9) == indices{4, 5, 8});
  CHECK(values.size() == 9);
}

TEST_CASE("the clock's tick is the least MAD") {
  const std::vector<double> values = {8, 8, 8, 8, 8, 8, 9, 14};
  CHECK(assay::outliers(values, 1.0) == indices{7});
  CHECK(assay::outliers(values, 0.0) == indices{6, 7});
  CHECK(assay::outliers(values, 2.0).empty());
}

TEST_CASE("no outliers where there are none") {
  CHECK(assay::outliers({}, 1.0).empty());
  CHECK(assay::outliers(std::vector<double>{3}, 0.0).empty());
  CHECK(assay::outliers(std::vector<double>(50, 3.0), 0.0).empty());
  CHECK(assay::outliers(std::vector<double>{1, 2, 3, 4, 5, 6, 7}, 0.0).empty());
}

TEST_CASE("outliers refuse what has no distance") {
  const std::vector<double> values = {1, 2, 3};
  CHECK_THROWS_AS(assay::outliers(std::vector<double>{1, std::nan("")}, 1.0), assay::usage_error);
  CHECK_THROWS_AS(assay::outliers(values, -1.0), assay::usage_error);
  CHECK_THROWS_AS(assay::outliers(values, 1.0, 0.0), assay::usage_error);
}
