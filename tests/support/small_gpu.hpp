// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/fake_device.hpp"

namespace support {

/// Two multiprocessors of sm_80 with all that ceilings are measured with; every byte stream reaches 1e12 B/s.
inline void become_small_gpu(fake_device& gpu) {
  gpu.script.info.architecture = "sm_80";
  gpu.script.info.multiprocessors = 2;
  gpu.script.info.l2_bytes = gpu.script.info.last_level_bytes = 1 << 16;
  gpu.script.memory = 16 << 20;
  gpu.script.chore_seconds = 0x1p-20;
  gpu.script.empty_seconds = 0x1p-21;
  gpu.script.has_graphs = true;
  gpu.script.stream_rate = 1e12;
  gpu.script.ceilings = {true, 800, false, ""};
}

}  // namespace support
