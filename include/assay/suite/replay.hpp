// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "assay/suite/record.hpp"

namespace assay {

/// The text as a regular expression that matches it and nothing else.
[[nodiscard]] inline std::string regex_literal(const std::string& text) {
  std::string pattern = "^";
  for (const char c : text) {
    if (std::string("\\^$.|?*+()[]{}").find(c) != std::string::npos) pattern += '\\';
    pattern += c;
  }
  return pattern + "$";
}

/// The text as one argument of a POSIX shell.
[[nodiscard]] inline std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// The arguments with which the same program repeats a record's verdict, on any machine. `timed`: the verdict
/// came up while the candidate was timed, and does so again only there.
[[nodiscard]] inline std::string replay_arguments(const record& r, bool timed = false) {
  std::string text = "--problem " + shell_quoted(regex_literal(r.problem)) + " --candidate " +
                     shell_quoted(regex_literal(r.candidate));
  for (const auto& [name, value] : r.axes) text += " --axis " + shell_quoted(name + "=" + to_string(value));
  return text + " --seed " + std::to_string(r.seed) + (timed ? "" : " --verify-only");
}

}  // namespace assay
