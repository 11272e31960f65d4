// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Losses: the cross-entropy of each token over the vocabularies of Llama 2 and 3, and the mean of squared
// errors.
#include "reduction.cuh"

namespace {

/// A thread a row: −log softmax(x)[target].
template <class T>
__global__ void cross_entropy_naive(std::int64_t rows, std::int64_t columns, const T* x,
                                    const std::int32_t* target, float* y) {
  const std::int64_t row = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (row >= rows) return;
  x += row * columns;
  float top = -INFINITY;
  for (std::int64_t i = 0; i < columns; ++i) top = fmaxf(top, static_cast<float>(x[i]));
  const float sum = sum_alone(columns, [&](std::int64_t i) { return expf(static_cast<float>(x[i]) - top); });
  y[row] = logf(sum) - (static_cast<float>(x[target[row]]) - top);
}

/// A block a row, read once: each thread keeps its largest and rescales its sum as that grows.
template <class T>
__global__ void cross_entropy_online(std::int64_t columns, const T* x, const std::int32_t* target, float* y) {
  constexpr int width = pack<T>::width;
  x += blockIdx.x * columns;
  float top = -INFINITY, sum = 0;
  const auto rise = [&](float larger) {
    if (larger > top) {
      sum *= expf(top - larger);
      top = larger;
    }
  };
  if (columns % width == 0) {
    for (std::int64_t i = threadIdx.x; i < columns / width; i += blockDim.x) {
      const pack<T> seen = reinterpret_cast<const pack<T>*>(x)[i];
      float largest = static_cast<float>(seen.value[0]);
      for (int k = 1; k < width; ++k) largest = fmaxf(largest, static_cast<float>(seen.value[k]));
      rise(largest);
      for (int k = 0; k < width; ++k) sum += expf(static_cast<float>(seen.value[k]) - top);
    }
  } else {
    for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x) {
      const float value = static_cast<float>(x[i]);
      rise(value);
      sum += expf(value - top);
    }
  }
  const float row_top = reduce_block(top, largest_of());
  const float row_sum = reduce_block(sum > 0 ? sum * expf(top - row_top) : 0.0f, sum_of());
  if (threadIdx.x == 0) y[blockIdx.x] = logf(row_sum) - (static_cast<float>(x[target[blockIdx.x]]) - row_top);
}

struct squared_error {
  __device__ float operator()(float a, float b) const { return (a - b) * (a - b); }
};

/// Each warp adds its sum to the result, which was set to 0.
__global__ void mse_naive(std::int64_t n, const float* a, const float* b, float* y) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  const float sum = reduce_warp(i < n ? squared_error()(a[i], b[i]) : 0.0f, sum_of());
  if (threadIdx.x % warp_size == 0) atomicAdd(y, sum / static_cast<float>(n));
}

}  // namespace

ASSAY_PROBLEM("cross-entropy", gpu, p) {
  const auto shape = p.axes({"tokens", "vocabulary"}, {{4096, 32000}, {1024, 128256}},
                            {assay::at_least(1), assay::between(1, 1 << 24)});
  const auto tokens = shape[0], vocabulary = shape[1];
  const auto x = p.input<bf16>("x", {tokens, vocabulary}, assay::normal(0, 2));
  const auto target = p.input<std::int32_t>("target", {tokens}, assay::fixed(assay::index_below(vocabulary)));
  const auto y = p.output<float>("y", {tokens});
  p.work(assay::work::cross_entropy{tokens, vocabulary, assay::dtype::bf16, assay::dtype::int32});
  // log(Σ exp) − x: a sum, and then a difference of numbers that may be much larger than it is.
  p.tolerance(assay::tolerance::allclose(1e-5, 1e-5));
  p.oracle(y, [=](auto at, std::int64_t row) {
    const auto X = at(x);
    double top = -INFINITY, sum = 0;
    for (std::int64_t i = 0; i < vocabulary; ++i) top = std::fmax(top, X[row * vocabulary + i]);
    for (std::int64_t i = 0; i < vocabulary; ++i) sum += std::exp(X[row * vocabulary + i] - top);
    return std::log(sum) - (X[row * vocabulary + static_cast<std::int64_t>(at(target)[row])] - top);
  });
  p.baseline("naive", [=](gpu_stream s) {
    cross_entropy_naive<bf16><<<blocks(tokens, 64), 64, 0, s>>>(tokens, vocabulary, x, target, y);
  });
  p.candidate("online", [=](gpu_stream s) {
    cross_entropy_online<bf16><<<static_cast<unsigned>(tokens), 512, 0, s>>>(vocabulary, x, target, y);
  });
}

ASSAY_PROBLEM("mean squared error", gpu, p) {
  const auto n = p.axis("n", {1 << 22, 1 << 25}, assay::at_least(1));
  const auto a = p.input<float>("a", {n}, assay::normal());
  const auto b = p.input<float>("b", {n}, assay::normal());
  const auto y = p.output<float>("y", {1});
  const auto partials = p.workspace(sum_blocks * 4);
  p.flops(3.0 * static_cast<double>(n));
  p.tolerance(assay::tolerance::reduction(n));
  p.oracle([=](auto at) {
    const auto A = at(a), B = at(b);
    double sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += (A[i] - B[i]) * (A[i] - B[i]);
    at(y)[0] = sum / static_cast<double>(n);
  });
  p.baseline("naive", [=](gpu_stream s) {
    set_to_zero(y, 4, s);
    mse_naive<<<blocks(n, 256), 256, 0, s>>>(n, a, b, y);
  });
  p.candidate("two stages", [=](gpu_stream s) {
    sum_in_two_stages(n, 1.0f / static_cast<float>(n), squared_error(), static_cast<float*>(partials.data()),
                      y.data(), s, a.data(), b.data());
  });
}
