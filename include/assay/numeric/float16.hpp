// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "assay/core/host_device.hpp"
#include "assay/numeric/binary_format.hpp"
#include "assay/numeric/dtype.hpp"

namespace assay {

/// The bits of the IEEE 754 binary16 number nearest to `value`, ties to even.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint16_t fp16_from_double(double value) {
  return static_cast<std::uint16_t>(detail::encode(format_of(dtype::fp16), value, overflow::special));
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double fp16_to_double(std::uint16_t bits) {
  return detail::decode(format_of(dtype::fp16), bits);
}

/// The bits of the bfloat16 number (the upper half of a binary32) nearest to `value`, ties to even.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint16_t bf16_from_double(double value) {
  return static_cast<std::uint16_t>(detail::encode(format_of(dtype::bf16), value, overflow::special));
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double bf16_to_double(std::uint16_t bits) {
  return detail::decode(format_of(dtype::bf16), bits);
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
