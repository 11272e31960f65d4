// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace assay {

/// Lets through what candidates of an item print, up to a bound: a loop that prints without end would fill
/// the disk that holds the log before its time is up.
class output_limit {
 public:
  static constexpr std::size_t most = 16 << 20;  ///< bytes

  /// What is to be shown of a text that comes next.
  [[nodiscard]] std::string admit(const std::string& text) {
    if (seen_ > most) return "";
    const std::size_t left = most - seen_;
    seen_ += text.size();
    if (seen_ <= most) return text;
    return text.substr(0, left) + "\nassay: more than " + std::to_string(most >> 20) +
           " MiB were printed here; the rest is not shown\n";
  }

 private:
  std::size_t seen_ = 0;
};

}  // namespace assay
