// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/backend/device.hpp"
#include "assay/device/runtime.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/verify/fill_value.hpp"

namespace assay {

namespace detail {

/// Stands for any type and any kind of fill.
inline constexpr int any_type = -1;

}  // namespace detail

/// One thread an element, or a group of packed ones, in a grid-stride loop; the same values as on the host,
/// bit for bit. Where `Type` is that of a dtype, the kind of fill is none of those of attacks.
template <int Type>
__global__ void fill_kernel(fill_job job) {
  const fill how = job.how;
  if (Type != detail::any_type) __builtin_assume(how.how <= fill::kind::constant);
  const dtype type = Type == detail::any_type ? job.type : static_cast<dtype>(Type);
  const std::int64_t groups = fill_groups(type, job.count);
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < groups;
       i += std::int64_t{gridDim.x} * blockDim.x)
    store_fill_group(how, type, job.seed, job.tensor, i, job.count, job.data);
}

/// The kernel for a job. What most tensors are filled with is compiled on its own: all types and kinds
/// together take 44 registers, these 29, and more of their threads are resident.
[[nodiscard]] inline auto fill_kernel_for(const fill_job& job) -> void (*)(fill_job) {
  if (job.how.how > fill::kind::constant) return &fill_kernel<detail::any_type>;
  switch (job.type) {
    case dtype::fp32: return &fill_kernel<static_cast<int>(dtype::fp32)>;
    case dtype::fp16: return &fill_kernel<static_cast<int>(dtype::fp16)>;
    case dtype::bf16: return &fill_kernel<static_cast<int>(dtype::bf16)>;
    case dtype::fp8_e4m3fn: return &fill_kernel<static_cast<int>(dtype::fp8_e4m3fn)>;
    default: return &fill_kernel<detail::any_type>;
  }
}

}  // namespace assay
