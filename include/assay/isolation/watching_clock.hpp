// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

namespace assay {

/// Seconds of the monotonic clock, which is one for all processes, asked of the kernel itself: a program
/// whose candidates define clock_gettime() has it in the process that watches them, too.
[[nodiscard]] inline double watching_clock() {
  timespec now{};
  ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace assay
