// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/ceilings.hpp"

#include <string>

#include "support/catch.hpp"

using namespace assay;

namespace {

/// What an H200 reported of itself.
device_info h200() {
  device_info info;
  info.vendor = vendor::nvidia;
  info.name = "NVIDIA H200";
  info.architecture = "sm_90";
  info.multiprocessors = 132;
  info.max_clock = 1980e6;
  info.memory_clock = 3201e6;
  info.memory_bus_bits = 6016;
  return info;
}

device_info amd(std::string name, std::string architecture) {
  device_info info;
  info.vendor = vendor::amd;
  info.name = std::move(name);
  info.architecture = std::move(architecture);
  return info;
}

double rate(const ceilings& all, resource which) {
  const ceiling* one = all.find(which);
  REQUIRE(one != nullptr);
  CHECK(one->resource == which);
  CHECK(!one->source.empty());
  return one->rate;
}

bool says(const ceilings& all, resource which, const std::string& text) {
  const ceiling* one = all.find(which);
  return one && one->source.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("H200: hard ceilings follow the clock, the datasheet does not", "[roofline]") {
  const ceilings hard = hard_ceilings(h200());
  CHECK(hard.which == layer::hard);
  CHECK(hard.device == "NVIDIA H200");
  CHECK(rate(hard, resource::tensor_bf16) == Approx(1070.5e12).epsilon(1e-4));
  CHECK(rate(hard, resource::fp32) == Approx(66.9e12).epsilon(1e-3));
  CHECK(says(hard, resource::tensor_bf16, "132 units (reported)"));
  CHECK(says(hard, resource::tensor_bf16, "1980 MHz (reported)"));

  device_info locked = h200();
  locked.max_clock = 1500e6;
  CHECK(rate(hard_ceilings(locked), resource::tensor_bf16) == Approx(811e12).epsilon(1e-4));

  const ceilings sheet = datasheet_ceilings(locked);
  CHECK(sheet.which == layer::datasheet);
  CHECK(rate(sheet, resource::tensor_bf16) == 989.4e12);
  CHECK(rate(sheet, resource::dram) == 4800e9);
  CHECK(rate(sheet, resource::tensor_bf16) < rate(hard, resource::tensor_bf16));
}

TEST_CASE("H200: the DRAM ceiling is the larger of pin rate and datasheet", "[roofline]") {
  CHECK(rate(hard_ceilings(h200()), resource::dram) == Approx(4814.3e9).epsilon(1e-5));
  CHECK(says(hard_ceilings(h200()), resource::dram, "pin rate"));

  device_info narrow = h200();
  narrow.memory_bus_bits = 5120;  // 4097 GB/s, below what the vendor promises
  CHECK(rate(hard_ceilings(narrow), resource::dram) == 4800e9);
  CHECK(says(hard_ceilings(narrow), resource::dram, "datasheet of H200 SXM"));

  device_info silent = h200();
  silent.memory_clock.reset();
  CHECK(rate(hard_ceilings(silent), resource::dram) == 4800e9);
}

TEST_CASE("what a device does not report comes from the table", "[roofline]") {
  device_info silent = h200();
  silent.multiprocessors.reset();
  silent.max_clock.reset();
  const ceilings hard = hard_ceilings(silent);
  CHECK(rate(hard, resource::tensor_bf16) == Approx(1070.5e12).epsilon(1e-4));
  CHECK(says(hard, resource::tensor_bf16, "132 units (table)"));
  CHECK(says(hard, resource::tensor_bf16, "1980 MHz (table)"));

  device_info nonsense = h200();
  nonsense.multiprocessors = 0;
  nonsense.max_clock = 0.0;
  nonsense.memory_clock = 0.0;
  CHECK(rate(hard_ceilings(nonsense), resource::tensor_bf16) == Approx(1070.5e12).epsilon(1e-4));
  CHECK(rate(hard_ceilings(nonsense), resource::dram) == 4800e9);
}

TEST_CASE("an unlisted device of a known architecture has ceilings from what it reports", "[roofline]") {
  device_info unlisted = h200();
  unlisted.name = "NVIDIA H222";
  unlisted.multiprocessors = 100;
  CHECK(datasheet_ceilings(unlisted).empty());
  const ceilings hard = hard_ceilings(unlisted);
  CHECK(rate(hard, resource::tensor_bf16) == Approx(100 * 4096 * 1980e6));
  CHECK(rate(hard, resource::dram) == Approx(4814.3e9).epsilon(1e-5));

  SECTION("but none from what it does not") {
    unlisted.max_clock.reset();
    unlisted.memory_bus_bits.reset();
    CHECK(hard_ceilings(unlisted).empty());
  }
  SECTION("and the same holds for the count") {
    unlisted.multiprocessors.reset();
    CHECK(hard_ceilings(unlisted).find(resource::tensor_bf16) == nullptr);
    CHECK(hard_ceilings(unlisted).find(resource::dram) != nullptr);
  }
}

TEST_CASE("an unknown device has no ceilings, whatever it reports", "[roofline]") {
  device_info unknown = h200();
  unknown.name = "NVIDIA Graphics Device";
  unknown.architecture = "sm_999";
  CHECK(hard_ceilings(unknown).empty());
  CHECK(datasheet_ceilings(unknown).empty());
  CHECK(hard_ceilings(unknown).which == layer::hard);
}

TEST_CASE("a CPU has no derived ceilings; measured ones are set by whoever measured", "[roofline]") {
  device_info cpu;
  cpu.name = "a CPU";
  cpu.architecture = "x86_64";
  cpu.multiprocessors = 8;
  cpu.max_clock = 3e9;
  CHECK(hard_ceilings(cpu).empty());
  CHECK(datasheet_ceilings(cpu).empty());

  ceilings measured(layer::measured, cpu.name);
  measured.set({resource::dram, 50e9, "stream"});
  CHECK(!measured.empty());
  CHECK(rate(measured, resource::dram) == 50e9);
  measured.set({resource::dram, 51e9, "stream, again"});
  CHECK(rate(measured, resource::dram) == 51e9);
  CHECK(measured.find(resource::fp32) == nullptr);
}

TEST_CASE("the memory clock means different things on different devices", "[roofline]") {
  device_info mi300x = amd("AMD Instinct MI300X", "gfx942");
  mi300x.memory_clock = 1300e6;
  mi300x.memory_bus_bits = 8192;
  CHECK(pin_rate(mi300x) == Approx(5324.8e9));
  CHECK(rate(hard_ceilings(mi300x), resource::dram) == 5325e9);

  device_info mi250x = amd("AMD Instinct MI250X", "gfx90a");
  mi250x.memory_clock = 1600e6;
  mi250x.memory_bus_bits = 4096;
  CHECK(pin_rate(mi250x) == Approx(1638.4e9));

  device_info gb10 = h200();
  gb10.name = "NVIDIA GB10";
  gb10.architecture = "sm_121";
  gb10.memory_clock = 8533e6;
  gb10.memory_bus_bits = 256;
  CHECK(pin_rate(gb10) == Approx(273.056e9));

  // GDDR6 behind HIP was not checked, so only the datasheet speaks.
  device_info radeon = amd("AMD Radeon RX 7900 XTX", "gfx1100");
  radeon.memory_clock = 1249e6;
  radeon.memory_bus_bits = 384;
  CHECK(!pin_rate(radeon));
  CHECK(rate(hard_ceilings(radeon), resource::dram) == 960e9);
}

TEST_CASE("RDNA: 48 reported multiprocessors are 96 CUs", "[roofline]") {
  device_info radeon = amd("AMD Radeon RX 7900 XTX", "gfx1100");
  radeon.multiprocessors = 48;
  radeon.max_clock = 2500e6;
  CHECK(rate(hard_ceilings(radeon), resource::tensor_fp16) == Approx(122.9e12).epsilon(1e-3));
  CHECK(says(hard_ceilings(radeon), resource::tensor_fp16, "96 units"));
  radeon.multiprocessors.reset();
  CHECK(rate(hard_ceilings(radeon), resource::tensor_fp16) == Approx(122.9e12).epsilon(1e-3));
}

TEST_CASE("MI308X has peaks only from the clock that it reports", "[roofline]") {
  device_info mi308x = amd("AMD Instinct MI308X", "gfx942");
  CHECK(hard_ceilings(mi308x).find(resource::tensor_bf16) == nullptr);
  CHECK(datasheet_ceilings(mi308x).find(resource::tensor_bf16) == nullptr);
  CHECK(rate(datasheet_ceilings(mi308x), resource::dram) == 5300e9);
  mi308x.max_clock = 2100e6;
  CHECK(rate(hard_ceilings(mi308x), resource::tensor_bf16) == Approx(80 * 2048 * 2100e6));
}
