// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/numeric/binary_format.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"

namespace assay {

/// The byte that fills outputs before a launch. For types with NaN one of which every element is NaN: all
/// ones, which is not the NaN that arithmetic gives, or fnuz's only one. For the others a pattern that no
/// result is likely to be.
[[nodiscard]] constexpr std::uint8_t poison_byte(dtype type) {
  if (!has_nan(type)) return 0xA5;
  return format_of(type).specials == special_values::fnuz ? 0x80 : 0xFF;
}

/// Whether element `index` is what a tensor full of the byte `poison` holds there.
[[nodiscard]] inline bool holds_poison(dtype type, const void* base, std::int64_t index,
                                       std::uint8_t poison) {
  alignas(8) const std::uint8_t pattern[8] = {poison, poison, poison, poison, poison, poison, poison, poison};
  return element_bits(type, base, index) == element_bits(type, pattern, index % packing_group(type));
}

}  // namespace assay
