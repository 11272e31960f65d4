// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/speed_of_light.hpp"

#include <limits>
#include <string>

#include "support/catch.hpp"

using namespace assay;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Round numbers: 1 TB/s, 10 Tflop/s, 100 Tflop/s.
ceilings round_numbers(layer which = layer::hard) {
  ceilings all(which, "a device");
  all.set({resource::dram, 1e12, "test"});
  all.set({resource::fp32, 10e12, "test"});
  all.set({resource::tensor_bf16, 100e12, "test"});
  return all;
}

bool has_finding(const limit& l, const std::string& code) {
  for (const finding& one : l.findings)
    if (one.code == code) return true;
  return false;
}

}  // namespace

TEST_CASE("the slowest resource binds", "[roofline]") {
  work w;
  w.add_read(2e9).add_written(1e9).add(resource::fp32, 1e9).add(resource::tensor_bf16, 50e9);
  const limit l = speed_of_light(round_numbers(), w);
  REQUIRE(l.seconds);
  CHECK(*l.seconds == Approx(3e-3));
  CHECK(l.binding == resource::dram);
  CHECK(l.which == layer::hard);
  CHECK(l.findings.empty());
  REQUIRE(l.terms.size() == 3);
  CHECK(l.terms[0].which == resource::dram);
  CHECK(l.terms[0].amount == 3e9);
  CHECK(l.terms[0].rate == 1e12);
  CHECK(l.terms[1].seconds == Approx(1e-4));
  CHECK(l.terms[2].seconds == Approx(5e-4));

  SECTION("and another one does when there is more of it") {
    w.add(resource::tensor_bf16, 1e12);
    const limit more = speed_of_light(round_numbers(), w);
    CHECK(more.binding == resource::tensor_bf16);
    CHECK(*more.seconds == Approx(10.5e-3));
  }
}

TEST_CASE("the ratio is limit over time, and is not clamped", "[roofline]") {
  const limit l = speed_of_light(round_numbers(), work().add_read(1e9));  // 1 ms
  CHECK(*l.ratio(1e-3) == Approx(1));
  CHECK(*l.ratio(4e-3) == Approx(0.25));
  CHECK(*l.ratio(0.5e-3) == Approx(2));  // faster than light, and said so
  CHECK(!l.ratio(0));
  CHECK(!l.ratio(-1));
  CHECK(!l.ratio(not_a_number));
  CHECK(!l.ratio(std::numeric_limits<double>::infinity()));
}

TEST_CASE("work without a ceiling gives a finding, never zero seconds", "[roofline]") {
  work w;
  w.add_read(1e9).add(resource::tensor_fp4, 5e15);
  const limit l = speed_of_light(round_numbers(), w);
  CHECK(*l.seconds == Approx(1e-3));
  CHECK(l.terms.size() == 1);
  REQUIRE(l.findings.size() == 1);
  CHECK(l.findings[0].code == "ceiling-absent");
  CHECK(l.findings[0].message.find("tensor fp4") != std::string::npos);
  CHECK(l.findings[0].message.find("a device") != std::string::npos);
  REQUIRE(l.findings[0].numbers.size() == 1);
  CHECK(l.findings[0].numbers[0].second == 5e15);
}

TEST_CASE("without any term there is no limit", "[roofline]") {
  const limit unknown = speed_of_light(ceilings(layer::hard, ""), work().add_read(1e9));
  CHECK(!unknown.seconds);
  CHECK(!unknown.ratio(1));
  CHECK(!unknown.hard_seconds());
  CHECK(has_finding(unknown, "ceiling-absent"));
  CHECK(has_finding(unknown, "limit-absent"));

  const limit idle = speed_of_light(round_numbers(), work());
  CHECK(!idle.seconds);
  CHECK(has_finding(idle, "limit-absent"));
  CHECK(!has_finding(idle, "ceiling-absent"));
}

TEST_CASE("a ceiling that is no rate counts as absent", "[roofline]") {
  for (const double bad : {0.0, -1.0, not_a_number, std::numeric_limits<double>::infinity()}) {
    CAPTURE(bad);
    ceilings broken;
    broken.set({resource::dram, bad, "test"});
    const limit l = speed_of_light(broken, work().add_read(1e9));
    CHECK(!l.seconds);
    CHECK(has_finding(l, "ceiling-absent"));
  }
}

TEST_CASE("work that cannot be is refused", "[roofline]") {
  work w;
  w.dram_bytes_read = not_a_number;
  CHECK_THROWS_AS(speed_of_light(round_numbers(), w), usage_error);
  w.dram_bytes_read = -1;
  CHECK_THROWS_AS(speed_of_light(round_numbers(), w), usage_error);
}

TEST_CASE("only hard ceilings without a substitute make a time impossible", "[roofline]") {
  work w;
  w.add_read(1e9).add(resource::fp32, 40e9).add(resource::tensor_bf16, 200e9);  // 1, 4 and 2 ms
  const limit hard = speed_of_light(round_numbers(), w);
  CHECK(*hard.seconds == Approx(4e-3));
  CHECK(hard.binding == resource::fp32);
  CHECK(!hard.terms[1].hard);  // matrix units emulate fp32
  CHECK(hard.terms[0].hard);
  CHECK(hard.terms[2].hard);
  CHECK(*hard.hard_seconds() == Approx(2e-3));

  for (const layer other : {layer::datasheet, layer::measured}) {
    const limit soft = speed_of_light(round_numbers(other), w);
    CHECK(soft.which == other);
    CHECK(*soft.seconds == Approx(4e-3));
    CHECK(!soft.hard_seconds());
  }
}

TEST_CASE("a type is soft where a faster one holds its numbers, or its sums may be narrower", "[roofline]") {
  const auto is_hard = [](const char* device, resource which) {
    const ceilings all = hard_ceilings(as_reported(device_named(device)));
    const limit l = speed_of_light(all, work().add(which, 1e12));
    REQUIRE(l.terms.size() == 1);
    return l.terms[0].hard;
  };
  CHECK(is_hard("H200", resource::tensor_bf16));
  CHECK(is_hard("H200", resource::tensor_fp16));
  CHECK(is_hard("H200", resource::tensor_fp8));
  CHECK(is_hard("H200", resource::tensor_int8));
  CHECK(!is_hard("H200", resource::tensor_tf32));   // fp16 has as many bits, at twice the rate
  CHECK(!is_hard("MI100", resource::tensor_bf16));  // half the rate of fp16
  CHECK(!is_hard("B300", resource::tensor_int8));   // bf16 holds every int8
  CHECK(is_hard("B200", resource::tensor_int8));
  CHECK(is_hard("B200", resource::tensor_fp4));
  // GeForce adds up in fp16 twice as fast.
  CHECK(!is_hard("RTX 4090", resource::tensor_fp16));
  CHECK(!is_hard("RTX 4090", resource::tensor_bf16));
  CHECK(!is_hard("RTX 4090", resource::tensor_fp8));
  CHECK(is_hard("RTX 4090", resource::tensor_fp16_fp16));
  CHECK(is_hard("RTX PRO 6000", resource::tensor_fp8));
  // What passes through L2 and shared memory is up to the tiling; DRAM and links are not.
  CHECK(!is_hard("A100 SXM4 80GB", resource::l2));
  CHECK(!is_hard("H200", resource::shared_memory));
  CHECK(is_hard("H200", resource::link));
  CHECK(!is_hard("H200", resource::fp64));
  CHECK(!is_hard("H200", resource::tensor_fp64));
  CHECK(!is_hard("H200", resource::sfu));
}

TEST_CASE("int8 is soft only where bf16 is faster", "[roofline]") {
  ceilings all = round_numbers();
  all.set({resource::tensor_int8, 200e12, "test"});
  CHECK(speed_of_light(all, work().add(resource::tensor_int8, 1e12)).terms[0].hard);
  all.set({resource::tensor_int8, 10e12, "test"});  // as on the B300
  CHECK(!speed_of_light(all, work().add(resource::tensor_int8, 1e12)).terms[0].hard);
}

TEST_CASE("H200: a bf16 matrix product of 8192 cubed", "[roofline]") {
  device_info h200;
  h200.vendor = vendor::nvidia;
  h200.name = "NVIDIA H200";
  h200.architecture = "sm_90";
  const double n = 8192;
  work w;
  w.add(resource::tensor_bf16, 2 * n * n * n).add_read(2 * 2 * n * n).add_written(2 * n * n);
  const limit l = speed_of_light(hard_ceilings(h200), w);
  CHECK(l.binding == resource::tensor_bf16);
  CHECK(*l.seconds == Approx(1.0271e-3).epsilon(1e-3));
  // 798 Tflop/s were measured on one.
  CHECK(*l.ratio(2 * n * n * n / 798e12) == Approx(0.745).epsilon(1e-3));
}

TEST_CASE("DRAM is held against the rate of the work's mix", "[roofline]") {
  ceilings measured(layer::measured, "a device");
  ceiling dram{resource::dram, 4e12, "test"};
  dram.by_mix = {{0, 5e12}, {0.5, 4e12}, {1, 6e12}};
  measured.set(dram);
  const auto rate = [&](double read, double written) {
    const limit l = speed_of_light(measured, work().add_read(read).add_written(written));
    REQUIRE(l.terms.size() == 1);
    CHECK(*l.seconds == Approx((read + written) / l.terms[0].rate));
    return l.terms[0].rate;
  };
  CHECK(rate(1e9, 1e9) == Approx(4e12));
  CHECK(rate(1e9, 0) == Approx(6e12));
  CHECK(rate(0, 1e9) == Approx(5e12));
  CHECK(rate(3e9, 1e9) == Approx(5e12));
}

TEST_CASE("a launch takes its time, where that is known", "[roofline]") {
  ceilings measured = round_numbers(layer::measured);
  measured.set({resource::launch, 1 / 1.5e-6, "an empty kernel"});
  const limit tiny = speed_of_light(measured, work().add_read(1e3));  // 1 ns
  CHECK(*tiny.seconds == Approx(1.5e-6));
  CHECK(tiny.binding == resource::launch);
  REQUIRE(tiny.terms.size() == 2);
  CHECK(tiny.terms[1].amount == 1);
  CHECK(!tiny.terms[1].hard);
  CHECK(speed_of_light(measured, work().add_read(1e9)).binding == resource::dram);

  const limit several = speed_of_light(measured, work().add_read(1e3).add(resource::launch, 4));
  CHECK(*several.seconds == Approx(6e-6));

  // Not asked for where nobody measured it, and without work there is nothing to launch.
  CHECK(speed_of_light(round_numbers(), work().add_read(1e3)).findings.empty());
  CHECK(!speed_of_light(measured, work()).seconds);
}

TEST_CASE("uncertainty is that of what binds, and widens what is called impossible", "[roofline]") {
  ceilings all(layer::hard, "a device");
  all.set({resource::dram, 1e12, "test", 0.25});
  all.set({resource::tensor_bf16, 100e12, "test", 0});
  work w;
  w.add_read(1e9).add(resource::tensor_bf16, 90e9);  // 1 and 0.9 ms
  const limit l = speed_of_light(all, w);
  CHECK(l.uncertainty() == 0.25);
  CHECK(*l.hard_seconds() == Approx(1e-3));
  CHECK(*l.impossible_below() == Approx(0.9e-3));  // DRAM might do it in 0.8 ms, the matrix units not
  CHECK(speed_of_light(all, work().add(resource::tensor_bf16, 1e9)).uncertainty() == 0);
  CHECK(speed_of_light(ceilings(), w).uncertainty() == 0);
  CHECK(!speed_of_light(ceilings(), w).impossible_below());
}
