// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace assay {

/// Exit codes, so that CI can tell why. Never a count.
enum class exit_code : int {
  pass = 0,
  gate_not_met = 1,
  usage = 2,                ///< bad option, bad declaration, unreadable or unwritable file
  verification_failed = 3,  ///< a candidate or baseline is wrong, invalid or failed; a counterexample passed
  inconclusive = 4,         ///< a gate or a verdict that could not be decided, or something missing
  no_baseline = 5,          ///< a stored baseline is missing or of another environment
  nothing_measured = 6,     ///< no case matched, or there is no device
  interrupted = 7,          ///< SIGINT (Ctrl-C) or SIGTERM ended the run before it was done
};

/// What it means, in a few words.
[[nodiscard]] constexpr const char* to_string(exit_code code) {
  constexpr const char* words[] = {
      "pass",         "gate not met",     "usage or file error", "verification failed",
      "inconclusive", "baseline missing", "nothing measured",    "interrupted"};
  return words[static_cast<int>(code)];
}

}  // namespace assay
