// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/numeric/dtype.hpp"

namespace assay {

/// The byte that fills outputs before a launch. For floating types all ones: a NaN in every format, and not
/// the NaN that arithmetic gives. For integers a pattern that no result is likely to be.
[[nodiscard]] constexpr std::uint8_t poison_byte(dtype type) { return is_floating(type) ? 0xFF : 0xA5; }

/// Whether every byte of element `index` is the poison.
[[nodiscard]] inline bool holds_poison(dtype type, const void* base, std::int64_t index,
                                       std::uint8_t poison) {
  const auto* bytes = static_cast<const std::uint8_t*>(base) + index * size_of(type);
  for (std::int64_t i = 0; i < size_of(type); ++i)
    if (bytes[i] != poison) return false;
  return true;
}

}  // namespace assay
