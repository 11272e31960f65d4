// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Included before each source that hipify.cmake has translated, as hipify-perl would include the runtime; and
// what the kernels of ours call by CUDA's names that HIP 5 does not have. They shuffle within 32 lanes, which
// a wave of 64 holds twice, so the mask means nothing.
#pragma once

#include <hip/hip_bfloat16.h>
#include <hip/hip_fp16.h>
#include <hip/hip_runtime.h>

#if defined(__HIP_PLATFORM_AMD__)
#define __shfl_xor_sync(mask, value, lanes) __shfl_xor(value, lanes)
#define __shfl_down_sync(mask, value, lanes) __shfl_down(value, lanes)
#define __ldcg(address) (*(address))
#define __stcg(address, ...) (*(address) = (__VA_ARGS__))
#define __nanosleep(nanoseconds) __builtin_amdgcn_s_sleep(127)
#define __float2bfloat16(value) hip_bfloat16(value)
#define __bfloat162float(value) static_cast<float>(value)
#endif
