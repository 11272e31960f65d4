// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/axis.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include "support/catch.hpp"

using namespace assay;

TEST_CASE("an axis value is written as it is", "[suite]") {
  CHECK(to_string(axis_value(std::int64_t{0})) == "0");
  CHECK(to_string(axis_value(std::int64_t{-5})) == "-5");
  CHECK(to_string(axis_value(std::numeric_limits<std::int64_t>::max())) == "9223372036854775807");
  CHECK(to_string(axis_value(std::string("row major"))) == "row major");
}

TEST_CASE("a number and a name that read alike are two values", "[suite]") {
  CHECK(axis_value(std::int64_t{1}) != axis_value(std::string("1")));
  CHECK(axis_value(std::int64_t{1}) == axis_value(std::int64_t{1}));
}

TEST_CASE("the values of a case read in the order of declaration", "[suite]") {
  CHECK(to_string(axis_values{}).empty());
  CHECK(to_string(axis_values{{"n", std::int64_t{65536}}}) == "n=65536");
  CHECK(to_string(axis_values{{"n", std::int64_t{65536}}, {"T", "fp32"}, {"b", std::int64_t{2}}}) ==
        "n=65536 T=fp32 b=2");
}
