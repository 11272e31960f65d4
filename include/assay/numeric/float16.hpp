// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "assay/core/host_device.hpp"
#include "assay/numeric/dtype.hpp"

namespace assay {

namespace detail {

/// The nearest number, ties to even, of the IEEE 754 binary format with these field widths, as its bits. One
/// rounding, straight from double: by way of float, 1 + 2^-11 + 2^-35 would become a tie in fp16 and round
/// down. Overflow gives Inf. A NaN keeps its sign and the leading bits of its payload. Integer arithmetic
/// only, so that host and device agree whatever the compiler's flags on contraction and subnormals.
template <int ExponentBits, int MantissaBits>
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint32_t encode_binary(double value) {
  constexpr int dropped = 52 - MantissaBits;
  constexpr std::uint64_t bias_gap = 1023 - ((std::uint64_t{1} << (ExponentBits - 1)) - 1);
  constexpr std::uint64_t infinity = ((std::uint64_t{1} << ExponentBits) - 1) << MantissaBits;
  constexpr std::uint64_t double_infinity = std::uint64_t{0x7ff} << 52;
  constexpr std::uint64_t hidden_bit = std::uint64_t{1} << 52;

  const std::uint64_t bits = __builtin_bit_cast(std::uint64_t, value);
  const std::uint64_t sign = (bits >> 63) << (ExponentBits + MantissaBits);
  const std::uint64_t magnitude = bits & ~(std::uint64_t{1} << 63);
  const std::uint64_t exponent = magnitude >> 52;

  std::uint64_t rounded = 0;
  if (magnitude > double_infinity) {
    const std::uint64_t payload = (magnitude & (hidden_bit - 1)) >> dropped;
    rounded = infinity | (payload != 0 ? payload : std::uint64_t{1} << (MantissaBits - 1));
  } else if (exponent > bias_gap) {
    const std::uint64_t rebased = magnitude - (bias_gap << 52);
    const std::uint64_t half_minus = (std::uint64_t{1} << (dropped - 1)) - 1;
    rounded = (rebased + half_minus + ((rebased >> dropped) & 1)) >> dropped;
    if (rounded > infinity) rounded = infinity;
  } else if (bias_gap - exponent < MantissaBits + 1) {
    // Subnormal: the last place is fixed, so the further below the least normal, the more bits are dropped.
    // Doubles that are themselves subnormal end in the branch not taken: they are far below half of it.
    const std::uint64_t significand = (magnitude & (hidden_bit - 1)) | hidden_bit;
    const int shift = dropped + 1 + static_cast<int>(bias_gap - exponent);
    const std::uint64_t half_minus = (std::uint64_t{1} << (shift - 1)) - 1;
    rounded = (significand + half_minus + ((significand >> shift) & 1)) >> shift;
  }
  return static_cast<std::uint32_t>(sign | rounded);
}

/// The inverse of encode_binary. Exact; a NaN keeps its payload.
template <int ExponentBits, int MantissaBits>
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double decode_binary(std::uint32_t bits) {
  constexpr int added = 52 - MantissaBits;
  constexpr std::uint64_t bias = (std::uint64_t{1} << (ExponentBits - 1)) - 1;
  constexpr std::uint32_t largest_exponent = (std::uint32_t{1} << ExponentBits) - 1;
  constexpr double least = __builtin_bit_cast(double, (1024 - bias - MantissaBits) << 52);

  const std::uint64_t sign = static_cast<std::uint64_t>(bits >> (ExponentBits + MantissaBits)) << 63;
  const std::uint32_t exponent = (bits >> MantissaBits) & largest_exponent;
  const std::uint64_t mantissa = bits & ((std::uint32_t{1} << MantissaBits) - 1);
  std::uint64_t magnitude = 0;
  if (exponent == largest_exponent) {
    magnitude = (std::uint64_t{0x7ff} << 52) | (mantissa << added);
  } else if (exponent != 0) {
    magnitude = ((exponent + (1023 - bias)) << 52) | (mantissa << added);
  } else {
    // A whole number times a power of two, both normal doubles: exact.
    magnitude = __builtin_bit_cast(std::uint64_t, static_cast<double>(mantissa) * least);
  }
  return __builtin_bit_cast(double, sign | magnitude);
}

}  // namespace detail

/// The bits of the IEEE 754 binary16 number nearest to `value`, ties to even.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint16_t fp16_from_double(double value) {
  return static_cast<std::uint16_t>(detail::encode_binary<5, 10>(value));
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double fp16_to_double(std::uint16_t bits) {
  return detail::decode_binary<5, 10>(bits);
}

/// The bits of the bfloat16 number (the upper half of a binary32) nearest to `value`, ties to even.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint16_t bf16_from_double(double value) {
  return static_cast<std::uint16_t>(detail::encode_binary<8, 7>(value));
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double bf16_to_double(std::uint16_t bits) {
  return detail::decode_binary<8, 7>(bits);
}

/// IEEE 754 binary16 as stored, for kernels on the host and for declaring tensors without a device's headers.
/// Arithmetic happens in float; storing a result is explicit, because it rounds.
struct fp16 {
  std::uint16_t bits;

  fp16() = default;
  /// To nearest, ties to even. A float converts exactly on its way here.
  ASSAY_HOST_DEVICE explicit constexpr fp16(double value) : bits(fp16_from_double(value)) {}
  ASSAY_HOST_DEVICE constexpr operator float() const { return static_cast<float>(fp16_to_double(bits)); }
};

/// bfloat16 as stored; see fp16.
struct bf16 {
  std::uint16_t bits;

  bf16() = default;
  ASSAY_HOST_DEVICE explicit constexpr bf16(double value) : bits(bf16_from_double(value)) {}
  ASSAY_HOST_DEVICE constexpr operator float() const { return static_cast<float>(bf16_to_double(bits)); }
};

template <>
struct dtype_of<fp16> : std::integral_constant<dtype, dtype::fp16> {};
template <>
struct dtype_of<bf16> : std::integral_constant<dtype, dtype::bf16> {};

}  // namespace assay
