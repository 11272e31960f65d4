// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/report/json.hpp"
#include "assay/suite/ctest_gpu.hpp"
#include "assay/suite/device_choice.hpp"

namespace assay {

/// The document for `ctest --resource-spec-file`: each GPU for one test at a time. NVIDIA's are named by
/// UUID, which holds whatever the environment of the test hides; AMD's by number. Format: cmake-ctest(1),
/// "Resource Specification File".
[[nodiscard]] inline json ctest_resources(const std::vector<device_info>& devices) {
  json gpus = json::array();
  for (const device_info& d : devices)
    if (const auto [variable, name] = seen_alone(d); !name.empty())
      gpus.push_back({{"id", to_ctest_id(name)}, {"slots", 1}});
  return {{"version", {{"major", 1}, {"minor", 0}}}, {"local", {{{"gpus", std::move(gpus)}}}}};
}

}  // namespace assay
