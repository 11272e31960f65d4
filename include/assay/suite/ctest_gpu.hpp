// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

#include "assay/core/error.hpp"

namespace assay {

/// The id of the first GPU in what CTest says that a test may use: "id:2,slots:1" or several of them with ;
/// in between. Throws usage_error when it is something else.
[[nodiscard]] inline std::string parse_ctest_gpu(const std::string& text) {
  const std::size_t comma = text.find(',');
  const bool whole = text.rfind("id:", 0) == 0 && comma != std::string::npos && comma > 3 &&
                     text.compare(comma, 7, ",slots:") == 0;
  if (!whole)
    throw usage_error("CTEST_RESOURCE_GROUP_0_GPUS is '" + text +
                      "'; expected what CTest sets, e.g. id:2,slots:1");
  return text.substr(3, comma - 3);
}

/// Where CTest runs this program under `--resource-spec-file` with a GPU of its own (assay_add_benchmark asks
/// for one), makes that GPU the only one that CUDA and HIP see; ids are NVIDIA's numbers, in the order of the
/// bus. Returns the id. To be called before a GPU is opened.
inline std::optional<std::string> use_ctest_gpu() {
  const char* const given = std::getenv("CTEST_RESOURCE_GROUP_0_GPUS");
  if (!given) return std::nullopt;
  const std::string id = parse_ctest_gpu(given);
  setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 1);
  setenv("CUDA_VISIBLE_DEVICES", id.c_str(), 1);
  setenv("HIP_VISIBLE_DEVICES", id.c_str(), 1);
  return id;
}

}  // namespace assay
