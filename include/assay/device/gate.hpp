// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/device/clock.hpp"
#include "assay/device/runtime.hpp"

namespace assay {

/// What host and device tell each other about one gate, in host memory that the device sees.
struct gate_state {
  std::uint32_t open;     ///< the host sets it to 1
  std::uint32_t expired;  ///< the device sets it to 1 when it stopped waiting
};

/// One thread that holds the stream until the host opens the gate or `timeout` nanoseconds have passed.
/// A template so that it may stand in a header.
template <int = 0>
__global__ void gate_kernel(volatile gate_state* state, std::uint64_t timeout) {
  const std::uint64_t start = device_nanoseconds();
  while (state->open == 0)
    if (device_nanoseconds() - start > timeout) {
      state->expired = 1;
      __threadfence_system();
      return;
    }
}

}  // namespace assay
