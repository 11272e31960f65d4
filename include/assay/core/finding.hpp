// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace assay {

enum class severity { note, warning, error };

[[nodiscard]] constexpr const char* to_string(severity level) {
  switch (level) {
    case severity::note: return "note";
    case severity::warning: return "warning";
    case severity::error: return "error";
  }
  return "?";
}

/// Something worth telling: a stable code for programs, a sentence for people, and the numbers behind it
/// (SI).
struct finding {
  std::string code;
  severity level = severity::note;
  std::string message;
  std::vector<std::pair<std::string, double>> numbers = {};
};

}  // namespace assay
