// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace assay {

/// Values that honest kernels treat differently: fast arithmetic flushes subnormals, `max` drops a NaN or
/// keeps it, a square overflows. A problem says which of them its oracle speaks of and its candidates must
/// get right; the others are tried only where the user asks for it (--strict).
enum class special : std::uint8_t {
  none = 0,
  subnormals = 1,    ///< numbers below the least normal one
  near_max = 2,      ///< one of nearly the largest finite value
  signed_zeros = 4,  ///< zeros of both signs
  nan = 8,           ///< one NaN
  infinity = 16,     ///< one infinity
  all = 31,
};

[[nodiscard]] constexpr special operator|(special a, special b) {
  return static_cast<special>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
/// Whether `set` holds all of `wanted`.
[[nodiscard]] constexpr bool includes(special set, special wanted) {
  return (static_cast<std::uint8_t>(set) & static_cast<std::uint8_t>(wanted)) ==
         static_cast<std::uint8_t>(wanted);
}

}  // namespace assay
