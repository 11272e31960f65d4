// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/fuzz.hpp"

#include <algorithm>
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

__global__ void count_up(std::int64_t n, std::uint8_t* y) {
  const std::int64_t step = gridDim.x * std::int64_t{blockDim.x};
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < n; i += step)
    y[i] = static_cast<std::uint8_t>(i % 251);
}

constexpr std::int64_t beyond_int = (std::int64_t{1} << 31) + 5;  // elements

void large_body(problem<assay::cuda>& p) {
  const auto n = p.axis("n", {beyond_int});
  const auto y = p.output<std::uint8_t>("y", {n});
  p.oracle(y, [=](auto, std::int64_t i) { return static_cast<double>(i % 251); });
  p.candidate("64 bits", [=](cudaStream_t s) { count_up<<<4096, 256, 0, s>>>(n, y); });
  p.candidate("31 bits", [=](cudaStream_t s) { count_up<<<4096, 256, 0, s>>>(n & 0x7FFF'FFFF, y); });
  p.candidate("up to 2^31", [=](cudaStream_t s) {
    count_up<<<4096, 256, 0, s>>>(std::min(std::int64_t{n}, std::int64_t{1} << 31), y);
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

TEST_CASE("outputs of more elements than an int can count are verified, and their ends looked at") {
  device& gpu = device_of<assay::cuda>();
  if (gpu.free_memory() < std::int64_t{24} << 30) return;  // twice the output and what is beside it
  static const problem_definition definition =
      define_problem<assay::cuda, &large_body>("large", source_location::current());
  run_options options;
  options.time = false;
  const std::vector<std::string> names = {"64 bits", "31 bits", "up to 2^31"};
  const std::vector<record> records =
      support::run_item({&definition, {0}, {{"n", beyond_int}}, names}, options);
  REQUIRE(records.size() == 3);
  for (const record& r : records) {
    CAPTURE(r.candidate, r.verdict.reason);
    CHECK(r.verdict.outcome == (r.candidate == "64 bits" ? outcome::correct : outcome::wrong));
  }
  CHECK(records[2].verdict.reason.find("never written") != std::string::npos);
}

TEST_CASE("fills of more elements than an int can count are those of the host") {
  device& gpu = device_of<assay::cuda>();
  if (gpu.free_memory() < std::int64_t{4} << 30) return;
  const device_buffer buffer(gpu, beyond_int);
  for (const dtype type : {dtype::int8, dtype::fp8_e4m3fn}) {
    CAPTURE(to_string(type));
    gpu.fill({buffer.data(), type, beyond_int, default_fill(type), 5, 3});
    const filled_tensor filled(default_fill(type), type, 5, 3, beyond_int);
    for (const std::int64_t begin : {std::int64_t{0}, beyond_int - 16}) {  // these cross 2^31
      std::uint8_t got[16];
      gpu.copy_to_host(got, static_cast<const std::uint8_t*>(buffer.data()) + begin, sizeof got);
      for (int i = 0; i < 16; ++i) {
        CAPTURE(begin, i);
        CHECK(load_element(type, got, i) == filled[begin + i]);
      }
    }
  }
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
