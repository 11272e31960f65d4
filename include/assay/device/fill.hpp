// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/backend/device.hpp"
#include "assay/device/runtime.hpp"
#include "assay/verify/fill_value.hpp"

namespace assay {

/// One thread an element, or a group of packed ones, in a grid-stride loop; the same values as on the host,
/// bit for bit.
template <int = 0>
__global__ void fill_kernel(fill_job job) {
  const std::int64_t groups = fill_groups(job.type, job.count);
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < groups;
       i += std::int64_t{gridDim.x} * blockDim.x)
    store_fill_group(job.how, job.type, job.seed, job.tensor, i, job.count, job.data);
}

}  // namespace assay
