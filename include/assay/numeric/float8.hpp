// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "assay/core/host_device.hpp"
#include "assay/numeric/binary_format.hpp"
#include "assay/numeric/dtype.hpp"

namespace assay {

/// How a positive number becomes a power of two. Quantisers that must not overflow round up (cuBLAS), those
/// of the OCP MX specification down; CUDA's conversions offer these two, ml_dtypes the nearest.
enum class scale_rounding : std::uint8_t {
  nearest,  ///< halfway between two powers, at 1.5·2^k, up
  up,
  down,
};

/// The bits of the e8m0 scale that `value` rounds to. Above zero and below 2^-127 it is 2^-127. What has no
/// place in e8m0 is NaN (0xFF) with overflow::special, as in ml_dtypes: zero, negative numbers, and what
/// rounds beyond 2^127. With overflow::saturate the sign is dropped, zero is 2^-127, and infinity 2^127, as
/// in CUDA's conversions with __NV_SATFINITE.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint8_t e8m0_from_double(
    double value, overflow beyond = overflow::special, scale_rounding rounding = scale_rounding::nearest) {
  constexpr std::uint8_t not_a_number = 0xFF, largest = 0xFE;
  constexpr std::uint64_t bias_gap = 1023 - 127;
  const std::uint64_t bits = __builtin_bit_cast(std::uint64_t, value);
  const std::uint64_t magnitude = bits & ~(std::uint64_t{1} << 63);
  if (value != value || (beyond == overflow::special && !(value > 0.0))) return not_a_number;
  const std::uint64_t carry = rounding == scale_rounding::up        ? (std::uint64_t{1} << 52) - 1
                              : rounding == scale_rounding::nearest ? std::uint64_t{1} << 51
                                                                    : 0;
  const std::uint64_t exponent = (magnitude + carry) >> 52;
  if (exponent <= bias_gap) return 0;
  if (exponent - bias_gap > largest) return beyond == overflow::saturate ? largest : not_a_number;
  return static_cast<std::uint8_t>(exponent - bias_gap);
}
/// 2^(bits − 127); 0xFF is NaN.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double e8m0_to_double(std::uint8_t bits) {
  return __builtin_bit_cast(
      double, bits == 0xFF ? std::uint64_t{0x7ff8} << 48 : (std::uint64_t{bits} + (1023 - 127)) << 52);
}

/// An 8-bit number as stored, for kernels on the host and for declaring tensors without a device's headers.
/// Arithmetic happens in float; storing a result is explicit, because it rounds.
template <dtype Type>
struct float8 {
  std::uint8_t bits;

  float8() = default;
  /// To nearest, ties to even.
  ASSAY_HOST_DEVICE explicit constexpr float8(double value, overflow beyond = overflow::special)
      : bits(static_cast<std::uint8_t>(detail::encode(format_of(Type), value, beyond))) {}
  ASSAY_HOST_DEVICE constexpr operator float() const {
    return static_cast<float>(detail::decode(format_of(Type), bits));
  }
};

/// An e8m0 scale as stored; see float8 and e8m0_from_double.
struct e8m0 {
  std::uint8_t bits;

  e8m0() = default;
  ASSAY_HOST_DEVICE explicit constexpr e8m0(double value, overflow beyond = overflow::special,
                                            scale_rounding rounding = scale_rounding::nearest)
      : bits(e8m0_from_double(value, beyond, rounding)) {}
  ASSAY_HOST_DEVICE constexpr operator float() const { return static_cast<float>(e8m0_to_double(bits)); }
};

}  // namespace assay
