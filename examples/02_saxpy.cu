// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The smallest whole problem: y ← a·x + y, two kernels against cuBLAS.
// The largest n is past every last-level cache, so DRAM is what binds.
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>

#include "cublas_handle.hpp"

__global__ void saxpy(std::int64_t n, float a, const float* x, float* y) {
  for (std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n;
       i += std::int64_t(gridDim.x) * blockDim.x)
    y[i] += a * x[i];
}

// Sixteen bytes a thread, four times the bytes in flight. n must be a multiple of 4.
__global__ void saxpy4(std::int64_t n, float a, const float4* x, float4* y) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i >= n / 4) return;
  const float4 u = x[i], v = y[i];
  y[i] = {a * u.x + v.x, a * u.y + v.y, a * u.z + v.z, a * u.w + v.w};
}

ASSAY_PROBLEM("saxpy", assay::cuda, p) {
  const auto n = p.axis("n", {1 << 16, 1 << 20, 1 << 26});
  const auto x = p.input<float>("x", {n});
  const auto y = p.inout<float>("y", {n});
  p.flops(2.0 * static_cast<double>(n));  // bytes follow from the tensors above

  p.oracle([=](auto at) {  // runs on the host, in double, unrounded
    auto X = at(x);
    auto Y = at(y);
    for (std::int64_t i = 0; i < n; ++i) Y[i] += 2.0 * X[i];
  });
  p.baseline(
      "cublas", [] { return cublas(); },
      [=](cudaStream_t s, cublas& library) {
        const float a = 2.0f;
        check(cublasSetStream(library.handle, s));
        check(cublasSaxpy_64(library.handle, n, &a, x, 1, y, 1));
      });
  p.candidate("grid-stride", [=](cudaStream_t s) { saxpy<<<1024, 256, 0, s>>>(n, 2.0f, x, y); });
  p.candidate("float4", [=](cudaStream_t s) {
    saxpy4<<<static_cast<unsigned>((n / 4 + 255) / 256), 256, 0, s>>>(
        n, 2.0f, reinterpret_cast<const float4*>(x.data()), reinterpret_cast<float4*>(y.data()));
  });
}
