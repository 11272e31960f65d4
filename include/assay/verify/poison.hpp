// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/numeric/dtype.hpp"

namespace assay {

/// A type without NaN may rightly hold any pattern, so one poison cannot tell what was never written. Two
/// launches that find different poisons can: what holds the first after the first and the second after the
/// second was written by neither.
enum class poison_variant : std::uint8_t { first, second };

/// Whether the type has a NaN that the poison can be.
[[nodiscard]] constexpr bool has_nan(dtype type) { return is_floating(type); }

/// The byte that fills outputs before a launch. Where there is a NaN all ones, in both variants: a NaN in
/// every format, and not the NaN that arithmetic gives. Elsewhere a pattern that few results are, and its
/// complement.
[[nodiscard]] constexpr std::uint8_t poison_byte(dtype type, poison_variant variant = poison_variant::first) {
  if (has_nan(type)) return 0xFF;
  return variant == poison_variant::first ? 0xA5 : 0x5A;
}

/// The byte that fills workspaces: a kernel that reads one before it has written it gets NaN, and results
/// that depend on the variant.
[[nodiscard]] constexpr std::uint8_t workspace_poison_byte(poison_variant variant = poison_variant::first) {
  return variant == poison_variant::first ? 0xFF : 0x5A;
}

/// The byte around tensors and workspaces. None of the poisons; as a number of any type large, but neither
/// its end nor one that computations often give, so that a write there is seen and a read from there does
/// harm.
inline constexpr std::uint8_t guard_byte = 0x6B;

/// Whether every byte of element `index` is the poison.
[[nodiscard]] inline bool holds_poison(dtype type, const void* base, std::int64_t index,
                                       std::uint8_t poison) {
  const auto* bytes = static_cast<const std::uint8_t*>(base) + index * size_of(type);
  for (std::int64_t i = 0; i < size_of(type); ++i)
    if (bytes[i] != poison) return false;
  return true;
}

/// Elements that a launch left as they were.
struct unwritten {
  std::int64_t count = 0;
  std::int64_t first = 0;  ///< the index of the first of them
};

/// The elements that hold the first poison in `after_first` and the second in `after_second`: what `count`
/// elements of an output were, on the host, after two launches with the same inputs. A launch may write what
/// happens to be a poison, but not both.
[[nodiscard]] inline unwritten find_unwritten(dtype type, const void* after_first, const void* after_second,
                                              std::int64_t count) {
  unwritten found;
  for (std::int64_t i = 0; i < count; ++i)
    if (holds_poison(type, after_first, i, poison_byte(type, poison_variant::first)) &&
        holds_poison(type, after_second, i, poison_byte(type, poison_variant::second)))
      if (found.count++ == 0) found.first = i;
  return found;
}

}  // namespace assay
