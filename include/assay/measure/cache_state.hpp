// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace assay {

/// What the caches hold when a timed launch begins.
enum class cache_state {
  cold,        ///< swept by reads before each launch: nothing of the candidate's data, and no dirty lines
  hot,         ///< whatever restoring the tensors and the launch before have left
  rotate,      ///< another copy of the tensors each time, so many that the last use has left the caches
  cold_dirty,  ///< overwritten by a memset before each launch, as nvbench does: full of dirty lines
};

[[nodiscard]] constexpr const char* to_string(cache_state state) {
  constexpr const char* names[] = {"cold", "hot", "rotate", "cold-dirty"};
  return names[static_cast<std::size_t>(state)];
}

}  // namespace assay
