// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What errors say.
#include <string>

#include "assay/core/error.hpp"

namespace support {

/// What the Error says that `function` must throw; a sentence of its own when it throws none.
template <class Error = assay::usage_error, class Function>
[[nodiscard]] std::string message_of(Function&& function) {
  try {
    function();
  } catch (const Error& e) {
    return e.what();
  }
  return "(nothing was thrown)";
}

[[nodiscard]] inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace support
