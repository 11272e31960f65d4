// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What devices.py spreads over the GPUs of a machine: cases from a launch to a millisecond, one of which
// takes its device down where SEVERAL_CRASH is set.
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <cstdint>
#include <cstdlib>

namespace {

__global__ void scale(std::int64_t n, const float* x, float* y) {
  for (std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n;
       i += std::int64_t(gridDim.x) * blockDim.x)
    y[i] = 2.0f * x[i];
}

__global__ void crash() {
  volatile int* const nowhere = nullptr;
  *nowhere = 1;
}

}  // namespace

ASSAY_PROBLEM("scale", assay::cuda, p) {
  const auto n =
      p.axis("n", {1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28});
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.flops(static_cast<double>(n));
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.baseline("few blocks", [=](cudaStream_t s) { scale<<<132, 256, 0, s>>>(n, x, y); });
  p.candidate("many blocks", [=](cudaStream_t s) {
    if (n == 1 << 14 && std::getenv("SEVERAL_CRASH")) crash<<<1, 1, 0, s>>>();
    scale<<<2112, 256, 0, s>>>(n, x, y);
  });
}
