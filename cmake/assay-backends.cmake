# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# The parts of assay that are compiled: the main() and the device code of a backend. They are built in the project
# that uses assay, once for all of its benchmarks, with that project's compilers, flags and GPU architectures. The
# sources lie in src/ beside this folder, in the repository and where assay is installed.

include("${CMAKE_CURRENT_LIST_DIR}/assay-dependencies.cmake")

option(ASSAY_NVTX "Mark assay's phases with NVTX or ROCTX ranges, for Nsight, rocprofv3 and other tools" ON)
option(ASSAY_CUBLASLT
  "Link cuBLASLt: tensor ceilings that assay has no kernel for are then what the library achieves" OFF)

# Makes a language usable in this directory, or says why it is not. A macro, since enable_language has to be called
# in file scope, and at the top level of a project for all of it to see the language.
macro(_assay_enable_language language found reason)
  set(${found} TRUE)
  set(${reason} "")
  if(CMAKE_${language}_COMPILER_LOADED)
    # enabled by the project
  elseif(NOT CMAKE_CURRENT_SOURCE_DIR STREQUAL CMAKE_SOURCE_DIR OR CMAKE_CURRENT_FUNCTION)
    set(${found} FALSE)
    set(${reason} "the language ${language} is not enabled: call enable_language(${language}) in the top-level CMakeLists.txt, before assay comes in")
    if("${language}" STREQUAL "HIP")
      string(APPEND ${reason} " (include assay's cmake/assay-find-hip.cmake first where CMake alone does not find HIP)")
    endif()
  else()
    if("${language}" STREQUAL "HIP")
      include("${_assay_cmake_folder}/assay-find-hip.cmake")
      set(${found} ${ASSAY_HIP_FOUND})
      set(${reason} "${ASSAY_HIP_REASON}")
    else()
      if(NOT CMAKE_${language}_COMPILER)
        unset(CMAKE_${language}_COMPILER CACHE)  # it may have been installed since the last time
      endif()
      include(CheckLanguage)
      check_language(${language})
      if(NOT CMAKE_${language}_COMPILER)
        set(${found} FALSE)
        set(${reason} "no ${language} compiler was found (for CUDA: put nvcc on the PATH, or set CMAKE_CUDA_COMPILER)")
      endif()
    endif()
    if(${found})
      enable_language(${language})
    endif()
  endif()
endmacro()
set(_assay_cmake_folder "${CMAKE_CURRENT_LIST_DIR}")

# assay::main, the main() of benchmarks. CLI11 and nlohmann/json are seen by this one source file and by nobody who
# links it. With IF_FOUND nothing is downloaded: a project that only measures does not need the main().
function(assay_create_main)
  if(TARGET assay_main)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 0 _assay "IF_FOUND" "" "")
  assay_find_cli11()
  assay_find_nlohmann_json()
  if(NOT TARGET CLI11::CLI11 OR NOT TARGET nlohmann_json::nlohmann_json)
    return()
  endif()
  add_library(assay_main STATIC EXCLUDE_FROM_ALL "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../src/main.cpp")
  add_library(assay::main ALIAS assay_main)
  target_link_libraries(assay_main PUBLIC assay::assay)
  target_include_directories(assay_main SYSTEM PRIVATE
    "$<TARGET_PROPERTY:CLI11::CLI11,INTERFACE_INCLUDE_DIRECTORIES>"
    "$<TARGET_PROPERTY:nlohmann_json::nlohmann_json,INTERFACE_INCLUDE_DIRECTORIES>")
endfunction()

# The architectures of assay's own kernels: those of the project, but for Hopper sm_90a in place of sm_90. What fills
# its tensor cores (wgmma) is of sm_90a alone, and every device of compute capability 9.0 runs that; PTX stays that of
# sm_90, which newer devices can compile. "all" and "all-major" stay as they are: nvcc then has no sm_90a. Nor have
# clangs before 18, as compilers of CUDA.
function(_assay_own_cuda_architectures wanted result)
  if("${wanted}" STREQUAL "native")
    set(wanted "${CMAKE_CUDA_ARCHITECTURES_NATIVE}")
  endif()
  if(NOT (CMAKE_CUDA_COMPILER_ID STREQUAL "Clang" AND CMAKE_CUDA_COMPILER_VERSION VERSION_LESS 18))
    list(TRANSFORM wanted REPLACE "^90-real$" "90a-real")
    list(TRANSFORM wanted REPLACE "^90$" "90a-real;90-virtual")
  endif()
  list(REMOVE_DUPLICATES wanted)
  set(${result} "${wanted}" PARENT_SCOPE)
endfunction()

# assay::cuda. The CUDA runtime is left to CMAKE_CUDA_RUNTIME_LIBRARY (Static, unless the project says otherwise):
# linking CUDA::cudart here would put a second, shared runtime into executables that have the static one.
function(assay_create_cuda)
  if(TARGET assay_cuda)
    return()
  endif()
  add_library(assay_cuda STATIC EXCLUDE_FROM_ALL "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../src/cuda.cu")
  add_library(assay::cuda ALIAS assay_cuda)
  if("cuda_std_20" IN_LIST CMAKE_CUDA_COMPILE_FEATURES)
    target_compile_features(assay_cuda PUBLIC cuda_std_20)
  else()  # CMake 3.25.1, which Debian 12 ships, does not know that nvcc has C++20
    target_compile_options(assay_cuda PUBLIC $<$<COMPILE_LANGUAGE:CUDA>:-std=c++20>)
  endif()
  target_compile_definitions(assay_cuda PRIVATE ASSAY_NVTX=$<BOOL:${ASSAY_NVTX}>
    INTERFACE $<$<COMPILE_LANGUAGE:CUDA>:ASSAY_CUDA_LINKED>)  # assay/backend/devices.hpp
  # nvcc finds the toolkit's headers by itself; a .cpp file that includes assay/backend/cuda.hpp does not.
  target_include_directories(assay_cuda SYSTEM INTERFACE
    "$<$<COMPILE_LANGUAGE:CXX>:${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES}>")
  target_link_libraries(assay_cuda PUBLIC assay::assay ${CMAKE_DL_LIBS})  # NVML is opened at run time
  _assay_own_cuda_architectures("${CMAKE_CUDA_ARCHITECTURES}" architectures)
  set_target_properties(assay_cuda PROPERTIES CUDA_SEPARABLE_COMPILATION OFF)
  if(architectures)
    set_target_properties(assay_cuda PROPERTIES CUDA_ARCHITECTURES "${architectures}")
  endif()
  if(ASSAY_CUBLASLT)
    target_compile_definitions(assay_cuda PRIVATE ASSAY_CUBLASLT=1)
    find_library(ASSAY_CUBLASLT_LIBRARY cublasLt REQUIRED
      HINTS ${CMAKE_CUDA_IMPLICIT_LINK_DIRECTORIES} ${CMAKE_CUDA_HOST_IMPLICIT_LINK_DIRECTORIES})
    target_link_libraries(assay_cuda PUBLIC "${ASSAY_CUBLASLT_LIBRARY}")
  endif()
endfunction()

# assay::hip. The HIP runtime comes with the language.
function(assay_create_hip)
  if(TARGET assay_hip)
    return()
  endif()
  set(source "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../src/hip.hip")
  add_library(assay_hip STATIC EXCLUDE_FROM_ALL "${source}")
  add_library(assay::hip ALIAS assay_hip)
  target_compile_features(assay_hip PUBLIC hip_std_20)
  target_compile_definitions(assay_hip PRIVATE ASSAY_ROCTX=$<BOOL:${ASSAY_NVTX}>)
  # clang says so itself when it compiles HIP; a .cpp file that includes assay/backend/hip.hpp has to be told.
  target_compile_definitions(assay_hip INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:__HIP_PLATFORM_AMD__=1>"
    $<$<COMPILE_LANGUAGE:HIP>:ASSAY_HIP_LINKED>)  # assay/backend/devices.hpp
  target_link_libraries(assay_hip PUBLIC assay::assay ${CMAKE_DL_LIBS})  # AMD SMI is opened at run time
endfunction()
