// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "assay/core/format.hpp"
#include "assay/roofline/resource.hpp"

namespace assay {

/// What amounts of a resource are counted in: "B", "FLOP", "op".
[[nodiscard]] constexpr const char* unit_of(resource which) {
  switch (which) {
    case resource::dram:
    case resource::l2:
    case resource::shared_memory:
    case resource::link: return "B";
    case resource::int32:
    case resource::sfu:
    case resource::tensor_int8: return "op";
    case resource::launch: return "launches";
    default: return "FLOP";
  }
}

/// "805 MB", "134 MFLOP", "1.00 launches".
[[nodiscard]] inline std::string format_work(double amount, resource which) {
  return format_rate(amount, unit_of(which));
}
/// "4.81 TB/s", "67.0 TFLOP/s", "650 klaunches/s".
[[nodiscard]] inline std::string format_work_rate(double rate, resource which) {
  return format_rate(rate, std::string(unit_of(which)) + "/s");
}

}  // namespace assay
