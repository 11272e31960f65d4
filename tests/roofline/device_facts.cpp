// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/device_facts.hpp"

#include <string>
#include <utility>

#include "support/catch.hpp"
#include "support/messages.hpp"

using namespace assay;

namespace {

device_info reported(vendor maker, std::string name, std::string architecture) {
  device_info info;
  info.vendor = maker;
  info.name = std::move(name);
  info.architecture = std::move(architecture);
  return info;
}

/// The name of the row that a device gets, "" for none.
std::string found(vendor maker, std::string name, std::string architecture) {
  const device_row* row = find_device(reported(maker, std::move(name), std::move(architecture)));
  return row ? std::string(row->name) : std::string();
}

}  // namespace

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

TEST_CASE("rows that are found by their own name are found as themselves", "[roofline]") {
  for (const device_row& row : device_table) {
    if (row.match.empty()) continue;
    const std::string_view spelled = row.match.starts_with('=') ? row.match.substr(1) : row.match;
    CAPTURE(std::string(row.name));
    CHECK(find_device(reported(row.vendor, std::string(spelled), std::string(row.architecture))) == &row);
  }
}

TEST_CASE("a person names a device as he likes, as long as one is meant", "[roofline]") {
  CHECK(device_named("B200").name == "B200");  // and not GB200
  CHECK(device_named("b200").name == "B200");
  CHECK(device_named("NVIDIA H200").name == "H200 SXM");  // as its runtime calls it
  CHECK(device_named("H200").name == "H200 SXM");
  CHECK(device_named("H200 NVL").name == "H200 NVL");
  CHECK(device_named("h100-sxm").name == "H100 SXM5");
  CHECK(device_named("A100-SXM4-80GB").name == "A100 SXM4 80GB");
  CHECK(device_named("GeForce RTX 4090").name == "RTX 4090");
  CHECK(device_named("rtx 4090").name == "RTX 4090");
  CHECK(device_named("GB10").name == "GB10 (DGX Spark)");
  CHECK(device_named("MI250X").name == "MI250X (per GCD)");
  CHECK(device_named("AMD Instinct MI300X").name == "MI300X");
  CHECK(device_named("MI250X (total, 2 GCD)").name == "MI250X (total, 2 GCD)");
  for (const device_row& row : device_table) CHECK(&device_named(row.name) == &row);
}

TEST_CASE("a name that means several devices, or none, is told with those that are close", "[roofline]") {
  using support::message_of;
  CHECK(message_of<usage_error>([] { (void)device_named("H100", {}, "--as-device"); }) ==
        "--as-device 'H100': could be any of: H100 SXM5, H100 PCIe, H100 NVL");
  CHECK(message_of<usage_error>([] { (void)device_named("H20"); }) ==
        "device 'H20': could be any of: H200 SXM, H200 NVL, GH200 96GB HBM3, GH200 144GB HBM3e");
  CHECK(message_of<usage_error>([] { (void)device_named("MI300Y"); }) ==
        "device 'MI300Y': unknown; close to it: MI300A, MI300X");
  CHECK(message_of<usage_error>([] { (void)device_named("B201"); }) ==
        "device 'B201': unknown; close to it: B200");
  CHECK(message_of<usage_error>([] { (void)device_named("sm_80"); }) ==
        "device 'sm_80': that is an architecture; its devices are: A30, A100 SXM4 40GB, A100 SXM4 80GB, "
        "A100 PCIe 40GB, A100 PCIe 80GB");
  for (const char* nothing : {"", "  ", "?", "Voodoo 2"}) {
    CAPTURE(nothing);
    const std::string told = message_of<usage_error>([&] { (void)device_named(nothing); });
    CHECK(told.find("unknown; known are: T4, V100 SXM2 32GB, ") != std::string::npos);
    CHECK(told.find("RX 9070 XT") != std::string::npos);
  }
}

TEST_CASE("a user's facts lie over those in code, and only there", "[roofline]") {
  device_facts facts;
  {
    // Texts that are gone afterwards.
    std::string name = "B200", source = "my measurement, which is told at some length";
    device_row mine = device_named("B200");
    mine.name = name;
    mine.source = source;
    mine.peak.dram = 7.68e12;
    facts.set(mine);
    name = source = std::string(100, '#');
  }
  CHECK(device_named("B200", facts).peak.dram == 7.68e12);
  CHECK(device_named("B200", facts).source == "my measurement, which is told at some length");
  CHECK(find_device(reported(vendor::nvidia, "NVIDIA B200", "sm_100"), facts)->peak.dram == 7.68e12);
  CHECK(device_named("B200").peak.dram == 7672.3e9);
  CHECK(facts.devices().size() == std::size(device_table));

  const device_facts copy = facts;  // and the first one goes its own way
  device_row again = *facts.find("B200");
  again.peak.dram = 8e12;
  facts.set(again);
  CHECK(facts.devices().size() == std::size(device_table));
  CHECK(device_named("B200", facts).peak.dram == 8e12);
  CHECK(device_named("B200", copy).peak.dram == 7.68e12);

  device_row added;
  added.vendor = vendor::nvidia;
  added.name = "R100";
  added.match = "=NVIDIA R100";
  added.architecture = "sm_110";
  facts.set(added);
  CHECK(facts.devices().size() == std::size(device_table) + 1);
  CHECK(find_device(reported(vendor::nvidia, "NVIDIA R100", "sm_110"), facts)->name == "R100");
  CHECK(find_per_clock(reported(vendor::nvidia, "NVIDIA R100", "sm_110"), facts) == nullptr);

  per_clock_row rates;
  rates.architecture = "sm_110";
  rates.operations.fp32 = 512;
  facts.set(rates);
  CHECK(find_per_clock(reported(vendor::nvidia, "NVIDIA R100", "sm_110"), facts)->operations.fp32 == 512.0);
  rates.operations.fp32 = 256;
  facts.set(rates);
  CHECK(facts.find("sm_110", product_line::any)->operations.fp32 == 256.0);
  CHECK(find_per_clock(reported(vendor::nvidia, "NVIDIA R100", "sm_110")) == nullptr);
}

TEST_CASE("facts without a name are refused", "[roofline]") {
  device_facts facts;
  CHECK_THROWS_AS(facts.set(device_row{}), usage_error);
  device_row nowhere;
  nowhere.name = "R100";
  CHECK_THROWS_AS(facts.set(nowhere), usage_error);
  CHECK_THROWS_AS(facts.set(per_clock_row{}), usage_error);
  CHECK(facts.devices().size() == std::size(device_table));
}

TEST_CASE("GeForce runs wide accumulation at half rate, and the name tells", "[roofline]") {
  const auto rates = [](const char* name, const char* architecture) {
    return find_per_clock(reported(vendor::nvidia, name, architecture));
  };
  for (const char* architecture : {"sm_86", "sm_89", "sm_120"}) {
    CAPTURE(architecture);
    const per_clock_row* geforce = rates("NVIDIA GeForce RTX 4090", architecture);
    const per_clock_row* professional = rates("NVIDIA L40S", architecture);
    REQUIRE((geforce && professional));
    CHECK(*professional->operations.tensor_bf16 == 2 * *geforce->operations.tensor_bf16);
    CHECK(*professional->operations.fp32 == *geforce->operations.fp32);
    // With narrow accumulation they are alike.
    CHECK(professional->operations.tensor_fp16_fp16 == geforce->operations.tensor_fp16_fp16);
    CHECK(*geforce->operations.tensor_fp16_fp16 == 2 * *geforce->operations.tensor_fp16);
  }
  // The rates of GeForce RTX 20xx are not verified, so they are absent rather than those of the T4.
  CHECK(rates("Tesla T4", "sm_75") != nullptr);
  CHECK(rates("NVIDIA GeForce RTX 2080 Ti", "sm_75") == nullptr);
  CHECK(rates("NVIDIA Graphics Device", "sm_999") == nullptr);
  CHECK(find_per_clock(device_info{}) == nullptr);
}

TEST_CASE("what a row says of itself leads back to it", "[roofline]") {
  for (const device_row& row : device_table) {
    CAPTURE(std::string(row.name));
    CHECK(find_device(as_reported(row)) == &row);
    CHECK(find_per_clock(as_reported(row)) != nullptr);
  }
}

TEST_CASE("caches are those of the whole device, not of one die", "[roofline]") {
  device_info mi300x = reported(vendor::amd, "AMD Instinct MI300X", "gfx942");
  mi300x.l2_bytes = 4 << 20;  // what HIP reports: one XCD of eight
  CHECK(whole_l2_bytes(mi300x) == 32 << 20);
  CHECK(last_level_bytes(mi300x) == 256 << 20);

  const device_info mi250x = reported(vendor::amd, "AMD Instinct MI250X", "gfx90a");
  CHECK(last_level_bytes(mi250x) == 8 << 20);  // no Infinity Cache
  const device_info radeon = reported(vendor::amd, "AMD Radeon RX 7900 XTX", "gfx1100");
  CHECK(last_level_bytes(radeon) == 96 << 20);

  device_info unlisted = reported(vendor::amd, "AMD Instinct MI999", "gfx942");
  unlisted.l2_bytes = 4 << 20;
  CHECK(!whole_l2_bytes(unlisted));
  CHECK(!last_level_bytes(unlisted));
  unlisted.vendor = vendor::nvidia;
  CHECK(last_level_bytes(unlisted) == 4 << 20);
}
