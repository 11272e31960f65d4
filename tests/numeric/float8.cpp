// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/numeric/float8.hpp"

#include <cmath>
#include <type_traits>

#include "support/catch.hpp"

namespace {

using assay::e8m0;
using assay::fp8_e4m3fn;
using assay::fp8_e5m2;
using assay::overflow;

static_assert(sizeof(fp8_e4m3fn) == 1 && sizeof(assay::fp8_e5m2fnuz) == 1 && sizeof(e8m0) == 1);
static_assert(std::is_trivially_copyable_v<fp8_e4m3fn> && std::is_trivially_default_constructible_v<e8m0>);
static_assert(std::is_convertible_v<fp8_e5m2, float> && !std::is_convertible_v<float, fp8_e5m2>);
static_assert(!std::is_convertible_v<double, e8m0> && std::is_constructible_v<e8m0, double>);
static_assert(fp8_e4m3fn(1.5).bits == 0x3c && static_cast<float>(e8m0(4.0)) == 4.0f);  // at compile time too

}  // namespace

TEST_CASE("8-bit types compute in float and round when stored") {
  const fp8_e4m3fn third(1.0 / 3.0);
  CHECK(third * 3.0f == 1.03125f);
  CHECK(fp8_e5m2(third).bits == 0x36);  // 0.34375 is a tie
  CHECK(std::isnan(static_cast<float>(fp8_e4m3fn(1000.0))));
  CHECK(static_cast<float>(fp8_e4m3fn(1000.0, overflow::saturate)) == 448.0f);
  CHECK(std::isinf(static_cast<float>(fp8_e5m2(1e6))));
  CHECK(static_cast<float>(assay::fp8_e4m3fnuz(-1000.0, overflow::saturate)) == -240.0f);
  CHECK(static_cast<float>(e8m0(3.0)) == 4.0f);
  CHECK(static_cast<float>(e8m0(3.0, overflow::saturate, assay::scale_rounding::down)) == 2.0f);
}
