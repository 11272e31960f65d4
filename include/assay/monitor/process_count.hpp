// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#if defined(_WIN32)
#include <process.h>
#else
#include <unistd.h>
#endif

namespace assay {

/// This process, as the management libraries number them.
[[nodiscard]] inline long current_process_id() {
#if defined(_WIN32)
  return _getpid();
#else
  return getpid();
#endif
}

/// How many of the processes that a management library lists for a device are not this one, which holds a
/// context on it. In a container the library may list other numbers for the same processes, or none. So a
/// list without this process tells only that all but one of those in it are others; with fewer than two it
/// tells nothing.
[[nodiscard]] inline std::optional<int> count_other_processes(const std::vector<long>& listed, long own) {
  const auto count = static_cast<int>(listed.size());
  if (std::find(listed.begin(), listed.end(), own) != listed.end()) return count - 1;
  if (count >= 2) return count - 1;
  return std::nullopt;
}

}  // namespace assay
