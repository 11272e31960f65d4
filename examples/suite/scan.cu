// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The running sum of each row, the baseline made of CUB's parts where there is CUB. Shapes: sampling from the
// vocabularies of Llama 2 and 3.
#include "gpu.cuh"

#if !defined(__HIPCC__)
#include "cub.cuh"
#endif

namespace {

/// A thread a row.
__global__ void cumsum_naive(std::int64_t rows, std::int64_t columns, const float* x, float* y) {
  const std::int64_t row = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (row >= rows) return;
  float sum = 0;
  for (std::int64_t i = row * columns; i < (row + 1) * columns; ++i) y[i] = sum += x[i];
}

__device__ float shuffle_up(float value, int by) {
#if defined(__HIPCC__)
  return __shfl_up(value, by);
#else
  return __shfl_up_sync(0xffffffffu, value, by);
#endif
}

/// A block of 512 threads a row, which goes through it by pieces of 2048 and hands the sum so far from piece
/// to piece: four elements a thread, then a scan of the warps' threads, then of the warps.
template <bool Packs>
__global__ void __launch_bounds__(512) cumsum_block(std::int64_t columns, const float* x, float* y) {
  constexpr int each = 4;
  __shared__ float of_warp[32];
  x += blockIdx.x * columns, y += blockIdx.x * columns;
  const int lane = threadIdx.x % warp_size, warp = threadIdx.x / warp_size, warps = blockDim.x / warp_size;
  float before = 0;  // the sum of all pieces before this one
  for (std::int64_t first = 0; first < columns; first += blockDim.x * each) {
    const std::int64_t at = first + threadIdx.x * each;
    float value[each];
    if (Packs && at < columns) {  // columns is a multiple of 4, so the whole pack is there
      const pack<float> seen = *reinterpret_cast<const pack<float>*>(x + at);
      for (int k = 0; k < each; ++k) value[k] = seen.value[k];
    } else {
      for (int k = 0; k < each; ++k) value[k] = at + k < columns ? x[at + k] : 0.0f;
    }
    for (int k = 1; k < each; ++k) value[k] += value[k - 1];
    float up_to = value[each - 1];  // of the threads of this warp up to this one
    for (int step = 1; step < warp_size; step *= 2) {
      const float other = shuffle_up(up_to, step);
      if (lane >= step) up_to += other;
    }
    __syncthreads();  // of_warp may still be read from the piece before
    if (lane == warp_size - 1) of_warp[warp] = up_to;
    __syncthreads();
    float start = before, piece = 0;
    for (int w = 0; w < warps; ++w) {
      if (w < warp) start += of_warp[w];
      piece += of_warp[w];
    }
    // What the threads before this one have: not up_to − its own, which would cancel.
    const float neighbour = shuffle_up(up_to, 1);
    if (lane > 0) start += neighbour;
    if (Packs && at < columns) {
      pack<float> out;
      for (int k = 0; k < each; ++k) out.value[k] = start + value[k];
      *reinterpret_cast<pack<float>*>(y + at) = out;
    } else {
      for (int k = 0; k < each; ++k)
        if (at + k < columns) y[at + k] = start + value[k];
    }
    before += piece;
  }
}

}  // namespace

ASSAY_PROBLEM("cumsum", gpu, p) {
  const auto shape =
      p.axes({"rows", "columns"}, {{4096, 32000}, {1024, 128256}}, {assay::at_least(1), assay::at_least(1)});
  const auto rows = shape[0], columns = shape[1];
  const auto x = p.input<float>("x", {rows, columns}, assay::uniform(0, 1));
  const auto y = p.output<float>("y", {rows, columns});
  p.work(assay::work::scan{rows, columns});
  p.tolerance(assay::tolerance::reduction(columns));
  p.row_oracle(y, [=](auto at, std::int64_t row, auto out) {
    const auto X = at(x);
    double sum = 0;
    for (std::int64_t i = 0; i < columns; ++i) out[i] = sum += X[row * columns + i];
  });
  const auto naive = [=](gpu_stream s) { cumsum_naive<<<blocks(rows, 64), 64, 0, s>>>(rows, columns, x, y); };
#if defined(__HIPCC__)
  p.baseline("naive", naive);
#else
  p.baseline("cub",
             [=](gpu_stream s) { cumsum_cub<<<static_cast<unsigned>(rows), 256, 0, s>>>(columns, x, y); });
  p.candidate("naive", naive);
#endif
  p.candidate("block a row", [=](gpu_stream s) {
    if (columns % 4 == 0)
      cumsum_block<true><<<static_cast<unsigned>(rows), 512, 0, s>>>(columns, x, y);
    else
      cumsum_block<false><<<static_cast<unsigned>(rows), 512, 0, s>>>(columns, x, y);
  });
}
