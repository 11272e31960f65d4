// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Pooling of images in fp32, planes of height × width one after another: the largest of 2×2 (VGG) and the
// mean of 3×3 at a stride of 2 without padding (Inception).
#include "gpu.cuh"

namespace {

/// The largest, or the mean, of Window×Window elements, `Window` or 2 apart. One output a thread.
template <int Window, bool Mean>
__global__ void pool_naive(std::int64_t outputs, std::int64_t height, std::int64_t width, const float* x,
                           float* y) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i >= outputs) return;
  const std::int64_t out_height = (height - Window) / 2 + 1, out_width = (width - Window) / 2 + 1;
  const std::int64_t column = i % out_width * 2, row = i / out_width % out_height * 2;
  x += i / (out_width * out_height) * height * width + row * width + column;
  float result = Mean ? 0.0f : -INFINITY;
  for (int r = 0; r < Window; ++r)
    for (int c = 0; c < Window; ++c)
      result = Mean ? result + x[r * width + c] : fmaxf(result, x[r * width + c]);
  y[i] = Mean ? result / (Window * Window) : result;
}

/// A block for one row of outputs of one plane: its input rows are neighbours and no index is divided.
template <int Window, bool Mean>
__global__ void pool_rows(std::int64_t out_height, std::int64_t out_width, std::int64_t height,
                          std::int64_t width, const float* x, float* y) {
  const std::int64_t plane = blockIdx.x / out_height, row = blockIdx.x % out_height;
  x += plane * height * width + row * 2 * width;
  y += blockIdx.x * out_width;
  for (std::int64_t i = threadIdx.x; i < out_width; i += blockDim.x) {
    float result = Mean ? 0.0f : -INFINITY;
#pragma unroll
    for (int r = 0; r < Window; ++r) {
      const float* const in = x + r * width + i * 2;
#pragma unroll
      for (int c = 0; c < Window; ++c) result = Mean ? result + in[c] : fmaxf(result, in[c]);
    }
    y[i] = Mean ? result * (1.0f / (Window * Window)) : result;
  }
}

/// The largest of 2×2, two outputs from two packs a thread. Width is a multiple of 4.
__global__ void max_pool_packs(std::int64_t out_height, std::int64_t height, std::int64_t width,
                               const float* x, float* y) {
  const std::int64_t plane = blockIdx.x / out_height, row = blockIdx.x % out_height;
  const auto* const above =
      reinterpret_cast<const pack<float>*>(x + plane * height * width + row * 2 * width);
  const auto* const below = above + width / 4;
  auto* const out = reinterpret_cast<float2*>(y + blockIdx.x * (width / 2));
  for (std::int64_t i = threadIdx.x; i < width / 4; i += blockDim.x) {
    const pack<float> a = above[i], b = below[i];
    out[i] = make_float2(fmaxf(fmaxf(a.value[0], a.value[1]), fmaxf(b.value[0], b.value[1])),
                         fmaxf(fmaxf(a.value[2], a.value[3]), fmaxf(b.value[2], b.value[3])));
  }
}

template <int Window, bool Mean>
void pooling(assay::problem<gpu>& p) {
  const assay::axis_domain domains[] = {assay::at_least(1), assay::at_least(Window), assay::at_least(Window)};
  const auto shape =
      p.axes({"planes", "height", "width"}, {{32 * 64, 224, 224}, {32 * 512, 35, 35}}, domains);
  const auto planes = shape[0], height = shape[1], width = shape[2];
  const std::int64_t out_height = (height - Window) / 2 + 1, out_width = (width - Window) / 2 + 1;
  const auto x = p.input<float>("x", {planes, height, width}, assay::normal());
  const auto y = p.output<float>("y", {planes, out_height, out_width});
  const std::int64_t outputs = planes * out_height * out_width;
  p.flops(static_cast<double>(outputs) * Window * Window);
  p.tolerance(Mean ? assay::tolerance::reduction(Window * Window) : assay::tolerance::bitwise());
  p.oracle(y, [=](auto at, std::int64_t i) {
    const std::int64_t column = i % out_width * 2, row = i / out_width % out_height * 2;
    const std::int64_t first = (i / (out_width * out_height) * height + row) * width + column;
    double result = Mean ? 0.0 : -INFINITY;
    for (std::int64_t r = 0; r < Window; ++r)
      for (std::int64_t c = 0; c < Window; ++c) {
        const double value = at(x)[first + r * width + c];
        result = Mean ? result + value : std::fmax(result, value);
      }
    return Mean ? result / (Window * Window) : result;
  });
  p.baseline("naive", [=](gpu_stream s) {
    pool_naive<Window, Mean><<<blocks(outputs, 256), 256, 0, s>>>(outputs, height, width, x, y);
  });
  const auto grid = static_cast<unsigned>(planes * out_height);
  const int threads = out_width <= 64 ? 64 : 128;
  p.candidate("rows", [=](gpu_stream s) {
    pool_rows<Window, Mean><<<grid, threads, 0, s>>>(out_height, out_width, height, width, x, y);
  });
  if constexpr (Window == 2)
    p.candidate("packs", [=](gpu_stream s) {
      if (width % 4 == 0)
        max_pool_packs<<<grid, 64, 0, s>>>(out_height, height, width, x, y);
      else
        pool_rows<Window, Mean><<<grid, threads, 0, s>>>(out_height, out_width, height, width, x, y);
    });
}

}  // namespace

ASSAY_PROBLEM("max pool 2x2", gpu, p) { pooling<2, false>(p); }
ASSAY_PROBLEM("average pool 3x3", gpu, p) { pooling<3, true>(p); }
