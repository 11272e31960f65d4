// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "assay/core/host_device.hpp"
#include "assay/numeric/binary_format.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/float16.hpp"
#include "assay/numeric/float8.hpp"
#include "assay/numeric/type_limits.hpp"

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

/// Every double is an fp64, so only infinities are beyond its range.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double saturated_fp64(double value, overflow beyond) {
  constexpr double largest = 0x1.fffffffffffffp1023;
  if (beyond != overflow::saturate) return value;
  return value > largest ? largest : value < -largest ? -largest : value;
}

/// The bits of element `index` of an array of a packed type, which is read a byte at a time. An fp6 begins at
/// bit 0, 6, 4 or 2 of its byte, and the second and third of four reach into the next one.
[[nodiscard]] ASSAY_HOST_DEVICE inline std::uint32_t load_packed(int bits, const void* base,
                                                                 std::int64_t index) {
  const auto* bytes = static_cast<const std::uint8_t*>(base) + index / 8 * bits + index % 8 * bits / 8;
  const int first = static_cast<int>(index % 8 * bits % 8);
  std::uint32_t both = bytes[0];
  if (first + bits > 8) both |= static_cast<std::uint32_t>(bytes[1]) << 8;
  return (both >> first) & ((std::uint32_t{1} << bits) - 1);
}

/// Leaves the neighbours in the same bytes as they are; not to be called for them by another thread.
ASSAY_HOST_DEVICE inline void store_packed(int bits, void* base, std::int64_t index, std::uint32_t value) {
  auto* bytes = static_cast<std::uint8_t*>(base) + index / 8 * bits + index % 8 * bits / 8;
  const int first = static_cast<int>(index % 8 * bits % 8);
  const std::uint32_t mask = ((std::uint32_t{1} << bits) - 1) << first;
  value <<= first;
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & ~mask) | (value & mask));
  if (first + bits > 8) bytes[1] = static_cast<std::uint8_t>((bytes[1] & ~(mask >> 8)) | (value >> 8));
}

/// Of the types of 8 bits and fewer.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint32_t encode_narrow(dtype type, double value,
                                                                      overflow beyond) {
  return type == dtype::e8m0 ? e8m0_from_double(value, beyond) : encode(format_of(type), value, beyond);
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double decode_narrow(dtype type, std::uint32_t bits) {
  return type == dtype::e8m0 ? e8m0_to_double(static_cast<std::uint8_t>(bits))
                             : decode(format_of(type), bits);
}

/// tf32 as the upper bits of an fp32.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint32_t encode_tf32(double value, overflow beyond) {
  return encode(format_of(dtype::tf32), value, beyond) << 13;
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint32_t encode_fp32(double value, overflow beyond) {
  return encode(format_of(dtype::fp32), value, beyond);
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double decode_fp32(std::uint32_t bits) {
  return decode(format_of(dtype::fp32), bits);
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint16_t encode_fp16(double value, overflow beyond) {
  return static_cast<std::uint16_t>(encode(format_of(dtype::fp16), value, beyond));
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint16_t encode_bf16(double value, overflow beyond) {
  return static_cast<std::uint16_t>(encode(format_of(dtype::bf16), value, beyond));
}

}  // namespace detail

/// Element `index` of an array of `type`, packed as bytes_for says. Exact, but for 64-bit integers beyond
/// ±2^53: those are rounded to the nearest double. A boolean is 0 or 1. NaN payloads survive. Of a tf32 all
/// 32 bits count, as in an fp32.
[[nodiscard]] ASSAY_HOST_DEVICE inline double load_element(dtype type, const void* base, std::int64_t index) {
  using namespace detail;
  switch (type) {
    case dtype::fp64: return load_bits<double>(base, index);
    case dtype::fp32:
    case dtype::tf32: return decode_fp32(load_bits<std::uint32_t>(base, index));
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
    case dtype::fp6_e2m3:
    case dtype::fp6_e3m2:
    case dtype::fp4_e2m1: return decode_narrow(type, load_packed(bits_of(type), base, index));
    default: return decode_narrow(type, load_bits<std::uint8_t>(base, index));
  }
}

/// Writes element `index` of an array of `type`: rounded to nearest, ties to even (e8m0: see
/// e8m0_from_double). Beyond the range `beyond` says what floating types do; fp6 and fp4, which have neither
/// infinity nor NaN, saturate, and so do integers. NaN is stored as the largest number in fp6 and fp4, as 0
/// in integers. A boolean is `value != 0`. Packed elements are read, changed and written by the byte: no two
/// threads may store neighbours of one packing_group().
ASSAY_HOST_DEVICE inline void store_element(dtype type, void* base, std::int64_t index, double value,
                                            overflow beyond = overflow::special) {
  using namespace detail;
  switch (type) {
    case dtype::fp64: return store_bits(base, index, saturated_fp64(value, beyond));
    case dtype::fp32: return store_bits(base, index, encode_fp32(value, beyond));
    case dtype::tf32: return store_bits(base, index, encode_tf32(value, beyond));
    case dtype::fp16: return store_bits(base, index, encode_fp16(value, beyond));
    case dtype::bf16: return store_bits(base, index, encode_bf16(value, beyond));
    case dtype::int8: return store_bits(base, index, nearest_integer<std::int8_t>(value));
    case dtype::int16: return store_bits(base, index, nearest_integer<std::int16_t>(value));
    case dtype::int32: return store_bits(base, index, nearest_integer<std::int32_t>(value));
    case dtype::int64: return store_bits(base, index, nearest_integer<std::int64_t>(value));
    case dtype::uint8: return store_bits(base, index, nearest_integer<std::uint8_t>(value));
    case dtype::uint16: return store_bits(base, index, nearest_integer<std::uint16_t>(value));
    case dtype::uint32: return store_bits(base, index, nearest_integer<std::uint32_t>(value));
    case dtype::uint64: return store_bits(base, index, nearest_integer<std::uint64_t>(value));
    case dtype::boolean: return store_bits(base, index, static_cast<std::uint8_t>(value != 0.0));
    case dtype::fp6_e2m3:
    case dtype::fp6_e3m2:
    case dtype::fp4_e2m1: return store_packed(bits_of(type), base, index, encode_narrow(type, value, beyond));
    default: return store_bits(base, index, static_cast<std::uint8_t>(encode_narrow(type, value, beyond)));
  }
}

/// The value that load_element gives after store_element. What a kernel may make of a value beyond the range
/// is one of two: with overflow::special and with overflow::saturate.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double round_to(dtype type, double value,
                                                          overflow beyond = overflow::special) {
  using namespace detail;
  switch (type) {
    case dtype::fp64: return saturated_fp64(value, beyond);
    case dtype::fp32: return decode_fp32(encode_fp32(value, beyond));
    case dtype::tf32: return decode_fp32(encode_tf32(value, beyond));
    case dtype::fp16: return fp16_to_double(encode_fp16(value, beyond));
    case dtype::bf16: return bf16_to_double(encode_bf16(value, beyond));
    case dtype::int8: return static_cast<double>(nearest_integer<std::int8_t>(value));
    case dtype::int16: return static_cast<double>(nearest_integer<std::int16_t>(value));
    case dtype::int32: return static_cast<double>(nearest_integer<std::int32_t>(value));
    case dtype::int64: return static_cast<double>(nearest_integer<std::int64_t>(value));
    case dtype::uint8: return static_cast<double>(nearest_integer<std::uint8_t>(value));
    case dtype::uint16: return static_cast<double>(nearest_integer<std::uint16_t>(value));
    case dtype::uint32: return static_cast<double>(nearest_integer<std::uint32_t>(value));
    case dtype::uint64: return static_cast<double>(nearest_integer<std::uint64_t>(value));
    case dtype::boolean: return value != 0.0 ? 1.0 : 0.0;
    default: return decode_narrow(type, encode_narrow(type, value, beyond));
  }
}

/// The bits of element `index` as they lie in memory, whatever they mean.
[[nodiscard]] ASSAY_HOST_DEVICE inline std::uint64_t element_bits(dtype type, const void* base,
                                                                  std::int64_t index) {
  using namespace detail;
  switch (bits_of(type)) {
    case 64: return load_bits<std::uint64_t>(base, index);
    case 32: return load_bits<std::uint32_t>(base, index);
    case 16: return load_bits<std::uint16_t>(base, index);
    case 8: return load_bits<std::uint8_t>(base, index);
    default: return load_packed(bits_of(type), base, index);
  }
}

}  // namespace assay
