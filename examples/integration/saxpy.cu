// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The problem that catch2.cpp tests and google_benchmark.cpp times, on a GPU. saxpy.cpp is the same on the
// processor.
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <cstdint>

__global__ void saxpy(std::int64_t n, float a, const float* x, float* y) {
  for (std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n;
       i += std::int64_t(gridDim.x) * blockDim.x)
    y[i] += a * x[i];
}

// Sixteen bytes a thread, and what is left one by one.
__global__ void saxpy4(std::int64_t n, float a, const float4* x, float4* y) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i < n / 4) {
    const float4 u = x[i], v = y[i];
    y[i] = {a * u.x + v.x, a * u.y + v.y, a * u.z + v.z, a * u.w + v.w};
  }
  if (i < n % 4) {
    const std::int64_t at = n / 4 * 4 + i;
    reinterpret_cast<float*>(y)[at] += a * reinterpret_cast<const float*>(x)[at];
  }
}

ASSAY_PROBLEM("saxpy", assay::cuda, p) {
  const auto n = p.axis("n", {1 << 20, 1 << 26}, assay::at_least(1));
  const auto x = p.input<float>("x", {n});
  const auto y = p.inout<float>("y", {n});
  p.alignment(16);
  p.flops(2.0 * static_cast<double>(n));

  p.oracle(y, [=](auto at, std::int64_t i) { return at(y)[i] + 2.0 * at(x)[i]; });
  p.baseline("one block for each multiprocessor",
             [=](cudaStream_t s) { saxpy<<<132, 256, 0, s>>>(n, 2.0f, x, y); });
  p.candidate("float4", [=](cudaStream_t s) {
    saxpy4<<<static_cast<unsigned>(n / 1024 + 1), 256, 0, s>>>(n, 2.0f, x.data_as<const float4>(),
                                                               y.data_as<float4>());
  });
  p.counterexample("leaves out the last",
                   [=](cudaStream_t s) { saxpy<<<132, 256, 0, s>>>(n - 1, 2.0f, x, y); });
}
