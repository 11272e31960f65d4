// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Ceilings on a real GPU: every kernel computes what it should, and none is faster than the device can be.
#include <assay/backend/ceiling_probes.hpp>
#include <assay/backend/cuda.hpp>
#include <assay/measure.hpp>
#include <assay/measure/measure_ceilings.hpp>
#include <assay/roofline.hpp>
#include <string>

#include "support/catch.hpp"

namespace {

assay::device& gpu() { return assay::device_of<assay::cuda>(); }

}  // namespace

TEST_CASE("the kernels are those of this device", "[ceilings]") {
  const assay::ceiling_features build = gpu().ceiling_features();
  CHECK(build.kernels);
  CHECK(build.compiled_for >= 700);
  if (gpu().info().architecture == "sm_90" && gpu().info().vendor == assay::vendor::nvidia)
    CHECK(build.warpgroup_matrix);
}

TEST_CASE(
    "every ceiling that has a kernel is measured, each way to do it computes, and none beats the hard one",
    "[ceilings][timing]") {
  const assay::device_info& info = gpu().info();
  const assay::device_ceilings seen = assay::ceiling_measurer(gpu(), {}).run();
  const assay::ceilings hard = assay::hard_ceilings(info);
  for (const assay::ceiling_target& target : assay::ceiling_targets(info, gpu().ceiling_features(), true)) {
    const assay::measured_ceiling* one = seen.find(target.name);
    REQUIRE(one);
    CAPTURE(one->name, one->source);
    for (const std::string& why : one->failures) FAIL_CHECK(why);
    CHECK((one->basis != assay::ceiling_basis::unmeasured) == !target.probes.empty());
    const assay::ceiling* roof = one->which ? hard.find(*one->which) : nullptr;
    if (roof && one->lower) CHECK(*one->lower <= roof->rate * (1 + roof->uncertainty));
  }
  const assay::measured_ceiling* launch = seen.find("launch");
  REQUIRE(launch);
  CHECK(launch->rate);
}
