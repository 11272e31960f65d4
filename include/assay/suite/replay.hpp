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

/// The arguments with which the same program repeats one verdict, on any machine.
[[nodiscard]] inline std::string replay_arguments(const replay_target& target) {
  return "--replay " + shell_quoted(to_string(target));
}

}  // namespace assay
