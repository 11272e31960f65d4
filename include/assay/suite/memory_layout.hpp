// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace assay {

/// On which side of a tensor the unmapped page lies.
enum class fence_side : std::uint8_t {
  above,  ///< behind the last byte; up to the tensor's alignment, less one byte, may lie between
  below,  ///< in front of the first byte, with nothing between
};

[[nodiscard]] constexpr const char* to_string(fence_side side) {
  return side == fence_side::above ? "above" : "below";
}

/// How the tensors and workspaces of a case are placed in memory. A right candidate is right under all of
/// them.
struct memory_layout {
  /// Bytes from a 256-byte boundary to the beginning of each tensor, rounded up to a multiple of the
  /// alignment that the problem promises for it: 1 is the worst that each tensor permits, and changes nothing
  /// where 256 is promised. Not negative. A fence has its own places.
  std::int64_t offset = 0;
  /// Elements by which rows are moved apart where a problem says any_leading_dimension(). Not negative.
  std::int64_t padding = 0;
  /// Outputs lie on inputs where a problem says may_alias().
  bool alias = false;
  /// Each tensor lies flush against an unmapped page, so that one access beyond it, reads included, is a
  /// fault. Only where device::has_fences().
  bool fence = false;
  fence_side side = fence_side::above;
  /// Each tensor is an allocation of its own, of exactly its size and without red zones, so that a memory
  /// checker sees where it ends.
  bool separate = false;
};

}  // namespace assay
