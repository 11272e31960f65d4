// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Convolutions with bias: 3×3 over images as in ResNet-50, also with ReLU; one dimension with a stride of 2
// as in Whisper's encoder. And 3×3 by channel as in MobileNet.
#include "patches.cuh"

namespace {

using large = tiling<128, 128, 64, 32, true>;
using narrow = tiling<128, 64, 32, 32, true>;

/// What the oracle of an element of the output adds up; `filter` has a window with all channels for each of
/// `filters`.
struct window_sum {
  images of;
  std::int64_t filters;

  template <class X, class Filter>
  double operator()(const X& x, const Filter& filter, std::int64_t i) const {
    const std::int64_t out = i % filters, place = i / filters;
    const std::int64_t column = place % of.out_width(), row = place / of.out_width() % of.out_height();
    const std::int64_t image = place / (of.out_width() * of.out_height());
    double sum = 0;
    for (std::int64_t r = 0; r < of.window_height; ++r)
      for (std::int64_t s = 0; s < of.window_width; ++s) {
        const std::int64_t v = row * of.stride + r - of.padding_height,
                           u = column * of.stride + s - of.padding_width;
        if (v < 0 || v >= of.height || u < 0 || u >= of.width) continue;
        for (std::int64_t c = 0; c < of.channels; ++c)
          sum += x[((image * of.height + v) * of.width + u) * of.channels + c] *
                 filter[((out * of.window_height + r) * of.window_width + s) * of.channels + c];
      }
    return sum;
  }
};

template <bool Relu>
struct add_bias {
  const bf16* bias;
  __device__ float operator()(std::int64_t, std::int64_t column, float sum) const {
    sum += static_cast<float>(bias[column]);
    return Relu ? fmaxf(sum, 0.0f) : sum;
  }
};

template <bool Relu>
void convolution(assay::problem<gpu>& p, const images& of, std::int64_t filters) {
  p.assume(of.rows() < INT32_MAX && of.columns() < INT32_MAX);
  const auto x = p.input<bf16>("x", {of.count, of.height, of.width, of.channels}, assay::normal());
  const auto filter =
      p.input<bf16>("filter", {filters, of.window_height, of.window_width, of.channels}, assay::normal());
  const auto bias = p.input<bf16>("bias", {filters}, assay::normal(0, 4));
  const auto y = p.output<bf16>("y", {of.count, of.out_height(), of.out_width(), filters});
  const std::int64_t rows = of.rows(), columns = of.columns();
  p.work(assay::work::convolution{.batch = of.count,
                                  .channels = of.channels,
                                  .filters = filters,
                                  .input = {of.height, of.width},
                                  .kernel = {of.window_height, of.window_width},
                                  .stride = {of.stride, of.stride},
                                  .padding = {of.padding_height, of.padding_width}}
             .inputs<bf16>());
  p.tolerance(assay::tolerance::convolution(of.channels, of.window_height * of.window_width));
  const window_sum right{of, filters};
  p.oracle(y, [=](auto at, std::int64_t i) {
    const double sum = right(at(x), at(filter), i) + at(bias)[i % filters];
    return Relu ? std::fmax(sum, 0.0) : sum;
  });
  p.baseline("naive", [=](gpu_stream s) {
    product_naive<true>(rows, filters, columns, patches(x, of), dense{filter, filters, columns}, y.data(), s,
                        add_bias<Relu>{bias});
  });
  p.candidate("tensor cores", [=](gpu_stream s) {
    const patches a(x, of);
    const dense b{filter, filters, columns};
    if (filters <= 64)
      product<narrow>(rows, filters, columns, a, b, y.data(), s, add_bias<Relu>{bias});
    else
      product<large>(rows, filters, columns, a, b, y.data(), s, add_bias<Relu>{bias});
  });
}

/// 3×3 of each plane with a filter of its own, padded by 1. One output a thread.
__global__ void depthwise_naive(std::int64_t n, std::int64_t channels, std::int64_t height,
                                std::int64_t width, const float* x, const float* filter, float* y) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i >= n) return;
  const std::int64_t column = i % width, row = i / width % height, plane = i / (width * height);
  filter += plane % channels * 9;
  float sum = 0;
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) {
      const std::int64_t v = row + r - 1, u = column + c - 1;
      if (v >= 0 && v < height && u >= 0 && u < width)
        sum += x[(plane * height + v) * width + u] * filter[r * 3 + c];
    }
  y[i] = sum;
}

/// A tile of 32×32 outputs for a block of 32×8 threads, from 34×34 inputs in shared memory. A thread goes
/// down its column by four, and keeps the three rows of its window in registers.
__global__ void __launch_bounds__(256)
    depthwise_tiles(std::int64_t channels, std::int64_t height, std::int64_t width, unsigned tiles_across,
                    const float* x, const float* filter, float* y) {
  __shared__ float tile[34][34];
  const std::int64_t plane = blockIdx.y;
  const std::int64_t first_row = blockIdx.x / tiles_across * std::int64_t{32};
  const std::int64_t first_column = blockIdx.x % tiles_across * std::int64_t{32};
  x += plane * height * width, y += plane * height * width, filter += plane % channels * 9;
  for (int i = threadIdx.y * 32 + threadIdx.x; i < 34 * 34; i += 256) {
    const std::int64_t v = first_row + i / 34 - 1, u = first_column + i % 34 - 1;
    tile[i / 34][i % 34] = v >= 0 && v < height && u >= 0 && u < width ? x[v * width + u] : 0.0f;
  }
  __syncthreads();
  const std::int64_t column = first_column + threadIdx.x;
  const int top = threadIdx.y * 4;
  float factor[9], seen[3][3];
  for (int i = 0; i < 9; ++i) factor[i] = filter[i];
  for (int r = 0; r < 2; ++r)
    for (int c = 0; c < 3; ++c) seen[r + 1][c] = tile[top + r][threadIdx.x + c];
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    float sum = 0;
#pragma unroll
    for (int c = 0; c < 3; ++c) {
      seen[0][c] = seen[1][c], seen[1][c] = seen[2][c], seen[2][c] = tile[top + k + 2][threadIdx.x + c];
      sum += seen[0][c] * factor[c] + seen[1][c] * factor[3 + c] + seen[2][c] * factor[6 + c];
    }
    const std::int64_t row = first_row + top + k;
    if (row < height && column < width) y[row * width + column] = sum;
  }
}

}  // namespace

ASSAY_PROBLEM("conv2d 3x3", gpu, p) {
  const auto shape =
      p.axes({"images", "size", "channels", "filters"}, {{32, 56, 64, 64}, {32, 14, 256, 256}},
             {assay::at_least(1), assay::between(1, 4096), assay::at_least(1), assay::at_least(1)});
  convolution<false>(p, {shape[0], shape[1], shape[1], shape[2], 3, 3, 1, 1, 1}, shape[3]);
}

ASSAY_PROBLEM("conv2d 3x3 relu", gpu, p) {
  const auto shape =
      p.axes({"images", "size", "channels", "filters"}, {{32, 28, 128, 128}},
             {assay::at_least(1), assay::between(1, 4096), assay::at_least(1), assay::at_least(1)});
  convolution<true>(p, {shape[0], shape[1], shape[1], shape[2], 3, 3, 1, 1, 1}, shape[3]);
}

ASSAY_PROBLEM("conv1d 3", gpu, p) {
  const auto shape =
      p.axes({"clips", "frames", "channels", "filters"}, {{8, 3000, 1280, 1280}},
             {assay::at_least(1), assay::between(1, 1 << 20), assay::at_least(1), assay::at_least(1)});
  convolution<false>(p, {shape[0], 1, shape[1], shape[2], 1, 3, 2, 0, 1}, shape[3]);
}

ASSAY_PROBLEM("conv2d depthwise 3x3", gpu, p) {
  const auto shape =
      p.axes({"images", "channels", "height", "width"}, {{64, 128, 56, 56}, {64, 32, 112, 112}},
             {assay::between(1, 64), assay::between(1, 1023), assay::at_least(1), assay::at_least(1)});
  const auto count = shape[0], channels = shape[1], height = shape[2], width = shape[3];
  const std::int64_t n = count * channels * height * width;
  const auto x = p.input<float>("x", {count, channels, height, width}, assay::normal());
  const auto filter = p.input<float>("filter", {channels, 3, 3}, assay::normal());
  const auto y = p.output<float>("y", {count, channels, height, width});
  p.flops(18.0 * static_cast<double>(n));  // on the vector units, unlike the catalogue's convolution
  p.tolerance(assay::tolerance::accumulating(9));
  p.oracle(y, [=](auto at, std::int64_t i) {
    const std::int64_t column = i % width, row = i / width % height, plane = i / (width * height);
    double sum = 0;
    for (std::int64_t r = 0; r < 3; ++r)
      for (std::int64_t c = 0; c < 3; ++c) {
        const std::int64_t v = row + r - 1, u = column + c - 1;
        if (v >= 0 && v < height && u >= 0 && u < width)
          sum += at(x)[(plane * height + v) * width + u] * at(filter)[plane % channels * 9 + r * 3 + c];
      }
    return sum;
  });
  p.baseline("naive", [=](gpu_stream s) {
    depthwise_naive<<<blocks(n, 256), 256, 0, s>>>(n, channels, height, width, x, filter, y);
  });
  p.candidate("tiles", [=](gpu_stream s) {
    const unsigned across = blocks(width, 32), down = blocks(height, 32);
    depthwise_tiles<<<dim3(across * down, static_cast<unsigned>(count * channels)), dim3(32, 8), 0, s>>>(
        channels, height, width, across, x, filter, y);
  });
}
