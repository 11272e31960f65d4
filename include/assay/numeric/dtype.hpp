// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "assay/core/host_device.hpp"
#include "assay/core/platform.hpp"

namespace assay {

/// The element types that tensors can have, named as the field names them. binary_format.hpp says what the
/// bits of the floating ones mean.
enum class dtype : std::uint8_t {
  fp64,
  fp32,
  tf32,  ///< what tensor cores make of an fp32: 10 bits of mantissa. Stored in the 32 bits of an fp32
  fp16,
  bf16,
  fp8_e4m3fn,    ///< OCP OFP8: largest 448, one NaN, no infinity
  fp8_e5m2,      ///< OCP OFP8: an fp16 with 2 bits of mantissa
  fp8_e4m3fnuz,  ///< AMD's CDNA3: largest 240, 0x80 is the NaN, no negative zero, no infinity
  fp8_e5m2fnuz,
  fp6_e2m3,  ///< OCP MX: finite numbers only, as the two below
  fp6_e3m2,
  fp4_e2m1,
  e8m0,  ///< OCP MX scale: the powers of two from 2^-127 to 2^127, and NaN
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  boolean,
};

inline constexpr std::size_t dtype_count = 22;

namespace detail {

enum class dtype_family : std::uint8_t { floating, signed_integer, unsigned_integer, boolean };

struct dtype_facts {
  const char* name;
  int bits;
  dtype_family family;
};

[[nodiscard]] ASSAY_HOST_DEVICE constexpr dtype_facts facts_of(dtype type) {
  constexpr auto floating = dtype_family::floating;
  constexpr auto signed_integer = dtype_family::signed_integer;
  constexpr auto unsigned_integer = dtype_family::unsigned_integer;
  switch (type) {
    case dtype::fp64: return {"fp64", 64, floating};
    case dtype::fp32: return {"fp32", 32, floating};
    case dtype::tf32: return {"tf32", 32, floating};
    case dtype::fp16: return {"fp16", 16, floating};
    case dtype::bf16: return {"bf16", 16, floating};
    case dtype::fp8_e4m3fn: return {"fp8_e4m3fn", 8, floating};
    case dtype::fp8_e5m2: return {"fp8_e5m2", 8, floating};
    case dtype::fp8_e4m3fnuz: return {"fp8_e4m3fnuz", 8, floating};
    case dtype::fp8_e5m2fnuz: return {"fp8_e5m2fnuz", 8, floating};
    case dtype::fp6_e2m3: return {"fp6_e2m3", 6, floating};
    case dtype::fp6_e3m2: return {"fp6_e3m2", 6, floating};
    case dtype::fp4_e2m1: return {"fp4_e2m1", 4, floating};
    case dtype::e8m0: return {"e8m0", 8, floating};
    case dtype::int8: return {"int8", 8, signed_integer};
    case dtype::int16: return {"int16", 16, signed_integer};
    case dtype::int32: return {"int32", 32, signed_integer};
    case dtype::int64: return {"int64", 64, signed_integer};
    case dtype::uint8: return {"uint8", 8, unsigned_integer};
    case dtype::uint16: return {"uint16", 16, unsigned_integer};
    case dtype::uint32: return {"uint32", 32, unsigned_integer};
    case dtype::uint64: return {"uint64", 64, unsigned_integer};
    case dtype::boolean: return {"bool", 8, dtype_family::boolean};
  }
  return {"", 0, floating};
}

}  // namespace detail

[[nodiscard]] constexpr const char* to_string(dtype type) { return detail::facts_of(type).name; }

/// Bits that one element takes in memory: 4 and 6 for the packed types, a multiple of 8 for the others.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr int bits_of(dtype type) { return detail::facts_of(type).bits; }

/// Bytes that `count` elements take. Packed elements lie close, bit 0 of the first in bit 0 of the first
/// byte: two fp4 to a byte, the first in the low nibble, as in __nv_fp4x2_e2m1; four fp6 to three bytes, as
/// CUTLASS and the tensor maps of CUDA have them in global memory (CUDA's own __nv_fp6x4_e2m3 takes a whole
/// byte for each). The last byte may have bits that belong to no element.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::int64_t bytes_for(dtype type, std::int64_t count) {
  const int bits = bits_of(type);
  return bits % 8 == 0 ? count * (bits / 8) : count / 8 * bits + (count % 8 * bits + 7) / 8;
}

/// Whether elements share bytes, so that none has an address of its own.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool is_packed(dtype type) { return bits_of(type) % 8 != 0; }

/// The least number of neighbouring elements, counted from the first, that fill whole bytes: what one thread
/// has to write. 4 for fp6, 2 for fp4, 1 for all others.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr int packing_group(dtype type) {
  return bits_of(type) == 4 ? 2 : bits_of(type) == 6 ? 4 : 1;
}

[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool is_floating(dtype type) {
  return detail::facts_of(type).family == detail::dtype_family::floating;
}
/// False for booleans, as is_unsigned_integer.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool is_signed_integer(dtype type) {
  return detail::facts_of(type).family == detail::dtype_family::signed_integer;
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool is_unsigned_integer(dtype type) {
  return detail::facts_of(type).family == detail::dtype_family::unsigned_integer;
}

/// Names for elements that a C++ object cannot stand for: those that share bytes, and tf32, which is a use of
/// float. They are never defined, so that nobody makes an array of them: `p.input<assay::fp4_e2m1>` declares
/// a packed tensor, whose handle gives a pointer to storage_of<assay::fp4_e2m1>.
struct tf32;
struct fp6_e2m3;
struct fp6_e3m2;
struct fp4_e2m1;

/// The 8-bit types, one byte an element. numeric/float8.hpp defines them; declaring a tensor needs no more
/// than the name.
template <dtype Type>
struct float8;
using fp8_e4m3fn = float8<dtype::fp8_e4m3fn>;
using fp8_e5m2 = float8<dtype::fp8_e5m2>;
using fp8_e4m3fnuz = float8<dtype::fp8_e4m3fnuz>;
using fp8_e5m2fnuz = float8<dtype::fp8_e5m2fnuz>;
struct e8m0;

/// The dtype of a C++ type: `dtype_of<float>::value`. A backend's header adds its own types (`__half`, …).
template <class T, class = void>
struct dtype_of;

template <>
struct dtype_of<double> : std::integral_constant<dtype, dtype::fp64> {};
template <>
struct dtype_of<float> : std::integral_constant<dtype, dtype::fp32> {};
template <>
struct dtype_of<bool> : std::integral_constant<dtype, dtype::boolean> {};
template <dtype Type>
struct dtype_of<float8<Type>> : std::integral_constant<dtype, Type> {};
template <>
struct dtype_of<e8m0> : std::integral_constant<dtype, dtype::e8m0> {};
template <>
struct dtype_of<tf32> : std::integral_constant<dtype, dtype::tf32> {};
template <>
struct dtype_of<fp6_e2m3> : std::integral_constant<dtype, dtype::fp6_e2m3> {};
template <>
struct dtype_of<fp6_e3m2> : std::integral_constant<dtype, dtype::fp6_e3m2> {};
template <>
struct dtype_of<fp4_e2m1> : std::integral_constant<dtype, dtype::fp4_e2m1> {};

/// By size and sign, because `long` and `long long` are two types of one size.
template <class T>
struct dtype_of<T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<std::remove_cv_t<T>, bool>>>
    : std::integral_constant<dtype, static_cast<dtype>(
                                        static_cast<int>(std::is_signed_v<T> ? dtype::int8 : dtype::uint8) +
                                        (sizeof(T) == 1   ? 0
                                         : sizeof(T) == 2 ? 1
                                         : sizeof(T) == 4 ? 2
                                                          : 3))> {};

/// What a pointer to a tensor's memory points at: the element type itself, but for the packed ones, where it
/// is something that holds whole bytes, and tf32.
template <class Element>
struct storage_of {
  using type = Element;
};
template <class Element>
struct storage_of<const Element> {
  using type = const typename storage_of<Element>::type;
};
template <>
struct storage_of<tf32> {
  using type = float;
};
template <>
struct storage_of<fp6_e2m3> {
  using type = std::uint8_t;
};
template <>
struct storage_of<fp6_e3m2> {
  using type = std::uint8_t;
};
template <>
struct storage_of<fp4_e2m1> {
  using type = std::uint8_t;
};
template <class Element>
using storage_of_t = typename storage_of<Element>::type;

}  // namespace assay
