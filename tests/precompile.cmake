# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# assay_precompile(<target> <header>...) parses the headers once for all sources of <target> and, which clang alone can
# do, compiles their functions once, into an object that <target> links. Most of what a test file costs is the library's
# code, compiled again under sanitizers. Does nothing with another compiler or without Ninja.
function(assay_precompile target)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR NOT CMAKE_GENERATOR STREQUAL "Ninja")
    return()
  endif()
  target_precompile_headers(${target} PRIVATE ${ARGN})
  # The functions are left to the object: what -fpch-codegen stands for where clang itself names the result.
  target_compile_options(${target} PRIVATE "SHELL:-Xclang -fmodules-codegen")
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir")
  string(TOUPPER "CMAKE_CXX_FLAGS_${CMAKE_BUILD_TYPE}" flags)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${${flags}}")
  set(object "${folder}/precompiled_functions.o")
  # Optimised: that takes minutes once, and the tests take a quarter of their time; AddressSanitizer is meant for -O1.
  # Ninja knows the precompiled header by its path; a target of its own, or every source would wait for the object.
  add_custom_command(OUTPUT "${object}" DEPENDS "${folder}/cmake_pch.hxx.pch" VERBATIM
    COMMAND "${CMAKE_CXX_COMPILER}" ${flags} -O1 ${assay_sanitize_options} -c "${folder}/cmake_pch.hxx.pch" -o "${object}"
    COMMENT "Compiling the functions of the precompiled headers of ${target}")
  add_custom_target(${target}_precompiled_functions DEPENDS "${object}")
  target_link_libraries(${target} PRIVATE "${object}")
  # The object holds functions that nobody calls, some of which call what the standard library keeps to itself.
  target_link_options(${target} PRIVATE -Wl,--gc-sections)
endfunction()
