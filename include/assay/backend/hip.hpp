// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<hip/hip_runtime_api.h>)
#error \
    "assay/backend/hip.hpp needs ROCm's HIP runtime: compile with hipcc, or install hipcc and libamdhip64-dev"
#endif
#if defined(__CUDACC__) && !defined(__HIPCC__)
#error "assay/backend/hip.hpp cannot share a source file with CUDA: use assay/backend/cuda.hpp here"
#endif

#include <hip/hip_runtime_api.h>

#include <cstdint>
#include <type_traits>

#include "assay/backend/backend.hpp"
#include "assay/numeric/dtype.hpp"

struct __half;
struct hip_bfloat16;
struct __hip_bfloat16;
struct __hip_fp8_e4m3;
struct __hip_fp8_e5m2;
struct __hip_fp8_e4m3_fnuz;
struct __hip_fp8_e5m2_fnuz;
struct __hip_fp6_e2m3;
struct __hip_fp6_e3m2;
struct __hip_fp4_e2m1;
struct __hip_fp4x2_e2m1;

namespace assay {

/// An AMD GPU, through the HIP runtime: the current device of the thread that opens it.
struct hip {
  using stream_type = hipStream_t;
  static constexpr const char* name = "hip";
  static stream_type stream(void* native) { return static_cast<stream_type>(native); }
};

static_assert(backend<hip>);

template <>
struct dtype_of<__half> : std::integral_constant<dtype, dtype::fp16> {};
template <>
struct dtype_of<hip_bfloat16> : std::integral_constant<dtype, dtype::bf16> {};
template <>
struct dtype_of<__hip_bfloat16> : std::integral_constant<dtype, dtype::bf16> {};
template <>
struct dtype_of<__hip_fp8_e4m3> : std::integral_constant<dtype, dtype::fp8_e4m3fn> {};
template <>
struct dtype_of<__hip_fp8_e5m2> : std::integral_constant<dtype, dtype::fp8_e5m2> {};
template <>
struct dtype_of<__hip_fp8_e4m3_fnuz> : std::integral_constant<dtype, dtype::fp8_e4m3fnuz> {};
template <>
struct dtype_of<__hip_fp8_e5m2_fnuz> : std::integral_constant<dtype, dtype::fp8_e5m2fnuz> {};
template <>
struct dtype_of<__hip_fp6_e2m3> : std::integral_constant<dtype, dtype::fp6_e2m3> {};
template <>
struct dtype_of<__hip_fp6_e3m2> : std::integral_constant<dtype, dtype::fp6_e3m2> {};
template <>
struct dtype_of<__hip_fp4_e2m1> : std::integral_constant<dtype, dtype::fp4_e2m1> {};

// As objects fp6 and fp4 take a byte each; in a tensor they are packed, as in cuda.hpp.
template <>
struct storage_of<__hip_fp6_e2m3> {
  using type = std::uint8_t;
};
template <>
struct storage_of<__hip_fp6_e3m2> {
  using type = std::uint8_t;
};
template <>
struct storage_of<__hip_fp4_e2m1> {
  using type = __hip_fp4x2_e2m1;
};

}  // namespace assay
