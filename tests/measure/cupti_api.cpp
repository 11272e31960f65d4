// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/measure/cupti_api.hpp"

#include <string>

#include "support/catch.hpp"

namespace cupti = assay::cupti;

TEST_CASE("the libraries that were tried are named", "[cupti]") {
  std::string why_not;
  CHECK_FALSE(cupti::api::load("/no/such/libcupti.so", why_not));
  CHECK(why_not.find("/no/such/libcupti.so") != std::string::npos);
}

TEST_CASE("a library without CUPTI's functions is refused by name", "[cupti]") {
  std::string why_not;
  CHECK_FALSE(cupti::api::load("libm.so.6", why_not));
  CHECK(why_not == "libm.so.6 has no cuptiActivityEnable");
}

TEST_CASE("CUPTI has names for its statuses", "[cupti]") {
  std::string why_not;
  const auto fake = cupti::api::load(ASSAY_FAKE_CUPTI, why_not);
  REQUIRE(fake);
  CHECK(why_not.empty());
  CHECK(fake->name(cupti::max_limit_reached) == "CUPTI_ERROR_MAX_LIMIT_REACHED");
  CHECK(fake->name(4711) == "CUPTI status 4711");
}
