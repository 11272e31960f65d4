// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <fstream>
#include <string>

namespace assay {

/// The first "model name" in a file like /proc/cpuinfo: "AMD EPYC 9654 96-Core Processor". Empty where there
/// is none, as on most ARM machines.
[[nodiscard]] inline std::string processor_name(const std::string& path = "/proc/cpuinfo") {
  std::ifstream cpuinfo(path);
  for (std::string line; std::getline(cpuinfo, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t name = line.find_first_not_of(" \t", line.find(':') + 1);
    return name == std::string::npos || line.find(':') == std::string::npos ? "" : line.substr(name);
  }
  return "";
}

}  // namespace assay
