// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/power.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

namespace {

using assay::dtype;
using assay::power_of_comparison;
using assay::tolerance;

std::vector<double> random_values(std::size_t count, std::uint64_t seed = 1) {
  std::vector<double> values;
  for (std::uint64_t i = 0; i < count; ++i)
    values.push_back(2.0 * assay::unit_interval(assay::random_bits(assay::random_at(seed, 0, i))) - 1.0);
  return values;
}

power_of_comparison power(const std::vector<double>& expected, const tolerance& bound,
                          dtype type = dtype::fp32, const std::vector<double>& input = {}) {
  return assay::power_of(expected, assay::make_rule(bound, type, assay::root_mean_square(expected)), bound,
                         32, {input});
}

bool accepts(const power_of_comparison& p, const std::string& what) {
  return std::find(p.accepted.begin(), p.accepted.end(), what) != p.accepted.end();
}

}  // namespace

TEST_CASE("derived tolerances reject every mutant and accept the best result") {
  for (const dtype type : {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16})
    for (const std::size_t count : {1u, 2u, 63u, 64u, 1000u, 4096u})
      for (const std::int64_t chain : {1, 64, 1024, 16384})
        for (const tolerance& bound : {tolerance::accumulating(chain), tolerance::gemm(chain)}) {
          CAPTURE(assay::to_string(type), count, chain);
          const power_of_comparison p = power(random_values(count), bound, type, random_values(count, 2));
          CAPTURE(p.accepted);
          CHECK(p.accepted.empty());
          CHECK_FALSE(p.rejects_the_best);
          CHECK_FALSE(p.constant);
        }
}

TEST_CASE("exact comparison rejects every mutant of whole numbers") {
  for (const dtype type : {dtype::int8, dtype::uint8, dtype::int32, dtype::int64, dtype::fp32}) {
    std::vector<double> values;
    for (int i = 0; i < 500; ++i) values.push_back((i * 37) % 101);
    const power_of_comparison p = power(values, tolerance::exact(), type);
    CAPTURE(assay::to_string(type), p.accepted);
    CHECK(p.accepted.empty());
    CHECK_FALSE(p.rejects_the_best);
  }
  std::vector<double> flags;
  for (int i = 0; i < 500; ++i) flags.push_back(i % 3 == 0);
  CHECK(power(flags, tolerance::exact(), dtype::boolean).accepted.empty());
}

TEST_CASE("a tolerance wider than the values accepts zeros, constants and more, and says so") {
  const power_of_comparison p = power(random_values(1000), tolerance::allclose(2.5, 0.0));
  CHECK(accepts(p, "all zeros"));
  CHECK(accepts(p, "a constant"));
  CHECK(accepts(p, "the last tile left zero"));
  CHECK(accepts(p, "one wrong element"));
}

TEST_CASE("small values under KernelBench's tolerance are all zeros") {
  std::vector<double> values = random_values(1000);
  for (double& value : values) value *= 1e-5;
  CHECK(accepts(power(values, tolerance::allclose(1e-4, 1e-4)), "all zeros"));
  CHECK(power(values, tolerance::accumulating(1)).accepted.empty());
}

TEST_CASE("an accumulator that excuses everything is found out") {
  const power_of_comparison p = power(random_values(1000), tolerance::accumulating(1 << 24, dtype::bf16));
  CHECK(accepts(p, "all zeros"));
}

TEST_CASE("an output that is its input is told from one that is not") {
  const std::vector<double> input = random_values(1000);
  std::vector<double> nearly = input;
  for (double& value : nearly) value *= 1.0 + 1e-9;
  // The right result is the input, in fp32: passing it through is right.
  CHECK(power(nearly, tolerance::elementwise(), dtype::fp32, input).accepted.empty());
  for (double& value : nearly) value *= 1.0 + 1e-4;
  CHECK(
      accepts(power(nearly, tolerance::allclose(1e-2, 1e-2), dtype::fp32, input), "an input passed through"));
  CHECK(power(nearly, tolerance::elementwise(), dtype::fp32, input).accepted.empty());
}

TEST_CASE("what is expected may be constant, which is worth knowing") {
  const power_of_comparison p = power(std::vector<double>(100, 0.0), tolerance::elementwise());
  CHECK(p.constant);
  CHECK(p.accepted.empty());
  CHECK_FALSE(power({1.0}, tolerance::elementwise()).constant);
}

TEST_CASE("infinities and NaN among what is expected are no mutant's excuse") {
  std::vector<double> values = random_values(300);
  values[3] = std::nan("");
  values[7] = INFINITY;
  for (const dtype type : {dtype::fp32, dtype::bf16}) {
    const power_of_comparison p = power(values, tolerance::elementwise(), type);
    CAPTURE(p.accepted);
    CHECK(p.accepted.empty());
    CHECK_FALSE(p.rejects_the_best);
  }
  CHECK(power({}, tolerance::elementwise()).accepted.empty());
}
