// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>

#include "assay/core/error.hpp"

namespace assay {

/// What CTest may call a device: its ids are of lower case, digits and _, so a UUID is written with _ for -.
[[nodiscard]] inline std::string to_ctest_id(std::string name) {
  for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}
/// The name that is behind an id: "gpu_1a2b_…" is the UUID GPU-1a2b-…, and numbers stay what they are.
[[nodiscard]] inline std::string from_ctest_id(std::string id) {
  if (!id.starts_with("gpu_") && !id.starts_with("mig_")) return id;
  std::replace(id.begin(), id.end(), '_', '-');
  for (int i = 0; i < 3; ++i) id[static_cast<std::size_t>(i)] -= 'a' - 'A';
  return id;
}

/// The GPUs in what CTest says that a group of a test may use, "id:2,slots:1" or several of them with ; in
/// between, as a list with commas. Throws usage_error when it is something else.
[[nodiscard]] inline std::string parse_ctest_gpus(const std::string& text, const std::string& variable) {
  std::string names;
  std::istringstream parts(text + ";");
  for (std::string part; std::getline(parts, part, ';');) {
    const std::size_t comma = part.find(',');
    if (part.rfind("id:", 0) != 0 || comma == std::string::npos || comma <= 3 ||
        part.compare(comma, 7, ",slots:") != 0)
      throw usage_error(variable + " is '" + text + "'; expected what CTest sets, e.g. id:2,slots:1");
    names += (names.empty() ? "" : ",") + from_ctest_id(part.substr(3, comma - 3));
  }
  return names;
}

/// Where CTest runs this program under `--resource-spec-file` with GPUs of its own (assay_add_benchmark asks
/// for one), makes those the only ones that CUDA and HIP see. Numbers are NVIDIA's, in the order of the bus.
/// CTest's variables are taken away, so that a child process with fewer devices keeps to those. Returns what
/// it has set. To be called before a GPU is opened.
inline std::optional<std::string> use_ctest_gpus() {
  std::string names;
  for (int group = 0;; ++group) {
    const std::string variable = "CTEST_RESOURCE_GROUP_" + std::to_string(group) + "_GPUS";
    const char* const given = std::getenv(variable.c_str());
    if (!given) break;
    names += (names.empty() ? "" : ",") + parse_ctest_gpus(given, variable);
    unsetenv(variable.c_str());
  }
  if (names.empty()) return std::nullopt;
  setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 1);
  setenv("CUDA_VISIBLE_DEVICES", names.c_str(), 1);
  setenv("HIP_VISIBLE_DEVICES", names.c_str(), 1);
  return names;
}

}  // namespace assay
