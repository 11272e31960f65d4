// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <string>

#include "assay/core/error.hpp"

namespace assay {

/// The file descriptors that a worker inherits.
struct worker_handles {
  int socket = -1;  ///< to the process that started it
  int page = -1;    ///< of the note of who runs
};

/// As an option of the command line.
[[nodiscard]] inline std::string to_string(const worker_handles& handles) {
  return std::to_string(handles.socket) + "," + std::to_string(handles.page);
}

/// Throws usage_error for what is none.
[[nodiscard]] inline worker_handles parse_worker_handles(const std::string& text) {
  worker_handles handles;
  const char* const end = text.data() + text.size();
  const auto [middle, first] = std::from_chars(text.data(), end, handles.socket);
  if (first == std::errc() && middle != end && *middle == ',') {
    const auto [last, second] = std::from_chars(middle + 1, end, handles.page);
    if (second == std::errc() && last == end && handles.socket > 2 && handles.page > 2) return handles;
  }
  throw usage_error("--worker " + text + ": is for assay itself, which starts its workers with it");
}

}  // namespace assay
