// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace assay {

/// Bytes to be moved and nothing else. Whole multiples of 16, like the addresses.
struct stream_job {
  const void* from = nullptr;
  std::int64_t read = 0;  ///< bytes
  void* to = nullptr;
  std::int64_t written = 0;  ///< bytes
  int shape = 0;  ///< how it is spread over the device, one of stream_shapes; which is best is tried
};

/// Ways to spread a stream over a device.
inline constexpr int stream_shapes = 4;

}  // namespace assay
