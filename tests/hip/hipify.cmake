# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# cmake -DIN=<file> -DOUT=<file> -P hipify.cmake: writes a CUDA source of ours as HIP, as hipify-perl would. It knows the
# names that our tests and examples use, no more.
cmake_minimum_required(VERSION 3.25)
file(READ "${IN}" text)
# CMake takes these for parts of lists.
string(REPLACE "[" "<assay-open>" text "${text}")
string(REPLACE "]" "<assay-close>" text "${text}")
string(REPLACE ";" "<assay-semicolon>" text "${text}")

string(REGEX REPLACE "assay/backend/cuda([_.])" "assay/backend/hip\\1" text "${text}")
string(REPLACE "assay::cuda" "assay::hip" text "${text}")
string(REPLACE "ASSAY_CUDA_CALL" "ASSAY_HIP_CALL" text "${text}")
string(REPLACE "<cuda_runtime.h>" "<hip/hip_runtime.h>" text "${text}")
string(REPLACE "<cuda_fp16.h>" "<hip/hip_fp16.h>" text "${text}")
string(REPLACE "<cuda_bf16.h>" "<hip/hip_bfloat16.h>" text "${text}")
string(REPLACE "__nv_bfloat16" "hip_bfloat16" text "${text}")
string(REPLACE "cudaErrorMemoryAllocation" "hipErrorOutOfMemory" text "${text}")
string(REPLACE "cudaHostAlloc" "hipHostMalloc" text "${text}")
string(REGEX REPLACE "(^|[^A-Za-z0-9_])cuda([A-Z])" "\\1hip\\2" text "${text}")
string(REPLACE "\"cuda\"" "\"hip\"" text "${text}")
string(REGEX REPLACE "hipGraphInstantiate\\(([^\n]*), 0\\)" "hipGraphInstantiate(\\1, nullptr, nullptr, 0)"
  text "${text}")
# HIP has nothing for these: persisting lines of L2, and cuBLAS' types.
string(REGEX REPLACE "hip(DataType|Limit|DeviceSetLimit|DeviceGetLimit|StreamAttr|StreamSetAttribute|AccessProperty|DevAttr)"
  "cuda\\1" text "${text}")

string(REPLACE "<assay-open>" "[" text "${text}")
string(REPLACE "<assay-close>" "]" text "${text}")
string(REPLACE "<assay-semicolon>" ";" text "${text}")
file(WRITE "${OUT}" "${text}")
