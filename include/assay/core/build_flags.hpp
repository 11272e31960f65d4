// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// ASSAY_BUILD_FLAGS: how this file is compiled, as a string literal: compiler and version, toolkit, and what
// its macros tell of optimisation, debugging and fast arithmetic. A macro, since files of one program may be
// compiled differently. Flags that no macro tells, such as nvcc's -use_fast_math, are not in it unless the
// build says them, as assay_add_benchmark() does; by hand: -DASSAY_COMPILE_FLAGS='"-use_fast_math"'.

#define ASSAY_DETAIL_TEXT_(x) #x
#define ASSAY_DETAIL_TEXT(x) ASSAY_DETAIL_TEXT_(x)

#if defined(__clang__)
#define ASSAY_DETAIL_BUILD_COMPILER \
  "clang " ASSAY_DETAIL_TEXT(__clang_major__) "." ASSAY_DETAIL_TEXT(__clang_minor__)
#elif defined(__GNUC__)
#define ASSAY_DETAIL_BUILD_COMPILER "gcc " ASSAY_DETAIL_TEXT(__GNUC__) "." ASSAY_DETAIL_TEXT(__GNUC_MINOR__)
#else
#define ASSAY_DETAIL_BUILD_COMPILER "another compiler"
#endif

#if defined(__CUDACC__) && defined(__CUDACC_VER_MAJOR__)
#define ASSAY_DETAIL_BUILD_TOOLKIT \
  " nvcc " ASSAY_DETAIL_TEXT(__CUDACC_VER_MAJOR__) "." ASSAY_DETAIL_TEXT(__CUDACC_VER_MINOR__)
#elif defined(__CUDA__) && defined(CUDA_VERSION)
// clang, which says no more of the toolkit than its headers do.
#define ASSAY_DETAIL_BUILD_TOOLKIT " cuda " ASSAY_DETAIL_TEXT(CUDA_VERSION)
#else
#define ASSAY_DETAIL_BUILD_TOOLKIT ""
#endif

#if defined(__CUDACC_DEBUG__)
#define ASSAY_DETAIL_BUILD_DEVICE_DEBUG " device-debug"
#else
#define ASSAY_DETAIL_BUILD_DEVICE_DEBUG ""
#endif

#if defined(__OPTIMIZE_SIZE__)
#define ASSAY_DETAIL_BUILD_OPTIMIZED " optimized-for-size"
#elif defined(__OPTIMIZE__)
#define ASSAY_DETAIL_BUILD_OPTIMIZED " optimized"
#else
#define ASSAY_DETAIL_BUILD_OPTIMIZED " not-optimized"
#endif

#if defined(__FAST_MATH__)
#define ASSAY_DETAIL_BUILD_FAST " fast-math"
#else
#define ASSAY_DETAIL_BUILD_FAST ""
#endif

#if defined(NDEBUG)
#define ASSAY_DETAIL_BUILD_ASSERTIONS ""
#else
#define ASSAY_DETAIL_BUILD_ASSERTIONS " assertions"
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ASSAY_DETAIL_BUILD_SANITIZER " sanitizer"
#else
#define ASSAY_DETAIL_BUILD_SANITIZER ""
#endif

#if defined(__AVX512F__)
#define ASSAY_DETAIL_BUILD_VECTORS " avx512"
#elif defined(__AVX2__)
#define ASSAY_DETAIL_BUILD_VECTORS " avx2"
#else
#define ASSAY_DETAIL_BUILD_VECTORS ""
#endif

#if defined(ASSAY_COMPILE_FLAGS)
#define ASSAY_DETAIL_BUILD_SAID " " ASSAY_COMPILE_FLAGS
#else
#define ASSAY_DETAIL_BUILD_SAID ""
#endif

#define ASSAY_BUILD_FLAGS                                                                   \
  ASSAY_DETAIL_BUILD_COMPILER ASSAY_DETAIL_BUILD_TOOLKIT ASSAY_DETAIL_BUILD_OPTIMIZED       \
      ASSAY_DETAIL_BUILD_DEVICE_DEBUG ASSAY_DETAIL_BUILD_FAST ASSAY_DETAIL_BUILD_ASSERTIONS \
          ASSAY_DETAIL_BUILD_SANITIZER ASSAY_DETAIL_BUILD_VECTORS ASSAY_DETAIL_BUILD_SAID
