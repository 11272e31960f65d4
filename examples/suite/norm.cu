// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Normalisations. LayerNorm and RMSNorm in bf16 over the hidden sizes of Llama 3 8B (4096) and 70B (8192);
// GroupNorm as in the U-Net of Stable Diffusion (32 groups); BatchNorm at inference as in ResNet-50.
#include "gpu.cuh"

namespace {

constexpr float epsilon = 1e-5f;

/// Mean and variance of a row, times its weights; or without the mean, RMSNorm. A thread a row.
template <class T, bool Centred>
__global__ void norm_naive(std::int64_t rows, std::int64_t columns, const T* x, const T* weight, T* y) {
  const std::int64_t row = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (row >= rows) return;
  x += row * columns, y += row * columns;
  float mean = 0;
  if (Centred)
    mean = sum_alone(columns, [&](std::int64_t i) { return static_cast<float>(x[i]); }) /
           static_cast<float>(columns);
  const float squares = sum_alone(columns, [&](std::int64_t i) {
    const float off = static_cast<float>(x[i]) - mean;
    return off * off;
  });
  const float scale = rsqrtf(squares / static_cast<float>(columns) + epsilon);
  for (std::int64_t i = 0; i < columns; ++i)
    y[i] = static_cast<T>((static_cast<float>(x[i]) - mean) * scale * static_cast<float>(weight[i]));
}

/// A block a row, of any length.
template <class T, bool Centred>
__global__ void norm_block(std::int64_t columns, const T* x, const T* weight, T* y) {
  x += blockIdx.x * columns, y += blockIdx.x * columns;
  float sum = 0, squares = 0;
  if (Centred)
    for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x) sum += static_cast<float>(x[i]);
  const float mean = Centred ? reduce_block(sum, sum_of()) / static_cast<float>(columns) : 0.0f;
  for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x) {
    const float off = static_cast<float>(x[i]) - mean;
    squares += off * off;
  }
  const float scale = rsqrtf(reduce_block(squares, sum_of()) / static_cast<float>(columns) + epsilon);
  for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x)
    y[i] = static_cast<T>((static_cast<float>(x[i]) - mean) * scale * static_cast<float>(weight[i]));
}

/// A block a row, read once.
template <class T, bool Centred, int Packs>
__global__ void __launch_bounds__(1024)
    norm_registers(std::int64_t columns, const T* x, const T* weight, T* y) {
  const row_registers<T, Packs> row(x + blockIdx.x * columns, columns);
  float sum = 0, squares = 0;
  if (Centred) row.each([&](float value) { sum += value; });
  const float mean = Centred ? reduce_block(sum, sum_of()) / static_cast<float>(columns) : 0.0f;
  row.each([&](float value) { squares += (value - mean) * (value - mean); });
  const float scale = rsqrtf(reduce_block(squares, sum_of()) / static_cast<float>(columns) + epsilon);
  row.write(y + blockIdx.x * columns, [&](float value, int column) {
    return (value - mean) * scale * static_cast<float>(weight[column]);
  });
}

template <bool Centred>
void row_norm(assay::problem<gpu>& p) {
  const auto shape =
      p.axes({"rows", "hidden"}, {{16384, 4096}, {16384, 8192}}, {assay::at_least(1), assay::at_least(1)});
  const auto rows = shape[0], hidden = shape[1];
  const auto x = p.input<bf16>("x", {rows, hidden}, assay::normal());
  const auto weight = p.input<bf16>("weight", {hidden}, assay::uniform(0.5, 1.5));
  const auto y = p.output<bf16>("y", {rows, hidden});
  p.work(assay::work::rms_norm{rows, hidden, assay::dtype::bf16});
  if (Centred) p.flops(2.0 * static_cast<double>(rows * hidden));  // the mean, and to subtract it
  p.tolerance(assay::tolerance::normalization(hidden));

  p.row_oracle(y, [=](auto at, std::int64_t row, auto out) {
    const auto X = at(x), W = at(weight);
    double sum = 0, squares = 0;
    if (Centred)
      for (std::int64_t i = 0; i < hidden; ++i) sum += X[row * hidden + i];
    const double mean = sum / static_cast<double>(hidden);
    for (std::int64_t i = 0; i < hidden; ++i)
      squares += (X[row * hidden + i] - mean) * (X[row * hidden + i] - mean);
    const double scale = 1.0 / std::sqrt(squares / static_cast<double>(hidden) + double(epsilon));
    for (std::int64_t i = 0; i < hidden; ++i) out[i] = (X[row * hidden + i] - mean) * scale * W[i];
  });
  p.baseline("naive", [=](gpu_stream s) {
    norm_naive<bf16, Centred><<<blocks(rows, 64), 64, 0, s>>>(rows, hidden, x, weight, y);
  });
  p.candidate("block a row", [=](gpu_stream s) {
    norm_block<bf16, Centred><<<static_cast<unsigned>(rows), 256, 0, s>>>(hidden, x, weight, y);
  });
  p.candidate("registers", [=](gpu_stream s) {
    const auto grid = static_cast<unsigned>(rows);
    const bool launched = in_registers<bf16>(hidden, [&](auto packs, int threads) {
      norm_registers<bf16, Centred, packs.value><<<grid, threads, 0, s>>>(hidden, x, weight, y);
    });
    if (!launched) norm_block<bf16, Centred><<<grid, 256, 0, s>>>(hidden, x, weight, y);
  });
}

/// x is images × channels × pixels; a block has the channels of one group of one image, which lie together.
__global__ void __launch_bounds__(1024)
    group_norm_naive(std::int64_t channels, std::int64_t groups, std::int64_t pixels, const float* x,
                     const float* weight, const float* bias, float* y) {
  const std::int64_t count = channels / groups * pixels, first = blockIdx.x * count;
  const std::int64_t channel = blockIdx.x % groups * (channels / groups);
  float sum = 0, squares = 0;
  for (std::int64_t i = threadIdx.x; i < count; i += blockDim.x) sum += x[first + i];
  const float mean = reduce_block(sum, sum_of()) / static_cast<float>(count);
  for (std::int64_t i = threadIdx.x; i < count; i += blockDim.x) {
    const float off = x[first + i] - mean;
    squares += off * off;
  }
  const float scale = rsqrtf(reduce_block(squares, sum_of()) / static_cast<float>(count) + epsilon);
  for (std::int64_t i = threadIdx.x; i < count; i += blockDim.x)
    y[first + i] = (x[first + i] - mean) * scale * weight[channel + i / pixels] + bias[channel + i / pixels];
}

/// The same with 16 bytes a thread and 1024 threads, where pixels come in whole packs.
__global__ void __launch_bounds__(1024)
    group_norm_packs(std::int64_t channels, std::int64_t groups, std::int64_t pixels, const float* x,
                     const float* weight, const float* bias, float* y) {
  constexpr int width = pack<float>::width;
  const std::int64_t count = channels / groups * pixels, packs = count / width;
  const std::int64_t channel = blockIdx.x % groups * (channels / groups);
  const auto* const in = reinterpret_cast<const pack<float>*>(x + blockIdx.x * count);
  auto* const out = reinterpret_cast<pack<float>*>(y + blockIdx.x * count);
  float sum = 0, squares = 0;
  for (std::int64_t i = threadIdx.x; i < packs; i += blockDim.x) {
    const pack<float> seen = in[i];
    for (const float value : seen.value) sum += value;
  }
  const float mean = reduce_block(sum, sum_of()) / static_cast<float>(count);
  for (std::int64_t i = threadIdx.x; i < packs; i += blockDim.x) {
    const pack<float> seen = in[i];
    for (const float value : seen.value) squares += (value - mean) * (value - mean);
  }
  const float scale = rsqrtf(reduce_block(squares, sum_of()) / static_cast<float>(count) + epsilon);
  for (std::int64_t i = threadIdx.x; i < packs; i += blockDim.x) {
    const std::int64_t of_channel = channel + i * width / pixels;
    const float factor = scale * weight[of_channel], addend = bias[of_channel];
    pack<float> seen = in[i];
    // Not value·factor + (addend − mean·factor): where the mean is large that cancels.
    for (float& value : seen.value) value = (value - mean) * factor + addend;
    out[i] = seen;
  }
}

__global__ void batch_norm_naive(std::int64_t n, std::int64_t channels, std::int64_t pixels, const float* x,
                                 const float* mean, const float* variance, const float* weight,
                                 const float* bias, float* y) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i >= n) return;
  const std::int64_t c = i / pixels % channels;
  y[i] = (x[i] - mean[c]) * rsqrtf(variance[c] + epsilon) * weight[c] + bias[c];
}

/// A block for a piece of one channel of one image, so that its figures are found once. `Width` elements a
/// thread, which divides pixels.
template <int Width>
__global__ void batch_norm_planes(std::int64_t channels, std::int64_t pixels, const float* x,
                                  const float* mean, const float* variance, const float* weight,
                                  const float* bias, float* y) {
  struct alignas(4 * Width) piece {
    float value[Width];
  };
  const std::int64_t plane = blockIdx.x, c = plane % channels;
  const float factor = rsqrtf(variance[c] + epsilon) * weight[c];
  const auto* const in = reinterpret_cast<const piece*>(x + plane * pixels);
  auto* const out = reinterpret_cast<piece*>(y + plane * pixels);
  for (std::int64_t i = threadIdx.x; i < pixels / Width; i += blockDim.x) {
    piece seen = in[i];
    for (float& value : seen.value) value = (value - mean[c]) * factor + bias[c];
    out[i] = seen;
  }
}

}  // namespace

ASSAY_PROBLEM("layernorm", gpu, p) { row_norm<true>(p); }
ASSAY_PROBLEM("rmsnorm", gpu, p) { row_norm<false>(p); }

ASSAY_PROBLEM("groupnorm", gpu, p) {
  const auto shape = p.axes({"images", "channels", "pixels"}, {{8, 320, 64 * 64}, {8, 1280, 16 * 16}},
                            {assay::at_least(1), assay::multiples_of(32), assay::at_least(1)});
  const auto images = shape[0], channels = shape[1], pixels = shape[2];
  const std::int64_t groups = 32;
  p.assume(channels % groups == 0);
  const auto x = p.input<float>("x", {images, channels, pixels}, assay::normal());
  const auto weight = p.input<float>("weight", {channels}, assay::uniform(0.5, 1.5));
  const auto bias = p.input<float>("bias", {channels});
  const auto y = p.output<float>("y", {images, channels, pixels});
  const std::int64_t count = channels / groups * pixels;
  p.flops(7.0 * static_cast<double>(images * channels * pixels));
  p.tolerance(assay::tolerance::normalization(count));
  p.row_oracle(y, [=](auto at, std::int64_t row, auto out) {  // a row is a channel of an image
    const auto X = at(x);
    const std::int64_t channel = row % channels, of_group = channels / groups;
    const std::int64_t first = (row - channel % of_group) * pixels;
    double sum = 0, squares = 0;
    for (std::int64_t i = 0; i < count; ++i) sum += X[first + i];
    const double mean = sum / static_cast<double>(count);
    for (std::int64_t i = 0; i < count; ++i) squares += (X[first + i] - mean) * (X[first + i] - mean);
    const double scale = 1.0 / std::sqrt(squares / static_cast<double>(count) + double(epsilon));
    for (std::int64_t i = 0; i < pixels; ++i)
      out[i] = (X[row * pixels + i] - mean) * scale * at(weight)[channel] + at(bias)[channel];
  });
  const auto grid = static_cast<unsigned>(images * groups);
  p.baseline("naive", [=](gpu_stream s) {
    group_norm_naive<<<grid, 256, 0, s>>>(channels, groups, pixels, x, weight, bias, y);
  });
  p.candidate("packs", [=](gpu_stream s) {
    if (pixels % pack<float>::width == 0)
      group_norm_packs<<<grid, 1024, 0, s>>>(channels, groups, pixels, x, weight, bias, y);
    else
      group_norm_naive<<<grid, 1024, 0, s>>>(channels, groups, pixels, x, weight, bias, y);
  });
}

ASSAY_PROBLEM("batchnorm", gpu, p) {
  const auto shape = p.axes({"images", "channels", "pixels"}, {{64, 64, 112 * 112}, {64, 512, 28 * 28}},
                            {assay::at_least(1), assay::at_least(1), assay::at_least(1)});
  const auto images = shape[0], channels = shape[1], pixels = shape[2];
  const auto x = p.input<float>("x", {images, channels, pixels}, assay::normal());
  const auto mean = p.input<float>("mean", {channels});
  const auto variance = p.input<float>("variance", {channels}, assay::uniform(0.5, 2));
  const auto weight = p.input<float>("weight", {channels}, assay::uniform(0.5, 1.5));
  const auto bias = p.input<float>("bias", {channels});
  const auto y = p.output<float>("y", {images, channels, pixels});
  const std::int64_t n = images * channels * pixels;
  p.flops(4.0 * static_cast<double>(n));
  p.tolerance(assay::tolerance::elementwise());
  p.oracle(y, [=](auto at, std::int64_t i) {
    const std::int64_t c = i / pixels % channels;
    return (at(x)[i] - at(mean)[c]) / std::sqrt(at(variance)[c] + double(epsilon)) * at(weight)[c] +
           at(bias)[c];
  });
  p.baseline("naive", [=](gpu_stream s) {
    batch_norm_naive<<<blocks(n, 256), 256, 0, s>>>(n, channels, pixels, x, mean, variance, weight, bias, y);
  });
  p.candidate("planes", [=](gpu_stream s) {
    const auto grid = static_cast<unsigned>(images * channels);
    if (pixels % 4 == 0)
      batch_norm_planes<4><<<grid, 256, 0, s>>>(channels, pixels, x, mean, variance, weight, bias, y);
    else
      batch_norm_planes<1><<<grid, 256, 0, s>>>(channels, pixels, x, mean, variance, weight, bias, y);
  });
}
