// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/device/clock.hpp"
#include "assay/device/runtime.hpp"

namespace assay {

/// The counters of one multiprocessor at one moment. All 0 where it was not read.
struct alignas(16) clock_reading {
  unsigned long long cycles;
  unsigned long long nanoseconds;
};

/// What the device says of itself at one moment.
struct device_counters {
  /// By multiprocessor, since the counters of different ones do not start together. On AMD all compute units
  /// count the same clock, and the first place is used; where the counter is too short to be of use (RDNA 3
  /// and later) none is.
  static constexpr int most_multiprocessors = 1024;
  clock_reading clocks[most_multiprocessors];
  /// The number of the reading kernel among the grids that the context has launched, on any stream; 0 where
  /// that is not told (AMD).
  unsigned long long grid;
};

/// One thread a block writes the counters of the multiprocessor it runs on.
template <int = 0>
__global__ void read_counters_kernel(device_counters* counters) {
  if (threadIdx.x != 0) return;
#if defined(__HIP_PLATFORM_AMD__)
#if !defined(__GFX11__) && !defined(__GFX12__)
  if (blockIdx.x == 0)
    counters->clocks[0] = {static_cast<unsigned long long>(clock64()), device_nanoseconds()};
#endif
#else
  unsigned multiprocessor;
  asm volatile("mov.u32 %0, %%smid;" : "=r"(multiprocessor));
  // In one store: blocks on the same multiprocessor write to the same place.
  const ulonglong2 now = make_ulonglong2(static_cast<unsigned long long>(clock64()), device_nanoseconds());
  if (multiprocessor < device_counters::most_multiprocessors)
    reinterpret_cast<ulonglong2*>(counters->clocks)[multiprocessor] = now;
  if (blockIdx.x == 0) asm volatile("mov.u64 %0, %%gridid;" : "=l"(counters->grid));
#endif
}

}  // namespace assay
