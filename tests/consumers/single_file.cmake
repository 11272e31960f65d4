# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# The builds without CMake: one compiler call for examples/single_file.LANGUAGE. The host program is run as well.
cmake_minimum_required(VERSION 3.25)
get_filename_component(source_dir "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)

set(command)
if(LANGUAGE STREQUAL "cpp")
  set(command "${CXX}" -std=c++20 -pthread)
elseif(LANGUAGE STREQUAL "cu")
  if(NOT WITH_CUDA)
    message("assay: skipped, since there is no nvcc")
    return()
  endif()
  set(command "${CUDA}" -std=c++20 -arch=sm_${CUDA_ARCHITECTURES} "-ccbin=${CXX}")
elseif(LANGUAGE STREQUAL "hip")
  if(NOT WITH_HIP)
    message("assay: skipped, since there is no hipcc")
    return()
  endif()
  set(ENV{HIP_PLATFORM} amd)  # or hipcc calls nvcc, where it finds one and no plain clang++
  set(command "${HIPCC}" -std=c++20 --offload-arch=gfx90a)
endif()

# CLI11 and nlohmann/json are taken from the system where they are, as a user would; else from their folders.
foreach(folder IN LISTS CLI11_INCLUDE JSON_INCLUDE)
  if(NOT folder STREQUAL "/usr/include")
    list(APPEND command "-I${folder}")
  endif()
endforeach()

file(MAKE_DIRECTORY "${WORK_DIR}")
set(program "${WORK_DIR}/single_file")
list(APPEND command -I "${source_dir}/include" "${source_dir}/examples/single_file.${LANGUAGE}" -o "${program}")
list(JOIN command " " words)
message("${words}")
execute_process(COMMAND ${command} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the compiler failed: ${status}")
endif()
if(LANGUAGE STREQUAL "cpp")
  execute_process(COMMAND "${program}" RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "the program failed: ${status}")
  endif()
endif()
