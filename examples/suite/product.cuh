// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Matrix products in bf16 with fp32 accumulation, C = f(A·B): a naive kernel and one for tensor cores, for
// matrices of any shape and for what can be seen as one (a convolution).
#pragma once

#include "gpu.cuh"
#include "tensor_cores.cuh"

/// A row-major matrix of bf16. `chunk` is where 8 neighbours of a row begin, null where they lie outside; it
/// may be asked for only where rows begin at multiples of 16 bytes and `column` is a multiple of 8.
struct dense {
  const bf16* data;
  std::int64_t rows, columns;

  [[nodiscard]] bool in_chunks() const { return columns % 8 == 0; }
  __device__ const bf16* chunk(std::int64_t row, std::int64_t column) const {
    return row < rows && column < columns ? data + row * columns + column : nullptr;
  }
  __device__ bf16 element(std::int64_t row, std::int64_t column) const {
    return row < rows && column < columns ? data[row * columns + column] : bf16(0.0f);
  }
  __device__ dense matrix(std::int64_t index) const { return {data + index * rows * columns, rows, columns}; }
};

/// What becomes of an element (row, column) of the product before it is rounded.
struct unchanged {
  __device__ float operator()(std::int64_t, std::int64_t, float sum) const { return sum; }
};

/// How a product is divided: into tiles of M×N for a block, these among warps of WarpM×WarpN. With
/// `Transposed` B is stored as n×k.
template <int M, int N, int WarpM, int WarpN, bool Transposed = false>
struct tiling {
  static constexpr int m = M, n = N, k = 32, warp_m = WarpM, warp_n = WarpN;
  static constexpr bool transposed = Transposed;
  static constexpr int threads = (M / WarpM) * (N / WarpN) * 32;
  static constexpr int stages = 4;  ///< tiles of k that are on their way
  static constexpr int rows_b = Transposed ? N : k, columns_b = Transposed ? k : N;
  // Eight rows of a tile, 16 bytes each, must lie in different banks: the bytes of a row are 16 more than a
  // multiple of 32.
  static constexpr int pitch_a = k + 8, pitch_b = columns_b + 8;
  static constexpr int elements_a = M * pitch_a, stage_elements = elements_a + rows_b * pitch_b;
  static constexpr int bytes = stages * stage_elements * 2;
};

/// A tile of `Rows` rows and `Columns` columns to shared memory, rows `Pitch` elements apart; what lies
/// outside of the matrix is 0. Without `Chunks` element by element.
template <bool Chunks, int Threads, int Rows, int Columns, int Pitch, class Matrix>
__device__ void load_tile(bf16* to, const Matrix& from, std::int64_t first_row, std::int64_t first_column) {
  constexpr int in_row = Columns / 8;
  for (int i = threadIdx.x; i < Rows * in_row; i += Threads) {
    const int row = i / in_row, column = i % in_row * 8;
    bf16* const place = to + row * Pitch + column;
    if constexpr (Chunks) {
      copy_async(place, from.chunk(first_row + row, first_column + column), from.data);
    } else {
      pack<bf16> seen;
      for (int k = 0; k < 8; ++k) seen.value[k] = from.element(first_row + row, first_column + column + k);
      *reinterpret_cast<pack<bf16>*>(place) = seen;
    }
  }
}

/// A block computes one tile of C = f(A·B) of one matrix of the batch: blockIdx is (tile of rows, tile of
/// columns, matrix). While the tensor cores work on one tile of k, three more are loaded.
template <class Tiling, bool Chunks, class A, class B, class C, class Finish>
__global__ void __launch_bounds__(Tiling::threads)
    product_kernel(std::int64_t m, std::int64_t n, std::int64_t k, A a, B b, C* c, Finish finish) {
  constexpr int pitch_a = Tiling::pitch_a, pitch_b = Tiling::pitch_b, stages = Tiling::stages;
  constexpr int tiles_m = Tiling::warp_m / 16, tiles_n = Tiling::warp_n / 8;
  static_assert(tiles_n % 2 == 0, "columns of B are loaded 16 at a time");
  extern __shared__ __align__(16) unsigned char memory[];
  bf16* const shared = reinterpret_cast<bf16*>(memory);

  const std::int64_t first_row = blockIdx.x * std::int64_t{Tiling::m},
                     first_column = blockIdx.y * std::int64_t{Tiling::n};
  const A of_a = a.matrix(blockIdx.z);
  const B of_b = b.matrix(blockIdx.z);
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int warp_row = warp / (Tiling::n / Tiling::warp_n) * Tiling::warp_m;
  const int warp_column = warp % (Tiling::n / Tiling::warp_n) * Tiling::warp_n;
  const auto steps = static_cast<int>((k + Tiling::k - 1) / Tiling::k);

  const auto load = [&](int step) {
    if (step < steps) {
      bf16* const tile_a = shared + step % stages * Tiling::stage_elements;
      bf16* const tile_b = tile_a + Tiling::elements_a;
      const std::int64_t first = step * std::int64_t{Tiling::k};
      load_tile<Chunks, Tiling::threads, Tiling::m, Tiling::k, pitch_a>(tile_a, of_a, first_row, first);
      load_tile<Chunks, Tiling::threads, Tiling::rows_b, Tiling::columns_b, pitch_b>(
          tile_b, of_b, Tiling::transposed ? first_column : first, Tiling::transposed ? first : first_column);
    }
    end_of_copies();  // also of none, so that groups can be counted
  };

  float sum[tiles_m][tiles_n][4] = {};
  for (int step = 0; step < stages - 1; ++step) load(step);
  for (int step = 0; step < steps; ++step) {
    wait_for_copies<stages - 2>();
    __syncthreads();  // this step's tiles are there for all, and nobody reads the last one's any more
    load(step + stages - 1);
    const bf16* const tile_a = shared + step % stages * Tiling::stage_elements;
    const bf16* const tile_b = tile_a + Tiling::elements_a;
#pragma unroll
    for (int inner = 0; inner < Tiling::k; inner += 16) {
      std::uint32_t part_a[tiles_m][4], part_b[tiles_n / 2][4];
#pragma unroll
      for (int i = 0; i < tiles_m; ++i)
        load_matrices<false>(part_a[i],
                             tile_a + (warp_row + i * 16 + lane % 16) * pitch_a + inner + lane / 16 * 8);
#pragma unroll
      for (int j = 0; j < tiles_n / 2; ++j) {
        if constexpr (Tiling::transposed)  // rows are columns of B
          load_matrices<false>(part_b[j], tile_b +
                                              (warp_column + j * 16 + lane / 16 * 8 + lane % 8) * pitch_b +
                                              inner + lane / 8 % 2 * 8);
        else
          load_matrices<true>(part_b[j],
                              tile_b + (inner + lane % 16) * pitch_b + warp_column + j * 16 + lane / 16 * 8);
      }
#pragma unroll
      for (int i = 0; i < tiles_m; ++i)
#pragma unroll
        for (int j = 0; j < tiles_n; ++j)
          multiply_add(sum[i][j], part_a[i], part_b[j / 2][j % 2 * 2], part_b[j / 2][j % 2 * 2 + 1]);
    }
  }

  c += blockIdx.z * m * n;
#pragma unroll
  for (int i = 0; i < tiles_m; ++i)
#pragma unroll
    for (int j = 0; j < tiles_n; ++j)
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const std::int64_t row = first_row + warp_row + i * 16 + half * 8 + lane / 4;
        const std::int64_t column = first_column + warp_column + j * 8 + lane % 4 * 2;
        if (row >= m || column >= n) continue;
        const float left = finish(row, column, sum[i][j][half * 2]);
        const float right = column + 1 < n ? finish(row, column + 1, sum[i][j][half * 2 + 1]) : 0.0f;
        C* const at = c + row * n + column;
        if (sizeof(C) == 2 && n % 2 == 0) {  // then two neighbours begin at a multiple of 4 bytes
          *reinterpret_cast<std::uint32_t*>(at) = packed(left, right);
        } else {
          at[0] = static_cast<C>(left);
          if (column + 1 < n) at[1] = static_cast<C>(right);
        }
      }
}

/// Launches the kernel above; matrices that do not come in chunks go element by element.
template <class Tiling, class A, class B, class C, class Finish = unchanged>
void product(std::int64_t m, std::int64_t n, std::int64_t k, A a, B b, C* c, cudaStream_t s,
             Finish finish = {}, std::int64_t batch = 1) {
  const dim3 grid(blocks(m, Tiling::m), blocks(n, Tiling::n), static_cast<unsigned>(batch));
  const auto launch = [&](auto kernel) {
    cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, Tiling::bytes);
    kernel<<<grid, Tiling::threads, Tiling::bytes, s>>>(m, n, k, a, b, c, finish);
  };
  if (a.in_chunks() && b.in_chunks())
    launch(&product_kernel<Tiling, true, A, B, C, Finish>);
  else
    launch(&product_kernel<Tiling, false, A, B, C, Finish>);
}

/// A thread for each element of C, 16×16 a block.
template <bool Transposed, class A, class B, class C, class Finish>
__global__ void product_naive_kernel(std::int64_t m, std::int64_t n, std::int64_t k, A a, B b, C* c,
                                     Finish finish) {
  const std::int64_t column = blockIdx.x * std::int64_t{16} + threadIdx.x,
                     row = blockIdx.y * std::int64_t{16} + threadIdx.y;
  if (row >= m || column >= n) return;
  const A of_a = a.matrix(blockIdx.z);
  const B of_b = b.matrix(blockIdx.z);
  float sum = 0;
  for (std::int64_t i = 0; i < k; ++i)
    sum += static_cast<float>(of_a.element(row, i)) *
           static_cast<float>(Transposed ? of_b.element(column, i) : of_b.element(i, column));
  c[(blockIdx.z * m + row) * n + column] = static_cast<C>(finish(row, column, sum));
}

template <bool Transposed, class A, class B, class C, class Finish = unchanged>
void product_naive(std::int64_t m, std::int64_t n, std::int64_t k, A a, B b, C* c, cudaStream_t s,
                   Finish finish = {}, std::int64_t batch = 1) {
  product_naive_kernel<Transposed>
      <<<dim3(blocks(n, 16), blocks(m, 16), static_cast<unsigned>(batch)), dim3(16, 16), 0, s>>>(
          m, n, k, a, b, c, finish);
}
