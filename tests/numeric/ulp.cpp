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
