// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "assay/roofline/ceiling_layers.hpp"
#include "support/catch.hpp"
#include "support/gpu_run.hpp"

namespace {

using namespace assay;

__global__ void scale(std::int64_t n, const float* x, float* y) {
  const std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}

void body(problem<assay::cuda>& p) {
  const auto n = p.axis("n", {1 << 26});
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.flops(static_cast<double>(n));
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("float", [=](cudaStream_t s) { scale<<<unsigned(n / 256 + 1), 256, 0, s>>>(n, x, y); });
}

/// Keeps what a run says of the device.
struct device_seen final : run_observer {
  void on_device(const device_info& told, const ceilings& limits) override {
    info = told;
    primary = limits;
  }
  device_info info;
  ceilings primary;
};

record timed(device_seen& seen, const limit_options& against = {}) {
  static const problem_definition definition =
      define_problem<assay::cuda, &body>("scale", source_location::current());
  run_options options;
  options.limits = against;
  const plan_item item{&definition, {0}, {{"n", std::int64_t{1} << 26}}, {"float"}};
  return support::run_item(item, options, {&seen}).at(0);
}

const term* find_term(const limit& l, resource which) {
  for (const term& one : l.terms)
    if (one.which == which) return &one;
  return nullptr;
}

}  // namespace

TEST_CASE("a kernel that was timed has a limit of each layer", "[timing]") {
  device_seen seen;
  const record r = timed(seen);
  REQUIRE(r.verdict.outcome == outcome::correct);
  REQUIRE((r.time && r.limit && r.bound));
  if (!find_device(seen.info)) {
    std::printf("limits: %s is not in the table\n", seen.info.name.c_str());
    return;
  }
  CHECK(r.limit->which == layer::hard);
  CHECK(r.limit->binding == resource::dram);
  REQUIRE(r.limit_in(layer::datasheet));
  REQUIRE(r.time->clock);
  const limit* adjusted = r.limit_in(layer::clock_adjusted);
  REQUIRE(adjusted);
  const term *there = find_term(*adjusted, resource::fp32), *here = find_term(*r.limit, resource::fp32);
  REQUIRE((there && here));
  const ceiling* hard = seen.primary.find(resource::fp32);
  REQUIRE((hard && hard->clock));
  CHECK(there->rate / hard->rate == Approx(*r.time->clock / *hard->clock));
  std::printf("limits: %s, hard at %.0f MHz, seen at %.0f MHz; the bound is %s: %s\n", seen.info.name.c_str(),
              *hard->clock * 1e-6, *r.time->clock * 1e-6, to_string(r.bound->quality),
              r.bound->reason.c_str());
}

TEST_CASE("the limits of another device stand beside those of this one", "[timing]") {
  limit_options b200;
  b200.as_device = device_named("B200");
  b200.clock = 1500e6;
  device_seen seen;
  const record r = timed(seen, b200);
  CHECK(r.limit->which == layer::assumed);
  CHECK(seen.primary.device == "NVIDIA B200");
  CHECK(*r.limit->seconds == Approx(r.work.dram_bytes() / 7672.3e9));
  CHECK(r.verdict.outcome == outcome::correct);
  if (find_device(seen.info)) CHECK(r.limit_in(layer::hard) != nullptr);
}
