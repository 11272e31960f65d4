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

/// One thread a block writes the counters of the multiprocessor it runs on. `readings` has a place for each
/// of 1024 multiprocessors: counters of different ones do not start together. On AMD all compute units count
/// the same clock, and the first place is used; where the counter is too short to be of use (RDNA 3 and
/// later) nothing is written.
template <int = 0>
__global__ void read_clock_kernel(clock_reading* readings) {
#if defined(__HIP_PLATFORM_AMD__)
#if !defined(__gfx1100__) && !defined(__gfx1101__) && !defined(__gfx1102__) && !defined(__gfx1200__) && \
    !defined(__gfx1201__)
  if (blockIdx.x == 0 && threadIdx.x == 0)
    readings[0] = {static_cast<unsigned long long>(clock64()), device_nanoseconds()};
#endif
#else
  unsigned multiprocessor;
  asm volatile("mov.u32 %0, %%smid;" : "=r"(multiprocessor));
  // In one store: blocks on the same multiprocessor write to the same place.
  const ulonglong2 now = make_ulonglong2(static_cast<unsigned long long>(clock64()), device_nanoseconds());
  if (multiprocessor < 1024 && threadIdx.x == 0)
    reinterpret_cast<ulonglong2*>(readings)[multiprocessor] = now;
#endif
}

}  // namespace assay
