// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/core/host_device.hpp"
#include "assay/numeric/binary_format.hpp"
#include "assay/numeric/dtype.hpp"

namespace assay {

namespace detail {

/// 2^exponent, −1074 ≤ exponent ≤ 1023.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double power_of_two(int exponent) {
  return __builtin_bit_cast(double, exponent >= -1022 ? static_cast<std::uint64_t>(exponent + 1023) << 52
                                                      : std::uint64_t{1} << (exponent + 1074));
}

/// Of the binades of normal numbers: the exponent of the lowest and of the highest.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr int lowest_exponent(const binary_format& f) {
  return (f.specials == special_values::scale ? 0 : 1) - f.bias;
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr int highest_exponent(const binary_format& f) {
  const int reserved = f.specials == special_values::ieee || f.specials == special_values::scale ? 1 : 0;
  return (1 << f.exponent_bits) - 1 - reserved - f.bias;
}

}  // namespace detail

/// Bits of the significand, the hidden one included; 0 for integers and booleans.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr int significand_bits(dtype type) {
  return is_floating(type) ? format_of(type).mantissa_bits + 1 : 0;
}

/// 2^-p with p significand bits: the largest relative error of rounding to nearest, in the normal range. 0
/// for integers.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double unit_roundoff(dtype type) {
  return is_floating(type) ? detail::power_of_two(-significand_bits(type)) : 0.0;
}

/// The least number above zero; 1 for integers and booleans. Half of it is the largest error of rounding to
/// nearest where the relative bound does not hold.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double least_subnormal(dtype type) {
  const binary_format f = format_of(type);
  return is_floating(type) ? detail::power_of_two(detail::lowest_exponent(f) - f.mantissa_bits) : 1.0;
}

/// The largest finite number of the type, for 64-bit integers the largest that a double can hold as well.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double largest_finite(dtype type) {
  switch (type) {
    case dtype::fp64: return 0x1.fffffffffffffp1023;
    case dtype::int8: return 0x1p7 - 1.0;
    case dtype::int16: return 0x1p15 - 1.0;
    case dtype::int32: return 0x1p31 - 1.0;
    case dtype::int64: return 0x1p63 - 0x1p10;
    case dtype::uint8: return 0x1p8 - 1.0;
    case dtype::uint16: return 0x1p16 - 1.0;
    case dtype::uint32: return 0x1p32 - 1.0;
    case dtype::uint64: return 0x1p64 - 0x1p11;
    case dtype::boolean: return 1.0;
    case dtype::e8m0: return 0x1p127;
    default: return detail::decode(format_of(type), detail::largest_encoding(format_of(type)));
  }
}

}  // namespace assay
