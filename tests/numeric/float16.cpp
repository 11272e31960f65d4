// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/numeric/float16.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "support/catch.hpp"

namespace {

using assay::bf16;
using assay::fp16;

static_assert(sizeof(fp16) == 2 && sizeof(bf16) == 2);
static_assert(std::is_trivially_copyable_v<fp16> && std::is_trivially_default_constructible_v<bf16>);
static_assert(std::is_convertible_v<fp16, float> && !std::is_convertible_v<float, fp16>);
static_assert(!std::is_convertible_v<double, bf16> && std::is_constructible_v<bf16, double>);
static_assert(assay::dtype_of<fp16>::value == assay::dtype::fp16);
static_assert(assay::dtype_of<bf16>::value == assay::dtype::bf16);
static_assert(fp16(1.5).bits == 0x3e00 && static_cast<float>(bf16(-2.0)) == -2.0f);  // at compile time too

/// One of the two formats: its functions, and its widths for an independent decoder.
struct format {
  const char* name;
  std::uint16_t (*encode)(double);
  double (*decode)(std::uint16_t);
  int mantissa_bits;
  int bias;

  std::uint16_t infinity() const {
    return static_cast<std::uint16_t>(0x7fff >> mantissa_bits << mantissa_bits);
  }
  /// Straight from the definition in IEEE 754-2019, section 3.4.
  double meaning(std::uint16_t bits) const {
    const int exponent = (bits & 0x7fff) >> mantissa_bits;
    const int mantissa = bits & ((1 << mantissa_bits) - 1);
    const double sign = bits & 0x8000 ? -1.0 : 1.0;
    if (exponent == 0) return sign * std::ldexp(mantissa, 1 - bias - mantissa_bits);
    return sign * std::ldexp((1 << mantissa_bits) + mantissa, exponent - bias - mantissa_bits);
  }
};

const format formats[] = {{"fp16", assay::fp16_from_double, assay::fp16_to_double, 10, 15},
                          {"bf16", assay::bf16_from_double, assay::bf16_to_double, 7, 127}};

}  // namespace

TEST_CASE("every 16-bit encoding decodes to its meaning and survives a round trip") {
  for (const format& f : formats) {
    CAPTURE(f.name);
    int wrong = 0;
    for (int i = 0; i < 65536; ++i) {
      const auto bits = static_cast<std::uint16_t>(i);
      const double value = f.decode(bits);
      const int magnitude = bits & 0x7fff;
      bool good = f.encode(value) == bits && std::signbit(value) == (bits >= 0x8000);
      if (magnitude > f.infinity())
        good = good && std::isnan(value);  // the payload comes back as well
      else if (magnitude == f.infinity())
        good = good && std::isinf(value);
      else
        good = good && value == f.meaning(bits);
      if (!good && wrong++ == 0) UNSCOPED_INFO("first wrong encoding " << i);
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("every tie between 16-bit neighbours goes to even, and a hair beside it to the nearer") {
  for (const format& f : formats) {
    CAPTURE(f.name);
    int wrong = 0;
    for (int i = 0; i < f.infinity(); ++i) {
      const auto low = static_cast<std::uint16_t>(i);
      const auto high = static_cast<std::uint16_t>(i + 1);
      // Beyond the largest number lies Inf, where the next number would be.
      const double tie = 0.5 * (f.meaning(low) + f.meaning(high));
      const std::uint16_t even = low & 1 ? high : low;
      for (const int sign : {0, 0x8000}) {
        const double s = sign ? -1.0 : 1.0;
        const bool good = f.encode(s * tie) == (even | sign) &&
                          f.encode(s * std::nextafter(tie, 0.0)) == (low | sign) &&
                          f.encode(s * std::nextafter(tie, 1e300)) == (high | sign);
        if (!good && wrong++ == 0) UNSCOPED_INFO("first wrong after encoding " << i);
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("rounding to 16 bits takes no detour through float") {
  // Each lies just above a tie that float would round it to. ml_dtypes 0.6 gives 0x3f80 for the second.
  CHECK(assay::fp16_from_double(1.0 + 0x1p-11 + 0x1p-35) == 0x3c01);
  CHECK(assay::bf16_from_double(1.0 + 0x1p-8 + 0x1p-40) == 0x3f81);
  CHECK(assay::fp16_from_double(static_cast<float>(1.0 + 0x1p-11 + 0x1p-35)) == 0x3c00);
  // Just above half the least subnormal.
  CHECK(assay::fp16_from_double(0x1.0000000000001p-25) == 1);
  CHECK(assay::bf16_from_double(0x1.0000000000001p-134) == 1);
}

TEST_CASE("16-bit encodings of values from NumPy 2.4 (float16) and ml_dtypes 0.6 (bfloat16)") {
  const struct {
    double value;
    std::uint16_t fp16, bf16;
  } known[] = {{1.0 / 3.0, 0x3555, 0x3eab},
               {0.1, 0x2e66, 0x3dcd},
               {0x1.921fb54442d18p+1, 0x4248, 0x4049},
               {2049.0, 0x6800, 0x4500},
               {2051.0, 0x6802, 0x4500},
               {-0.0, 0x8000, 0x8000},
               {65519.999, 0x7bff, 0x4780},
               {65520.0, 0x7c00, 0x4780},
               {6.1e-5, 0x03ff, 0x3880},
               {0x1p-14 - 0x1p-26, 0x0400, 0x3880},
               {257.0, 0x5c04, 0x4380},
               {259.0, 0x5c0c, 0x4382}};
  for (const auto& k : known) {
    CAPTURE(k.value);
    CHECK(assay::fp16_from_double(k.value) == k.fp16);
    CHECK(assay::bf16_from_double(k.value) == k.bf16);
  }
}

TEST_CASE("16-bit encodings at the ends of double") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const format& f : formats) {
    CAPTURE(f.name);
    const std::uint16_t inf = f.infinity();
    CHECK(f.encode(infinity) == inf);
    CHECK(f.encode(-infinity) == (inf | 0x8000));
    CHECK(f.encode(std::numeric_limits<double>::max()) == inf);
    CHECK(f.encode(std::numeric_limits<double>::denorm_min()) == 0);
    CHECK(f.encode(-std::numeric_limits<double>::min()) == 0x8000);
    CHECK((f.encode(std::numeric_limits<double>::quiet_NaN()) & 0x7fff) > inf);
    // A payload that lies in the dropped bits must not turn the NaN into Inf.
    CHECK((f.encode(__builtin_bit_cast(double, 0x7ff0000000000001)) & 0x7fff) > inf);
  }
}

TEST_CASE("the storage types compute in float and round when stored") {
  const fp16 third(1.0f / 3.0f);
  CHECK(third * 3.0f == 0x1.ffep-1f);
  CHECK(bf16(third).bits == 0x3eab);
  CHECK(fp16(65504).bits == 0x7bff);
  CHECK(std::isinf(static_cast<float>(fp16(1e6f))));
}
