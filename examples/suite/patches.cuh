// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A convolution as a matrix product: rows of A are places of the output, its columns the window's elements
// with all their channels; B has a filter a row. A is never written down, only addressed.
#pragma once

#include "product.cuh"

/// Images of height × width pixels with neighbouring channels (NHWC), and a window over them.
struct images {
  std::int64_t count, height, width, channels;
  std::int64_t window_height, window_width, stride, padding_height, padding_width;

  [[nodiscard]] std::int64_t out_height() const {
    return (height + 2 * padding_height - window_height) / stride + 1;
  }
  [[nodiscard]] std::int64_t out_width() const {
    return (width + 2 * padding_width - window_width) / stride + 1;
  }
  [[nodiscard]] std::int64_t rows() const { return count * out_height() * out_width(); }
  [[nodiscard]] std::int64_t columns() const { return window_height * window_width * channels; }
};

/// What product.cuh asks of a matrix. Indices fit 31 bits.
struct patches {
  const bf16* data;
  int height, width, channels, window_width, stride, padding_height, padding_width, out_height, out_width;
  std::int64_t rows, columns;

  patches(const bf16* x, const images& of)
      : data(x),
        height(static_cast<int>(of.height)),
        width(static_cast<int>(of.width)),
        channels(static_cast<int>(of.channels)),
        window_width(static_cast<int>(of.window_width)),
        stride(static_cast<int>(of.stride)),
        padding_height(static_cast<int>(of.padding_height)),
        padding_width(static_cast<int>(of.padding_width)),
        out_height(static_cast<int>(of.out_height())),
        out_width(static_cast<int>(of.out_width())),
        rows(of.rows()),
        columns(of.columns()) {}

  [[nodiscard]] bool in_chunks() const { return channels % 8 == 0; }
  /// Where the element is, null for one of the padding or outside of the matrix.
  __device__ const bf16* chunk(std::int64_t row, std::int64_t column) const {
    if (row >= rows || column >= columns) return nullptr;
    const int place = static_cast<int>(row), of_window = static_cast<int>(column) / channels;
    const int x = place % out_width * stride + of_window % window_width - padding_width;
    const int y = place / out_width % out_height * stride + of_window / window_width - padding_height;
    if (x < 0 || x >= width || y < 0 || y >= height) return nullptr;
    const std::int64_t image = place / (out_width * out_height);
    return data + ((image * height + y) * width + x) * channels + static_cast<int>(column) % channels;
  }
  __device__ bf16 element(std::int64_t row, std::int64_t column) const {
    const bf16* const at = chunk(row, column);
    return at ? *at : bf16(0.0f);
  }
  __device__ patches matrix(std::int64_t) const { return *this; }
};
