// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// A red zone that no longer holds the guard pattern.
struct red_zone_damage {
  enum class place {
    before,  ///< in front of the first byte
    behind,  ///< behind the last
    gaps,    ///< between the rows
  };
  std::string name;  ///< "'x'", "the workspace", "workspace 2"
  place where = place::behind;
  std::int64_t bytes = 0;  ///< that changed
  /// The first of them. Before and in the gaps, counted from the first byte of the tensor, so that before it
  /// is negative; behind, from the byte after its last.
  std::int64_t first = 0;
};

/// "wrote 12 bytes before 'y', the first at byte -16 from its beginning"
[[nodiscard]] inline std::string describe(const red_zone_damage& d) {
  const std::string many = std::to_string(d.bytes) + (d.bytes == 1 ? " byte " : " bytes ");
  const char *where = "behind ", *from = " from its end";
  if (d.where == red_zone_damage::place::before) where = "before ", from = " from its beginning";
  if (d.where == red_zone_damage::place::gaps) where = "between the rows of ", from = " from its beginning";
  return "wrote " + many + where + d.name + ", the first at byte " + std::to_string(d.first) + from;
}

/// What a launch did to memory that it must not change.
struct memory_check {
  std::vector<red_zone_damage> damage;
  std::vector<std::string> changed_inputs;  ///< names

  [[nodiscard]] bool clean() const { return damage.empty() && changed_inputs.empty(); }
  /// One sentence; empty when clean. Writes out of bounds come first, since they may be what changed an
  /// input.
  [[nodiscard]] std::string describe() const {
    std::string text;
    const auto add = [&](const std::string& what) { text += (text.empty() ? "" : "; ") + what; };
    for (const red_zone_damage& d : damage) add(assay::describe(d));
    for (const std::string& name : changed_inputs) add("changed the input " + name);
    return text;
  }
};

}  // namespace assay
