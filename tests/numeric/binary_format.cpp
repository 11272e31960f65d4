// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/numeric/binary_format.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "assay/numeric/element.hpp"
#include "assay/numeric/type_limits.hpp"
#include "support/catch.hpp"

// ml_dtypes_check.py holds the formats against ml_dtypes. Here are the definitions themselves, and what must
// hold whether Python is there or not.
namespace {

using assay::dtype;
using assay::overflow;

const double infinity = std::numeric_limits<double>::infinity();
const double nan_value = std::numeric_limits<double>::quiet_NaN();

constexpr dtype narrow_types[] = {dtype::fp8_e4m3fn,   dtype::fp8_e5m2, dtype::fp8_e4m3fnuz,
                                  dtype::fp8_e5m2fnuz, dtype::fp6_e2m3, dtype::fp6_e3m2,
                                  dtype::fp4_e2m1};

std::uint64_t encode(dtype type, double value, overflow beyond = overflow::special) {
  std::uint64_t memory = 0;
  assay::store_element(type, &memory, 0, value, beyond);
  return assay::element_bits(type, &memory, 0);
}
double decode(dtype type, std::uint64_t bits) { return assay::load_element(type, &bits, 0); }

/// The numbers of the type from zero up; their place is their encoding.
std::vector<double> numbers_of(dtype type) {
  std::vector<double> numbers;
  for (std::uint64_t code = 0; code < (std::uint64_t{1} << (assay::bits_of(type) - 1)); ++code)
    if (const double value = decode(type, code); std::isfinite(value)) numbers.push_back(value);
  return numbers;
}

static_assert(assay::largest_finite(dtype::fp8_e4m3fn) == 448.0);
static_assert(assay::largest_finite(dtype::fp8_e5m2) == 57344.0);
static_assert(assay::largest_finite(dtype::fp8_e4m3fnuz) == 240.0);
static_assert(assay::largest_finite(dtype::fp8_e5m2fnuz) == 57344.0);
static_assert(assay::largest_finite(dtype::fp6_e2m3) == 7.5);
static_assert(assay::largest_finite(dtype::fp6_e3m2) == 28.0);
static_assert(assay::largest_finite(dtype::fp4_e2m1) == 6.0);
static_assert(assay::largest_finite(dtype::e8m0) == 0x1p127);
static_assert(assay::largest_finite(dtype::tf32) == 0x1.ffcp127);
static_assert(assay::least_subnormal(dtype::fp8_e4m3fn) == 0x1p-9);
static_assert(assay::least_subnormal(dtype::fp8_e5m2) == 0x1p-16);
static_assert(assay::least_subnormal(dtype::fp8_e4m3fnuz) == 0x1p-10);
static_assert(assay::least_subnormal(dtype::fp8_e5m2fnuz) == 0x1p-17);
static_assert(assay::least_subnormal(dtype::fp6_e2m3) == 0.125);
static_assert(assay::least_subnormal(dtype::fp6_e3m2) == 0.0625);
static_assert(assay::least_subnormal(dtype::fp4_e2m1) == 0.5);
static_assert(assay::least_subnormal(dtype::e8m0) == 0x1p-127);
static_assert(assay::least_subnormal(dtype::tf32) == 0x1p-136);
static_assert(assay::unit_roundoff(dtype::tf32) == 0x1p-11);
static_assert(assay::unit_roundoff(dtype::fp8_e4m3fn) == 0x1p-4);
static_assert(assay::unit_roundoff(dtype::fp4_e2m1) == 0x1p-2);
static_assert(assay::unit_roundoff(dtype::e8m0) == 0.5);
static_assert(assay::has_nan(dtype::e8m0) && assay::has_nan(dtype::fp8_e4m3fnuz) &&
              assay::has_nan(dtype::tf32));
static_assert(!assay::has_nan(dtype::fp6_e2m3) && !assay::has_nan(dtype::fp4_e2m1) &&
              !assay::has_nan(dtype::int8));
static_assert(assay::has_infinity(dtype::fp8_e5m2) && assay::has_infinity(dtype::tf32));
static_assert(!assay::has_infinity(dtype::fp8_e4m3fn) && !assay::has_infinity(dtype::fp8_e5m2fnuz) &&
              !assay::has_infinity(dtype::e8m0) && !assay::has_infinity(dtype::boolean));

}  // namespace

TEST_CASE("the encodings of fp4 and some of the others are those of the specifications") {
  const double e2m1[] = {0, 0.5, 1, 1.5, 2, 3, 4, 6};  // OCP MX 1.0, table 6
  for (std::uint64_t code = 0; code < 8; ++code) {
    CHECK(decode(dtype::fp4_e2m1, code) == e2m1[code]);
    CHECK(decode(dtype::fp4_e2m1, code | 8) == -e2m1[code]);
  }
  CHECK(std::signbit(decode(dtype::fp4_e2m1, 8)));
  const struct {
    dtype type;
    std::uint64_t code;
    double value;
  } known[] = {{dtype::fp8_e4m3fn, 0x38, 1.0},    {dtype::fp8_e4m3fn, 0x7e, 448.0},
               {dtype::fp8_e4m3fn, 0x08, 0x1p-6}, {dtype::fp8_e4m3fn, 0x07, 0.875 * 0x1p-6},
               {dtype::fp8_e5m2, 0x3c, 1.0},      {dtype::fp8_e5m2, 0x7b, 57344.0},
               {dtype::fp8_e5m2, 0x7c, infinity}, {dtype::fp8_e5m2, 0xfc, -infinity},
               {dtype::fp8_e4m3fnuz, 0x40, 1.0},  {dtype::fp8_e4m3fnuz, 0x7f, 240.0},
               {dtype::fp8_e5m2fnuz, 0x40, 1.0},  {dtype::fp8_e5m2fnuz, 0xff, -57344.0},
               {dtype::fp6_e2m3, 0x1f, 7.5},      {dtype::fp6_e2m3, 0x01, 0.125},
               {dtype::fp6_e3m2, 0x1f, 28.0},     {dtype::fp6_e3m2, 0x04, 0.25},
               {dtype::e8m0, 0x7f, 1.0},          {dtype::e8m0, 0x00, 0x1p-127},
               {dtype::e8m0, 0xfe, 0x1p127},      {dtype::tf32, 0x3f802000, 1.0 + 0x1p-10}};
  for (const auto& k : known) {
    CAPTURE(assay::to_string(k.type), k.code);
    CHECK(decode(k.type, k.code) == k.value);
    CHECK(encode(k.type, k.value) == k.code);
  }
  CHECK(std::isnan(decode(dtype::fp8_e4m3fn, 0x7f)));
  CHECK(std::isnan(decode(dtype::fp8_e4m3fn, 0xff)));
  CHECK(std::isnan(decode(dtype::fp8_e4m3fnuz, 0x80)));
  CHECK(std::isnan(decode(dtype::fp8_e5m2fnuz, 0x80)));
  CHECK(std::isnan(decode(dtype::fp8_e5m2, 0x7d)));
  CHECK(std::isnan(decode(dtype::e8m0, 0xff)));
}

TEST_CASE("numbers rise with their encodings, survive a round trip and have a negative") {
  for (const dtype type : narrow_types) {
    CAPTURE(assay::to_string(type));
    const std::vector<double> numbers = numbers_of(type);
    const std::uint64_t sign = std::uint64_t{1} << (assay::bits_of(type) - 1);
    CHECK(numbers.back() == assay::largest_finite(type));
    CHECK(numbers[1] == assay::least_subnormal(type));
    for (std::uint64_t code = 0; code < numbers.size(); ++code) {
      if (code > 0) REQUIRE(numbers[code] > numbers[code - 1]);
      REQUIRE(encode(type, numbers[code]) == code);
      REQUIRE(encode(type, numbers[code], overflow::saturate) == code);
      const bool no_negative = code == 0 && assay::format_of(type).specials == assay::special_values::fnuz;
      REQUIRE(encode(type, -numbers[code]) == (no_negative ? 0 : code | sign));
      if (!no_negative) REQUIRE(decode(type, code | sign) == -numbers[code]);
    }
  }
}

TEST_CASE("ties between narrow neighbours go to even, and a hair beside them to the nearer") {
  for (const dtype type : narrow_types) {
    CAPTURE(assay::to_string(type));
    const std::vector<double> numbers = numbers_of(type);
    for (std::uint64_t low = 0; low + 1 < numbers.size(); ++low) {
      const double tie = 0.5 * (numbers[low] + numbers[low + 1]);
      CAPTURE(tie);
      REQUIRE(encode(type, tie) == (low % 2 == 0 ? low : low + 1));
      REQUIRE(encode(type, std::nextafter(tie, 0.0)) == low);
      REQUIRE(encode(type, std::nextafter(tie, infinity)) == low + 1);
    }
  }
}

TEST_CASE("beyond the largest number lies what the type has for it, or the largest number") {
  for (const dtype type : narrow_types) {
    CAPTURE(assay::to_string(type));
    const std::vector<double> numbers = numbers_of(type);
    const double largest = numbers.back(), unit = largest - numbers[numbers.size() - 2];
    const double tie = largest + unit / 2;
    const std::uint64_t top = numbers.size() - 1;
    // The next number would have an even encoding where the largest one's is odd.
    CHECK(assay::round_to(type, std::nextafter(tie, 0.0)) == largest);
    CHECK((encode(type, tie) == top) == (top % 2 == 0 || !assay::has_nan(type)));
    for (const double beyond : {std::nextafter(tie, infinity), 2 * largest, 1e300, infinity})
      for (const double value : {beyond, -beyond}) {
        CAPTURE(value);
        const double special = assay::round_to(type, value);
        if (assay::has_infinity(type))
          CHECK(special == std::copysign(infinity, value));
        else if (assay::has_nan(type))
          CHECK(std::isnan(special));
        else
          CHECK(special == std::copysign(largest, value));
        CHECK(assay::round_to(type, value, overflow::saturate) == std::copysign(largest, value));
      }
    for (const overflow beyond : {overflow::special, overflow::saturate}) {
      const double of_nan = assay::round_to(type, nan_value, beyond);
      CHECK((assay::has_nan(type) ? std::isnan(of_nan) : of_nan == largest));
    }
  }
  for (const dtype type : {dtype::fp64, dtype::fp32, dtype::tf32, dtype::fp16, dtype::bf16}) {
    CAPTURE(assay::to_string(type));
    const double largest = assay::largest_finite(type);
    CHECK(assay::round_to(type, infinity) == infinity);
    CHECK(assay::round_to(type, infinity, overflow::saturate) == largest);
    CHECK(assay::round_to(type, -infinity, overflow::saturate) == -largest);
    CHECK(assay::round_to(type, largest, overflow::saturate) == largest);
    CHECK(std::isnan(assay::round_to(type, nan_value, overflow::saturate)));
  }
}

TEST_CASE("e8m0 rounds to the nearest power of two, halfway up, or as it is told") {
  using assay::e8m0_from_double;
  using assay::scale_rounding;
  for (int exponent = -126; exponent < 127; ++exponent) {
    const double power = std::ldexp(1.0, exponent);
    const auto code = static_cast<std::uint8_t>(exponent + 127);
    CAPTURE(exponent);
    REQUIRE(e8m0_from_double(power) == code);
    REQUIRE(assay::e8m0_to_double(code) == power);
    REQUIRE(e8m0_from_double(1.5 * power) == code + 1);
    REQUIRE(e8m0_from_double(std::nextafter(1.5 * power, 0.0)) == code);
    for (const double inside : {std::nextafter(power, infinity), std::nextafter(2 * power, 0.0)}) {
      REQUIRE(e8m0_from_double(inside, overflow::saturate, scale_rounding::up) == code + 1);
      REQUIRE(e8m0_from_double(inside, overflow::saturate, scale_rounding::down) == code);
    }
    REQUIRE(e8m0_from_double(power, overflow::saturate, scale_rounding::up) == code);
    REQUIRE(e8m0_from_double(power, overflow::saturate, scale_rounding::down) == code);
  }
  for (const double small : {0x1p-127, 0x1p-128, 1e-300, std::numeric_limits<double>::denorm_min()})
    for (const scale_rounding how : {scale_rounding::nearest, scale_rounding::up, scale_rounding::down})
      CHECK(e8m0_from_double(small, overflow::special, how) == 0);
  CHECK(e8m0_from_double(std::nextafter(0x1.8p127, 0.0)) == 0xFE);
  for (const double large : {0x1.8p127, 0x1p128, 1e300, infinity}) {
    CHECK(e8m0_from_double(large) == 0xFF);
    CHECK(e8m0_from_double(large, overflow::saturate) == 0xFE);
  }
  // No sign and no zero.
  for (const double without_place : {0.0, -0.0, -1.0, -infinity})
    CHECK(e8m0_from_double(without_place) == 0xFF);
  CHECK(e8m0_from_double(-4.0, overflow::saturate) == 129);
  CHECK(e8m0_from_double(0.0, overflow::saturate) == 0);
  CHECK(e8m0_from_double(nan_value, overflow::saturate) == 0xFF);
}

TEST_CASE("tf32 is an fp32 with 13 zeros at the end, rounded once") {
  for (const double value : {1.0, 1.0 / 3.0, -0.1, 1e30, 0x1p-130, 1.0 + 0x1p-11, 1.0 + 3 * 0x1p-11,
                             1.0 + 0x1p-11 + 0x1p-40, 0x1.ffep127, 0x1.ffdp127}) {
    CAPTURE(value);
    CHECK((encode(dtype::tf32, value) & 0x1fff) == 0);
    CHECK(assay::round_to(dtype::tf32, value) == decode(dtype::fp32, encode(dtype::tf32, value)));
  }
  CHECK(assay::round_to(dtype::tf32, 1.0 + 0x1p-11) == 1.0);
  CHECK(assay::round_to(dtype::tf32, 1.0 + 3 * 0x1p-11) == 1.0 + 0x1p-9);
  CHECK(assay::round_to(dtype::tf32, 1.0 + 0x1p-11 + 0x1p-40) == 1.0 + 0x1p-10);
  CHECK(assay::round_to(dtype::tf32, 0x1.ffep127) == infinity);
  CHECK(assay::round_to(dtype::tf32, 0x1p-137) == 0.0);
  CHECK(decode(dtype::tf32, 0x3f800001) ==
        1.0 + 0x1p-23);  // what is stored counts, not what a core sees of it
}
