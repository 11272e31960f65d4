# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# assay_discover_tests(<target> <cpu|gpu>) makes a CTest test of each test case of a Catch2 program, of v2 or v3. The
# names are read from the program after each build, by this same file run as a script. Catch2's own Catch.cmake does
# this too, but takes every name after one with an unbalanced bracket, as in "spans [0, 1)", for the same name.

if(NOT CMAKE_SCRIPT_MODE_FILE)
  function(assay_discover_tests target label)
    set(tests "${CMAKE_CURRENT_BINARY_DIR}/${target}_tests.cmake")
    add_custom_command(TARGET ${target} POST_BUILD VERBATIM COMMAND "${CMAKE_COMMAND}"
      "-DPROGRAM=$<TARGET_FILE:${target}>" "-DLABEL=${label}" "-DRESULT=${tests}"
      -P "${CMAKE_CURRENT_FUNCTION_LIST_FILE}")
    set(include_file "${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake")
    file(CONFIGURE OUTPUT "${include_file}" @ONLY CONTENT [[
if(EXISTS "@tests@")
  include("@tests@")
else()
  add_test("@target@ was not built" "@target@")
endif()
]])
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${include_file}")
  endfunction()
  return()
endif()

cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND "${PROGRAM}" --list-tests --verbosity quiet  # v3, status 0
  OUTPUT_VARIABLE names ERROR_VARIABLE errors RESULT_VARIABLE status)
set(arguments "")  # v3 fails when a name selects nothing, v2 on demand
if(NOT status EQUAL 0)
  execute_process(COMMAND "${PROGRAM}" --list-test-names-only  # v2, where the status is the number of tests
    OUTPUT_VARIABLE names ERROR_VARIABLE errors RESULT_VARIABLE status)
  set(arguments " --warn NoTests")
endif()
if(NOT status MATCHES "^[0-9]+$" OR NOT names)
  message(FATAL_ERROR "${PROGRAM} lists no tests (status ${status})\n${errors}")
endif()

# Brackets and semicolons mean something in CMake's lists, so they travel as characters that no name holds.
string(ASCII 1 2 3 placeholders)
string(SUBSTRING "${placeholders}" 0 1 open)
string(SUBSTRING "${placeholders}" 1 1 close)
string(SUBSTRING "${placeholders}" 2 1 semicolon)
string(REPLACE "[" "${open}" names "${names}")
string(REPLACE "]" "${close}" names "${names}")
string(REPLACE ";" "${semicolon}" names "${names}")
string(REGEX REPLACE "\n+$" "" names "${names}")
string(REPLACE "\n" ";" names "${names}")

set(properties "LABELS ${LABEL} TIMEOUT 300 SKIP_REGULAR_EXPRESSION \"assay: no (CUDA|HIP) device\"")
if(LABEL STREQUAL "gpu")
  string(APPEND properties " RESOURCE_GROUPS 1,gpus:1")
endif()
set(script "")
foreach(name IN LISTS names)
  # In a test specification of Catch2, these characters are escaped with a backslash.
  string(REGEX REPLACE "([\\\\,${open}${close}\"])" "\\\\\\1" pattern "${name}")
  string(APPEND script
    "add_test([==[${name}]==] [==[${PROGRAM}]==] [==[${pattern}]==]${arguments})\n"
    "set_tests_properties([==[${name}]==] PROPERTIES ${properties})\n")
endforeach()
string(REPLACE "${open}" "[" script "${script}")
string(REPLACE "${close}" "]" script "${script}")
string(REPLACE "${semicolon}" ";" script "${script}")
file(WRITE "${RESULT}" "${script}")
