// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace assay {

/// What one question about a time that is too good came to.
enum class rung_outcome {
  cause,      ///< this is why
  evidence,   ///< something is odd, but it does not explain the time by itself
  cleared,    ///< it is not this
  not_tried,  ///< it does not apply here, or could not be asked
};

[[nodiscard]] constexpr const char* to_string(rung_outcome o) {
  constexpr const char* names[] = {"cause", "evidence", "cleared", "not tried"};
  return names[static_cast<std::size_t>(o)];
}

/// One rung of the ladder: what was asked, what was tried, and what came of it.
struct diagnosis_rung {
  std::string rung;  ///< "warm-cache", "byte-stream", "bytes", "arithmetic", "clock", "escaped-work"
  rung_outcome outcome = rung_outcome::not_tried;
  std::string message;                                  ///< a sentence without its full stop
  std::vector<std::pair<std::string, double>> numbers;  ///< the figures behind it, SI
};

/// Why a candidate is faster than it could be, as far as the program can find out.
struct diagnosis {
  std::vector<diagnosis_rung> rungs;  ///< in the order in which they were tried, up to the cause

  /// The first that explains the time; null where none does.
  [[nodiscard]] const diagnosis_rung* cause() const {
    for (const diagnosis_rung& r : rungs)
      if (r.outcome == rung_outcome::cause) return &r;
    return nullptr;
  }
  /// One sentence: the cause, or what is odd, or that nothing was found.
  [[nodiscard]] std::string answer() const {
    if (const diagnosis_rung* found = cause()) return found->message;
    std::string odd;
    for (const diagnosis_rung& r : rungs)
      if (r.outcome == rung_outcome::evidence) odd += (odd.empty() ? "" : "; ") + r.message;
    return odd.empty() ? "unexplained" : "unexplained, but " + odd;
  }
};

}  // namespace assay
