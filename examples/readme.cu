// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>  // including a backend is choosing it

__global__ void saxpy(std::int64_t n, float a, const float* x, float* y) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i < n) y[i] += a * x[i];
}

__global__ void saxpy4(std::int64_t n, float a, const float4* x, float4* y) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i >= n / 4) return;
  const float4 u = x[i], v = y[i];
  y[i] = {a * u.x + v.x, a * u.y + v.y, a * u.z + v.z, a * u.w + v.w};
}

ASSAY_PROBLEM("saxpy", assay::cuda, p) {
  const auto n = p.axis("n", {1 << 20, 1 << 26, (1 << 26) + 3});
  const auto x = p.input<float>("x", {n});
  const auto y = p.inout<float>("y", {n});
  p.flops(2.0 * n);  // bytes follow from the tensors

  p.oracle(y, [=](auto at, std::int64_t i) { return at(y)[i] + 2.0 * at(x)[i]; });  // in double, on the host
  p.baseline("float", [=](cudaStream_t s) { saxpy<<<n / 256 + 1, 256, 0, s>>>(n, 2.0f, x, y); });
  p.candidate("float4", [=](cudaStream_t s) {
    saxpy4<<<n / 1024 + 1, 256, 0, s>>>(n, 2.0f, reinterpret_cast<const float4*>(x.data()),
                                        reinterpret_cast<float4*>(y.data()));
  });
}
