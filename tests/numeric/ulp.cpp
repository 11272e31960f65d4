// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/numeric/ulp.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include "support/catch.hpp"

namespace {
using assay::dtype;
using assay::ulp_distance;
using assay::unit_in_last_place;
const double infinity = std::numeric_limits<double>::infinity();
const double nan_value = std::numeric_limits<double>::quiet_NaN();
}  // namespace

TEST_CASE("the unit in the last place is the gap to the next number") {
  for (const double value : {1.0, 1.999, -3.0, 0x1p-1022, 0x1p-1074, 0.0, 1e300, 0x1.8p-1060})
    CHECK(unit_in_last_place(dtype::fp64, value) ==
          std::nextafter(std::fabs(value), infinity) - std::fabs(value));
  int wrong = 0;
  for (std::uint16_t bits = 0; bits < 0x7bff; ++bits) {
    const double value = assay::fp16_to_double(bits),
                 next = assay::fp16_to_double(static_cast<std::uint16_t>(bits + 1));
    wrong += unit_in_last_place(dtype::fp16, value) != next - value;
    wrong += unit_in_last_place(dtype::fp16, 0.5 * (value + next)) != next - value;
  }
  CHECK(wrong == 0);
  CHECK(unit_in_last_place(dtype::fp32, 1.0) == 0x1p-23);
  CHECK(unit_in_last_place(dtype::fp32, 0.0) == 0x1p-149);
  CHECK(unit_in_last_place(dtype::bf16, 0.0) == 0x1p-133);
  CHECK(unit_in_last_place(dtype::fp16, 1e9) == 32.0);
  CHECK(unit_in_last_place(dtype::int32, 1e9) == 1.0);
}

TEST_CASE("the distance in ulps") {
  CHECK(ulp_distance(dtype::fp32, 1.0, 1.0) == 0.0);
  CHECK(ulp_distance(dtype::fp32, 1.0 + 0x1p-23, 1.0) == 1.0);
  CHECK(ulp_distance(dtype::bf16, 1.0, 1.0 + 0x1p-9) == 0.25);
  CHECK(ulp_distance(dtype::fp64, -0x1p-1074, 0x1p-1074) == 2.0);
  CHECK(ulp_distance(dtype::fp16, 0.0, 0x1p-24) == 1.0);
  CHECK(ulp_distance(dtype::int8, 5.0, 9.0) == 4.0);
}

TEST_CASE("the distance in ulps accepts no stranger for a number") {
  CHECK(ulp_distance(dtype::fp32, nan_value, 1.0) == infinity);
  CHECK(ulp_distance(dtype::fp32, 1.0, nan_value) == infinity);
  CHECK(ulp_distance(dtype::fp32, infinity, 1.0) == infinity);
  CHECK(ulp_distance(dtype::fp32, 1.0, infinity) == infinity);
  CHECK(ulp_distance(dtype::fp32, infinity, -infinity) == infinity);
  CHECK(ulp_distance(dtype::fp16, infinity, 65519.0) == infinity);
  CHECK(ulp_distance(dtype::fp16, -infinity, 65520.0) == infinity);
  CHECK(ulp_distance(dtype::fp16, infinity, 65520.0) == 0.0);  // that is what it rounds to
  CHECK(ulp_distance(dtype::fp32, infinity, infinity) == 0.0);
  CHECK(ulp_distance(dtype::fp32, nan_value, nan_value) == 0.0);
}

TEST_CASE("the unit in the last place of a narrow type is the distance to the next number") {
  for (const dtype type : {dtype::fp8_e4m3fn, dtype::fp8_e5m2, dtype::fp8_e4m3fnuz, dtype::fp8_e5m2fnuz,
                           dtype::fp6_e2m3, dtype::fp6_e3m2, dtype::fp4_e2m1, dtype::e8m0}) {
    CAPTURE(assay::to_string(type));
    const auto decode = [&](std::uint64_t code) { return assay::load_element(type, &code, 0); };
    for (std::uint64_t code = 0; decode(code) < assay::largest_finite(type); ++code) {
      const double value = decode(code), next = decode(code + 1);
      REQUIRE(unit_in_last_place(type, value) == next - value);
      REQUIRE(unit_in_last_place(type, 0.5 * (value + next)) == next - value);
    }
  }
  CHECK(unit_in_last_place(dtype::tf32, 1.0) == 0x1p-10);
  CHECK(unit_in_last_place(dtype::fp8_e4m3fn, 1e9) == 32.0);
  CHECK(unit_in_last_place(dtype::fp4_e2m1, 100.0) == 2.0);
}

TEST_CASE("beyond the range of a type without infinity both the NaN and the largest number are right") {
  CHECK(ulp_distance(dtype::fp8_e4m3fn, 448.0, 1000.0) == 0.0);
  CHECK(ulp_distance(dtype::fp8_e4m3fn, nan_value, 1000.0) == 0.0);
  CHECK(ulp_distance(dtype::fp8_e4m3fn, -448.0, 1000.0) == 28.0);
  CHECK(ulp_distance(dtype::fp8_e4m3fn, nan_value, 448.0) == infinity);
  CHECK(ulp_distance(dtype::fp8_e4m3fnuz, nan_value, -1e9) == 0.0);
  CHECK(ulp_distance(dtype::fp4_e2m1, 6.0, 50.0) == 0.0);
  CHECK(ulp_distance(dtype::fp4_e2m1, 4.0, 50.0) == 1.0);
  CHECK(ulp_distance(dtype::fp4_e2m1, nan_value, 50.0) == infinity);
  CHECK(ulp_distance(dtype::fp8_e5m2, infinity, 1e6) == 0.0);
  CHECK(ulp_distance(dtype::fp8_e5m2, 57344.0, 65536.0) == 1.0);
}
