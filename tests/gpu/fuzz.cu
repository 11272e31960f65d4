// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/fuzz.hpp"

#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "assay/suite/case_memory.hpp"
#include "assay/verify/attack.hpp"
#include "assay/verify/fill_value.hpp"
#include "support/catch.hpp"
#include "support/gpu_run.hpp"

namespace {

using namespace assay;

__global__ void scale(std::int64_t n, const float* x, float* y) {
  const std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
__global__ void scale4(std::int64_t n, const float4* x, float4* y) {
  const std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  if (i < n / 4) y[i] = {2.0f * x[i].x, 2.0f * x[i].y, 2.0f * x[i].z, 2.0f * x[i].w};
}

void body(problem<assay::cuda>& p) {
  const auto n = p.axis("n", {4096}, at_least(1));
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("float", [=](cudaStream_t s) { scale<<<unsigned(n / 256 + 1), 256, 0, s>>>(n, x, y); });
  p.candidate("float4", [=](cudaStream_t s) {
    scale4<<<unsigned(n / 1024 + 1), 256, 0, s>>>(n, reinterpret_cast<const float4*>(x.data()),
                                                  reinterpret_cast<float4*>(y.data()));
  });
}

/// The records of the case n = 4096 after so many trials.
std::vector<record> fuzzed(const std::vector<std::string>& candidates, std::int64_t trials) {
  static const problem_definition definition =
      define_problem<assay::cuda, &body>("scale", source_location::current());
  run_options options;
  options.time = false;
  options.fuzz.trials = trials;
  const plan_item item{&definition, {0}, {{"n", std::int64_t{4096}}}, candidates};
  return support::run_item(item, options);
}

}  // namespace

TEST_CASE("a vectorised kernel without a tail is found on the GPU, and shrunk to the smallest shape") {
  const std::vector<record> records = fuzzed({"float", "float4"}, 32);
  REQUIRE(records.size() == 2);
  CAPTURE(records[0].verdict.reason, records[1].verdict.reason);
  CHECK(records[0].verdict.outcome == outcome::correct);
  CHECK(records[1].verdict.outcome == outcome::wrong);
  CHECK(records[1].replay == "--replay 'scale|float4|n=1|seed=0'");
}

TEST_CASE("an honest kernel passes, at the speed that is printed") {
  const record r = fuzzed({"float"}, 1000).at(0);
  CAPTURE(r.verdict.reason);
  CHECK(r.verdict.outcome == outcome::correct);
  REQUIRE(r.fuzz);
  CHECK(r.fuzz->trials == 1000);
  std::printf("fuzz: %.0f trials a second, oracle on the host\n",
              static_cast<double>(r.fuzz->trials) / r.fuzz->seconds);
}

TEST_CASE("what attacks fill with is the same on the GPU and on the host, bit for bit") {
  device& gpu = device_of<assay::cuda>();
  const std::int64_t count = 10'007;
  for (const dtype type :
       {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16, dtype::int8, dtype::int32, dtype::uint8})
    for (std::size_t how = 0; how < attack_count; ++how)
      for (std::size_t place = 0; place < 2; ++place) {
        const fill rule =
            attack_fill(static_cast<attack>(how), {default_fill(type), type, 96, place, 1}, 0x1p13, 5);
        const std::int64_t bytes = count * static_cast<std::int64_t>(sizeof(double));  // enough for any type
        const device_buffer buffer(gpu, bytes);
        gpu.set_bytes(buffer.data(), 0, bytes);
        gpu.fill({buffer.data(), type, count, rule, 5, 3});
        std::vector<std::uint8_t> got(static_cast<std::size_t>(bytes)),
            expected(static_cast<std::size_t>(bytes));
        gpu.copy_to_host(got.data(), buffer.data(), bytes);
        const filled_tensor filled(rule, type, 5, 3, count);
        for (std::int64_t i = 0; i < count; ++i) filled.store(i, expected.data());
        CAPTURE(to_string(type), to_string(static_cast<attack>(how)), place);
        CHECK(got == expected);
      }
}
