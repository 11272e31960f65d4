// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/core/finding.hpp"
#include "assay/verify/comparison.hpp"

namespace assay {

enum class outcome {
  correct,  ///< every checked element lies within the tolerance
  wrong,    ///< some do not
  failed,   ///< it did not run to its end: threw, did not launch, ran out of memory, took the device down
  invalid,  ///< it broke the rules (faster than light, work that escaped the timing, …)
  suspect,  ///< something is odd; neither right nor wrong was shown
  unverifiable,  ///< nothing could tell right from wrong
  unchecked,     ///< verification was switched off
};

[[nodiscard]] constexpr const char* to_string(outcome o) {
  constexpr const char* names[] = {"correct", "wrong",        "failed",   "invalid",
                                   "suspect", "unverifiable", "unchecked"};
  return names[static_cast<int>(o)];
}

/// Whether a candidate is right, and why.
struct verdict {
  assay::outcome outcome = outcome::unchecked;
  std::string reason;                   ///< one sentence; empty when correct
  std::vector<comparison> comparisons;  ///< one for each output
  std::vector<finding> findings = {};   ///< of assay::verify(); a problem's are in its records

  [[nodiscard]] explicit operator bool() const { return outcome == outcome::correct; }
  /// May be timed and scored.
  [[nodiscard]] bool acceptable() const {
    return outcome == outcome::correct || outcome == outcome::unchecked;
  }
};

}  // namespace assay
