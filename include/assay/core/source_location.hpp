// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace assay {

/// Where something was written. Not std::source_location: clang 14 and 15, which hipcc 5 is built on, lack it
/// in the C++20 mode of libstdc++ 12.
struct source_location {
  const char* file = "";
  std::int32_t line = 0;

  static constexpr source_location current(const char* file = __builtin_FILE(),
                                           std::int32_t line = __builtin_LINE()) {
    return {file, line};
  }
};

}  // namespace assay
