// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/record.hpp"

#include <cstdint>
#include <limits>
#include <optional>

#include "support/catch.hpp"

using namespace assay;

namespace {

record timed(double seconds, std::optional<double> least) {
  record r;
  r.time.emplace();
  r.time->raw.median = seconds;
  r.limit.emplace();
  r.limit->seconds = least;
  return r;
}

}  // namespace

TEST_CASE("a record is named by its problem and the values of its axes", "[suite]") {
  record r;
  r.problem = "saxpy";
  CHECK(r.case_name() == "saxpy");
  r.axes = {{"n", std::int64_t{65536}}, {"T", "fp32"}};
  CHECK(r.case_name() == "saxpy n=65536 T=fp32");
}

TEST_CASE("a record's ratio is limit over time and is not clamped", "[suite]") {
  CHECK(timed(4.0, 1.0).sol_ratio() == 0.25);
  CHECK(timed(1.0, 4.0).sol_ratio() == 4.0);
}

TEST_CASE("a record's ratio is of the net time where there is one", "[suite]") {
  record r = timed(4.0, 1.0);
  r.time->net.emplace();
  r.time->net->median = 2.0;
  CHECK(r.sol_ratio() == 0.5);
}

TEST_CASE("a record without a time or a limit has no ratio", "[suite]") {
  CHECK_FALSE(record{}.sol_ratio());
  CHECK_FALSE(timed(4.0, std::nullopt).sol_ratio());
  CHECK_FALSE(timed(0.0, 1.0).sol_ratio());
  CHECK_FALSE(timed(std::numeric_limits<double>::quiet_NaN(), 1.0).sol_ratio());
  record r = timed(4.0, 1.0);
  r.time.reset();
  CHECK_FALSE(r.sol_ratio());
  r = timed(4.0, 1.0);
  r.limit.reset();
  CHECK_FALSE(r.sol_ratio());
}

TEST_CASE("what launching takes is what was measured of the device, else beside the samples", "[suite]") {
  record r;
  CHECK_FALSE(launch_floor(r));
  r = timed(1.0, 0.5);
  CHECK_FALSE(launch_floor(r));
  r.time->calibration.emplace();
  CHECK_FALSE(launch_floor(r));  // the device's share is not known
  r.time->calibration->empty_device_time = 0x1p-20;
  CHECK(launch_floor(r) == 0x1p-20);
  r.time->kernels = 3;
  CHECK(launch_floor(r) == 3 * 0x1p-20);
  limit& measured = r.other_limits.emplace_back();
  measured.which = layer::measured;
  measured.terms.push_back({resource::dram, 1.0, 1.0, 1.0});
  CHECK(launch_floor(r) == 3 * 0x1p-20);
  measured.terms.push_back({resource::launch, 1.0, 0x1p21, 0x1p-21});
  CHECK(launch_floor(r) == 3 * 0x1p-21);
}

TEST_CASE("a new record claims nothing", "[suite]") {
  const record r;
  CHECK(r.verdict.outcome == outcome::unchecked);
  CHECK(r.role == candidate_role::candidate);
  CHECK_FALSE(r.time);
  CHECK_FALSE(r.limit);
  CHECK_FALSE(r.speedup);
  CHECK_FALSE(r.prepare_seconds);
}
