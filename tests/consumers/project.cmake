# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# Configures, builds and tests the project in the folder PROJECT, as a user would. See CMakeLists.txt for the settings.
cmake_minimum_required(VERSION 3.25)
get_filename_component(source_dir "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status ECHO_OUTPUT_VARIABLE ECHO_ERROR_VARIABLE
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "failed: ${command}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${WORK_DIR}")
set(ENV{CMAKE_CXX_COMPILER_LAUNCHER} "${source_dir}/tests/support/compile_once.sh;${MAIN_OBJECT}")
set(arguments
  -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 "-DASSAY_DEPS_DIR=${ASSAY_DEPS_DIR}"
  "-DWITH_CUDA=${WITH_CUDA}" "-DWITH_HIP=${WITH_HIP}")
if(WITH_CUDA)
  list(APPEND arguments "-DCMAKE_CUDA_COMPILER=${CUDA}" "-DCMAKE_CUDA_ARCHITECTURES=${CUDA_ARCHITECTURES}")
endif()

if(PROJECT STREQUAL "find_package")
  file(REMOVE_RECURSE "${MAIN_OBJECT}")  # what is installed is compiled, always
  run("${CMAKE_COMMAND}" --install "${ASSAY_BINARY_DIR}" --prefix "${WORK_DIR}/prefix")
  list(APPEND arguments "-DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix")
elseif(PROJECT STREQUAL "fetch_content")
  # What FetchContent would download is here already.
  list(APPEND arguments "-DFETCHCONTENT_SOURCE_DIR_ASSAY=${source_dir}")
else()
  list(APPEND arguments "-DASSAY_SOURCE_DIR=${source_dir}")
endif()

run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/${PROJECT}" -B "${WORK_DIR}/build" ${arguments})
get_filename_component(bin "${CMAKE_COMMAND}" DIRECTORY)
if(BACKEND)
  # Its objects are those of the other project, and take long: that there is such a target will do.
  run("${CMAKE_COMMAND}" --build "${WORK_DIR}/build" --target saxpy_host measure_only)
  if(WITH_${BACKEND})
    string(TOLOWER "saxpy_${BACKEND}" target)
    run("${CMAKE_COMMAND}" --build "${WORK_DIR}/build" --target "${target}" -- -n)
  endif()
  run("${bin}/ctest" --test-dir "${WORK_DIR}/build" --output-on-failure -R "saxpy_host|measure_only")
else()
  run("${CMAKE_COMMAND}" --build "${WORK_DIR}/build")
  run("${bin}/ctest" --test-dir "${WORK_DIR}/build" --output-on-failure)
endif()
if(NOT output MATCHES "saxpy_host[ .]+ *Passed")
  message(FATAL_ERROR "the test saxpy_host did not run")
endif()

# The build type's flags, which no macro tells.
run("${WORK_DIR}/build/saxpy_host" --verify-only --quiet --json "${WORK_DIR}/records.json")
file(READ "${WORK_DIR}/records.json" records)
if(NOT records MATCHES "\"build\": *\"[^\"]* -O0[ \"]")
  message(FATAL_ERROR "the record does not have the flags: ${records}")
endif()
