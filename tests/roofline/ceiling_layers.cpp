// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/ceiling_layers.hpp"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "assay/numeric/block_scaled.hpp"
#include "support/catch.hpp"

using namespace assay;

namespace {

device_info h200() {
  device_info info = as_reported(device_named("H200"));
  info.multiprocessors = 132;
  info.max_clock = 1980e6;
  info.memory_clock = 3201e6;
  info.memory_bus_bits = 6016;
  return info;
}

work matrix_product(double n) {
  return work().add(resource::tensor_bf16, 2 * n * n * n).add_read(4 * n * n).add_written(2 * n * n);
}

std::vector<layer> layers_of(const std::vector<limit>& limits) {
  std::vector<layer> found;
  for (const limit& one : limits) found.push_back(one.which);
  return found;
}

const limit& in(const std::vector<limit>& limits, layer which) {
  for (const limit& one : limits)
    if (one.which == which) return one;
  FAIL("no limit in the layer " << to_string(which));
  return limits.front();
}

}  // namespace

TEST_CASE("layers stand side by side, none merged", "[roofline]") {
  ceiling_layers known = known_layers(h200(), {});
  CHECK(known.primary()->which == layer::hard);
  ceilings measured(layer::measured, "NVIDIA H200");
  measured.set({resource::tensor_bf16, 800e12, "measured"});
  known.set(measured);
  const std::vector<limit> limits = known.seen_at(1500e6).limits(matrix_product(8192));
  CHECK(layers_of(limits) ==
        std::vector<layer>{layer::hard, layer::clock_adjusted, layer::datasheet, layer::measured});
  const double operations = 2.0 * 8192 * 8192 * 8192;
  CHECK(*in(limits, layer::hard).seconds == Approx(operations / 1070.5e12).epsilon(1e-4));
  CHECK(*in(limits, layer::clock_adjusted).seconds == Approx(operations / 811.0e12).epsilon(1e-4));
  CHECK(*in(limits, layer::datasheet).seconds == Approx(operations / 989.4e12));
  CHECK(*in(limits, layer::measured).seconds == Approx(operations / 800e12));
  for (const limit& one : limits) CHECK(one.hard_seconds().has_value() == (one.which == layer::hard));
}

TEST_CASE("a layer is replaced by one of its kind, and is none without a ceiling", "[roofline]") {
  ceiling_layers known = known_layers(h200(), {});
  ceilings measured(layer::measured, "NVIDIA H200");
  known.set(measured);
  CHECK(known.find(layer::measured) == nullptr);
  measured.set({resource::dram, 4e12, "once"});
  known.set(measured);
  measured.set({resource::dram, 4.3e12, "again"});
  known.set(measured);
  CHECK(known.find(layer::measured)->find(resource::dram)->rate == 4.3e12);
  CHECK(known.limits(matrix_product(64)).size() == 3);
  known.set(ceilings(layer::measured, "NVIDIA H200"));
  CHECK(known.find(layer::measured) == nullptr);
}

TEST_CASE("a clock above the highest that was reported raises what is hard", "[roofline]") {
  const ceiling_layers known = known_layers(h200(), {});
  CHECK(known.seen_at(1500e6).find(layer::hard)->find(resource::tensor_bf16)->clock == 1980e6);
  const ceiling_layers faster = known.seen_at(2100e6);
  CHECK(faster.find(layer::hard)->find(resource::tensor_bf16)->rate == Approx(132 * 4096 * 2100e6));
  CHECK(faster.find(layer::hard)->find(resource::tensor_bf16)->source.find("above the highest reported") !=
        std::string::npos);
  CHECK(faster.find(layer::hard)->find(resource::dram)->rate ==
        known.find(layer::hard)->find(resource::dram)->rate);
  CHECK(known.seen_at(std::nullopt).find(layer::clock_adjusted) == nullptr);
}

TEST_CASE("without a hard layer there is no clock to adjust to", "[roofline]") {
  ceilings measured(layer::measured, "a CPU");
  measured.set({resource::dram, 50e9, "test"});
  const ceiling_layers cpu = measured;
  CHECK(cpu.primary()->which == layer::measured);
  CHECK(cpu.seen_at(3e9).find(layer::clock_adjusted) == nullptr);
  CHECK(cpu.limits(work().add_read(1e9)).size() == 1);
}

TEST_CASE("of a device that nobody knows there is still a limit that says so", "[roofline]") {
  device_info unknown;
  unknown.vendor = vendor::nvidia;
  unknown.name = "NVIDIA Graphics Device";
  unknown.architecture = "sm_999";
  const std::vector<limit> limits = known_layers(unknown, {}).limits(work().add_read(1e9));
  REQUIRE(limits.size() == 1);
  CHECK(!limits[0].seconds);
  CHECK(limits[0].findings.size() == 2);
}

TEST_CASE("what is assumed is what a time is held against, and proves nothing", "[roofline]") {
  limit_options wanted;
  wanted.clock = 1500e6;
  const std::vector<limit> locked = known_layers(h200(), wanted).limits(matrix_product(8192));
  CHECK(layers_of(locked) == std::vector<layer>{layer::assumed, layer::hard, layer::datasheet});
  CHECK(*locked[0].seconds == Approx(2.0 * 8192 * 8192 * 8192 / 811.0e12).epsilon(1e-4));
  CHECK(!locked[0].hard_seconds());

  wanted = {};
  wanted.as_device = device_named("B200");
  const ceiling_layers as_b200 = known_layers(h200(), wanted);
  CHECK(as_b200.primary()->device == "NVIDIA B200");
  CHECK(as_b200.primary()->find(resource::dram)->rate == 7672.3e9);
  CHECK(as_b200.find(layer::hard)->device == "NVIDIA H200");  // what runs is what it is
}

TEST_CASE("on paper: H200 at 1500 MHz does 811 Tflop/s in bf16", "[roofline]") {
  limit_options wanted;
  wanted.clock = 1500e6;
  const double rate =
      known_layers(as_reported(device_named("H200")), wanted).primary()->find(resource::tensor_bf16)->rate;
  CHECK(std::round(rate / 1e12) == 811);
}

namespace {

/// The B200 of GPU MODE's tables: 1.5 GHz, 7.68 TB/s (4000 MHz x 2 x 7680 bits / 8).
ceiling_layers gpu_mode_b200() {
  limit_options wanted;
  device_row b200 = device_named("B200");
  b200.peak.dram = 7.68e12;
  wanted.facts.set(b200);
  wanted.clock = 1500e6;
  return known_layers(as_reported(b200), wanted);
}

/// Bytes of rows x columns in NVFP4 with scales as tensor cores load them: in tiles of 128 rows x 4 blocks.
double nvfp4_bytes(std::int64_t rows, std::int64_t columns) {
  return static_cast<double>(rows * columns / 2 +
                             scale_count(scale_layout::swizzled, rows, blocks_of(nvfp4::format, columns)));
}

/// The limit in µs, to three digits behind the point.
double microseconds(const work& w, resource binding) {
  const limit l = gpu_mode_b200().limits(w).front();
  CHECK(l.which == layer::assumed);
  CHECK(l.binding == binding);
  return std::round(*l.seconds * 1e9) / 1e3;
}

/// gpu-mode/reference-kernels, problems/nvidia/nvfp4_gemv/task.yml: max(FFMA, DRAM). The vector's one row of
/// scales is counted as its padded tile of 128: without that the limits are 8.605, 17.216 and 4.309.
double nvfp4_gemv(std::int64_t m, std::int64_t k, std::int64_t batch) {
  const auto size = static_cast<double>(batch);
  work w;
  w.add(resource::fp32, 2.0 * static_cast<double>(m * k) * size);
  w.add_read(size * (nvfp4_bytes(m, k) + nvfp4_bytes(1, k)));
  w.add_written(size * 2.0 * static_cast<double>(m));
  return microseconds(w, resource::dram);
}

/// problems/nvidia/nvfp4_gemm/task.yml: max(FP4 tensor cores, DRAM).
double nvfp4_gemm(std::int64_t m, std::int64_t n, std::int64_t k) {
  work w;
  w.add(resource::tensor_fp4, 2.0 * static_cast<double>(m * n * k));
  w.add_read(nvfp4_bytes(m, k) + nvfp4_bytes(n, k));
  w.add_written(2.0 * static_cast<double>(m * n));
  return microseconds(w, resource::dram);
}

}  // namespace

TEST_CASE("on paper: GPU MODE's NVFP4 limits, to their printed digits", "[roofline]") {
  CHECK(nvfp4_gemv(7168, 16384, 1) == 8.622);
  CHECK(nvfp4_gemv(4096, 7168, 8) == 17.275);
  CHECK(nvfp4_gemv(7168, 2048, 4) == 4.317);
  CHECK(nvfp4_gemm(128, 7168, 16384) == 8.994);
  CHECK(nvfp4_gemm(128, 4096, 7168) == 2.354);
  CHECK(nvfp4_gemm(128, 7168, 2048) == 1.333);
}

TEST_CASE("on paper: the clock is what moves the arithmetic of GPU MODE's limits", "[roofline]") {
  const limit l = gpu_mode_b200().limits(work().add(resource::tensor_fp4, 1e12)).front();
  CHECK(l.terms[0].rate == Approx(148 * 32768 * 1.5e9));
}
