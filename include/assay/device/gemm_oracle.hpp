// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/device/runtime.hpp"
#include "assay/verify/gemm_job.hpp"

namespace assay {

/// What one block of gemm_fp64_kernel computes at a time: each of its threads 4×8 elements, so that a step
/// takes 12 numbers from shared memory for 32 multiply-adds.
struct gemm_tile {
  static constexpr int rows = 64, columns = 128, depth = 16, threads = 256;
};

/// gemm_job, for any layout and element type: tiles are converted to fp64 as they are loaded.
template <int = 0>
__global__ void __launch_bounds__(gemm_tile::threads) gemm_fp64_kernel(gemm_job job) {
  constexpr int rows = gemm_tile::rows, columns = gemm_tile::columns, depth = gemm_tile::depth;
  // The odd width lets a column be written without all of it going to the same bank.
  __shared__ double tile_a[depth][rows + 1], tile_b[depth][columns + 1];
  __shared__ std::int64_t row_of[rows];
  const int thread = static_cast<int>(threadIdx.x), x = thread % 16, y = thread / 16;
  const std::int64_t n = job.b.columns, inner = job.b.rows;
  const std::int64_t first_column = blockIdx.x * std::int64_t{columns};

  for (std::int64_t first_row = blockIdx.y * std::int64_t{rows}; first_row < job.row_count;
       first_row += gridDim.y * std::int64_t{rows}) {
    __syncthreads();  // the last round may still be reading
    if (thread < rows) {
      const std::int64_t r = first_row + thread;
      row_of[thread] = r >= job.row_count ? -1 : job.rows ? job.rows[r] : r;
    }
    __syncthreads();
    double sum[4][8] = {};
    for (std::int64_t step = 0; step < inner; step += depth) {
      // Neighbouring threads load neighbouring elements, whichever way the matrix is stored.
      for (int i = thread; i < rows * depth; i += gemm_tile::threads) {
        const int r = job.a.transposed ? i % rows : i / depth, l = job.a.transposed ? i / rows : i % depth;
        tile_a[l][r] = row_of[r] >= 0 && step + l < inner ? job.a.at(row_of[r], step + l) : 0.0;
      }
      for (int i = thread; i < columns * depth; i += gemm_tile::threads) {
        const int j = job.b.transposed ? i / depth : i % columns;
        const int l = job.b.transposed ? i % depth : i / columns;
        tile_b[l][j] = first_column + j < n && step + l < inner ? job.b.at(step + l, first_column + j) : 0.0;
      }
      __syncthreads();
      for (int l = 0; l < depth; ++l) {
        double a[4], b[8];
#pragma unroll
        for (int i = 0; i < 4; ++i) a[i] = tile_a[l][y * 4 + i];
#pragma unroll
        for (int j = 0; j < 8; ++j) b[j] = tile_b[l][x + j * 16];
#pragma unroll
        for (int i = 0; i < 4; ++i)
#pragma unroll
          for (int j = 0; j < 8; ++j) sum[i][j] += a[i] * b[j];
      }
      __syncthreads();
    }
#pragma unroll  // or the sums would not stay in registers
    for (int i = 0; i < 4; ++i)
#pragma unroll
      for (int j = 0; j < 8; ++j) {
        const std::int64_t row = row_of[y * 4 + i], column = first_column + x + j * 16;
        if (row < 0 || column >= n) continue;
        double value = job.alpha * sum[i][j];
        if (job.beta != 0.0) value += job.beta * job.c.at(row, column);
        job.result[(first_row + y * 4 + i) * n + column] = value;
      }
  }
}

/// projection_job. A block takes four rows of a matrix stored by rows, its threads along the columns, or 128
/// rows of a transposed one, with 32 threads along the rows: neighbouring threads read neighbouring elements
/// either way. Each thread has four rows, which share one reading of the vectors.
template <int = 0>
__global__ void __launch_bounds__(256) project_kernel(projection_job job) {
  constexpr int width = projection_job::width, kinds = width + 2, per_thread = 4, threads = 256;
  __shared__ double part[kinds][threads];
  const device_matrix& matrix = job.matrix;
  const int along_rows = matrix.transposed ? 32 : 1, slices = threads / along_rows;
  const int thread = static_cast<int>(threadIdx.x), place = thread % along_rows, slice = thread / along_rows;
  const std::int64_t rows_per_block = std::int64_t{along_rows} * per_thread;

  for (std::int64_t first = blockIdx.x * rows_per_block; first < matrix.rows;
       first += gridDim.x * rows_per_block) {
    double sums[per_thread][kinds] = {};
    for (std::int64_t j = slice; j < matrix.columns; j += slices) {
      double vectors[width];
      for (int v = 0; v < width; ++v) vectors[v] = job.vectors[j * width + v];
      for (int r = 0; r < per_thread; ++r) {
        const std::int64_t row = first + r * along_rows + place;
        if (row >= matrix.rows) break;
        const double value = matrix.at(row, j);
        for (int v = 0; v < width; ++v) sums[r][v] += value * vectors[v];
        if (!job.squares) continue;
        const double half = job.half_spacing(value);
        sums[r][width] += half * half;
        sums[r][width + 1] += value * value;
      }
    }
    for (int r = 0; r < per_thread; ++r) {
      for (int kind = 0; kind < kinds; ++kind) part[kind][thread] = sums[r][kind];
      for (int half = slices / 2; half > 0; half /= 2) {
        __syncthreads();
        if (slice < half)
          for (int kind = 0; kind < kinds; ++kind)
            part[kind][thread] += part[kind][thread + half * along_rows];
      }
      const std::int64_t row = first + r * along_rows + place;
      if (slice == 0 && row < matrix.rows) {
        for (int v = 0; v < width; ++v) job.result[row * width + v] = part[v][thread];
        if (job.squares) {
          job.squares[2 * row] = part[width][thread];
          job.squares[2 * row + 1] = part[width + 1][thread];
        }
      }
      __syncthreads();
    }
  }
}

}  // namespace assay
