// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/backend/ceiling_probes.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

using assay::ceiling_features;
using assay::ceiling_kernel;
using assay::ceiling_probe;
using assay::ceiling_target;
using assay::device_info;
using assay::dtype;
using assay::resource;
using assay::vendor;

device_info device(vendor who, const std::string& architecture) {
  device_info info;
  info.vendor = who;
  info.architecture = architecture;
  info.multiprocessors = 100;
  info.l2_bytes = 48 << 20;
  return info;
}

ceiling_target target(const device_info& info, const ceiling_features& build, const std::string& name) {
  for (const ceiling_target& one : assay::ceiling_targets(info, build, true))
    if (one.name == name) return one;
  FAIL("no target " << name);
  return {};
}

}  // namespace

TEST_CASE("every target has probes or says why not, and probes have work", "[backend]") {
  for (const auto& [info, build] : std::vector<std::pair<device_info, ceiling_features>>{
           {device(vendor::nvidia, "sm_75"), {true, 750, false, ""}},
           {device(vendor::nvidia, "sm_80"), {true, 800, false, ""}},
           {device(vendor::nvidia, "sm_90"), {true, 900, true, ""}},
           {device(vendor::nvidia, "sm_100"), {true, 1000, false, ""}},
           {device(vendor::amd, "gfx90a"), {true, 0, false, ""}},
           {device(vendor::amd, "gfx942"), {true, 0, false, ""}},
           {device(vendor::amd, "gfx1100"), {true, 0, false, ""}}})
    for (const ceiling_target& one : assay::ceiling_targets(info, build, true)) {
      CAPTURE(info.architecture, one.name);
      CHECK(one.probes.empty() != one.why_not.empty());
      for (const ceiling_probe& probe : one.probes) {
        CHECK_FALSE(probe.how.empty());
        assay::ceiling_job job{probe};
        job.bytes = 48 << 20;
        CHECK(job.amount() > 0);
        if (!job.moves_data()) CHECK(probe.operand_bytes > 0);
      }
    }
  CHECK(assay::ceiling_targets(device(vendor::nvidia, "sm_90"), {}, true).empty());
}

TEST_CASE("no resource is left out: it has probes or says why not", "[backend]") {
  for (const auto& [info, build] : std::vector<std::pair<device_info, ceiling_features>>{
           {device(vendor::nvidia, "sm_90"), {true, 900, true, ""}},
           {device(vendor::nvidia, "sm_120"), {true, 1200, false, ""}},
           {device(vendor::amd, "gfx942"), {true, 0, false, ""}}}) {
    std::set<resource> told;
    for (const ceiling_target& one : assay::ceiling_targets(info, build, true))
      if (one.which) told.insert(*one.which);
    for (std::size_t i = 0; i < assay::resource_count; ++i) {
      const auto which = static_cast<resource>(i);
      CAPTURE(info.architecture, to_string(which));
      CHECK((told.count(which) > 0) == (which != resource::launch));  // that one needs no kernel of its own
    }
  }
  const ceiling_target narrow =
      target(device(vendor::nvidia, "sm_89"), {true, 890, false, ""}, "tensor fp16/fp16");
  CHECK(narrow.probes.empty());
  CHECK(narrow.why_not == "assay has no kernel that accumulates fp16 in fp16");
}

TEST_CASE("on Hopper the fast types are reached by wgmma alone", "[backend]") {
  const device_info hopper = device(vendor::nvidia, "sm_90");
  const ceiling_target fast = target(hopper, {true, 900, true, ""}, "tensor bf16");
  REQUIRE(fast.probes.size() == 2);
  CHECK(fast.probes[0].kernel == ceiling_kernel::warpgroup_matrix);
  // Two warpgroups, four stages of 64 x 256 x 64.
  CHECK(fast.probes[0].amount == 2.0 * 2 * 4 * 64 * 256 * 64);
  CHECK(target(hopper, {true, 900, true, ""}, "tensor int8").probes[0].amount ==
        2.0 * 2 * 4 * 64 * 256 * 128);

  const ceiling_target slow = target(hopper, {true, 900, false, ""}, "tensor bf16");
  CHECK(slow.probes.empty());
  CHECK(slow.why_not.find("sm_90a") != std::string::npos);
  const ceiling_target library = target(hopper, {true, 900, false, "cuBLASLt 13.0.2"}, "tensor bf16");
  REQUIRE_FALSE(library.probes.empty());
  CHECK(library.probes[0].kernel == ceiling_kernel::library_matrix);
  CHECK(library.probes[0].amount == 2.0 * 8192 * 8192 * 8192);
  // The kernel of assay goes before the library.
  CHECK(target(hopper, {true, 900, true, "cuBLASLt 13.0.2"}, "tensor bf16").probes[0].kernel ==
        ceiling_kernel::warpgroup_matrix);
  CHECK(target(hopper, {true, 900, false, ""}, "tensor fp64").probes[0].kernel ==
        ceiling_kernel::warp_matrix);
}

TEST_CASE("no slower path stands in for tcgen05", "[backend]") {
  const ceiling_target one = target(device(vendor::nvidia, "sm_100"), {true, 1000, false, ""}, "tensor bf16");
  CHECK(one.probes.empty());
  CHECK(one.why_not.find("tcgen05") != std::string::npos);
}

TEST_CASE("shapes are those of the code that runs, and hold whole matrices", "[backend]") {
  const device_info ampere = device(vendor::nvidia, "sm_86");
  CHECK(assay::warp_matrix_shape(ampere, 800, dtype::bf16)->depth == 16);
  CHECK(assay::warp_matrix_shape(ampere, 800, dtype::tf32)->depth == 8);
  CHECK(assay::warp_matrix_shape(ampere, 800, dtype::int8)->depth == 32);
  CHECK_FALSE(assay::warp_matrix_shape(ampere, 800, dtype::fp8_e4m3fn));
  CHECK(assay::warp_matrix_shape(ampere, 890, dtype::fp8_e4m3fn)->depth == 32);
  CHECK(assay::warp_matrix_shape(ampere, 750, dtype::fp16)->depth == 8);
  CHECK_FALSE(assay::warp_matrix_shape(ampere, 750, dtype::bf16));
  CHECK_FALSE(assay::warp_matrix_shape(ampere, 800, dtype::fp32));
  CHECK_FALSE(assay::warp_matrix_shape(device(vendor::amd, "gfx908"), 0, dtype::fp64));
  CHECK_FALSE(assay::warp_matrix_shape(device(vendor::amd, "gfx1100"), 0, dtype::fp16));
  for (const char* const architecture : {"sm_75", "sm_80", "sm_90", "gfx908", "gfx90a", "gfx942", "gfx950"})
    for (const dtype type : {dtype::bf16, dtype::fp16, dtype::tf32, dtype::int8, dtype::fp64,
                             dtype::fp8_e4m3fn, dtype::fp8_e4m3fnuz}) {
      const bool amd = architecture[0] == 'g';
      const int compiled = amd ? 0 : std::stoi(architecture + 3) * 10;
      const auto shape =
          assay::warp_matrix_shape(device(amd ? vendor::amd : vendor::nvidia, architecture), compiled, type);
      if (!shape) continue;
      CAPTURE(architecture, to_string(type));
      const int elements = std::max(1, 32 / assay::bits_of(type));
      CHECK(shape->lanes * shape->a_units * elements == shape->rows * shape->depth);
      CHECK(shape->lanes * shape->b_units * elements == shape->columns * shape->depth);
      CHECK(shape->depth_lanes * shape->b_units * elements == shape->depth);
      CHECK(shape->a_units % shape->row_units == 0);
      CHECK(shape->a_units / shape->row_units == shape->b_units);
    }
}
