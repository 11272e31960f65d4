// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What only moves data, bit by bit: rows of an embedding (Llama 3 8B and 70B) gathered by token, and a
// transposition, cuBLAS the baseline where there is cuBLAS.
#include "gpu.cuh"

#if !defined(__HIPCC__)
#include "../cublas_handle.hpp"
#endif

namespace {

/// A thread an element.
__global__ void gather_naive(std::int64_t tokens, std::int64_t width, const std::int32_t* token,
                             const bf16* table, bf16* y) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i < tokens * width) y[i] = table[token[i / width] * width + i % width];
}

/// A block a token, 16 bytes a thread. Width is a multiple of 8.
__global__ void gather_packs(std::int64_t width, const std::int32_t* token, const bf16* table, bf16* y) {
  const auto* const from = reinterpret_cast<const pack<bf16>*>(table + token[blockIdx.x] * width);
  auto* const to = reinterpret_cast<pack<bf16>*>(y + blockIdx.x * width);
  for (std::int64_t i = threadIdx.x; i < width / pack<bf16>::width; i += blockDim.x) to[i] = from[i];
}

/// A thread an element, which it reads along rows and writes along columns.
__global__ void transpose_naive(std::int64_t rows, std::int64_t columns, const float* x, float* y) {
  const std::int64_t column = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x, row = blockIdx.y;
  if (column < columns) y[column * rows + row] = x[row * columns + column];
}

/// By tiles of 32×32 in shared memory, 32×8 threads: reads and writes go along rows. A row of the tile is 33
/// elements, so that its columns lie in different banks.
__global__ void transpose_tiles(std::int64_t rows, std::int64_t columns, const float* x, float* y) {
  __shared__ float tile[32][33];
  const std::int64_t first_column = blockIdx.x * std::int64_t{32}, first_row = blockIdx.y * std::int64_t{32};
  for (int i = threadIdx.y; i < 32; i += 8)
    if (first_row + i < rows && first_column + threadIdx.x < columns)
      tile[i][threadIdx.x] = x[(first_row + i) * columns + first_column + threadIdx.x];
  __syncthreads();
  for (int i = threadIdx.y; i < 32; i += 8)
    if (first_column + i < columns && first_row + threadIdx.x < rows)
      y[(first_column + i) * rows + first_row + threadIdx.x] = tile[threadIdx.x][i];
}

}  // namespace

ASSAY_PROBLEM("embedding", gpu, p) {
  const auto shape =
      p.axes({"tokens", "width"}, {{8192, 4096}, {8192, 8192}}, {assay::at_least(1), assay::at_least(1)});
  const auto tokens = shape[0], width = shape[1];
  const std::int64_t vocabulary = 32000;
  const auto token = p.input<std::int32_t>("token", {tokens}, assay::fixed(assay::index_below(vocabulary)));
  const auto table = p.input<bf16>("table", {vocabulary, width}, assay::normal());
  const auto y = p.output<bf16>("y", {tokens, width});
  const auto different = assay::least_unique_rows(vocabulary, tokens);  // what is expected is no bound
  p.work(assay::work::gather{vocabulary, width, tokens, different, assay::dtype::bf16, assay::dtype::int32});
  p.tolerance(assay::tolerance::bitwise());
  p.oracle(y, [=](auto at, std::int64_t i) {
    return at(table)[static_cast<std::int64_t>(at(token)[i / width]) * width + i % width];
  });
  p.baseline("naive", [=](gpu_stream s) {
    gather_naive<<<blocks(tokens * width, 256), 256, 0, s>>>(tokens, width, token, table, y);
  });
  p.candidate("packs", [=](gpu_stream s) {
    if (width % pack<bf16>::width == 0)
      gather_packs<<<static_cast<unsigned>(tokens), 256, 0, s>>>(width, token, table, y);
    else
      gather_naive<<<blocks(tokens * width, 256), 256, 0, s>>>(tokens, width, token, table, y);
  });
}

ASSAY_PROBLEM("transpose", gpu, p) {
  const auto shape = p.axes({"rows", "columns"}, {{8192, 8192}, {4096, 14336}},
                            {assay::between(1, 65535), assay::between(1, 65535)});
  const auto rows = shape[0], columns = shape[1];
  const auto x = p.input<float>("x", {rows, columns});
  const auto y = p.output<float>("y", {columns, rows});
  p.work(assay::work::transpose{rows, columns});
  p.tolerance(assay::tolerance::bitwise());
  p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i % rows * columns + i / rows]; });
  const auto naive = [=](gpu_stream s) {
    transpose_naive<<<dim3(blocks(columns, 256), static_cast<unsigned>(rows)), 256, 0, s>>>(rows, columns, x,
                                                                                            y);
  };
#if defined(__HIPCC__)
  p.baseline("naive", naive);
#else
  p.baseline(
      "cublas", [] { return cublas(); },
      [=](gpu_stream s, cublas& library) {  // y is rows×columns to column-major cuBLAS, and x its transpose
        const float one = 1.0f, zero = 0.0f;
        check(cublasSetStream(library.handle, s));
        check(cublasSgeam_64(library.handle, CUBLAS_OP_T, CUBLAS_OP_N, rows, columns, &one, x, columns, &zero,
                             y, rows, y, rows));
      });
  p.candidate("naive", naive);
#endif
  p.candidate("tiles", [=](gpu_stream s) {
    transpose_tiles<<<dim3(blocks(columns, 32), blocks(rows, 32)), dim3(32, 8), 0, s>>>(rows, columns, x, y);
  });
}
