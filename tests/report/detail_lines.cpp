// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/detail_lines.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;
using lines = std::vector<std::string>;

TEST_CASE("what CUPTI and the energy counter said is told beside the time", "[report]") {
  record r = full_record();
  CHECK(detail_lines(r) == lines{"CUPTI: 1.10 µs ±9.1% on the device (net time 1.00 µs, so +10.0%)",
                                 "energy: 250 mJ ± 125 mJ for a launch, back to back with hot caches"});
  r.time->net.reset();
  r.time->energy->uncertainty.reset();
  CHECK(detail_lines(r) == lines{"CUPTI: 1.10 µs ±9.1% on the device (raw time 2.00 µs, so -45.0%)",
                                 "energy: 250 mJ for a launch, back to back with hot caches"});
  r.time->raw.median = 0;
  r.time->energy.reset();
  CHECK(detail_lines(r) == lines{"CUPTI: 1.10 µs ±9.1% on the device"});
}

TEST_CASE("a record of which nothing more was asked has no more lines", "[report]") {
  record r = full_record();
  r.time->cupti.reset();
  r.time->energy.reset();
  CHECK(detail_lines(r).empty());
  r.time.reset();
  CHECK(detail_lines(r).empty());
}

TEST_CASE("a record without its launches is explained when that is asked for, as far as it goes",
          "[report]") {
  record r = full_record();
  r.time->cupti.reset();
  r.time->energy.reset();
  REQUIRE_FALSE(r.launch);
  CHECK(detail_lines(r, true) == explain_speed(r));
  CHECK(detail_lines(r, true).front().find("-bound") != std::string::npos);
  r.time.reset();
  CHECK(detail_lines(r, true).empty());
}

TEST_CASE("an explanation comes first and a profile last", "[report]") {
  record r = full_record();
  r.launch.emplace();
  r.profile.emplace();
  r.profile->tool = "ncu";
  r.profile->seconds = 1e-6;
  const lines all = detail_lines(r);
  REQUIRE(all.size() > 4);
  CHECK(all.front().find("-bound") != std::string::npos);
  CHECK(all[all.size() - 3].find("CUPTI: ") == 0);
  CHECK(all[all.size() - 2].find("energy: ") == 0);
  CHECK(all.back().find("ncu: ") == 0);
}
