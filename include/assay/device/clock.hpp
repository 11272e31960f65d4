// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/device/runtime.hpp"

namespace assay {

/// Nanoseconds of a clock that does not follow the multiprocessors' frequency. It steps coarsely (32 ns on an
/// H200, 10 ns on AMD): for time-outs, not for timing.
__device__ inline std::uint64_t device_nanoseconds() {
#if defined(__HIP_PLATFORM_AMD__)
#if defined(__GFX11__) || defined(__GFX12__)
  return wall_clock64() * 10;  // these have no s_memrealtime; the runtime that knows them has wall_clock64
#elif defined(__HIP_DEVICE_COMPILE__)
  return __builtin_amdgcn_s_memrealtime() * 10;  // 100 MHz on every CDNA and RDNA up to RDNA 2
#else
  return 0;
#endif
#else
  std::uint64_t nanoseconds;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(nanoseconds));
  return nanoseconds;
#endif
}

}  // namespace assay
