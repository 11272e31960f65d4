// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace assay {

/// One output held against what is right.
struct comparison {
  std::string output;             ///< the tensor's name
  std::int64_t elements = 0;      ///< in the tensor
  std::int64_t checked = 0;       ///< of them, those that were compared
  std::int64_t mismatched = 0;    ///< outside the tolerance, NaN included
  std::int64_t not_a_number = 0;  ///< NaN where a number was expected
  std::int64_t untouched = 0;     ///< still hold the poison that was there before the launch
  double largest_error = 0.0;     ///< |got − expected|; absent errors (NaN) are counted above instead

  /// The element furthest outside its tolerance (NaN before all), or furthest inside it when none is outside.
  struct element {
    std::int64_t index = 0;
    double got = 0.0;
    double expected = 0.0;
    double allowed = 0.0;
  };
  std::optional<element> worst;
  std::string method;  ///< how what is right was found, where that is to be told

  [[nodiscard]] bool matches() const { return checked > 0 ? mismatched == 0 : elements == 0; }
};

}  // namespace assay
