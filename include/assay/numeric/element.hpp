// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "assay/core/host_device.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/float16.hpp"

namespace assay {

namespace detail {

/// The greatest value of an integer type. std::numeric_limits cannot be asked in device code.
template <class Integer>
inline constexpr Integer greatest =
    static_cast<Integer>((std::uint64_t{1} << (8 * sizeof(Integer) - 1)) - 1 +
                         (std::is_signed_v<Integer> ? 0 : std::uint64_t{1} << (8 * sizeof(Integer) - 1)));

/// The nearest whole number, ties to even; beyond the type's range its end; 0 for NaN.
template <class Integer>
[[nodiscard]] ASSAY_HOST_DEVICE constexpr Integer nearest_integer(double value) {
  using wide = std::conditional_t<std::is_signed_v<Integer>, std::int64_t, std::uint64_t>;
  constexpr Integer top = greatest<Integer>;
  constexpr Integer bottom = std::is_signed_v<Integer> ? static_cast<Integer>(-top - 1) : Integer{0};
  constexpr double bound = 2.0 * static_cast<double>(top / 2 + 1);  // top + 1, which a double can hold
  if (value != value) return 0;
  if (value >= bound) return top;
  if (value <= static_cast<double>(bottom)) return bottom;
  wide whole = static_cast<wide>(value);  // towards zero
  const double rest = value - static_cast<double>(whole);
  const bool odd = (whole & 1) != 0;
  if (rest > 0.5 || (rest == 0.5 && odd)) ++whole;
  if (rest < -0.5 || (rest == -0.5 && odd)) --whole;
  return whole > static_cast<wide>(top) ? top : static_cast<Integer>(whole);
}

/// Reads a value of any type at `base`: the caller's own type may be `long long`, `__half` or `_Float16`.
template <class Value>
[[nodiscard]] ASSAY_HOST_DEVICE inline Value load_bits(const void* base, std::int64_t index) {
  using aliased [[gnu::may_alias]] = Value;
  return static_cast<const aliased*>(base)[index];
}

template <class Value>
ASSAY_HOST_DEVICE inline void store_bits(void* base, std::int64_t index, Value value) {
  using aliased [[gnu::may_alias]] = Value;
  static_cast<aliased*>(base)[index] = value;
}

}  // namespace detail

/// Element `index` of an array of `type`. Exact, but for 64-bit integers beyond ±2^53: those are rounded to
/// the nearest double. A boolean is 0 or 1. NaN payloads survive.
[[nodiscard]] ASSAY_HOST_DEVICE inline double load_element(dtype type, const void* base, std::int64_t index) {
  using namespace detail;
  switch (type) {
    case dtype::fp64: return load_bits<double>(base, index);
    case dtype::fp32: return decode_binary<8, 23>(load_bits<std::uint32_t>(base, index));
    case dtype::fp16: return fp16_to_double(load_bits<std::uint16_t>(base, index));
    case dtype::bf16: return bf16_to_double(load_bits<std::uint16_t>(base, index));
    case dtype::int8: return static_cast<double>(load_bits<std::int8_t>(base, index));
    case dtype::int16: return static_cast<double>(load_bits<std::int16_t>(base, index));
    case dtype::int32: return static_cast<double>(load_bits<std::int32_t>(base, index));
    case dtype::int64: return static_cast<double>(load_bits<std::int64_t>(base, index));
    case dtype::uint8: return static_cast<double>(load_bits<std::uint8_t>(base, index));
    case dtype::uint16: return static_cast<double>(load_bits<std::uint16_t>(base, index));
    case dtype::uint32: return static_cast<double>(load_bits<std::uint32_t>(base, index));
    case dtype::uint64: return static_cast<double>(load_bits<std::uint64_t>(base, index));
    case dtype::boolean: return load_bits<std::uint8_t>(base, index) != 0 ? 1.0 : 0.0;
  }
  return 0.0;
}

/// Writes element `index` of an array of `type`: rounded to nearest, ties to even, with overflow to Inf;
/// integers saturate and take NaN as 0; a boolean is `value != 0`.
ASSAY_HOST_DEVICE inline void store_element(dtype type, void* base, std::int64_t index, double value) {
  using namespace detail;
  switch (type) {
    case dtype::fp64: return store_bits(base, index, value);
    case dtype::fp32: return store_bits(base, index, encode_binary<8, 23>(value));
    case dtype::fp16: return store_bits(base, index, fp16_from_double(value));
    case dtype::bf16: return store_bits(base, index, bf16_from_double(value));
    case dtype::int8: return store_bits(base, index, nearest_integer<std::int8_t>(value));
    case dtype::int16: return store_bits(base, index, nearest_integer<std::int16_t>(value));
    case dtype::int32: return store_bits(base, index, nearest_integer<std::int32_t>(value));
    case dtype::int64: return store_bits(base, index, nearest_integer<std::int64_t>(value));
    case dtype::uint8: return store_bits(base, index, nearest_integer<std::uint8_t>(value));
    case dtype::uint16: return store_bits(base, index, nearest_integer<std::uint16_t>(value));
    case dtype::uint32: return store_bits(base, index, nearest_integer<std::uint32_t>(value));
    case dtype::uint64: return store_bits(base, index, nearest_integer<std::uint64_t>(value));
    case dtype::boolean: return store_bits(base, index, static_cast<std::uint8_t>(value != 0.0));
  }
}

/// The value that load_element gives after store_element.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double round_to(dtype type, double value) {
  using namespace detail;
  switch (type) {
    case dtype::fp64: return value;
    case dtype::fp32: return decode_binary<8, 23>(encode_binary<8, 23>(value));
    case dtype::fp16: return fp16_to_double(fp16_from_double(value));
    case dtype::bf16: return bf16_to_double(bf16_from_double(value));
    case dtype::int8: return static_cast<double>(nearest_integer<std::int8_t>(value));
    case dtype::int16: return static_cast<double>(nearest_integer<std::int16_t>(value));
    case dtype::int32: return static_cast<double>(nearest_integer<std::int32_t>(value));
    case dtype::int64: return static_cast<double>(nearest_integer<std::int64_t>(value));
    case dtype::uint8: return static_cast<double>(nearest_integer<std::uint8_t>(value));
    case dtype::uint16: return static_cast<double>(nearest_integer<std::uint16_t>(value));
    case dtype::uint32: return static_cast<double>(nearest_integer<std::uint32_t>(value));
    case dtype::uint64: return static_cast<double>(nearest_integer<std::uint64_t>(value));
    case dtype::boolean: return value != 0.0 ? 1.0 : 0.0;
  }
  return 0.0;
}

/// Bits of the significand, the hidden one included; 0 for integers and booleans.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr int significand_bits(dtype type) {
  switch (type) {
    case dtype::fp64: return 53;
    case dtype::fp32: return 24;
    case dtype::fp16: return 11;
    case dtype::bf16: return 8;
    default: return 0;
  }
}

/// 2^-p with p significand bits: the largest relative error of rounding to nearest, in the normal range. 0
/// for integers.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double unit_roundoff(dtype type) {
  switch (type) {
    case dtype::fp64: return 0x1p-53;
    case dtype::fp32: return 0x1p-24;
    case dtype::fp16: return 0x1p-11;
    case dtype::bf16: return 0x1p-8;
    default: return 0.0;
  }
}

/// The least number above zero; 1 for integers and booleans. Half of it is the largest error of rounding to
/// nearest where the relative bound does not hold.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double least_subnormal(dtype type) {
  switch (type) {
    case dtype::fp64: return 0x1p-1074;
    case dtype::fp32: return 0x1p-149;
    case dtype::fp16: return 0x1p-24;
    case dtype::bf16: return 0x1p-133;
    default: return 1.0;
  }
}

/// The largest finite number of the type, for 64-bit integers the largest that a double can hold as well.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double largest_finite(dtype type) {
  switch (type) {
    case dtype::fp64: return 0x1.fffffffffffffp1023;
    case dtype::fp32: return 0x1.fffffep127;
    case dtype::fp16: return 65504.0;
    case dtype::bf16: return 0x1.fep127;
    case dtype::int8: return 0x1p7 - 1.0;
    case dtype::int16: return 0x1p15 - 1.0;
    case dtype::int32: return 0x1p31 - 1.0;
    case dtype::int64: return 0x1p63 - 0x1p10;
    case dtype::uint8: return 0x1p8 - 1.0;
    case dtype::uint16: return 0x1p16 - 1.0;
    case dtype::uint32: return 0x1p32 - 1.0;
    case dtype::uint64: return 0x1p64 - 0x1p11;
    case dtype::boolean: return 1.0;
  }
  return 0.0;
}

}  // namespace assay
