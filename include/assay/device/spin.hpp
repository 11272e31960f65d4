// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/device/clock.hpp"
#include "assay/device/runtime.hpp"

namespace assay {

/// Does nothing: what its events see is the timer itself and the least that a kernel takes.
template <int = 0>
__global__ void empty_kernel() {}

/// Runs for `nanoseconds` by the device's own clock, to within its step.
template <int = 0>
__global__ void spin_kernel(std::uint64_t nanoseconds) {
  const std::uint64_t start = device_nanoseconds();
  while (device_nanoseconds() - start < nanoseconds) {
  }
}

}  // namespace assay
