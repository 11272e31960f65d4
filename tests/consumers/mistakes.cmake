# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# What a user is told after a mistake. Each case configures the project in mistakes/, which must fail with the
# words given here.
cmake_minimum_required(VERSION 3.25)
get_filename_component(source_dir "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)

file(REMOVE_RECURSE "${WORK_DIR}")
function(expect case words)
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -E env ${environment} "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/mistakes" -B "${WORK_DIR}/build" -G "${GENERATOR}"
      "-DCMAKE_CXX_COMPILER=${CXX}" "-DASSAY_DEPS_DIR=${ASSAY_DEPS_DIR}" "-DASSAY_SOURCE_DIR=${source_dir}"
      -DCASE=${case} ${ARGN}
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " flat "${output}")  # CMake wraps long messages
  string(FIND "${flat}" "${words}" position)
  if(words STREQUAL "" AND NOT status EQUAL 0)
    message("${output}")
    message(SEND_ERROR "${case}: expected to succeed")
  elseif(NOT words STREQUAL "" AND status EQUAL 0)
    message(SEND_ERROR "${case}: expected to fail")
  elseif(position LESS 0)
    message("${output}")
    message(SEND_ERROR "${case}: expected the words '${words}'")
  endif()
endfunction()

expect(none "")
expect(no_sources "assay_add_benchmark(b): no sources")
expect(missing_source "the source nowhere.cpp does not exist")
expect(unknown_extension "what CMakeLists.txt is cannot be told from its extension")
expect(only_headers "nothing to compile")
expect(no_cuda "a CUDA source needs the component cuda")
expect(no_hip "a HIP source needs the component hip")
expect(backend_without_language "the language CUDA is not enabled")
expect(no_dependency "apt-get install libcli11-dev")

# Through find_package.
file(REMOVE_RECURSE "${WORK_DIR}/build")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${ASSAY_BINARY_DIR}" --prefix "${WORK_DIR}/prefix"
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
set(prefix "-DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix")
expect(component_unknown "assay's component metal: there is no such component" ${prefix})
set(environment CUDACXX=/nowhere/nvcc)
expect(component_without_compiler "assay's component cuda: no CUDA compiler was found" ${prefix})
set(environment "")
expect(component_optional "" ${prefix})
expect(component_in_folder "call enable_language(CUDA) in the top-level CMakeLists.txt" ${prefix})
