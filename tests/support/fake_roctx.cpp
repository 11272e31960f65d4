// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0

// Stands for ROCTX: keeps the names of the ranges that are open. With ASSAY_FAKE_BARE, ranges cannot be
// closed.

#include <string>
#include <vector>

#include "support/fake_export.hpp"

namespace {

std::vector<std::string> open_ranges;
std::string told;

}  // namespace

ASSAY_FAKE_EXPORT int roctxRangePushA(const char* name) {
  open_ranges.emplace_back(name);
  return static_cast<int>(open_ranges.size()) - 1;
}
#if !defined(ASSAY_FAKE_BARE)
ASSAY_FAKE_EXPORT int roctxRangePop() {
  if (open_ranges.empty()) return -1;
  open_ranges.pop_back();
  return static_cast<int>(open_ranges.size());
}
#endif

/// "outer/inner"
ASSAY_FAKE_EXPORT const char* fake_roctx_open() {
  told.clear();
  for (const std::string& name : open_ranges) told += (told.empty() ? "" : "/") + name;
  return told.c_str();
}
