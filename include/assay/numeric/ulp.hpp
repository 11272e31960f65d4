// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/core/host_device.hpp"
#include "assay/numeric/binary_format.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/type_limits.hpp"

namespace assay {

/// The unit in the last place: the spacing of the numbers of `type` in the binade of `value`, which need not
/// be one of them. The spacing of the subnormals below the least normal, of the top binade above the largest
/// number. 1 for integers.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double unit_in_last_place(dtype type, double value) {
  if (!is_floating(type)) return 1.0;
  const binary_format f = format_of(type);
  const int lowest = detail::lowest_exponent(f), highest = detail::highest_exponent(f);
  int exponent = static_cast<int>((__builtin_bit_cast(std::uint64_t, value) >> 52) & 0x7ff) - 1023;
  if (exponent > highest) exponent = highest;
  if (exponent < lowest) exponent = lowest;
  return detail::power_of_two(exponent - f.mantissa_bits);
}

/// |got − expected| in units of the last place of `expected` in `type`. `expected` may be unrounded: a
/// correctly rounded result is at most half a unit away from it. 0 where both are NaN, or where `got` is the
/// infinity or the NaN that `expected` rounds to; otherwise infinite where either is not finite. A floating
/// type without infinity may saturate: beyond its range the distance is that to its largest number.
[[nodiscard]] ASSAY_HOST_DEVICE inline double ulp_distance(dtype type, double got, double expected) {
  const double infinity = __builtin_bit_cast(double, std::uint64_t{0x7ff} << 52);
  const double rounded = round_to(type, expected);
  if (got != got && rounded != rounded) return 0.0;
  if (got != got || expected != expected) return infinity;
  if (got == infinity || got == -infinity) return got == rounded ? 0.0 : infinity;
  const double largest = largest_finite(type);
  if (is_floating(type) && !has_infinity(type))
    expected = expected > largest ? largest : expected < -largest ? -largest : expected;
  const double difference = got < expected ? expected - got : got - expected;
  return difference / unit_in_last_place(type, expected);
}

}  // namespace assay
