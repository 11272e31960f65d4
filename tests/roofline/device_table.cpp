// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/device_table.hpp"

#include <iterator>
#include <set>
#include <string>

#include "support/catch.hpp"

using namespace assay;

namespace {

device_info device(vendor maker, std::string name, std::string architecture) {
  device_info info;
  info.vendor = maker;
  info.name = std::move(name);
  info.architecture = std::move(architecture);
  return info;
}

/// The name of the row that a device gets, "" for none.
std::string found(vendor maker, std::string name, std::string architecture) {
  const device_row* row = find_device(device(maker, std::move(name), std::move(architecture)));
  return row ? std::string(row->name) : std::string();
}

}  // namespace

static_assert(std::size(device_table) == 39);
static_assert(!by_resource{}[resource::dram] && !by_resource{}[resource::tensor_fp4]);

TEST_CASE("by_resource answers each resource with its own member", "[roofline]") {
  constexpr by_resource all{.dram = 0,
                            .fp64 = 1,
                            .fp32 = 2,
                            .fp16 = 3,
                            .int32 = 4,
                            .sfu = 5,
                            .tensor_fp64 = 6,
                            .tensor_tf32 = 7,
                            .tensor_fp16 = 8,
                            .tensor_bf16 = 9,
                            .tensor_fp8 = 10,
                            .tensor_int8 = 11,
                            .tensor_fp6 = 12,
                            .tensor_fp4 = 13};
  for (std::size_t i = 0; i < resource_count; ++i) {
    CAPTURE(to_string(static_cast<resource>(i)));
    CHECK(all[static_cast<resource>(i)] == static_cast<double>(i));
  }
}

TEST_CASE("devices are found by the names that their runtimes report", "[roofline]") {
  CHECK(found(vendor::nvidia, "NVIDIA H200", "sm_90") == "H200 SXM");
  CHECK(found(vendor::nvidia, "NVIDIA H200 NVL", "sm_90") == "H200 NVL");
  CHECK(found(vendor::nvidia, "NVIDIA H100 80GB HBM3", "sm_90") == "H100 SXM5");
  CHECK(found(vendor::nvidia, "NVIDIA H100 PCIe", "sm_90") == "H100 PCIe");
  CHECK(found(vendor::nvidia, "NVIDIA A100-SXM4-80GB", "sm_80") == "A100 SXM4 80GB");
  CHECK(found(vendor::nvidia, "NVIDIA A100 80GB PCIe", "sm_80") == "A100 PCIe 80GB");
  CHECK(found(vendor::nvidia, "NVIDIA L40S", "sm_89") == "L40S");
  CHECK(found(vendor::nvidia, "NVIDIA B300 SXM6 AC", "sm_103") == "B300");
  CHECK(found(vendor::nvidia, "NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "sm_120") ==
        "RTX PRO 6000 Blackwell Workstation");
  CHECK(found(vendor::amd, "AMD Instinct MI250X", "gfx90a") == "MI250X (per GCD)");
  CHECK(found(vendor::amd, "AMD Instinct MI300X", "gfx942") == "MI300X");
  CHECK(found(vendor::amd, "AMD Radeon RX 7900 XTX", "gfx1100") == "RX 7900 XTX");
}

TEST_CASE("a name that only resembles a device's is not taken for it", "[roofline]") {
  CHECK(found(vendor::nvidia, "NVIDIA H200 NVL", "sm_90") != "H200 SXM");
  CHECK(found(vendor::nvidia, "NVIDIA L40", "sm_89").empty());
  CHECK(found(vendor::nvidia, "NVIDIA A10G", "sm_86").empty());
  CHECK(found(vendor::nvidia, "NVIDIA GeForce RTX 4090 Laptop GPU", "sm_89").empty());
  CHECK(found(vendor::nvidia, "NVIDIA GeForce RTX 3090 Ti", "sm_86").empty());
  CHECK(found(vendor::nvidia, "NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition", "sm_120").empty());
  CHECK(found(vendor::nvidia, "NVIDIA RTX PRO 6000 Blackwell Server Edition", "sm_120").empty());
  CHECK(found(vendor::amd, "AMD Radeon RX 7900 XT", "gfx1100").empty());

  // A part of a name counts only together with the architecture.
  CHECK(found(vendor::amd, "AMD Instinct MI300X", "gfx950").empty());
  // A slice carries the name of the whole and has less of everything.
  CHECK(found(vendor::nvidia, "NVIDIA H100 80GB HBM3 MIG 1g.10gb", "sm_90").empty());
}

TEST_CASE("the row that no runtime reports matches nothing", "[roofline]") {
  CHECK(found(vendor::amd, "", "gfx90a").empty());
  CHECK(found(vendor::amd, "AMD Instinct MI250", "gfx90a").empty());
}

TEST_CASE("an unknown device and a CPU have no row", "[roofline]") {
  CHECK(find_device(device_info{}) == nullptr);
  CHECK(found(vendor::nvidia, "NVIDIA Graphics Device", "sm_999").empty());
  CHECK(found(vendor::cpu, "NVIDIA H200", "x86_64").empty());
}

TEST_CASE("every row names itself once, its source, and quantities in SI units", "[roofline]") {
  std::set<std::string_view> names;
  for (const device_row& row : device_table) {
    CAPTURE(std::string(row.name));
    CHECK(names.insert(row.name).second);
    CHECK(!row.source.empty());
    CHECK(!row.architecture.empty());
    CHECK(row.units > 0);
    // A figure that was left in MHz, GB/s or Tflop/s would be far below these.
    if (row.boost_clock) CHECK((*row.boost_clock > 1e9 && *row.boost_clock < 4e9));
    REQUIRE(row.peak.dram);
    CHECK((*row.peak.dram > 1e11 && *row.peak.dram < 1e13));
    for (std::size_t i = 1; i < resource_count; ++i)
      if (const auto peak = row.peak[static_cast<resource>(i)]) CHECK((*peak > 1e11 && *peak < 2e16));
    if (row.link_bandwidth) CHECK(*row.link_bandwidth > 1e11);
    if (row.power) CHECK((*row.power > 10 && *row.power < 3000));
  }
}

TEST_CASE("rows that are found by their own name are found as themselves", "[roofline]") {
  for (const device_row& row : device_table) {
    if (row.match.empty()) continue;
    const std::string_view spelled = row.match.starts_with('=') ? row.match.substr(1) : row.match;
    CAPTURE(std::string(row.name));
    CHECK(find_device(device(row.vendor, std::string(spelled), std::string(row.architecture))) == &row);
  }
}
