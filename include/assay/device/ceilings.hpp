// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "assay/backend/ceiling_job.hpp"
#include "assay/core/error.hpp"
#include "assay/device/ceilings_matrix.hpp"
#include "assay/device/ceilings_memory.hpp"
#include "assay/device/ceilings_vector.hpp"
#include "assay/device/ceilings_wgmma.hpp"
#include "assay/device/runtime.hpp"
#include "assay/numeric/dtype.hpp"

namespace assay {

/// Writes what this code was compiled for: __CUDA_ARCH__ (0 on AMD), and whether wgmma was compiled. Only the
/// code that runs knows: a program may hold several, and the driver chooses or compiles one.
template <int = 0>
__global__ void ceiling_features_kernel(int* told) {
#if defined(__CUDA_ARCH__)
  told[0] = __CUDA_ARCH__;
#else
  told[0] = 0;
#endif
  told[1] = ASSAY_DETAIL_WGMMA;
}

/// Enqueues one launch of a ceiling's kernel. Throws error for what this build has no kernel for. `Api`: as
/// of gpu_device.
template <class Api>
void enqueue_ceiling(const ceiling_job& job, typename Api::stream_type stream) {
  const ceiling_probe& probe = job.probe;
  const auto blocks = static_cast<unsigned>(probe.blocks), threads = static_cast<unsigned>(probe.threads);
  auto* const results = static_cast<std::uint64_t*>(job.results);
  auto* const words = static_cast<uint4*>(job.data);
  const auto* const chains = static_cast<const std::uint32_t*>(job.data);
  const auto unknown = [&] {
    return error("this build has no kernel for the ceiling of " + probe.how + ", " + to_string(probe.type));
  };
  switch (probe.kernel) {
    case ceiling_kernel::stream:
    case ceiling_kernel::runtime_copy:
    case ceiling_kernel::runtime_set: throw unknown();  // they are calls of their own of the device
    case ceiling_kernel::l2:
      l2_ceiling_kernel<>
          <<<blocks, threads, 0, stream>>>(words, ceiling_mask(job.bytes, 16), job.repeats, results);
      break;
    case ceiling_kernel::shared_memory:
      shared_ceiling_kernel<><<<blocks, threads, 0, stream>>>(words, job.repeats, results);
      break;
    case ceiling_kernel::vector:
      if (probe.type == dtype::fp64)
        vector_ceiling_kernel<detail::fp64_unit>
            <<<blocks, threads, 0, stream>>>(chains, job.repeats, results);
      else if (probe.type == dtype::fp32)
        vector_ceiling_kernel<detail::fp32_unit>
            <<<blocks, threads, 0, stream>>>(chains, job.repeats, results);
      else if (probe.type == dtype::fp16)
        vector_ceiling_kernel<detail::fp16_unit>
            <<<blocks, threads, 0, stream>>>(chains, job.repeats, results);
      else
        throw unknown();
      break;
    case ceiling_kernel::exponential:
      exponential_ceiling_kernel<><<<blocks, threads, 0, stream>>>(chains, job.repeats, results);
      break;
    case ceiling_kernel::warp_matrix: {
      void (*kernel)(const void*, std::int64_t, std::uint64_t*) = nullptr;
      switch (probe.type) {
        case dtype::bf16: kernel = matrix_ceiling_kernel<static_cast<int>(dtype::bf16)>; break;
        case dtype::fp16: kernel = matrix_ceiling_kernel<static_cast<int>(dtype::fp16)>; break;
        case dtype::tf32: kernel = matrix_ceiling_kernel<static_cast<int>(dtype::tf32)>; break;
        case dtype::int8: kernel = matrix_ceiling_kernel<static_cast<int>(dtype::int8)>; break;
        case dtype::fp64: kernel = matrix_ceiling_kernel<static_cast<int>(dtype::fp64)>; break;
        case dtype::fp8_e4m3fn: kernel = matrix_ceiling_kernel<static_cast<int>(dtype::fp8_e4m3fn)>; break;
        case dtype::fp8_e4m3fnuz:
          kernel = matrix_ceiling_kernel<static_cast<int>(dtype::fp8_e4m3fnuz)>;
          break;
        default: throw unknown();
      }
      kernel<<<blocks, threads, 0, stream>>>(job.data, job.repeats, results);
      break;
    }
    case ceiling_kernel::warpgroup_matrix: {
#if defined(__HIP_PLATFORM_AMD__)
      throw unknown();
#else
      void (*kernel)(const uint4*, std::int64_t, std::uint64_t*) = nullptr;
      switch (probe.type) {
        case dtype::bf16: kernel = warpgroup_ceiling_kernel<static_cast<int>(dtype::bf16)>; break;
        case dtype::fp16: kernel = warpgroup_ceiling_kernel<static_cast<int>(dtype::fp16)>; break;
        case dtype::tf32: kernel = warpgroup_ceiling_kernel<static_cast<int>(dtype::tf32)>; break;
        case dtype::int8: kernel = warpgroup_ceiling_kernel<static_cast<int>(dtype::int8)>; break;
        case dtype::fp8_e4m3fn: kernel = warpgroup_ceiling_kernel<static_cast<int>(dtype::fp8_e4m3fn)>; break;
        default: throw unknown();
      }
      constexpr int shared = warpgroup_operands::block_bytes + 1024;  // to begin at a multiple of 1024
      Api::allow_shared_memory(reinterpret_cast<const void*>(kernel), shared);
      kernel<<<blocks, threads, shared, stream>>>(words, job.repeats, results);
      break;
#endif
    }
    case ceiling_kernel::library_matrix: Api::library_product(job, stream); return;
    case ceiling_kernel::atomic_spread:
    case ceiling_kernel::atomic_same:
      atomic_ceiling_kernel<><<<blocks, threads, 0, stream>>>(
          static_cast<float*>(job.data),
          probe.kernel == ceiling_kernel::atomic_same ? 0 : ceiling_mask(job.bytes, 4), job.repeats);
      break;
  }
  Api::check_launch("a ceiling's kernel");
}

}  // namespace assay
