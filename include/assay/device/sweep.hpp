// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/device/runtime.hpp"

namespace assay {

/// Reads `count` 16-byte words, so that the caches hold them and nothing else. Reads only: lines that a write
/// left dirty would be written back during the measurement that follows. `sink` is never written; the
/// compiler cannot know.
template <int = 0>
__global__ void sweep_kernel(const uint4* data, std::int64_t count, std::uint32_t* sink) {
  std::uint32_t sum = 0;
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < count;
       i += std::int64_t{gridDim.x} * blockDim.x) {
    const uint4 word = data[i];
    sum += word.x ^ word.y ^ word.z ^ word.w;
  }
  if (sum == 0x9E3779B9u && data == nullptr) *sink = sum;
}

}  // namespace assay
