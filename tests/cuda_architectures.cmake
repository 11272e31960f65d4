# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# cmake -P tests/cuda_architectures.cmake
#
# What assay's own kernels are compiled for, from what a project asks for.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../cmake/assay-backends.cmake")
set(CMAKE_CUDA_ARCHITECTURES_NATIVE "90-real")

set(problems "")
function(expect wanted expected)
  _assay_own_cuda_architectures("${wanted}" result)
  if(NOT "${result}" STREQUAL "${expected}")
    list(APPEND problems "'${wanted}' became '${result}', not '${expected}'")
    set(problems "${problems}" PARENT_SCOPE)
  endif()
endfunction()
expect("90" "90a-real;90-virtual")
expect("80;90" "80;90a-real;90-virtual")
expect("90-real" "90a-real")
expect("90-virtual" "90-virtual")
expect("90;90a" "90a-real;90-virtual;90a")
expect("90a" "90a")
expect("89;100" "89;100")
expect("native" "90a-real")
expect("all-major" "all-major")
expect("" "")
set(CMAKE_CUDA_COMPILER_ID Clang)
set(CMAKE_CUDA_COMPILER_VERSION 18.1.3)
expect("80;90" "80;90a-real;90-virtual")
set(CMAKE_CUDA_COMPILER_VERSION 16.0.6)
expect("80;90;90-real" "80;90;90-real")
if(problems)
  list(JOIN problems "\n  " problems)
  message(FATAL_ERROR "The architectures are not right:\n  ${problems}")
endif()
