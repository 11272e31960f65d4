// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/core/host_device.hpp"
#include "assay/numeric/dtype.hpp"

namespace assay {

/// What a binary floating-point format keeps encodings for, apart from finite numbers.
enum class special_values : std::uint8_t {
  ieee,      ///< IEEE 754: the largest exponent holds the infinities and the NaNs
  nan_only,  ///< "fn": all ones is NaN, with either sign; no infinity
  fnuz,      ///< "finite, no negative zero": the encoding of -0 is the NaN; no infinity
  none,      ///< every encoding is a finite number
  scale,     ///< e8m0: no sign, no mantissa and no zero; all ones is NaN
};

/// Sign (but for `scale`), exponent, mantissa, from the highest bit down. A number with exponent field e > 0
/// and mantissa field m is ±2^(e − bias)·(1 + m/2^mantissa_bits), one with e = 0 is
/// ±2^(1 − bias)·m/2^mantissa_bits. In a `scale` every e stands for 2^(e − bias).
struct binary_format {
  int exponent_bits;
  int mantissa_bits;
  int bias;
  special_values specials;
};

/// Sources: IEEE 754-2019; "OCP 8-bit Floating Point Specification (OFP8)" 1.0; "OCP Microscaling Formats
/// (MX) Specification" 1.0; Noune et al., "8-bit numerical formats for deep neural networks" (2022) for fnuz.
/// The fields of a tf32 are the upper 19 bits of the fp32 that it is stored in. All zero for integers and
/// bool.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr binary_format format_of(dtype type) {
  switch (type) {
    case dtype::fp64: return {11, 52, 1023, special_values::ieee};
    case dtype::fp32: return {8, 23, 127, special_values::ieee};
    case dtype::tf32: return {8, 10, 127, special_values::ieee};
    case dtype::fp16: return {5, 10, 15, special_values::ieee};
    case dtype::bf16: return {8, 7, 127, special_values::ieee};
    case dtype::fp8_e4m3fn: return {4, 3, 7, special_values::nan_only};
    case dtype::fp8_e5m2: return {5, 2, 15, special_values::ieee};
    case dtype::fp8_e4m3fnuz: return {4, 3, 8, special_values::fnuz};
    case dtype::fp8_e5m2fnuz: return {5, 2, 16, special_values::fnuz};
    case dtype::fp6_e2m3: return {2, 3, 1, special_values::none};
    case dtype::fp6_e3m2: return {3, 2, 3, special_values::none};
    case dtype::fp4_e2m1: return {2, 1, 1, special_values::none};
    case dtype::e8m0: return {8, 0, 127, special_values::scale};
    default: return {0, 0, 0, special_values::none};
  }
}

[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool has_nan(dtype type) {
  return is_floating(type) && format_of(type).specials != special_values::none;
}
/// Whether there are several NaNs, so that one of them can mark what was never written.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool has_spare_nan(dtype type) {
  const special_values specials = format_of(type).specials;
  return is_floating(type) && (specials == special_values::ieee || specials == special_values::nan_only);
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool has_infinity(dtype type) {
  return is_floating(type) && format_of(type).specials == special_values::ieee;
}

/// What becomes of a number whose rounding lies beyond the largest finite one, and of an infinity. Kernels do
/// either, and both are honest: CUDA's conversions take it as an argument (__NV_NOSAT, __NV_SATFINITE), its
/// types saturate, ml_dtypes and PyTorch do not.
enum class overflow : std::uint8_t {
  special,   ///< an infinity where the type has one, else a NaN; the largest number where it has neither
  saturate,  ///< the largest number of that sign
};

namespace detail {

/// The encoding of the largest finite number.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint32_t largest_encoding(const binary_format& f) {
  const std::uint32_t all = (std::uint32_t{1} << (f.exponent_bits + f.mantissa_bits)) - 1;
  if (f.specials == special_values::ieee) return all - (std::uint32_t{1} << f.mantissa_bits);
  return f.specials == special_values::nan_only || f.specials == special_values::scale ? all - 1 : all;
}

/// The number of `f`, which is narrower than fp64, that is nearest to `value`, ties to even, as its bits. One
/// rounding, straight from double: by way of float, 1 + 2^-11 + 2^-35 would become a tie in fp16 and round
/// down. A NaN keeps its sign and the leading bits of its payload where the format has room for them; where
/// it has no NaN, the largest number takes its place, as in CUDA's conversions. Integer arithmetic only, so
/// that host and device agree whatever the compiler's flags on contraction and subnormals. Inlined, because
/// most of it is known when `f` is.
[[nodiscard, gnu::always_inline]] ASSAY_HOST_DEVICE inline constexpr std::uint32_t encode(
    const binary_format& f, double value, overflow beyond) {
  const int dropped = 52 - f.mantissa_bits;
  const std::uint64_t bias_gap = static_cast<std::uint64_t>(1023 - f.bias);
  const std::uint64_t largest = largest_encoding(f);
  const std::uint64_t sign_bit = std::uint64_t{1} << (f.exponent_bits + f.mantissa_bits);
  const std::uint64_t double_infinity = std::uint64_t{0x7ff} << 52;
  const std::uint64_t hidden_bit = std::uint64_t{1} << 52;

  const std::uint64_t bits = __builtin_bit_cast(std::uint64_t, value);
  const std::uint64_t sign = (bits >> 63) != 0 ? sign_bit : 0;
  const std::uint64_t magnitude = bits & ~(std::uint64_t{1} << 63);
  const std::uint64_t exponent = magnitude >> 52;

  std::uint64_t rounded = 0;
  if (magnitude > double_infinity) {
    if (f.specials == special_values::none) return static_cast<std::uint32_t>(largest);
    if (f.specials == special_values::fnuz) return static_cast<std::uint32_t>(sign_bit);
    const std::uint64_t payload =
        f.specials == special_values::ieee ? (magnitude & (hidden_bit - 1)) >> dropped : 0;
    rounded = f.specials == special_values::nan_only ? largest + 1
              : payload != 0                         ? largest + 1 + payload
                             : largest + 1 + (std::uint64_t{1} << (f.mantissa_bits - 1));
  } else if (exponent > bias_gap) {
    const std::uint64_t rebased = magnitude - (bias_gap << 52);
    const std::uint64_t half_minus = (std::uint64_t{1} << (dropped - 1)) - 1;
    rounded = (rebased + half_minus + ((rebased >> dropped) & 1)) >> dropped;
    if (rounded > largest) {
      const bool saturates = beyond == overflow::saturate || f.specials == special_values::none;
      if (!saturates && f.specials == special_values::fnuz) return static_cast<std::uint32_t>(sign_bit);
      rounded = saturates ? largest : largest + 1;  // beside it lies the infinity, or the NaN
    }
  } else if (bias_gap - exponent < static_cast<std::uint64_t>(f.mantissa_bits) + 1) {
    // Subnormal: the last place is fixed, so the further below the least normal, the more bits are dropped.
    // Doubles that are themselves subnormal end in the branch not taken: they are far below half of it.
    const std::uint64_t significand = (magnitude & (hidden_bit - 1)) | hidden_bit;
    const int shift = dropped + 1 + static_cast<int>(bias_gap - exponent);
    const std::uint64_t half_minus = (std::uint64_t{1} << (shift - 1)) - 1;
    rounded = (significand + half_minus + ((significand >> shift) & 1)) >> shift;
  }
  if (f.specials == special_values::fnuz && rounded == 0) return 0;
  return static_cast<std::uint32_t>(sign | rounded);
}

/// The inverse of encode. Exact; a NaN keeps its payload.
[[nodiscard, gnu::always_inline]] ASSAY_HOST_DEVICE inline constexpr double decode(const binary_format& f,
                                                                                   std::uint32_t bits) {
  const int added = 52 - f.mantissa_bits;
  const std::uint64_t bias = static_cast<std::uint64_t>(f.bias);
  const std::uint64_t double_infinity = std::uint64_t{0x7ff} << 52;
  const std::uint32_t sign_bit = std::uint32_t{1} << (f.exponent_bits + f.mantissa_bits);

  const std::uint64_t sign = static_cast<std::uint64_t>((bits & sign_bit) != 0) << 63;
  const std::uint32_t finite_or_not = bits & (sign_bit - 1);
  const std::uint64_t exponent = finite_or_not >> f.mantissa_bits;
  const std::uint64_t mantissa = bits & ((std::uint32_t{1} << f.mantissa_bits) - 1);
  std::uint64_t magnitude = 0;
  if (finite_or_not > largest_encoding(f) || (f.specials == special_values::fnuz && bits == sign_bit)) {
    magnitude =
        double_infinity | (f.specials == special_values::ieee ? mantissa << added : std::uint64_t{1} << 51);
    if (f.specials == special_values::fnuz) return __builtin_bit_cast(double, magnitude);
  } else if (exponent != 0) {
    magnitude = ((exponent + (1023 - bias)) << 52) | (mantissa << added);
  } else {
    // A whole number times a power of two, both normal doubles: exact.
    const std::uint64_t last_place = static_cast<std::uint64_t>(1024 - f.bias - f.mantissa_bits) << 52;
    magnitude = __builtin_bit_cast(std::uint64_t,
                                   static_cast<double>(mantissa) * __builtin_bit_cast(double, last_place));
  }
  return __builtin_bit_cast(double, sign | magnitude);
}

}  // namespace detail

}  // namespace assay
