// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <hip/hip_runtime.h>

#include <assay/assay.hpp>
#include <assay/backend/hip.hpp>

namespace {
__global__ void saxpy(std::int64_t n, float a, const float* x, float* y) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i < n) y[i] += a * x[i];
}
}  // namespace

ASSAY_PROBLEM("saxpy on HIP", assay::hip, p) {
  const auto n = p.axis("n", {1000});
  const auto x = p.input<float>("x", {n});
  const auto y = p.inout<float>("y", {n});
  p.flops(2.0 * static_cast<double>(n));
  p.oracle([=](auto at) {
    auto X = at(x);
    auto Y = at(y);
    for (std::int64_t i = 0; i < n; ++i) Y[i] += 2.0 * X[i];
  });
  p.candidate("one thread each", [=](hipStream_t s) { saxpy<<<8, 128, 0, s>>>(n, 2.0f, x, y); });
}
