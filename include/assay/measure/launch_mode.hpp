// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace assay {

/// How a callable is brought to the device.
enum class launch_mode {
  plain,       ///< called for each sample
  graph,       ///< called once under capture; each sample launches the graph
  throughput,  ///< called many times back to back for each sample, which is the time of all over their number
};

[[nodiscard]] constexpr const char* to_string(launch_mode mode) {
  constexpr const char* names[] = {"plain", "graph", "throughput"};
  return names[static_cast<std::size_t>(mode)];
}

}  // namespace assay
