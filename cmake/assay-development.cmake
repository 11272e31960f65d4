# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# How assay's own tests, examples and benchmarks are compiled. Not installed, and never passed on to users.

option(ASSAY_WERROR "Warnings in assay's own tests, examples and benchmarks are errors" OFF)
option(ASSAY_UNIT_TESTS "Build the unit tests; they take longer to compile than everything else on the host" ON)
set(ASSAY_SANITIZE "" CACHE STRING "Sanitizers for the host tests, as in -fsanitize=, e.g. address,undefined")

add_library(assay_warnings INTERFACE)
target_compile_options(assay_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wconversion -Wshadow>
  # GCC takes the value of an empty std::optional for uninitialized (gcc.gnu.org/PR80635). Headers are held to it all the
  # same, by tests/portability/run.py and by assay_main below; what only our tests write need not be.
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-maybe-uninitialized>
  $<$<AND:$<COMPILE_LANGUAGE:CUDA>,$<CXX_COMPILER_ID:GNU>>:-Xcompiler=-Wno-maybe-uninitialized>
  # GCC 13 and later warn of any reference that a function returns when one of its arguments was a temporary.
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,13>>:-Wno-dangling-reference>
  # Without -Wconversion: what nvcc and clang generate and what the runtime headers do would drown ours.
  $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra,-Wshadow>
  $<$<COMPILE_LANGUAGE:HIP>:-Wall -Wextra -Wshadow>)
if(ASSAY_WERROR)
  target_compile_options(assay_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:CXX,HIP>:-Werror>
    $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings>)
endif()

# The engine in the headers is compiled with nothing silenced: that is what g++ tells a user, and only as it optimizes.
if(TARGET assay_main)
  target_compile_options(assay_main PRIVATE -Wall -Wextra -Wconversion -Wshadow $<$<BOOL:${ASSAY_WERROR}>:-Werror>)
endif()

add_library(assay_sanitize INTERFACE)
set(assay_sanitize_options "")
if(ASSAY_SANITIZE)
  set(assay_sanitize_options -fsanitize=${ASSAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # The functions of a library that is opened at run time have types of their own.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    list(APPEND assay_sanitize_options -fno-sanitize=function)
  endif()
  target_compile_options(assay_sanitize INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${assay_sanitize_options}>")
  target_link_options(assay_sanitize INTERFACE -fsanitize=${ASSAY_SANITIZE})
  # ld takes more than a minute for the unit tests, lld a second.
  find_program(ASSAY_LLD ld.lld)
  mark_as_advanced(ASSAY_LLD)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND ASSAY_LLD)
    target_link_options(assay_sanitize INTERFACE -fuse-ld=lld)
  endif()
endif()

option(ASSAY_HIP_ON_CUDA
  "Run the HIP backend's tests on an NVIDIA GPU; they take as long to compile as the CUDA ones (tests/hip)" OFF)

# All that needs a GPU to run, for ./dev gpu-test.
add_custom_target(assay_gpu_programs)

# CUDA::cublas, for the calling folder. CMake 3.25.1, which Debian 12 ships, looks for nvToolsExt and fails since CUDA 13
# has none, unless it is led to think that the project allows an older CMake.
macro(assay_find_cublas)
  set(assay_cmake_minimum ${CMAKE_MINIMUM_REQUIRED_VERSION})
  set(CMAKE_MINIMUM_REQUIRED_VERSION 3.24)
  find_package(CUDAToolkit REQUIRED)
  set(CMAKE_MINIMUM_REQUIRED_VERSION ${assay_cmake_minimum})
endmacro()
