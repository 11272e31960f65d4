// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/core/host_device.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"

namespace assay {

/// The unit in the last place: the spacing of the numbers of `type` in the binade of `value`, which need not
/// be one of them. The spacing of the subnormals below the least normal, of the top binade above the largest
/// number. 1 for integers.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double unit_in_last_place(dtype type, double value) {
  if (significand_bits(type) == 0) return 1.0;
  const int largest = type == dtype::fp64 ? 1023 : type == dtype::fp16 ? 15 : 127;
  const int field = static_cast<int>((__builtin_bit_cast(std::uint64_t, value) >> 52) & 0x7ff);
  int exponent = field - 1023;
  if (exponent > largest) exponent = largest;
  if (exponent < 1 - largest) exponent = 1 - largest;
  const int last = exponent - (significand_bits(type) - 1);
  const std::uint64_t bits =
      last >= -1022 ? static_cast<std::uint64_t>(last + 1023) << 52 : std::uint64_t{1} << (last + 1074);
  return __builtin_bit_cast(double, bits);
}

/// |got − expected| in units of the last place of `expected` in `type`. `expected` may be unrounded: a
/// correctly rounded result is at most half a unit away from it. 0 where both are NaN, or where `got` is the
/// infinity that `expected` rounds to; otherwise infinite where either is not finite.
[[nodiscard]] ASSAY_HOST_DEVICE inline double ulp_distance(dtype type, double got, double expected) {
  const double infinity = __builtin_bit_cast(double, std::uint64_t{0x7ff} << 52);
  if (got != got || expected != expected) return got != got && expected != expected ? 0.0 : infinity;
  if (got == infinity || got == -infinity) return got == round_to(type, expected) ? 0.0 : infinity;
  const double difference = got < expected ? expected - got : got - expected;
  return difference / unit_in_last_place(type, expected);
}

}  // namespace assay
