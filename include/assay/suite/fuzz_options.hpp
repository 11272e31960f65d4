// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace assay {

/// How much is tried of each case.
struct fuzz_options {
  std::optional<std::int64_t> trials;  ///< at most so many
  std::optional<double> seconds;       ///< and none begins after so long, but for the first
  bool strict = false;                 ///< specials are tried whether a problem declares them or not

  /// Whether anything is to be tried.
  [[nodiscard]] bool wanted() const { return trials ? *trials > 0 : seconds.has_value(); }
};

}  // namespace assay
