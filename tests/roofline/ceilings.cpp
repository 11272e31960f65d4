// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/ceilings.hpp"

#include <limits>
#include <string>
#include <utility>

#include "assay/roofline/speed_of_light.hpp"
#include "assay/roofline/work/gemm.hpp"
#include "support/catch.hpp"
#include "support/messages.hpp"

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

TEST_CASE("the memory of GB10 moves one bit a pin and clock", "[roofline]") {
  device_info gb10 = h200();
  gb10.name = "NVIDIA GB10";
  gb10.architecture = "sm_121";
  gb10.multiprocessors = 48;
  gb10.max_clock = 2418e6;
  gb10.memory_clock = 8533e6;
  gb10.memory_bus_bits = 256;
  const ceilings hard = hard_ceilings(gb10);
  CHECK(rate(hard, resource::dram) == Approx(273.056e9));
  CHECK(rate(hard, resource::tensor_fp4) == Approx(475.4e12).epsilon(1e-3));
  CHECK(hard.find(resource::tensor_bf16) == nullptr);  // not verified, so absent
}

TEST_CASE("MI300X: bytes a clock of the L2 are of one die, and all dies count", "[roofline]") {
  device_info mi300x = amd("AMD Instinct MI300X", "gfx942");
  mi300x.multiprocessors = 304;
  mi300x.max_clock = 2100e6;
  CHECK(rate(hard_ceilings(mi300x), resource::l2) == Approx(8 * 2048 * 2100e6));
  CHECK(says(hard_ceilings(mi300x), resource::l2, "8 dies"));
  mi300x.multiprocessors = 38;  // one XCD, as the partition CPX shows it
  CHECK(rate(hard_ceilings(mi300x), resource::l2) == Approx(2048 * 2100e6));
  CHECK(rate(hard_ceilings(mi300x), resource::tensor_bf16) == Approx(38 * 2048 * 2100e6));
  mi300x.multiprocessors = 37;  // what that may be nobody knows
  CHECK(hard_ceilings(mi300x).find(resource::l2) == nullptr);
  CHECK(hard_ceilings(mi300x).find(resource::tensor_bf16) != nullptr);

  device_info unlisted = amd("AMD Instinct MI999", "gfx942");
  unlisted.multiprocessors = 304;
  unlisted.max_clock = 2100e6;
  CHECK(hard_ceilings(unlisted).find(resource::l2) == nullptr);
}

TEST_CASE("MI250X: a device is one die", "[roofline]") {
  const ceilings die = hard_ceilings(as_reported(device_named("MI250X")));
  CHECK(rate(die, resource::tensor_bf16) == Approx(191.5e12).epsilon(1e-3));
  CHECK(rate(die, resource::l2) == Approx(4096 * 1700e6));
  const ceilings whole = hard_ceilings(as_reported(device_named("MI250X (total, 2 GCD)")));
  CHECK(rate(whole, resource::tensor_bf16) == Approx(2 * rate(die, resource::tensor_bf16)));
  CHECK(rate(whole, resource::l2) == Approx(2 * rate(die, resource::l2)));
}

TEST_CASE("bytes of shared memory, L2 and links", "[roofline]") {
  const ceilings hard = hard_ceilings(h200());
  CHECK(rate(hard, resource::shared_memory) == Approx(132 * 128 * 1980e6));
  CHECK(hard.find(resource::l2) == nullptr);  // Hopper's L2 has a clock of its own
  CHECK(rate(hard_ceilings(as_reported(device_named("A100 SXM4 80GB"))), resource::l2) ==
        Approx(5120 * 1410e6));
  CHECK(rate(hard, resource::link) == 450e9);  // of 900 in both directions together
  CHECK(says(hard, resource::link, "one direction"));
  CHECK(rate(datasheet_ceilings(h200()), resource::link) == 450e9);
  CHECK(hard_ceilings(as_reported(device_named("L4"))).find(resource::link) == nullptr);
}

TEST_CASE("what a vendor prints of a device is never called impossible", "[roofline]") {
  int compared = 0;
  for (const device_row& row : device_table) {
    const device_info device = as_reported(row);
    const ceilings hard = hard_ceilings(device), sheet = datasheet_ceilings(device);
    for (std::size_t i = 0; i < resource_count; ++i) {
      const auto which = static_cast<resource>(i);
      const ceiling *own = hard.find(which), *printed = sheet.find(which);
      if (!own || !printed || has_substitute(which, hard)) continue;
      CAPTURE(std::string(row.name), to_string(which));
      ++compared;
      // Rounded figures are up to 0.5 % off, those that a library tells no more than by the clock's step.
      CHECK(printed->rate <= own->rate * (1 + own->uncertainty) * 1.005);
    }
  }
  CHECK(compared > 130);
  device_info gb10 = as_reported(device_named("GB10"));
  gb10.max_clock = 2418e6;
  CHECK(*speed_of_light(hard_ceilings(gb10), work().add(resource::tensor_fp4, 500e12)).impossible_below() <
        1);
}

TEST_CASE("fp64 matrix products have the ceiling of the vector units where there are no others",
          "[roofline]") {
  for (const char* name : {"V100 SXM2 32GB", "RTX 4090", "B300", "MI100", "RX 7900 XTX"}) {
    CAPTURE(name);
    const device_info device = as_reported(device_named(name));
    const ceilings hard = hard_ceilings(device), sheet = datasheet_ceilings(device);
    CHECK(rate(hard, resource::tensor_fp64) == rate(hard, resource::fp64));
    CHECK(says(hard, resource::tensor_fp64, "of the vector units"));
    CHECK(hard.find(resource::tensor_fp64)->clock == hard.find(resource::fp64)->clock);
    CHECK(rate(sheet, resource::tensor_fp64) == rate(sheet, resource::fp64));
    // So a DGEMM has a limit, and a soft one.
    const limit least = speed_of_light(hard, work::gemm{512, 512, 512}.inputs(dtype::fp64));
    CHECK(least.binding == resource::tensor_fp64);
    CHECK(least.findings.empty());
    CHECK_FALSE(least.terms.back().hard);
  }
  // Where there are others, these count.
  CHECK(rate(hard_ceilings(h200()), resource::tensor_fp64) ==
        2 * rate(hard_ceilings(h200()), resource::fp64));
  CHECK_FALSE(says(datasheet_ceilings(h200()), resource::tensor_fp64, "vector"));
  // And for no other type: bf16 on a V100 has no ceiling.
  CHECK(hard_ceilings(as_reported(device_named("V100 SXM2 32GB"))).find(resource::tensor_bf16) == nullptr);
}

TEST_CASE("a board that may boost past its boost clock has no hard limit at it", "[roofline]") {
  device_info geforce = h200();
  geforce.name = "NVIDIA GeForce RTX 4090";
  geforce.architecture = "sm_89";
  geforce.multiprocessors = 128;
  geforce.max_clock = 2520e6;
  const ceilings unsure = hard_ceilings(geforce);
  CHECK(unsure.find(resource::fp32)->uncertainty == uncertainty_of::geforce_boost);

  geforce.highest_clock = 3105e6;
  const ceilings sure = hard_ceilings(geforce);
  CHECK(rate(sure, resource::fp32) == Approx(128 * 256 * 3105e6));
  CHECK(says(sure, resource::fp32, "of the management library"));
  CHECK(sure.find(resource::fp32)->uncertainty == uncertainty_of::reported_clock);

  // Lower than what the runtime reports it cannot be.
  geforce.highest_clock = 1000e6;
  CHECK(rate(hard_ceilings(geforce), resource::fp32) == Approx(128 * 256 * 2520e6));
}

TEST_CASE("RDNA boosts past its boost clock, and no library tells how far", "[roofline]") {
  device_info radeon = amd("AMD Radeon RX 7900 XTX", "gfx1100");
  CHECK(hard_ceilings(radeon).find(resource::tensor_fp16)->uncertainty == uncertainty_of::rdna_boost);
  radeon.multiprocessors = 48;
  radeon.max_clock = 2371e6;
  CHECK(hard_ceilings(radeon).find(resource::tensor_fp16)->uncertainty == uncertainty_of::rdna_boost);
  radeon.highest_clock = radeon.max_clock;  // what AMD SMI's monitor says is what the runtime said
  const ceilings hard = hard_ceilings(radeon);
  CHECK(hard.find(resource::tensor_fp16)->uncertainty == uncertainty_of::rdna_boost);
  // A product at 2715 MHz, which one was seen at, is possible.
  const limit least = speed_of_light(hard, work().add(resource::tensor_fp16, 1e12));
  CHECK(*least.impossible_below() < 1e12 / (96 * 512 * 2715e6));

  device_info instinct = amd("AMD Instinct MI300X", "gfx942");
  instinct.multiprocessors = 304;
  instinct.max_clock = instinct.highest_clock = 2100e6;
  CHECK(hard_ceilings(instinct).find(resource::tensor_bf16)->uncertainty == uncertainty_of::reported_clock);
}

TEST_CASE("uncertainty follows from the source", "[roofline]") {
  const ceilings hard = hard_ceilings(h200());
  CHECK(hard.find(resource::tensor_bf16)->uncertainty == uncertainty_of::reported_clock);
  CHECK(hard.find(resource::dram)->uncertainty == Approx(0.5 / 3201));  // whole MHz
  device_info silent = h200();
  silent.max_clock.reset();
  silent.memory_clock.reset();
  CHECK(hard_ceilings(silent).find(resource::tensor_bf16)->uncertainty == uncertainty_of::datasheet);
  CHECK(hard_ceilings(silent).find(resource::dram)->uncertainty == uncertainty_of::datasheet);
}

TEST_CASE("another clock moves what follows the clock, and nothing else", "[roofline]") {
  const ceilings hard = hard_ceilings(h200());
  const ceilings locked = at_clock(hard, 1500e6, layer::clock_adjusted, "seen", 0.01);
  CHECK(locked.which == layer::clock_adjusted);
  CHECK(locked.device == "NVIDIA H200");
  CHECK(rate(locked, resource::tensor_bf16) == Approx(811.0e12).epsilon(1e-4));  // 132 x 4096 x 1.5 GHz
  CHECK(locked.find(resource::tensor_bf16)->uncertainty == 0.01);
  CHECK(locked.find(resource::tensor_bf16)->clock == 1500e6);
  CHECK(says(locked, resource::tensor_bf16, "at 1500 MHz, seen"));
  CHECK(rate(locked, resource::shared_memory) == Approx(132 * 128 * 1500e6));
  CHECK(rate(locked, resource::dram) == rate(hard, resource::dram));
  CHECK(rate(locked, resource::link) == rate(hard, resource::link));
  CHECK_FALSE(says(locked, resource::dram, "1500"));
  for (const double bad :
       {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_AS(at_clock(hard, bad, layer::clock_adjusted, "seen", 0), usage_error);
}

TEST_CASE("a rate that depends on the mix lies between those that were seen", "[roofline]") {
  ceiling dram{resource::dram, 4.3e12, "measured"};
  CHECK(dram.rate_at(0.3) == 4.3e12);
  dram.by_mix = {{0, 4.5e12}, {0.5, 4.3e12}, {1, 4.6e12}};
  CHECK(dram.rate_at(0) == 4.5e12);
  CHECK(dram.rate_at(0.25) == Approx(4.4e12));
  CHECK(dram.rate_at(0.5) == 4.3e12);
  CHECK(dram.rate_at(0.75) == Approx(4.45e12));
  CHECK(dram.rate_at(1) == 4.6e12);
  // Beyond what was seen nothing is made up.
  dram.by_mix = {{0.5, 4.3e12}, {2.0 / 3, 4.4e12}};
  CHECK(dram.rate_at(0) == 4.3e12);
  CHECK(dram.rate_at(1) == 4.4e12);
  CHECK(dram.rate_at(std::numeric_limits<double>::quiet_NaN()) == 4.3e12);
}

TEST_CASE("mixes that cannot be are refused", "[roofline]") {
  ceilings all(layer::measured, "a device");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto with = [](std::vector<mix_rate> mixes) {
    ceiling dram{resource::dram, 1e12, "test"};
    dram.by_mix = std::move(mixes);
    return dram;
  };
  for (const std::vector<mix_rate>& bad : std::vector<std::vector<mix_rate>>{{{0.5, 1e12}, {0.5, 1e12}},
                                                                             {{1, 1e12}, {0, 1e12}},
                                                                             {{-0.1, 1e12}},
                                                                             {{1.1, 1e12}},
                                                                             {{nan, 1e12}},
                                                                             {{0.5, 0}},
                                                                             {{0.5, -1}},
                                                                             {{0.5, nan}}})
    CHECK_THROWS_AS(all.set(with(bad)), usage_error);
  CHECK(all.empty());
  CHECK_NOTHROW(all.set(with({{0, 1e12}, {1, 1e12}})));
}
