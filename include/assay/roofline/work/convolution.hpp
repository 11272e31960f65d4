// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/convolution_window.hpp"
#include "assay/roofline/work/matrix_format.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// One number for each of up to three spatial dimensions; those that are not given are 1.
struct work::extents {
  std::int64_t first = 1, second = 1, third = 1;

  /// Of dimension 0, 1 or 2.
  [[nodiscard]] constexpr std::int64_t operator[](int dimension) const {
    return dimension == 0 ? first : dimension == 1 ? second : third;
  }
};
/// The same; those that are not given are 0.
struct work::paddings {
  std::int64_t first = 0, second = 0, third = 0;

  [[nodiscard]] constexpr std::int64_t operator[](int dimension) const {
    return dimension == 0 ? first : dimension == 1 ? second : third;
  }
};

namespace detail {

template <class Convolution>
constexpr void check_channels(shape_check& check, const Convolution& shape) {
  check.at_least(0, "batch", shape.batch)
      .at_least(1, "channels", shape.channels)
      .at_least(1, "filters", shape.filters)
      .at_least(1, "groups", shape.groups)
      .divides("groups", shape.groups, "channels", shape.channels)
      .divides("groups", shape.groups, "filters", shape.filters);
}

}  // namespace detail

/// What a convolution computes.
enum class convolution_pass : std::uint8_t {
  forward,          ///< y from x and w
  data_gradient,    ///< dx from dy and w
  weight_gradient,  ///< dw from x and dy
};

/// Convolution (cross-correlation) in 1 to 3 dimensions: `batch` images with `channels` channels, `filters`
/// output channels, in `groups`; depthwise with groups = channels. Output points in each dimension:
/// ⌊(input + 2·padding + padding_after − dilation·(kernel − 1) − 1) / stride⌋ + 1.
///
///   work::convolution{.batch = 32, .channels = 64, .filters = 128, .input = {56, 56}, .kernel = {3, 3},
///                     .padding = {1, 1}}.inputs(dtype::bf16)
///
/// Flops, of each of the three passes: 2·batch·filters·(channels/groups)·kernel·output points, on the matrix
/// units of the type. Nominal: they count products with padding, and Winograd's and FFT algorithms need
/// fewer. Bytes: what is read once, of x only points that a window touches, of w and dy only what meets x at
/// all; what is computed is written whole. Source: Dumoulin and Visin, arXiv 1603.07285.
struct work::convolution {
  std::int64_t batch = 1, channels = 1, filters = 1;
  extents input = {}, kernel = {}, stride = {};
  paddings padding = {}, padding_after = {};  ///< on both sides; further at the end
  extents dilation = {};
  std::int64_t groups = 1;
  dtype type = dtype::fp32;
  convolution_pass pass = convolution_pass::forward;

  [[nodiscard]] constexpr convolution inputs(dtype of_all) const {
    convolution result = *this;
    result.type = of_all;
    return result;
  }
  template <class Type>
  [[nodiscard]] constexpr convolution inputs() const {
    return inputs(dtype_of<Type>::value);
  }
  [[nodiscard]] constexpr convolution data_gradient() const {
    convolution result = *this;
    result.pass = convolution_pass::data_gradient;
    return result;
  }
  [[nodiscard]] constexpr convolution weight_gradient() const {
    convolution result = *this;
    result.pass = convolution_pass::weight_gradient;
    return result;
  }

  [[nodiscard]] constexpr extents output_points() const { return {points(0), points(1), points(2)}; }

  constexpr operator work() const {
    detail::shape_check check("convolution");
    detail::check_channels(check, *this);
    for (int d = 0; d < 3; ++d) {
      check.at_least(1, "input", input[d])
          .at_least(1, "kernel", kernel[d])
          .at_most("kernel", kernel[d], "the most taps that are counted",
                   detail::convolution_window::most_taps)
          .at_least(1, "stride", stride[d])
          .at_least(1, "dilation", dilation[d])
          .at_least(0, "padding", padding[d])
          .at_least(0, "padding_after", padding_after[d]);
      if (check)
        check.require(points(d) > 0, "kernel", kernel[d], "no window larger than the padded", "input",
                      input[d]);
    }
    if (!check) return check.refused();
    return counted(output_points());
  }

 private:
  friend struct work::transposed_convolution;

  [[nodiscard]] constexpr std::int64_t points(int d) const {
    return detail::convolution_window::output_points(
        input[d], kernel[d], stride[d], detail::product(2, padding[d]) + detail::product(padding_after[d]),
        dilation[d]);
  }

  [[nodiscard]] constexpr work counted(const extents& out) const {
    double taps = 1, outputs = 1, inputs = 1, live_taps = 1, live_outputs = 1, touched = 1;
    for (int d = 0; d < 3; ++d) {
      const detail::convolution_window w{input[d], kernel[d], stride[d], padding[d], dilation[d], out[d]};
      taps *= detail::product(w.taps);
      outputs *= detail::product(w.outputs);
      inputs *= detail::product(w.input);
      live_taps *= detail::product(w.live_taps());
      live_outputs *= detail::product(w.live_outputs());
      touched *= detail::product(w.touched_inputs());
    }
    const double weights = detail::product(filters, channels / groups);
    const auto x = [&](double at) { return detail::bytes(type, detail::product(batch, channels, at)); };
    const auto y = [&](double at) { return detail::bytes(type, detail::product(batch, filters, at)); };
    const auto w = [&](double at) { return detail::bytes(type, weights * at); };
    work result;
    result.nominal = true;
    result.add(matrix_resource(type), detail::product(2, batch, weights, taps, outputs));
    switch (pass) {
      case convolution_pass::forward:
        return result.add_read(x(touched) + (batch > 0 ? w(live_taps) : 0)).add_written(y(outputs));
      case convolution_pass::data_gradient:
        return result.add_read(y(live_outputs) + (batch > 0 ? w(live_taps) : 0)).add_written(x(inputs));
      case convolution_pass::weight_gradient:
        return result.add_read(x(touched) + y(live_outputs)).add_written(w(taps));
    }
    return result;
  }
};

/// Transposed convolution ("deconvolution"), forward: it is the data gradient of the convolution that leads
/// from its output to its input. Output points in each dimension:
/// (input − 1)·stride − 2·padding + dilation·(kernel − 1) + output_padding + 1.
///
/// Flops: 2·batch·channels·(filters/groups)·kernel·input points; what is said at convolution holds here.
struct work::transposed_convolution {
  std::int64_t batch = 1, channels = 1, filters = 1;
  extents input = {}, kernel = {}, stride = {};
  paddings padding = {}, output_padding = {};  ///< output_padding: below the stride or the dilation
  extents dilation = {};
  std::int64_t groups = 1;
  dtype type = dtype::fp32;

  [[nodiscard]] constexpr transposed_convolution inputs(dtype of_all) const {
    transposed_convolution result = *this;
    result.type = of_all;
    return result;
  }
  template <class Type>
  [[nodiscard]] constexpr transposed_convolution inputs() const {
    return inputs(dtype_of<Type>::value);
  }

  [[nodiscard]] constexpr extents output_points() const { return {points(0), points(1), points(2)}; }

  constexpr operator work() const {
    detail::shape_check check("transposed_convolution");
    detail::check_channels(check, *this);
    for (int d = 0; d < 3; ++d) {
      check.at_least(1, "input", input[d])
          .at_least(1, "kernel", kernel[d])
          .at_least(1, "stride", stride[d])
          .at_least(1, "dilation", dilation[d])
          .at_least(0, "padding", padding[d])
          .at_least(0, "output_padding", output_padding[d])
          .at_most("kernel", kernel[d], "the most taps that are counted",
                   detail::convolution_window::most_taps);
      if (check)
        check.require(output_padding[d] < stride[d] || output_padding[d] < dilation[d], "output_padding",
                      output_padding[d], "less than the dilation or than", "stride", stride[d]);
      if (check)
        check.require(points(d) > 0, "padding", padding[d], "room for an output from an", "input", input[d]);
    }
    if (!check) return check.refused();
    const convolution forward{.batch = batch,
                              .channels = filters,
                              .filters = channels,
                              .input = output_points(),
                              .kernel = kernel,
                              .stride = stride,
                              .padding = padding,
                              .padding_after = {},
                              .dilation = dilation,
                              .groups = groups,
                              .type = type,
                              .pass = convolution_pass::data_gradient};
    return forward.counted(input);
  }

 private:
  /// In double up to the end: none of the products can overflow.
  [[nodiscard]] constexpr std::int64_t points(int d) const {
    const double result =
        detail::product(detail::product(input[d]) - 1, stride[d]) - detail::product(2, padding[d]) +
        detail::product(dilation[d], detail::product(kernel[d]) - 1) + detail::product(output_padding[d]) + 1;
    return result >= 1 && result < 0x1p53 ? static_cast<std::int64_t>(result) : 0;
  }
};

}  // namespace assay
