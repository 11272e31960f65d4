// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The kernel of example 04, and the call of cuBLAS that it is compared with.
#pragma once

#include <cstdint>

#include "cublas_handle.hpp"

/// A tile of 64×64 of C for each block of 256 threads, 4×4 elements a thread; fp32 accumulation. m and n must
/// be multiples of 64 and k of 16. `skip` leaves out that many products at the end of each sum.
template <class T>
__global__ void gemm_tiled(std::int64_t n, std::int64_t k, const T* a, const T* b, T* c,
                           std::int64_t skip = 0) {
  __shared__ float tile_a[16][64 + 1], tile_b[16][64];
  const int column = threadIdx.x % 16, row = threadIdx.x / 16;
  const std::int64_t first_row = blockIdx.y * std::int64_t{64}, first_column = blockIdx.x * std::int64_t{64};
  float sum[4][4] = {};
  for (std::int64_t step = 0; step < k; step += 16) {
    for (int i = threadIdx.x; i < 64 * 16; i += 256) {
      const bool used = step + i % 16 < k - skip;
      tile_a[i % 16][i / 16] = used ? float(a[(first_row + i / 16) * k + step + i % 16]) : 0.0f;
      tile_b[i / 64][i % 64] = float(b[(step + i / 64) * n + first_column + i % 64]);
    }
    __syncthreads();
    for (int j = 0; j < 16; ++j)
      for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 4; ++x) sum[y][x] += tile_a[j][row * 4 + y] * tile_b[j][column + x * 16];
    __syncthreads();
  }
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x)
      c[(first_row + row * 4 + y) * n + first_column + column + x * 16] = T(sum[y][x]);
}

/// C = A·B, row-major, which for column-major cuBLAS is Cᵀ = Bᵀ·Aᵀ.
inline void gemm_cublas(cublas& library, cudaStream_t stream, std::int64_t m, std::int64_t n, std::int64_t k,
                        cudaDataType type, const void* a, const void* b, void* c) {
  const float one = 1.0f, zero = 0.0f;
  check(cublasSetStream(library.handle, stream));
  check(cublasGemmEx_64(library.handle, CUBLAS_OP_N, CUBLAS_OP_N, n, m, k, &one, b, type, n, a, type, k,
                        &zero, c, type, n, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
}
