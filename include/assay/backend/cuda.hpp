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

#include <cstdint>
#include <type_traits>

#include "assay/backend/backend.hpp"
#include "assay/numeric/dtype.hpp"

struct __half;
struct __nv_bfloat16;
struct __nv_fp8_e4m3;
struct __nv_fp8_e5m2;
struct __nv_fp8_e8m0;
struct __nv_fp6_e2m3;
struct __nv_fp6_e3m2;
struct __nv_fp4_e2m1;
struct __nv_fp4x2_e2m1;

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
template <>
struct dtype_of<__nv_fp8_e4m3> : std::integral_constant<dtype, dtype::fp8_e4m3fn> {};
template <>
struct dtype_of<__nv_fp8_e5m2> : std::integral_constant<dtype, dtype::fp8_e5m2> {};
template <>
struct dtype_of<__nv_fp8_e8m0> : std::integral_constant<dtype, dtype::e8m0> {};
template <>
struct dtype_of<__nv_fp6_e2m3> : std::integral_constant<dtype, dtype::fp6_e2m3> {};
template <>
struct dtype_of<__nv_fp6_e3m2> : std::integral_constant<dtype, dtype::fp6_e3m2> {};
template <>
struct dtype_of<__nv_fp4_e2m1> : std::integral_constant<dtype, dtype::fp4_e2m1> {};

// As objects, CUDA's fp6 and fp4 take a byte each; in a tensor they are packed. Four fp6 to three bytes are
// nothing that CUDA has a type for.
template <>
struct storage_of<__nv_fp6_e2m3> {
  using type = std::uint8_t;
};
template <>
struct storage_of<__nv_fp6_e3m2> {
  using type = std::uint8_t;
};
template <>
struct storage_of<__nv_fp4_e2m1> {
  using type = __nv_fp4x2_e2m1;
};

}  // namespace assay
