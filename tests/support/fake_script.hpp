// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The script of a fake management library. A test sets values by name through the exported functions; a fake
// is one source file, so each library has a script of its own.

#include <map>
#include <string>

#include "support/fake_export.hpp"

namespace fake {

inline std::map<std::string, double>& numbers() {
  static std::map<std::string, double> all;
  return all;
}
inline std::map<std::string, std::string>& texts() {
  static std::map<std::string, std::string> all;
  return all;
}
inline double number(const std::string& name, double otherwise = 0) {
  const auto found = numbers().find(name);
  return found == numbers().end() ? otherwise : found->second;
}
/// The status that the script gives a call: 0 unless it is to fail.
inline int status(const char* call) { return static_cast<int>(number(std::string("status:") + call)); }

}  // namespace fake

ASSAY_FAKE_EXPORT void fake_reset() {
  fake::numbers().clear();
  fake::texts().clear();
}
ASSAY_FAKE_EXPORT void fake_set(const char* name, double value) { fake::numbers()[name] = value; }
ASSAY_FAKE_EXPORT void fake_set_text(const char* name, const char* value) { fake::texts()[name] = value; }
ASSAY_FAKE_EXPORT double fake_get(const char* name) { return fake::number(name); }
