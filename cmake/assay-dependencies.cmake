# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# Finds what the main() and the tests need beyond the standard library: CLI11, nlohmann/json and Catch2. In this
# order: ASSAY_DEPS_DIR, a CMake package, a plain folder of headers, a download.

set(ASSAY_DEPS_DIR "" CACHE PATH
  "A folder whose include/ holds CLI, nlohmann and catch2, for machines without a network (./dev deps makes one)")

# Downloads an archive for FetchContent. FetchContent alone would stop with a log that does not say what to do.
function(_assay_download name url sha256 debian_package result)
  set(archive "${CMAKE_BINARY_DIR}/_deps/${name}.archive")
  set(known "")
  if(EXISTS "${archive}")
    file(SHA256 "${archive}" known)
  endif()
  if(NOT known STREQUAL sha256)
    message(STATUS "assay: ${name} is not installed, fetching ${url}")
    file(DOWNLOAD "${url}" "${archive}" STATUS status INACTIVITY_TIMEOUT 20)
    list(GET status 0 code)
    list(GET status 1 words)
    if(NOT code EQUAL 0)
      file(REMOVE "${archive}")
      message(FATAL_ERROR
        "assay needs ${name}. It is not installed, and ${url} could not be fetched (${words}). One of these helps:\n"
        "  apt-get install ${debian_package}      (Debian, Ubuntu)\n"
        "  -DCMAKE_PREFIX_PATH=<where ${name} is installed>\n"
        "  -DASSAY_DEPS_DIR=<a folder whose include/ holds its headers>")
    endif()
  endif()
  set(${result} "${archive}" PARENT_SCOPE)
endfunction()

# _assay_find_dependency(<name> <target> <header> <version> <debian package> <url> <sha256>)
# Defines <target>, or leaves it undefined where _assay_IF_FOUND forbids a download. The target is visible in the
# calling directory and below, not where assay's libraries are used; that is why they take include folders from it
# and never link it.
function(_assay_find_dependency name target header version debian_package url sha256)
  if(TARGET ${target})
    return()
  endif()
  if(NOT EXISTS "${ASSAY_DEPS_DIR}/include/${header}")
    find_package(${name} ${version} CONFIG QUIET)
    if(TARGET ${target})
      return()
    endif()
  endif()

  find_path(ASSAY_${name}_INCLUDE_DIR "${header}" HINTS "${ASSAY_DEPS_DIR}/include")
  mark_as_advanced(ASSAY_${name}_INCLUDE_DIR)
  if(ASSAY_${name}_INCLUDE_DIR)
    set(folder "${ASSAY_${name}_INCLUDE_DIR}")
  elseif(_assay_IF_FOUND)
    return()
  else()
    string(TOUPPER "${name}" upper)
    include(FetchContent)
    set(source URL "")
    if(NOT FETCHCONTENT_SOURCE_DIR_${upper} AND NOT FETCHCONTENT_FULLY_DISCONNECTED)
      _assay_download(${name} "${url}" ${sha256} ${debian_package} archive)
      set(source URL "${archive}" URL_HASH SHA256=${sha256})
    endif()
    # Headers are all we want: with a SOURCE_SUBDIR that does not exist, the project's own CMake code stays out.
    FetchContent_Declare(${name} ${source} SOURCE_SUBDIR none DOWNLOAD_EXTRACT_TIMESTAMP TRUE)
    FetchContent_MakeAvailable(${name})
    string(TOLOWER "${name}" lower)
    set(folder "${${lower}_SOURCE_DIR}/include")
    if(NOT EXISTS "${folder}/${header}")
      message(FATAL_ERROR "assay: ${folder} does not hold ${header}; FETCHCONTENT_SOURCE_DIR_${upper} is wrong")
    endif()
  endif()
  add_library(${target} INTERFACE IMPORTED)
  target_include_directories(${target} SYSTEM INTERFACE "${folder}")
endfunction()

function(assay_find_cli11)
  _assay_find_dependency(CLI11 CLI11::CLI11 CLI/CLI.hpp 2.1 libcli11-dev
    https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.4.2.tar.gz
    f2d893a65c3b1324c50d4e682c0cdc021dd0477ae2c048544f39eed6654b699a)
endfunction()

function(assay_find_nlohmann_json)
  _assay_find_dependency(nlohmann_json nlohmann_json::nlohmann_json nlohmann/json.hpp 3.9 nlohmann-json3-dev
    https://github.com/nlohmann/json/releases/download/v3.11.3/json.tar.xz
    d6c65aca6b1ed68e7a182f4757257b107ae403032760ed6ef121c9d55e81757d)
endfunction()
