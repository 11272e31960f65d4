// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Everything in one file, without CMake. This file includes assay/main.hpp itself:
//   hipcc -std=c++20 -O2 --offload-arch=gfx90a -I include examples/single_file.hip -o single_file -pthread
#include <assay/assay.hpp>
#include <assay/backend/hip.hpp>
#include <assay/main.hpp>

__global__ void copy(std::int64_t n, const float* x, float* y) {
  for (std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n; i += std::int64_t(gridDim.x) * blockDim.x)
    y[i] = x[i];
}

ASSAY_PROBLEM("copy", assay::hip, p) {
  const auto n = p.axis("n", {1 << 20, 1 << 26});
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
  p.candidate("grid-stride", [=](hipStream_t s) { copy<<<1056, 256, 0, s>>>(n, x, y); });
}
