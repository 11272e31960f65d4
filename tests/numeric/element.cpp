// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/numeric/element.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

namespace {

using assay::dtype;

const double infinity = std::numeric_limits<double>::infinity();
const double nan_value = std::numeric_limits<double>::quiet_NaN();

static_assert(assay::unit_roundoff(dtype::fp64) == std::numeric_limits<double>::epsilon() / 2);
static_assert(assay::unit_roundoff(dtype::fp32) == std::numeric_limits<float>::epsilon() / 2);
static_assert(assay::unit_roundoff(dtype::int32) == 0.0);
static_assert(assay::least_subnormal(dtype::fp64) == std::numeric_limits<double>::denorm_min());
static_assert(assay::least_subnormal(dtype::fp32) == std::numeric_limits<float>::denorm_min());
static_assert(assay::largest_finite(dtype::fp64) == std::numeric_limits<double>::max());
static_assert(assay::largest_finite(dtype::fp32) == std::numeric_limits<float>::max());
static_assert(assay::largest_finite(dtype::bf16) == assay::bf16_to_double(0x7f7f));
static_assert(assay::least_subnormal(dtype::fp16) == assay::fp16_to_double(1));

/// The least and the greatest value of Integer, and one beyond each, by way of double.
template <class Integer>
void check_integer(dtype type) {
  CAPTURE(assay::to_string(type));
  using limits = std::numeric_limits<Integer>;
  STATIC_REQUIRE(assay::detail::greatest<Integer> == limits::max());
  // Room for any type: GCC at -O3 looks into all branches of the switch and warns of the ones not taken.
  alignas(8) Integer stored[24 / sizeof(Integer)] = {1, 1, 1};
  const auto store = [&](double value) {
    assay::store_element(type, stored, 1, value);
    CHECK(stored[0] == 1);
    CHECK(stored[2] == 1);
    return stored[1];
  };
  CHECK(store(infinity) == limits::max());
  CHECK(store(-infinity) == limits::min());
  CHECK(store(nan_value) == 0);
  CHECK(store(2.0 * static_cast<double>(limits::max())) == limits::max());
  CHECK(store(-2e19) == limits::min());
  CHECK(store(static_cast<double>(limits::max())) == limits::max());
  CHECK(store(static_cast<double>(limits::min())) == limits::min());
  CHECK(store(0.5) == 0);
  CHECK(store(1.5) == 2);
  CHECK(store(2.5) == 2);
  CHECK(store(std::nextafter(2.5, 3.0)) == 3);
  CHECK(store(std::nextafter(0.5, 0.0)) == 0);
  CHECK(store(-0.4) == 0);
  CHECK(store(126.5) == 126);
  CHECK(store(-1.5) == static_cast<Integer>(limits::is_signed ? -2 : 0));
  CHECK(store(-2.5) == static_cast<Integer>(limits::is_signed ? -2 : 0));
  CHECK(assay::round_to(type, assay::largest_finite(type)) == assay::largest_finite(type));
  stored[1] = limits::max();
  CHECK(assay::load_element(type, stored, 1) == static_cast<double>(limits::max()));
}

}  // namespace

TEST_CASE("integers are rounded to nearest even and saturate") {
  check_integer<std::int8_t>(dtype::int8);
  check_integer<std::int16_t>(dtype::int16);
  check_integer<std::int32_t>(dtype::int32);
  check_integer<std::int64_t>(dtype::int64);
  check_integer<std::uint8_t>(dtype::uint8);
  check_integer<std::uint16_t>(dtype::uint16);
  check_integer<std::uint32_t>(dtype::uint32);
  check_integer<std::uint64_t>(dtype::uint64);
  CHECK(assay::round_to(dtype::int8, 127.5) == 127.0);
  CHECK(assay::round_to(dtype::int8, -128.5) == -128.0);
  CHECK(assay::round_to(dtype::int8, -127.5) == -128.0);
  CHECK(assay::round_to(dtype::uint8, 254.5) == 254.0);
  CHECK(assay::round_to(dtype::int64, 0x1.fffffffffffffp62) == 0x1.fffffffffffffp62);
}

TEST_CASE("fp32 is what the hardware's conversion gives") {
  const std::uint64_t seed = 20260101;
  CAPTURE(seed);
  int wrong = 0;
  for (std::uint64_t i = 0; i < 200000; ++i) {
    const assay::random_block block = assay::random_at(seed, 0, i);
    // Exponents around all of float's range, overflow excluded: that cast would be undefined.
    const int exponent = static_cast<int>(block.word[2] % 283) - 156;
    double value = std::ldexp(1.0 + assay::unit_interval(assay::random_bits(block)), exponent);
    if (block.word[3] & 1) value = -value;
    if (block.word[3] & 2)
      value = __builtin_bit_cast(double, __builtin_bit_cast(std::uint64_t, value) >> 28 << 28);
    float stored = 0.0f;
    assay::store_element(dtype::fp32, &stored, 0, value);
    const bool good = stored == static_cast<float>(value) && std::signbit(stored) == std::signbit(value) &&
                      assay::load_element(dtype::fp32, &stored, 0) == static_cast<double>(stored);
    if (!good && wrong++ == 0) UNSCOPED_INFO("first wrong value " << value);
  }
  CHECK(wrong == 0);
  CHECK(assay::round_to(dtype::fp32, 1e300) == infinity);
  CHECK(assay::round_to(dtype::fp32, -1e300) == -infinity);
  CHECK(assay::round_to(dtype::fp32, 0x1.ffffffp127) == infinity);  // the tie above the largest float
  CHECK(assay::round_to(dtype::fp32, std::nextafter(0x1.ffffffp127, 0.0)) == 0x1.fffffep127);
  CHECK(assay::round_to(dtype::fp32, 0x1p-150) == 0.0);
  CHECK(assay::round_to(dtype::fp32, 0x1.8p-149) == 0x1p-148);
}

TEST_CASE("a NaN keeps its payload through load and store") {
  std::uint32_t poison = 0xffa55a5a;
  assay::store_element(dtype::fp32, &poison, 0, assay::load_element(dtype::fp32, &poison, 0));
  CHECK(poison == 0xffa55a5a);
  std::uint64_t wide = 0x7ff00000deadbeef;
  assay::store_element(dtype::fp64, &wide, 0, assay::load_element(dtype::fp64, &wide, 0));
  CHECK(wide == 0x7ff00000deadbeef);
}

TEST_CASE("elements lie where their type puts them") {
  for (const dtype type :
       {dtype::fp64, dtype::fp32, dtype::tf32, dtype::fp16, dtype::bf16, dtype::int8, dtype::int16,
        dtype::int32, dtype::int64, dtype::uint8, dtype::uint16, dtype::uint32, dtype::uint64,
        dtype::fp8_e4m3fn, dtype::fp8_e5m2, dtype::fp8_e4m3fnuz, dtype::fp8_e5m2fnuz, dtype::boolean}) {
    CAPTURE(assay::to_string(type));
    alignas(8) unsigned char memory[40];
    std::memset(memory, 0, sizeof memory);
    assay::store_element(type, memory, 3, 1.0);
    const std::int64_t size = assay::bytes_for(type, 1);
    for (std::int64_t byte = 0; byte < 40; ++byte)
      if (byte < 3 * size || byte >= 4 * size) CHECK(memory[byte] == 0);
    CHECK(assay::load_element(type, memory, 3) == 1.0);
    CHECK(assay::load_element(type, memory, 2) == 0.0);
    CHECK(assay::round_to(type, assay::least_subnormal(type)) == assay::least_subnormal(type));
    CHECK(assay::round_to(type, assay::largest_finite(type)) == assay::largest_finite(type));
    CHECK(assay::round_to(type, 0.49 * assay::least_subnormal(type)) == (type == dtype::boolean ? 1.0 : 0.0));
  }
  bool flag = false;
  assay::store_element(dtype::boolean, &flag, 0, -0.25);
  CHECK(flag);
  assay::store_element(dtype::boolean, &flag, 0, -0.0);
  CHECK_FALSE(flag);
}

TEST_CASE("packed elements share bytes, the first in the low bits, and leave each other alone") {
  std::uint8_t fp4[2] = {};
  for (int i = 0; i < 4; ++i) assay::store_element(dtype::fp4_e2m1, fp4, i, i == 3 ? -6.0 : 1.0 + i);
  CHECK(fp4[0] == 0x42);  // 1 is 0010, 2 is 0100
  CHECK(fp4[1] == 0xf5);  // 3 is 0101, -6 is 1111
  std::uint8_t fp6[3] = {};
  const double values[] = {0.125, -7.5, 1.0, 2.0};  // 000001, 111111, 001000, 010000 in e2m3
  for (int i = 0; i < 4; ++i) assay::store_element(dtype::fp6_e2m3, fp6, i, values[i]);
  CHECK(fp6[0] == 0xc1);
  CHECK(fp6[1] == 0x8f);
  CHECK(fp6[2] == 0x40);

  for (const dtype type : {dtype::fp4_e2m1, dtype::fp6_e2m3, dtype::fp6_e3m2}) {
    CAPTURE(assay::to_string(type));
    constexpr int count = 19;
    const auto bytes = static_cast<std::size_t>(assay::bytes_for(type, count));
    const int codes = 1 << assay::bits_of(type);
    std::uint64_t expected[count];
    std::uint8_t memory[24];
    std::memset(memory, 0x77, sizeof memory);
    for (int i = 0; i < count; ++i) expected[i] = assay::element_bits(type, memory, i);
    // In an order that is not that of the memory.
    for (int step = 0; step < 10 * count; ++step) {
      const int i = step * 7 % count;
      std::uint8_t source[3] = {static_cast<std::uint8_t>(step * 5 % codes), 0, 0};
      assay::store_element(type, memory, i, assay::load_element(type, source, 0));
      expected[i] = static_cast<std::uint64_t>(step * 5 % codes);
      for (int k = 0; k < count; ++k) REQUIRE(assay::element_bits(type, memory, k) == expected[k]);
    }
    for (std::size_t byte = bytes; byte < sizeof memory; ++byte) CHECK(memory[byte] == 0x77);
  }
}

TEST_CASE("the last packed element is read without what lies behind it") {
  // Under the address sanitizer a byte too many is an error.
  for (const dtype type : {dtype::fp4_e2m1, dtype::fp6_e2m3})
    for (std::int64_t count = 1; count < 10; ++count) {
      std::vector<std::uint8_t> memory(static_cast<std::size_t>(assay::bytes_for(type, count)));
      memory.shrink_to_fit();
      for (std::int64_t i = 0; i < count; ++i) assay::store_element(type, memory.data(), i, 1.5);
      for (std::int64_t i = 0; i < count; ++i) CHECK(assay::load_element(type, memory.data(), i) == 1.5);
    }
}

TEST_CASE("round_to is what store and load do, for every type and either end") {
  for (std::size_t i = 0; i < assay::dtype_count; ++i) {
    const auto type = static_cast<dtype>(i);
    CAPTURE(assay::to_string(type));
    for (const assay::overflow beyond : {assay::overflow::special, assay::overflow::saturate})
      for (const double value :
           {0.0, 1.0, -1.0, 0.3, -2.7, 5.0, 100.0, 1e3, 1e6, -1e40, 1e300, infinity, -infinity, nan_value}) {
        CAPTURE(value);
        alignas(8) std::uint8_t memory[16] = {};
        assay::store_element(type, memory, 1, value, beyond);
        const double loaded = assay::load_element(type, memory, 1);
        const double rounded = assay::round_to(type, value, beyond);
        CHECK((loaded == rounded || (std::isnan(loaded) && std::isnan(rounded))));
        if (!std::isnan(rounded) && !(type == dtype::int64 || type == dtype::uint64))
          CHECK(assay::round_to(type, rounded, beyond) == rounded);
      }
  }
}
