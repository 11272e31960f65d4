// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/apparent_precision.hpp"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "assay/numeric/element.hpp"
#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

using assay::apparent_precision;
using assay::dtype;

namespace {

double uniform(std::uint32_t i, std::uint32_t stream) {
  std::uint64_t x = (std::uint64_t{stream} << 32 | i) * 0x9E3779B97F4A7C15u;
  x ^= x >> 29;
  x *= 0xBF58476D1CE4E5B9u;
  x ^= x >> 32;
  return 2.0 * static_cast<double>(x >> 11) * 0x1p-53 - 1.0;
}

/// What the errors of dot products of 256 factors say, computed with factors rounded to `factors` and results
/// rounded to `output`.
std::optional<std::string> of_dot_products(dtype factors, dtype output) {
  double error2 = 0, size2 = 0;
  for (std::uint32_t i = 0; i < 400; ++i) {
    double right = 0, got = 0;
    for (std::uint32_t j = 0; j < 256; ++j) {
      const double a = uniform(i * 256 + j, 1), b = uniform(i * 256 + j, 2);
      right += a * b;
      got += assay::round_to(factors, a) * assay::round_to(factors, b);
    }
    got = assay::round_to(output, got);
    error2 += (got - right) * (got - right);
    size2 += right * right;
  }
  return apparent_precision(std::sqrt(error2 / 400), std::sqrt(size2 / 400), output);
}

}  // namespace

TEST_CASE("dot products tell the type of their factors by their errors", "[verify]") {
  CHECK(of_dot_products(dtype::bf16, dtype::fp32).value() == "bf16");
  CHECK(of_dot_products(dtype::fp16, dtype::fp32).value() == "tf32 or fp16");
  CHECK(of_dot_products(dtype::tf32, dtype::fp32).value() == "tf32 or fp16");
  CHECK(of_dot_products(dtype::fp8_e4m3fn, dtype::fp32).value() == "fp8");
  CHECK(of_dot_products(dtype::fp8_e5m2, dtype::fp32).value() == "fp8");
  CHECK(of_dot_products(dtype::fp8_e4m3fn, dtype::bf16).value() == "fp8");
  CHECK(of_dot_products(dtype::fp32, dtype::fp64).value() == "fp32");
}

TEST_CASE("errors of the output's own rounding, and none, say nothing", "[verify]") {
  CHECK_FALSE(of_dot_products(dtype::fp64, dtype::fp32));
  CHECK_FALSE(of_dot_products(dtype::fp64, dtype::bf16));
  CHECK_FALSE(of_dot_products(dtype::bf16, dtype::bf16));
  CHECK_FALSE(of_dot_products(dtype::fp64, dtype::fp64));
  CHECK_FALSE(apparent_precision(0.0, 1.0, dtype::fp32));
  CHECK_FALSE(apparent_precision(0.1, 0.0, dtype::fp32));
  CHECK_FALSE(apparent_precision(std::nan(""), 1.0, dtype::fp32));
  CHECK_FALSE(apparent_precision(0.001, 1.0, dtype::int32));
}

TEST_CASE("an error between the types is nobody's", "[verify]") {
  CHECK_FALSE(apparent_precision(0x1p-16, 1.0, dtype::fp32));  // between fp32 and tf32
  CHECK_FALSE(apparent_precision(0.9, 1.0, dtype::fp32));      // wrong, not narrow
}
