// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Reductions: the sum of each row, where its largest element is, and the sum of everything, CUB's the
// baseline where there is CUB. Shapes: hidden sizes and vocabulary of Llama 3.
#include "reduction.cuh"

#if !defined(__HIPCC__)
#include "cub.cuh"
#endif

namespace {

/// A thread a row.
template <class T>
__global__ void row_sum_naive(std::int64_t rows, std::int64_t columns, const T* x, float* y) {
  const std::int64_t row = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (row >= rows) return;
  y[row] = sum_alone(columns, [&](std::int64_t i) { return static_cast<float>(x[row * columns + i]); });
}

template <class T>
__global__ void row_sum_block(std::int64_t columns, const T* x, float* y) {
  const float sum = sum_of_row(x + blockIdx.x * columns, columns);
  if (threadIdx.x == 0) y[blockIdx.x] = sum;
}

/// An element and its column: the larger one, of equal ones the first.
struct place {
  float value;
  std::int32_t column;

  __device__ place larger(place other) const {
    return other.value > value || (other.value == value && other.column < column) ? other : *this;
  }
};

template <class T>
__global__ void argmax_naive(std::int64_t rows, std::int64_t columns, const T* x, std::int32_t* y) {
  const std::int64_t row = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (row >= rows) return;
  place best{-INFINITY, 0};
  for (std::int64_t i = 0; i < columns; ++i)
    best = best.larger({static_cast<float>(x[row * columns + i]), static_cast<std::int32_t>(i)});
  y[row] = best.column;
}

/// A block a row; packs where rows begin at multiples of 16 bytes.
template <class T>
__global__ void argmax_block(std::int64_t columns, const T* x, std::int32_t* y) {
  constexpr int width = pack<T>::width;
  __shared__ place partial[32];
  x += blockIdx.x * columns;
  place best{-INFINITY, 0x7fffffff};
  const auto take = [&](T value, std::int64_t column) {
    best = best.larger({static_cast<float>(value), static_cast<std::int32_t>(column)});
  };
  if (columns % width == 0) {
    for (std::int64_t i = threadIdx.x; i < columns / width; i += blockDim.x) {
      const pack<T> seen = reinterpret_cast<const pack<T>*>(x)[i];
      for (int k = 0; k < width; ++k) take(seen.value[k], i * width + k);
    }
  } else {
    for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x) take(x[i], i);
  }
  const auto of_warp = [](place mine) {
    for (int step = warp_size / 2; step > 0; step /= 2)
      mine = mine.larger({shuffle_xor(mine.value, step), shuffle_xor(mine.column, step)});
    return mine;
  };
  best = of_warp(best);
  if (threadIdx.x % warp_size == 0) partial[threadIdx.x / warp_size] = best;
  __syncthreads();
  if (threadIdx.x >= warp_size) return;
  const int warps = blockDim.x / warp_size;
  best = of_warp(static_cast<int>(threadIdx.x) < warps ? partial[threadIdx.x] : place{-INFINITY, 0x7fffffff});
  if (threadIdx.x == 0) y[blockIdx.x] = best.column;
}

/// Each warp adds its sum to the result, which was set to 0.
__global__ void sum_naive(std::int64_t n, const float* x, float* y) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  const float sum = reduce_warp(i < n ? x[i] : 0.0f, sum_of());
  if (threadIdx.x % warp_size == 0) atomicAdd(y, sum);
}

}  // namespace

ASSAY_PROBLEM("sum of rows", gpu, p) {
  const auto shape =
      p.axes({"rows", "columns"}, {{16384, 4096}, {1024, 128256}}, {assay::at_least(1), assay::at_least(1)});
  const auto rows = shape[0], columns = shape[1];
  const auto x = p.input<bf16>("x", {rows, columns}, assay::uniform(0, 1));
  const auto y = p.output<float>("y", {rows});
  p.work(assay::work::reduction{rows, columns, assay::dtype::bf16, assay::dtype::fp32});
  p.tolerance(assay::tolerance::reduction(columns));
  p.oracle(y, [=](auto at, std::int64_t row) {
    double sum = 0;
    for (std::int64_t i = 0; i < columns; ++i) sum += at(x)[row * columns + i];
    return sum;
  });
  p.baseline("naive",
             [=](gpu_stream s) { row_sum_naive<bf16><<<blocks(rows, 64), 64, 0, s>>>(rows, columns, x, y); });
  p.candidate("block a row", [=](gpu_stream s) {
    row_sum_block<bf16><<<static_cast<unsigned>(rows), 256, 0, s>>>(columns, x, y);
  });
}

ASSAY_PROBLEM("argmax of rows", gpu, p) {
  const auto shape = p.axes({"rows", "columns"}, {{4096, 32000}, {1024, 128256}},
                            {assay::at_least(1), assay::between(1, 1 << 24)});
  const auto rows = shape[0], columns = shape[1];
  const auto x = p.input<bf16>("x", {rows, columns}, assay::normal());
  const auto y = p.output<std::int32_t>("y", {rows});
  p.work(assay::work::reduction{rows, columns, assay::dtype::bf16, assay::dtype::int32});  // comparisons
  p.tolerance(assay::tolerance::bitwise());
  p.oracle(y, [=](auto at, std::int64_t row) {
    const auto X = at(x);
    std::int64_t best = 0;
    for (std::int64_t i = 1; i < columns; ++i)
      if (X[row * columns + i] > X[row * columns + best]) best = i;
    return static_cast<double>(best);
  });
  p.baseline("naive",
             [=](gpu_stream s) { argmax_naive<bf16><<<blocks(rows, 64), 64, 0, s>>>(rows, columns, x, y); });
  p.candidate("block a row", [=](gpu_stream s) {
    argmax_block<bf16><<<static_cast<unsigned>(rows), 256, 0, s>>>(columns, x, y);
  });
}

ASSAY_PROBLEM("sum", gpu, p) {
  const auto n = p.axis("n", {1 << 22, 1 << 26}, assay::at_least(1));
  const auto x = p.input<float>("x", {n}, assay::uniform(0, 1));
  const auto y = p.output<float>("y", {1});
  const auto partials = p.workspace(sum_blocks * 4);
  p.work(assay::work::reduction{1, n});
  p.tolerance(assay::tolerance::reduction(n));
  p.oracle([=](auto at) {
    const auto X = at(x);
    double sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += X[i];
    at(y)[0] = sum;
  });
  const auto naive = [=](gpu_stream s) {
    set_to_zero(y, 4, s);
    sum_naive<<<blocks(n, 256), 256, 0, s>>>(n, x, y);
  };
#if defined(__HIPCC__)
  p.baseline("naive", naive);
#else
  p.baseline(
      "cub", [=] { return cub_sum(n); }, [=](gpu_stream s, cub_sum& library) { library.launch(x, y, s); });
  p.candidate("naive", naive);
#endif
  p.candidate("two stages", [=](gpu_stream s) {
    sum_in_two_stages(n, 1.0f, same(), static_cast<float*>(partials.data()), y.data(), s, x.data());
  });
}
