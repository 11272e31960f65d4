# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# Finds a HIP compiler and prepares `enable_language(HIP)` for it. In the top-level CMakeLists.txt:
#
#   include(assay-find-hip)     # sets ASSAY_HIP_FOUND, or ASSAY_HIP_REASON where there is no usable compiler
#   if(ASSAY_HIP_FOUND)
#     enable_language(HIP)
#   endif()
#
# CMake finds AMD's own packages (/opt/rocm) by itself. Those of Debian and Ubuntu it does not find: their hipcc
# calls a versioned clang that CMake does not look for, that clang has to be told where the device libraries are,
# and their hip-lang package lies where CMake 3.25 does not look and adds `-isystem /usr/include`, which breaks
# `#include_next <math.h>` in libstdc++. But hipcc knows its compiler and flags, so they are read from the command
# that hipcc says it would run, and a small hip-lang package is written that adds what hipcc adds and no more.
# Tried with hipcc 5.2.3 of Debian 12, under CMake 3.25 and 4.4.

# Asks hipcc for its command, and tries that command on a small kernel.
function(_assay_probe_hip found reason compiler_result flags_result)
  set(${found} FALSE PARENT_SCOPE)
  find_program(ASSAY_HIPCC hipcc HINTS ENV ROCM_PATH ENV HIP_PATH PATHS /opt/rocm PATH_SUFFIXES bin
    DOC "The hipcc wrapper; it is asked for the clang and the flags that it uses")
  mark_as_advanced(ASSAY_HIPCC)
  if(NOT ASSAY_HIPCC)
    set(${reason} "hipcc was not found (Debian and Ubuntu: apt-get install hipcc)" PARENT_SCOPE)
    return()
  endif()

  # -### makes clang print its commands and run none of them. Where nvcc is there and no plain clang++, hipcc has to
  # be told that it is to compile for AMD.
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E env HIP_PLATFORM=amd HIPCC_VERBOSE=1 "${ASSAY_HIPCC}" "-###" -x hip -c /dev/null -o /dev/null
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
  if(NOT output MATCHES "hipcc-cmd: *\"?([^\" \n]+)\"?([^\n]*)")
    set(${reason} "${ASSAY_HIPCC} does not work here (exit status ${status})" PARENT_SCOPE)
    return()
  endif()
  set(compiler "${CMAKE_MATCH_1}")
  set(arguments "${CMAKE_MATCH_2}")
  set(flags "")
  foreach(name IN ITEMS rocm-path hip-device-lib-path hip-version)
    if(arguments MATCHES "--${name}=\"?([^\" ]+)")
      list(APPEND flags "--${name}=${CMAKE_MATCH_1}")
    endif()
  endforeach()

  set(folder "${CMAKE_BINARY_DIR}/CMakeFiles/assay-hip")
  file(WRITE "${folder}/probe.hip"
    "#include <hip/hip_runtime.h>\n__global__ void probe(float* x) { *x = sinf(*x); }\n")
  execute_process(
    COMMAND "${compiler}" ${flags} --offload-arch=gfx90a -c probe.hip -o probe.o
    WORKING_DIRECTORY "${folder}" OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    file(WRITE "${folder}/probe.log" "${output}")
    set(${reason} "${compiler} cannot compile a HIP kernel (see ${folder}/probe.log)" PARENT_SCOPE)
    return()
  endif()

  set(${compiler_result} "${compiler}" PARENT_SCOPE)
  set(${flags_result} "${flags}" PARENT_SCOPE)
  set(${found} TRUE PARENT_SCOPE)
endfunction()

# The GPUs of this machine, or gfx90a (MI200) where there is none; CMake would stop there.
function(_assay_hip_architectures result)
  set(found "")
  get_filename_component(folder "${ASSAY_HIPCC}" DIRECTORY)
  find_program(ASSAY_ROCM_AGENT_ENUMERATOR rocm_agent_enumerator HINTS "${folder}")
  mark_as_advanced(ASSAY_ROCM_AGENT_ENUMERATOR)
  if(ASSAY_ROCM_AGENT_ENUMERATOR)
    execute_process(COMMAND "${ASSAY_ROCM_AGENT_ENUMERATOR}" -t GPU
      OUTPUT_VARIABLE output ERROR_QUIET RESULT_VARIABLE status)
    if(status EQUAL 0)
      string(REGEX MATCHALL "gfx[0-9a-f]+" found "${output}")
      list(REMOVE_ITEM found gfx000)  # the processor
      list(REMOVE_DUPLICATES found)
    endif()
  endif()
  if(NOT found)
    set(found gfx90a)
  endif()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

# Writes a folder that CMake takes for ROCm's: all that it looks for there is lib/cmake/hip-lang.
function(_assay_write_hip_lang root compiler)
  # Host code needs compiler-rt to convert to and from _Float16.
  execute_process(COMMAND "${compiler}" --rtlib=compiler-rt -print-libgcc-file-name
    OUTPUT_VARIABLE builtins OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT EXISTS "${builtins}")
    set(builtins "")
  endif()
  file(CONFIGURE OUTPUT "${root}/lib/cmake/hip-lang/hip-lang-config.cmake" @ONLY CONTENT [[
# Written by assay-find-hip.cmake: what hipcc adds to clang's command line, as a target.
if(NOT TARGET hip-lang::device)
  add_library(hip-lang::device INTERFACE IMPORTED)
  set_target_properties(hip-lang::device PROPERTIES
    INTERFACE_COMPILE_OPTIONS
      "$<$<COMPILE_LANGUAGE:HIP>:SHELL:-mllvm -amdgpu-early-inline-all=true -mllvm -amdgpu-function-calls=false>"
    INTERFACE_LINK_OPTIONS "$<$<LINK_LANGUAGE:HIP>:--hip-link>"
    INTERFACE_LINK_LIBRARIES "amdhip64;@builtins@")
endif()
set(_CMAKE_HIP_DEVICE_RUNTIME_TARGET hip-lang::device)
]])
endfunction()

if(CMAKE_HIP_COMPILER_LOADED)
  set(ASSAY_HIP_FOUND TRUE)
elseif(NOT ASSAY_HIP_FOUND)  # a success is kept in the cache; a failure is looked into again each time
  _assay_probe_hip(_assay_found ASSAY_HIP_REASON _assay_compiler _assay_flags)
  if(_assay_found)
    set(ASSAY_HIP_FOUND TRUE CACHE INTERNAL "A HIP compiler that works was found")
    if(NOT CMAKE_HIP_ARCHITECTURES)
      _assay_hip_architectures(_assay_architectures)
      set(CMAKE_HIP_ARCHITECTURES "${_assay_architectures}" CACHE STRING "HIP architectures" FORCE)
    endif()
    set(_assay_rocm /opt/rocm)
    if("${_assay_flags}" MATCHES "--rocm-path=([^;]+)")
      set(_assay_rocm "${CMAKE_MATCH_1}")
    endif()
    if(NOT CMAKE_HIP_COMPILER AND NOT DEFINED ENV{HIPCXX}
        AND NOT EXISTS "${_assay_rocm}/lib/cmake/hip-lang/hip-lang-config.cmake")
      set(_assay_root "${CMAKE_BINARY_DIR}/CMakeFiles/assay-hip")
      _assay_write_hip_lang("${_assay_root}" "${_assay_compiler}")
      string(JOIN " " _assay_flags ${_assay_flags} -Wno-unused-command-line-argument ${CMAKE_HIP_FLAGS})
      set(CMAKE_HIP_COMPILER "${_assay_compiler}" CACHE FILEPATH "HIP compiler" FORCE)
      set(CMAKE_HIP_COMPILER_ROCM_ROOT "${_assay_root}" CACHE INTERNAL "Stands in for ROCm's folder")
      set(CMAKE_HIP_FLAGS "${_assay_flags}" CACHE STRING "Flags used by the HIP compiler" FORCE)
    endif()
  else()
    set(ASSAY_HIP_FOUND FALSE)
  endif()
endif()
