// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/device/clock.hpp"
#include "assay/device/runtime.hpp"

namespace assay {

/// What the blocks of an occupancy probe saw. All 0 before.
struct occupancy_record {
  unsigned long long not_first;  ///< ns, the complement of when the first block began, so that 0 is none
  unsigned long long last;       ///< ns, when the last one began
  unsigned int arrived;          ///< blocks
};

/// As many blocks as there are multiprocessors, each with all shared memory of one: no two fit on the same,
/// and none where a block of another kernel is, for that has some shared memory too, if only what the driver
/// keeps there (1 KiB from sm_80 on). Each waits until all have begun, so that none takes the place of
/// another, and for `timeout` ns at most. From the first to the last is how long another kernel was on some
/// multiprocessors; one that is on all of them keeps the first waiting as well.
template <int = 0>
__global__ void occupancy_probe_kernel(occupancy_record* record, std::uint64_t timeout) {
  if (threadIdx.x != 0) return;
  const std::uint64_t start = device_nanoseconds();
  atomicMax(&record->not_first, ~static_cast<unsigned long long>(start));
  atomicMax(&record->last, static_cast<unsigned long long>(start));
  __threadfence();
  atomicAdd(&record->arrived, 1u);
  while (atomicAdd(&record->arrived, 0u) < gridDim.x && device_nanoseconds() - start < timeout) {
  }
}

}  // namespace assay
