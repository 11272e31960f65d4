// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/convolution.hpp"

#include <array>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::number;
using support::random_shapes;

namespace {

using triple = std::array<std::int64_t, 3>;

triple three(const work::extents& e) { return {e.first, e.second, e.third}; }
triple three(const work::paddings& p) { return {p.first, p.second, p.third}; }

/// All indices below `of`, the last fastest.
template <class Function>
void each(const triple& of, Function function) {
  for (std::int64_t a = 0; a < of[0]; ++a)
    for (std::int64_t b = 0; b < of[1]; ++b)
      for (std::int64_t c = 0; c < of[2]; ++c) function(triple{a, b, c}, (a * of[1] + b) * of[2] + c);
}

/// The passes as loops over images, filters, output points, channels of a group and taps; a product with
/// padding is done, with a zero that is not read from anywhere.
work loop(const work::convolution& s, const triple& out) {
  const triple in = three(s.input), kernel = three(s.kernel), stride = three(s.stride),
               padding = three(s.padding), dilation = three(s.dilation);
  const std::int64_t points = in[0] * in[1] * in[2], outputs = out[0] * out[1] * out[2],
                     taps = kernel[0] * kernel[1] * kernel[2], channels = s.channels / s.groups;
  counter seen;
  counted_array &x = seen.array(s.type, s.batch * s.channels * points),
                &y = seen.array(s.type, s.batch * s.filters * outputs),
                &w = seen.array(s.type, s.filters * channels * taps);
  std::vector<number> result(static_cast<std::size_t>((s.pass == convolution_pass::forward         ? y
                                                       : s.pass == convolution_pass::data_gradient ? x
                                                                                                   : w)
                                                          .size()),
                             0);
  for (std::int64_t image = 0; image < s.batch; ++image)
    for (std::int64_t filter = 0; filter < s.filters; ++filter)
      each(out, [&](const triple& o, std::int64_t output) {
        for (std::int64_t c = 0; c < channels; ++c)
          each(kernel, [&](const triple& t, std::int64_t tap) {
            bool inside = true;
            std::int64_t at = 0;
            for (std::size_t d = 0; d < 3; ++d) {
              const std::int64_t place = o[d] * stride[d] + t[d] * dilation[d] - padding[d];
              inside = inside && place >= 0 && place < in[d];
              at = at * in[d] + place;
            }
            if (!inside) {
              (void)multiply_add_matrix(number(0), 0, 0);
              return;
            }
            const std::int64_t group = filter / (s.filters / s.groups);
            const std::int64_t i = (image * s.channels + group * channels + c) * points + at,
                               j = (image * s.filters + filter) * outputs + output,
                               k = (filter * channels + c) * taps + tap;
            if (s.pass == convolution_pass::forward)
              result[static_cast<std::size_t>(j)] =
                  multiply_add_matrix(x.read(i), w.read(k), result[static_cast<std::size_t>(j)]);
            else if (s.pass == convolution_pass::data_gradient)
              result[static_cast<std::size_t>(i)] =
                  multiply_add_matrix(y.read(j), w.read(k), result[static_cast<std::size_t>(i)]);
            else
              result[static_cast<std::size_t>(k)] =
                  multiply_add_matrix(x.read(i), y.read(j), result[static_cast<std::size_t>(k)]);
          });
      });
  counted_array& target = s.pass == convolution_pass::forward         ? y
                          : s.pass == convolution_pass::data_gradient ? x
                                                                      : w;
  for (std::size_t i = 0; i < result.size(); ++i) target.write(static_cast<std::int64_t>(i), result[i]);
  return seen.total(resource::sfu, matrix_resource(s.type));
}

/// Places of a window whose taps all lie within the padded input, counted one by one.
triple places(const work::convolution& s) {
  const triple in = three(s.input), kernel = three(s.kernel), stride = three(s.stride),
               padding = three(s.padding), after = three(s.padding_after), dilation = three(s.dilation);
  triple result = {};
  for (std::size_t d = 0; d < 3; ++d)
    for (std::int64_t at = 0; at + (kernel[d] - 1) * dilation[d] < in[d] + 2 * padding[d] + after[d];
         at += stride[d])
      ++result[d];
  return result;
}

}  // namespace

TEST_CASE("convolution: by hand", "[roofline]") {
  // A 3×3 layer of ResNet-50: 56×56, 64 channels in and out.
  const work::convolution layer = work::convolution{
      .batch = 32,
      .channels = 64,
      .filters = 64,
      .input = {56, 56},
      .kernel = {3, 3},
      .padding = {1, 1}}.inputs(dtype::fp16);
  CHECK(layer.output_points().first == 56);
  const work forward = layer;
  CHECK(forward.amount(resource::tensor_fp16) == 2.0 * 32 * 64 * 64 * 9 * 56 * 56);
  CHECK(forward.dram_bytes_read == 2.0 * (32 * 64 * 56 * 56 + 64 * 64 * 9));
  CHECK(forward.dram_bytes_written == 2.0 * 32 * 64 * 56 * 56);
  CHECK(forward.nominal);
  CHECK(work(layer.weight_gradient()).dram_bytes_written == 2.0 * 64 * 64 * 9);
  CHECK(work(layer.data_gradient()).amount(resource::tensor_fp16) == forward.amount(resource::tensor_fp16));

  // A 1×1 window with stride 2 touches a quarter of its input.
  const work sparse = work::convolution{.channels = 8, .filters = 8, .input = {10, 10}, .stride = {2, 2}};
  CHECK(sparse.dram_bytes_read == 4.0 * (8 * 25 + 64));
  // Depthwise, 1-d, causal: padding before only.
  const work depthwise = work::convolution{
      .channels = 16, .filters = 16, .input = {100}, .kernel = {4}, .padding = {3}, .groups = 16};
  CHECK(depthwise.amount(resource::fp32) == 2.0 * 16 * 4 * 103);
  // PyTorch: ConvTranspose2d(kernel 4, stride 2, padding 1) doubles the extent.
  const work::transposed_convolution doubling{
      .channels = 8, .filters = 4, .input = {16, 16}, .kernel = {4, 4}, .stride = {2, 2}, .padding = {1, 1}};
  CHECK(doubling.output_points().second == 32);
  CHECK(work(doubling).amount(resource::fp32) == 2.0 * 8 * 4 * 16 * 16 * 16);
  CHECK(work(doubling).dram_bytes_written == 4.0 * 4 * 32 * 32);
}

TEST_CASE("convolution: the extent of a result that cannot be is 0, whatever is asked", "[roofline]") {
  constexpr std::int64_t most = INT64_MAX;
  CHECK(work::convolution{.input = {5}, .stride = {0}}.output_points().first == 0);
  CHECK(work::convolution{.input = {5}, .stride = {-1}}.output_points().first == 0);
  CHECK(work::convolution{.input = {5}, .kernel = {0}}.output_points().first == 0);
  CHECK(work::convolution{.input = {5}, .kernel = {2}, .dilation = {most}}.output_points().first == 0);
  CHECK(
      work::convolution{.input = {most}, .padding = {most}, .padding_after = {most}}.output_points().first ==
      0);
  CHECK(work::transposed_convolution{.input = {5}, .stride = {-most}}.output_points().first == 0);
  CHECK(work::transposed_convolution{.input = {most}, .stride = {most}}.output_points().first == 0);
}

TEST_CASE("convolution: what plain loops do", "[roofline]") {
  int counted = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t dimensions = pick(1, 3), largest = dimensions == 1 ? 30 : dimensions == 2 ? 9 : 4;
    const auto some = [&](std::int64_t most) {
      return work::extents{pick(1, most), dimensions > 1 ? pick(1, most) : 1,
                           dimensions > 2 ? pick(1, most) : 1};
    };
    const auto none_or_some = [&](std::int64_t most) {
      return work::paddings{pick(0, most), dimensions > 1 ? pick(0, most) : 0,
                            dimensions > 2 ? pick(0, most) : 0};
    };
    const std::int64_t groups = pick(1, 2);
    work::convolution shape{.batch = pick(0, 2),
                            .channels = groups * pick(1, 2),
                            .filters = groups * pick(1, 2),
                            .input = some(largest),
                            .kernel = some(dimensions == 1 ? 7 : 3),
                            .stride = some(5),
                            .padding = none_or_some(4),
                            .padding_after = none_or_some(1),
                            .dilation = some(4),
                            .groups = groups,
                            .type = pick.one_of({dtype::fp64, dtype::bf16})};
    shape.pass = pick.one_of(
        {convolution_pass::forward, convolution_pass::data_gradient, convolution_pass::weight_gradient});
    const triple out = places(shape);
    if (out[0] < 1 || out[1] < 1 || out[2] < 1) {
      CHECK(work(shape).mistake);
      continue;
    }
    ++counted;
    CHECK(three(shape.output_points()) == out);
    CHECK(differences(shape, loop(shape, out)) == "");
  }
  CHECK(counted > 300);
}

TEST_CASE("transposed convolution: what a plain loop does", "[roofline]") {
  int counted = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t groups = pick(1, 2);
    const work::transposed_convolution shape{.batch = pick(0, 2),
                                             .channels = groups * pick(1, 2),
                                             .filters = groups * pick(1, 2),
                                             .input = {pick(1, 6), pick(1, 3)},
                                             .kernel = {pick(1, 4), pick(1, 3)},
                                             .stride = {pick(1, 3), pick(1, 3)},
                                             .padding = {pick(0, 2), pick(0, 1)},
                                             .output_padding = {pick(0, 1), 0},
                                             .dilation = {pick(1, 3)},
                                             .groups = groups,
                                             .type = dtype::bf16};
    const triple in = three(shape.input), stride = three(shape.stride), kernel = three(shape.kernel),
                 padding = three(shape.padding), dilation = three(shape.dilation);
    const triple out = three(shape.output_points());
    bool possible = shape.output_padding.first < stride[0] || shape.output_padding.first < dilation[0];
    for (std::size_t d = 0; d < 3; ++d) possible = possible && out[d] > 0;
    if (!possible) {
      CHECK(work(shape).mistake);
      continue;
    }
    ++counted;
    for (std::size_t d = 0; d < 3; ++d)  // between the first tap of the first point and the last of the last
      CHECK(out[d] == (in[d] - 1) * stride[d] + (kernel[d] - 1) * dilation[d] + 1 - 2 * padding[d] +
                          (d == 0 ? shape.output_padding.first : 0));
    // Each input point is added, times each tap, to the output it falls on, where there is one.
    const std::int64_t points = in[0] * in[1] * in[2], outputs = out[0] * out[1] * out[2],
                       taps = kernel[0] * kernel[1] * kernel[2], filters = shape.filters / groups;
    counter seen;
    counted_array &x = seen.array(dtype::bf16, shape.batch * shape.channels * points),
                  &w = seen.array(dtype::bf16, shape.channels * filters * taps),
                  &y = seen.array(dtype::bf16, shape.batch * shape.filters * outputs);
    std::vector<number> sums(static_cast<std::size_t>(y.size()), 0);
    for (std::int64_t image = 0; image < shape.batch; ++image)
      for (std::int64_t c = 0; c < shape.channels; ++c)
        for (std::int64_t f = 0; f < filters; ++f)
          each(in, [&](const triple& i, std::int64_t point) {
            each(kernel, [&](const triple& t, std::int64_t tap) {
              bool inside = true;
              std::int64_t at = 0;
              for (std::size_t d = 0; d < 3; ++d) {
                const std::int64_t place = i[d] * stride[d] + t[d] * dilation[d] - padding[d];
                inside = inside && place >= 0 && place < out[d];
                at = at * out[d] + place;
              }
              if (!inside) {
                (void)multiply_add_matrix(number(0), 0, 0);
                return;
              }
              const std::int64_t group = c / (shape.channels / groups);
              number& sum = sums[static_cast<std::size_t>(
                  (image * shape.filters + group * filters + f) * outputs + at)];
              sum = multiply_add_matrix(x.read((image * shape.channels + c) * points + point),
                                        w.read((c * filters + f) * taps + tap), sum);
            });
          });
    for (std::size_t i = 0; i < sums.size(); ++i) y.write(static_cast<std::int64_t>(i), sums[i]);
    CHECK(differences(shape, seen.total(resource::sfu, resource::tensor_bf16)) == "");
  }
  CHECK(counted > 100);
}
