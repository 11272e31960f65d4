// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace assay {

/// The name as it stands in the source; what is no mangled C++ name stays as it is. Empty for null.
[[nodiscard]] inline std::string demangled(const char* name) {
  if (!name) return "";
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> readable(abi::__cxa_demangle(name, nullptr, nullptr, &status),
                                                        std::free);
  return status == 0 && readable ? readable.get() : name;
}

}  // namespace assay
