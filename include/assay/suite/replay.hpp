// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "assay/suite/trial.hpp"

namespace assay {

/// The text as one argument of a POSIX shell.
[[nodiscard]] inline std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// The text as a shell takes it, in quotes where it has to be.
[[nodiscard]] inline std::string shell_word(const std::string& text) {
  const char* const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  const bool quotes = text.empty() || text.find_first_not_of(plain) != std::string::npos;
  return quotes ? shell_quoted(text) : text;
}

/// The arguments with which the same program repeats one verdict, on any machine.
[[nodiscard]] inline std::string replay_arguments(const replay_target& target) {
  return "--replay " + shell_quoted(to_string(target));
}

}  // namespace assay
