// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/integration/roctx.hpp"

#include <string>

#include "assay/monitor/shared_library.hpp"
#include "support/catch.hpp"

namespace {

std::string open_ranges() {
  const assay::shared_library library(ASSAY_FAKE_ROCTX);
  const char* (*told)() = nullptr;
  library.find(told, "fake_roctx_open");
  return told ? told() : "no fake";
}

}  // namespace

TEST_CASE("ranges reach the first ROCTX library that is there") {
  const assay::roctx_ranges ranges({"libno-such-roctx.so", ASSAY_FAKE_ROCTX});
  REQUIRE(ranges);
  ranges.push("problem");
  ranges.push("case");
  CHECK(open_ranges() == "problem/case");
  ranges.pop();
  CHECK(open_ranges() == "problem");
  ranges.pop();
  CHECK(open_ranges().empty());
}

TEST_CASE("a ROCTX library that cannot close ranges is not used, nor is one that is not there") {
  const assay::roctx_ranges bare({ASSAY_FAKE_ROCTX_BARE}), none({"libno-such-roctx.so"});
  CHECK_FALSE(bare);
  CHECK_FALSE(none);
  bare.push("never");
  none.push("never");
  bare.pop();
  none.pop();
  CHECK(open_ranges().empty());
}
