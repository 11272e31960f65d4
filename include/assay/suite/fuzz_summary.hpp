// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "assay/suite/trial.hpp"
#include "assay/verify/verdict.hpp"

namespace assay {

/// What fuzzing one candidate came to. Part of its record.
struct fuzz_summary {
  std::int64_t trials = 0;   ///< that told right from wrong, those for shrinking not counted
  std::int64_t skipped = 0;  ///< that did not: the oracle failed, or they did not fit into memory
  std::string skip_reason;   ///< of the first of these
  double seconds = 0.0;      ///< of the whole case, which its candidates share
  int shrink_tries = 0;
  std::optional<trial> first;      ///< that failed
  std::optional<trial> smallest;   ///< that fails in the same way
  std::optional<verdict> failure;  ///< of the smallest

  [[nodiscard]] bool passed() const { return !failure; }
};

/// "n=17 seed=3 attack=one-hot": what a person has to know of a trial.
[[nodiscard]] inline std::string describe(const trial& t) {
  std::string text = to_string(t.values);
  text += (text.empty() ? "seed=" : " seed=") + std::to_string(t.seed);
  if (t.attack != attack::as_declared) text += std::string(" attack=") + to_string(t.attack);
  if (t.layout.offset != 0) text += " offset=" + std::to_string(t.layout.offset);
  if (t.layout.padding != 0) text += " padding=" + std::to_string(t.layout.padding);
  if (t.layout.alias) text += " in place";
  return text;
}

/// What the reason of a verdict begins with that came up in a trial.
[[nodiscard]] inline std::string in_trial(const trial& t) { return "fuzz: " + describe(t) + ": "; }

}  // namespace assay
