// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Saxpy for AMD GPUs: the declaration of 02_saxpy.cu with assay::hip.
#include <hip/hip_runtime.h>

#include <assay/assay.hpp>
#include <assay/backend/hip.hpp>

__global__ void saxpy(std::int64_t n, float a, const float* x, float* y) {
  for (std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n;
       i += std::int64_t(gridDim.x) * blockDim.x)
    y[i] += a * x[i];
}

ASSAY_PROBLEM("saxpy (hip)", assay::hip, p) {
  const auto n = p.axis("n", {1 << 16, 1 << 20, 1 << 26});
  const auto x = p.input<float>("x", {n});
  const auto y = p.inout<float>("y", {n});
  p.flops(2.0 * static_cast<double>(n));  // bytes follow from the tensors above

  p.oracle([=](auto at) {  // runs on the host, in double, unrounded
    auto X = at(x);
    auto Y = at(y);
    for (std::int64_t i = 0; i < n; ++i) Y[i] += 2.0 * X[i];
  });
  p.candidate("grid-stride", [=](hipStream_t s) { saxpy<<<1024, 256, 0, s>>>(n, 2.0f, x, y); });
}
