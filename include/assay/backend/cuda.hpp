// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<cuda_runtime_api.h>)
#error "assay/backend/cuda.hpp needs the CUDA toolkit: compile with nvcc, or add the toolkit's include folder"
#endif
#if defined(__HIP_PLATFORM_AMD__) || defined(__HIP__)
#error "assay/backend/cuda.hpp cannot share a source file with HIP: use assay/backend/hip.hpp here"
#endif

#include <cuda_runtime_api.h>

#include "assay/backend/backend.hpp"
#include "assay/numeric/dtype.hpp"

struct __half;
struct __nv_bfloat16;

namespace assay {

/// An NVIDIA GPU, through the CUDA runtime: the current device of the thread that opens it.
struct cuda {
  using stream_type = cudaStream_t;
  static constexpr const char* name = "cuda";
  static stream_type stream(void* native) { return static_cast<stream_type>(native); }
};

static_assert(backend<cuda>);

template <>
struct dtype_of<__half> : std::integral_constant<dtype, dtype::fp16> {};
template <>
struct dtype_of<__nv_bfloat16> : std::integral_constant<dtype, dtype::bf16> {};

}  // namespace assay
