// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the fakes of AMD's two libraries share: the metrics table, and texts that fill their buffer.

#include <cstdint>
#include <cstring>
#include <string>

#include "support/fake_script.hpp"

namespace fake {

/// The numbers named "u16@54", "u64@424", … at their places. The rest up to "table_bytes" (default 472) is
/// all ones, as the libraries leave it; beyond that the table ends, as in an older library, and nothing is
/// written.
inline void write_metrics(unsigned char* table) {
  const auto bytes = static_cast<std::size_t>(number("table_bytes", 472));
  std::memset(table, 0xFF, bytes);
  for (const auto& [name, value] : numbers()) {
    const auto at = name.find('@');
    if (name[0] != 'u' || at == std::string::npos) continue;
    const std::size_t size = std::stoul(name.substr(1, at - 1)) / 8, place = std::stoul(name.substr(at + 1));
    const auto bits = static_cast<std::uint64_t>(value);
    if (place + size <= bytes) std::memcpy(table + place, &bits, size);
  }
}

/// Copies a scripted text without its end where it is too long: a caller that trusts the buffer reads past
/// it.
inline int write_text(const char* call, const char* name, char* buffer, std::uint32_t length) {
  if (const int bad = status(call)) return bad;
  const auto found = texts().find(name);
  if (found == texts().end()) return 2;
  std::strncpy(buffer, found->second.c_str(), length);
  return 0;
}

}  // namespace fake
