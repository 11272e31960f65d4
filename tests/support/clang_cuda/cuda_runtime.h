// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// CUDA's header, with what clangs before 16 lack to compile CUDA 12: they name a class of textures that CUDA
// 12 took out, and take CUDA's macro __noinline__ into libstdc++. Beside it lies an empty
// curand_mtgp32_kernel.h, which clang always includes, and which comes with a library that assay does not
// need.
#pragma once

#include_next <cuda_runtime.h>

#undef __noinline__
#if CUDART_VERSION >= 12000 && __clang_major__ < 16
template <class, int, cudaTextureReadMode>
struct texture;
#endif
