# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# Catch2 for our own tests and examples, in any of the forms it comes in; not installed:
#   assay_catch_headers   its headers (and library, for v3), for a program with a main() of its own
#   assay_catch           the same with Catch2's main()
include_guard(GLOBAL)
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL TRUE)  # tests and examples use what the first of them found

add_library(assay_catch_headers INTERFACE)
add_library(assay_catch INTERFACE)
target_link_libraries(assay_catch INTERFACE assay_catch_headers)

if(NOT EXISTS "${ASSAY_DEPS_DIR}/include/catch2")
  find_package(Catch2 3 CONFIG QUIET)
  if(NOT Catch2_FOUND)
    find_package(Catch2 2.13 CONFIG QUIET)
  endif()
endif()
if(NOT Catch2_FOUND)
  find_path(ASSAY_Catch2_INCLUDE_DIR catch2/catch.hpp HINTS "${ASSAY_DEPS_DIR}/include")
  mark_as_advanced(ASSAY_Catch2_INCLUDE_DIR)
  if(NOT ASSAY_Catch2_INCLUDE_DIR)
    include(FetchContent)
    set(source URL "")
    if(NOT FETCHCONTENT_SOURCE_DIR_CATCH2 AND NOT FETCHCONTENT_FULLY_DISCONNECTED)
      set(sha256 b7754b711242c167d8f60b890695347f90a1ebc95949a045385114165d606dbb)
      _assay_download(Catch2 https://github.com/catchorg/Catch2/archive/refs/tags/v3.5.4.tar.gz ${sha256} catch2
        archive)
      set(source URL "${archive}" URL_HASH SHA256=${sha256})
    endif()
    set(CATCH_INSTALL_DOCS OFF)
    set(CATCH_INSTALL_EXTRAS OFF)
    FetchContent_Declare(Catch2 ${source} DOWNLOAD_EXTRACT_TIMESTAMP TRUE)
    FetchContent_MakeAvailable(Catch2)
  endif()
endif()

# A machine may have the headers of both; tests/support/catch.hpp includes those of the one that was found.
if(TARGET Catch2::Catch2WithMain AND NOT (Catch2_FOUND AND Catch2_VERSION VERSION_LESS 3))
  target_compile_definitions(assay_catch_headers INTERFACE ASSAY_CATCH2_MAJOR=3)
else()
  target_compile_definitions(assay_catch_headers INTERFACE ASSAY_CATCH2_MAJOR=2)
endif()

if(TARGET Catch2::Catch2WithMain)  # v3, and Debian's v2.13
  target_link_libraries(assay_catch_headers INTERFACE Catch2::Catch2)
  target_link_libraries(assay_catch INTERFACE Catch2::Catch2WithMain)
else()  # v2 has no library; its main() is compiled here, once, since it takes 10 s
  if(TARGET Catch2::Catch2)
    target_link_libraries(assay_catch_headers INTERFACE Catch2::Catch2)
  else()
    target_include_directories(assay_catch_headers SYSTEM INTERFACE "${ASSAY_Catch2_INCLUDE_DIR}")
  endif()
  add_library(assay_catch_main OBJECT "${PROJECT_SOURCE_DIR}/tests/support/catch_main.cpp")
  target_compile_features(assay_catch_main PRIVATE cxx_std_20)
  target_link_libraries(assay_catch_main PRIVATE assay_catch_headers)
  target_link_libraries(assay_catch INTERFACE assay_catch_main "$<TARGET_OBJECTS:assay_catch_main>")
endif()
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL FALSE)
