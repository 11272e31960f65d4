// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "assay/core/device_info.hpp"
#include "assay/monitor/device_state.hpp"

namespace assay {

/// What the device said of itself, with how its management library says that it is set up: what times depend
/// on and a stored baseline has to agree with. `said_clock` is the lock, Hz, where only the user can tell it.
[[nodiscard]] inline device_info with_settings(device_info device, const device_state& state,
                                               std::optional<double> said_clock) {
  device.power_limit = state.power_limit;
  device.clocks_locked = state.clocks_locked;
  if (state.locked_clock && state.locked_clock->lowest == state.locked_clock->highest)
    device.locked_clock = state.locked_clock->highest;
  if (said_clock) {
    device.clocks_locked = true;
    device.locked_clock = said_clock;
  }
  device.mig = state.mig;
  device.compute_partition = state.compute_partition.value_or("");
  device.memory_partition = state.memory_partition.value_or("");
  return device;
}

}  // namespace assay
