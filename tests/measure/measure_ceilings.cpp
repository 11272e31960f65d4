// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/measure/measure_ceilings.hpp"

#include <optional>
#include <string>

#include "assay/measure/device_ceilings.hpp"
#include "support/catch.hpp"
#include "support/messages.hpp"
#include "support/small_gpu.hpp"

namespace {

using assay::ceiling_basis;
using assay::ceiling_kernel;
using assay::ceiling_probe;
using assay::device_ceilings;
using assay::measured_ceiling;
using assay::resource;
using support::fake_device;
using support::fault;
using support::has;

/// A Hopper of two multiprocessors, whose kernels reach 1e12 of everything.
void become_hopper(fake_device& gpu) {
  support::become_small_gpu(gpu);
  gpu.script.keep_log = false;
  gpu.script.info.architecture = "sm_90";
  gpu.script.clock = 1.5e9;
  gpu.script.ceilings = {true, 900, true, ""};
  gpu.script.ceiling_rate = [](const ceiling_probe&) { return std::optional(1e12); };
}

device_ceilings measured(fake_device& gpu, bool all = false, double time_budget = 0.1) {
  return assay::ceiling_measurer(gpu, {all, time_budget}).run();
}

const measured_ceiling& named(const device_ceilings& seen, const std::string& name) {
  const measured_ceiling* const found = seen.find(name);
  REQUIRE(found);
  return *found;
}

}  // namespace

TEST_CASE("ceilings are the amount over the net time, with clock and source", "[measure]") {
  fake_device gpu;
  become_hopper(gpu);
  const device_ceilings seen = measured(gpu, true);
  for (const char* const name :
       {"L2", "shared memory", "fp64", "fp32", "fp16", "SFU", "tensor fp64", "tensor tf32", "tensor fp16",
        "tensor bf16", "tensor fp8", "tensor int8", "atomic add, spread", "atomic add, one address"}) {
    CAPTURE(name);
    const measured_ceiling& one = named(seen, name);
    CAPTURE(one.source);
    CHECK(one.basis == ceiling_basis::measured);
    REQUIRE(one.rate);
    CHECK(*one.rate == Approx(1e12).epsilon(0.01));
    REQUIRE(one.lower);
    CHECK(*one.lower <= *one.rate);
    CHECK(*one.upper >= *one.rate);
    CHECK(one.clock == 1.5e9);
    CHECK(one.failures.empty());
  }
  CHECK(has(named(seen, "tensor bf16").source, "wgmma m64n256k16"));
  CHECK(has(named(seen, "tensor int8").source, "wgmma m64n256k32"));
  CHECK(has(named(seen, "tensor fp64").source, "mma.sync 16x8x16"));
  CHECK(*named(seen, "launch").rate == Approx(0x1p21).epsilon(0.05));
  CHECK(*named(seen, "DRAM triad").rate == Approx(1e12).epsilon(0.01));
  CHECK(named(seen, "DRAM triad").read_share == Approx(2.0 / 3));
  for (const char* const name : {"int32", "tensor fp6", "tensor fp4", "link"}) {
    CHECK(named(seen, name).basis == ceiling_basis::unmeasured);
    CHECK_FALSE(named(seen, name).rate);
    CHECK_FALSE(named(seen, name).source.empty());
  }
  CHECK(seen.seconds > 0);
  CHECK(gpu.clean());
}

TEST_CASE("the best of the ways to measure a ceiling counts", "[measure]") {
  fake_device gpu;
  become_hopper(gpu);
  gpu.script.best_stream_shape = 1;
  const device_ceilings seen = measured(gpu);
  CHECK(has(named(seen, "DRAM read").source, "shape 1"));
  CHECK(*named(seen, "DRAM read").rate == Approx(1e12).epsilon(0.01));

  become_hopper(gpu);
  gpu.script.ceiling_rate = [](const ceiling_probe& probe) {
    return std::optional(has(probe.how, "waves: 4") ? 2e12 : 1e12);
  };
  const device_ceilings waves = measured(gpu, true);
  CHECK(has(named(waves, "tensor bf16").source, "waves: 4"));
  CHECK(*named(waves, "tensor bf16").rate == Approx(2e12).epsilon(0.01));
}

TEST_CASE("a kernel that does not compute is no ceiling", "[measure]") {
  fake_device gpu;
  become_hopper(gpu);
  gpu.script.ceilings_lie = true;
  const device_ceilings seen = measured(gpu, true);
  for (const measured_ceiling& one : seen.all) {
    CAPTURE(one.name);
    // What is only read leaves nothing behind; the runtime's own copy and an empty kernel are honest here.
    if (one.name == "DRAM read" || one.name == "launch" || has(one.source, "the runtime's")) continue;
    CHECK(one.basis == ceiling_basis::unmeasured);
    CHECK_FALSE(one.rate);
  }
  CHECK(has(named(seen, "tensor bf16").source, "it does not compute what it should"));
  CHECK(has(named(seen, "DRAM triad").source, "are to be written, and are as they were"));
  CHECK(has(named(seen, "L2").source, "the sum of threads 0 to 0 is"));
  CHECK(gpu.clean());
}

TEST_CASE("without sm_90a tensor ceilings are unmeasured, never understated", "[measure]") {
  fake_device gpu;
  become_hopper(gpu);
  gpu.script.ceilings.warpgroup_matrix = false;
  const device_ceilings seen = measured(gpu, true);
  for (const char* const name : {"tensor bf16", "tensor fp16", "tensor tf32", "tensor fp8", "tensor int8"}) {
    CHECK(named(seen, name).basis == ceiling_basis::unmeasured);
    CHECK(has(named(seen, name).source, "not for sm_90a"));
  }
  CHECK(named(seen, "tensor fp64").basis == ceiling_basis::measured);
  CHECK(named(seen, "fp32").basis == ceiling_basis::measured);
}

TEST_CASE("what fails is unmeasured with the reason, and the rest goes on", "[measure]") {
  fake_device gpu;
  become_hopper(gpu);
  gpu.script.ceiling_rate = [](const ceiling_probe& probe) {
    return probe.kernel == ceiling_kernel::l2 ? std::nullopt : std::optional(1e12);
  };
  const device_ceilings seen = measured(gpu, true);
  CHECK(named(seen, "L2").basis == ceiling_basis::unmeasured);
  CHECK(has(named(seen, "L2").source, "fake_refused"));
  CHECK(named(seen, "shared memory").basis == ceiling_basis::measured);
  CHECK(gpu.clean());
}

TEST_CASE("without memory for a stream DRAM is unmeasured", "[measure]") {
  fake_device gpu;
  become_hopper(gpu);
  gpu.script.info.last_level_bytes = 16 << 20;
  const device_ceilings seen = measured(gpu);
  CHECK(named(seen, "DRAM copy").basis == ceiling_basis::unmeasured);
  CHECK(has(named(seen, "DRAM copy").source, "MiB are free for it"));
  CHECK(named(seen, "launch").basis == ceiling_basis::measured);

  become_hopper(gpu);
  gpu.fail("allocate", 1, fault::out_of_memory);
  const device_ceilings second = measured(gpu);
  // The first probe had no memory, the others had.
  CHECK(named(second, "DRAM read").basis == ceiling_basis::measured);
  REQUIRE(named(second, "DRAM read").failures.size() == 1);
  CHECK(gpu.clean());
}

TEST_CASE("a failure among the samples leaves the other way", "[measure]") {
  fake_device gpu;
  become_hopper(gpu);
  int launches = 0;
  gpu.script.ceiling_rate = [&](const ceiling_probe& probe) {
    if (probe.kernel == ceiling_kernel::shared_memory && probe.blocks == 2 && ++launches > 16)
      return std::optional<double>();
    return std::optional(1e12);
  };
  const device_ceilings seen = measured(gpu, true);
  CHECK(named(seen, "shared memory").basis == ceiling_basis::measured);
  CHECK(has(named(seen, "shared memory").source, "1024 threads"));
  REQUIRE(named(seen, "shared memory").failures.size() == 1);
}

TEST_CASE("a lost device is thrown", "[measure]") {
  fake_device gpu;
  become_hopper(gpu);
  gpu.fail("stream_bytes", 20, fault::lost);
  CHECK_THROWS_AS(measured(gpu), assay::device_error);
}

TEST_CASE("no clock, no graphs, no gate: raw times and no launch", "[measure]") {
  fake_device gpu;
  become_hopper(gpu);
  gpu.script.clock = 0;
  gpu.script.has_graphs = false;
  gpu.script.has_gate = false;
  const device_ceilings seen = measured(gpu);
  CHECK_FALSE(named(seen, "DRAM copy").clock);
  CHECK(has(named(seen, "DRAM copy").source, "raw time"));
  CHECK(named(seen, "launch").basis == ceiling_basis::unmeasured);
  CHECK(has(named(seen, "launch").source, "no net time"));
}

TEST_CASE("a device without kernels has no ceilings, and nothing is launched", "[measure]") {
  fake_device gpu;
  const device_ceilings seen = measured(gpu, true);
  CHECK_FALSE(seen.find("DRAM copy"));
  CHECK(gpu.calls("stream_bytes") == 0);
  gpu.fail("ceiling_features");
  CHECK_FALSE(measured(gpu, true).find("DRAM copy"));
}

TEST_CASE("the measured layer has the mixes, clocks and what was achieved", "[measure]") {
  device_ceilings seen;
  const auto add = [&](const char* name, resource which, double rate, std::optional<double> share = {}) {
    measured_ceiling one{.name = name, .which = which, .read_share = share, .basis = ceiling_basis::measured};
    one.rate = rate;
    one.lower = 0.99 * rate;
    one.upper = 1.01 * rate;
    one.clock = 1.9e9;
    one.source = "test";
    seen.all.push_back(one);
  };
  add("DRAM read", resource::dram, 4.5e12, 1.0);
  add("DRAM write", resource::dram, 4.6e12, 0.0);
  add("DRAM copy", resource::dram, 4.2e12, 0.5);
  add("tensor bf16", resource::tensor_bf16, 9e14);
  seen.all.back().basis = ceiling_basis::library_achieved;
  seen.all.push_back({.name = "link", .which = resource::link, .source = "no kernel"});
  seen.all.push_back({.name = "atomic", .basis = ceiling_basis::measured, .rate = 1.0});

  const assay::ceilings layer = measured_layer(seen, "H");
  CHECK(layer.which == assay::layer::measured);
  const assay::ceiling* dram = layer.find(resource::dram);
  REQUIRE(dram);
  CHECK(dram->rate == 4.6e12);
  CHECK(dram->rate_at(0.5) == 4.2e12);
  CHECK(dram->rate_at(1.0) == 4.5e12);
  CHECK(dram->rate_at(0.75) == Approx(4.35e12));
  CHECK_FALSE(dram->clock);
  const assay::ceiling* tensor = layer.find(resource::tensor_bf16);
  REQUIRE(tensor);
  CHECK(tensor->clock == 1.9e9);
  CHECK(tensor->uncertainty == Approx(0.01));
  CHECK(has(tensor->source, "library-achieved"));
  CHECK_FALSE(layer.find(resource::link));
}
