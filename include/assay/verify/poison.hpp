// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>

#include "assay/core/parallel.hpp"
#include "assay/numeric/binary_format.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"

namespace assay {

/// A type without NaN, or with a single one, may rightly hold any pattern, so one poison cannot tell what was
/// never written. Two launches that find different poisons can: what holds the first after the first and the
/// second after the second was written by neither.
enum class poison_variant : std::uint8_t { first, second };

/// The byte that fills outputs before a launch. Where there is a NaN to spare all ones, in both variants: a
/// NaN in every such format, and not the one that arithmetic gives. Where there is a single one (fnuz, e8m0)
/// that, and a number as the second variant. Elsewhere a pattern that few results are, and its complement.
[[nodiscard]] constexpr std::uint8_t poison_byte(dtype type, poison_variant variant = poison_variant::first) {
  if (variant == poison_variant::second && !has_spare_nan(type)) return 0x5A;
  if (has_nan(type)) return format_of(type).specials == special_values::fnuz ? 0x80 : 0xFF;
  return 0xA5;
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

/// Whether element `index` is what a tensor full of the byte `poison` holds there.
[[nodiscard]] inline bool holds_poison(dtype type, const void* base, std::int64_t index,
                                       std::uint8_t poison) {
  alignas(8) const std::uint8_t pattern[8] = {poison, poison, poison, poison, poison, poison, poison, poison};
  return element_bits(type, base, index) == element_bits(type, pattern, index % packing_group(type));
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
  std::mutex mutex;
  parallel_for(count, [&](std::int64_t begin, std::int64_t end) {
    unwritten here;
    for (std::int64_t i = begin; i < end; ++i)
      if (holds_poison(type, after_first, i, poison_byte(type, poison_variant::first)) &&
          holds_poison(type, after_second, i, poison_byte(type, poison_variant::second)))
        if (here.count++ == 0) here.first = i;
    if (here.count == 0) return;
    const std::lock_guard lock(mutex);
    found.first = found.count == 0 ? here.first : std::min(found.first, here.first);
    found.count += here.count;
  });
  return found;
}

}  // namespace assay
