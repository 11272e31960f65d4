// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/numeric/block_quantise.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

using namespace assay;

namespace {

const block_format formats[] = {mxfp8_e4m3::format, mxfp8_e5m2::format, mxfp6_e2m3::format,
                                mxfp6_e3m2::format, mxfp4::format,      nvfp4::format};

/// Random numbers whose magnitude changes from block to block, some blocks all zero.
std::vector<double> some_values(std::int64_t rows, std::int64_t columns, std::int64_t block, double scale) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < rows * columns; ++i) {
    const auto group = static_cast<std::uint64_t>(i / columns * 1000 + i % columns / block);
    const random_block dice = random_at(1, 1, group);
    const random_block own = random_at(1, 0, static_cast<std::uint64_t>(i));
    const double size =
        dice.word[0] % 8 == 0 ? 0.0 : std::ldexp(scale, static_cast<int>(dice.word[1] % 12) - 6);
    values.push_back(size * (2.0 * unit_interval(random_bits(own)) - 1.0));
  }
  return values;
}

double largest_of(const std::vector<double>& values, std::int64_t begin, std::int64_t end) {
  double largest = 0.0;
  for (std::int64_t i = begin; i < end; ++i)
    largest = std::max(largest, std::fabs(values[static_cast<std::size_t>(i)]));
  return largest;
}

}  // namespace

TEST_CASE("the scale of a block is that of the specification") {
  // MX: the largest element's power of two over that of the type's largest number.
  CHECK(scale_for(mxfp8_e4m3::format, 448.0) == 1.0);
  CHECK(scale_for(mxfp8_e4m3::format, 511.0) == 1.0);
  CHECK(scale_for(mxfp8_e4m3::format, 512.0) == 2.0);
  CHECK(scale_for(mxfp8_e4m3::format, 255.0) == 0.5);
  CHECK(scale_for(mxfp8_e5m2::format, 1.0) == 0x1p-15);
  CHECK(scale_for(mxfp6_e2m3::format, 1.0) == 0.25);
  CHECK(scale_for(mxfp6_e3m2::format, 1.0) == 0x1p-4);
  CHECK(scale_for(mxfp4::format, 7.9) == 1.0);
  CHECK(scale_for(mxfp4::format, 0.0) == 0x1p-127);
  CHECK(scale_for(mxfp4::format, 1e-300) == 0x1p-127);
  CHECK(scale_for(mxfp4::format, 1e300) == 0x1p127);
  // NVFP4: a sixth, in e4m3fn.
  CHECK(scale_for(nvfp4::format, 6.0) == 1.0);
  CHECK(scale_for(nvfp4::format, 6.0, 0.25f) == 4.0);
  CHECK(scale_for(nvfp4::format, 10.0) == 1.625);
  CHECK(scale_for(nvfp4::format, 1e9) == 448.0);
  CHECK(scale_for(nvfp4::format, 0.0) == 0.0);
}

TEST_CASE("quantised values are within the block's error bound, which some of them reach") {
  for (const block_format& format : formats)
    for (const scale_layout layout : {scale_layout::linear, scale_layout::swizzled})
      for (const std::int64_t columns : {1, 31, 64, 100})
        for (const double size : {1e-3, 1.0, 1e4}) {
          const std::int64_t rows = 130;
          CAPTURE(to_string(format.element), format.block, to_string(layout), columns, size);
          const std::vector<double> values = some_values(rows, columns, format.block, size);
          const block_scaled_data data = quantise(format, layout, values, rows, columns);
          REQUIRE(static_cast<std::int64_t>(data.elements.size()) ==
                  bytes_for(format.element, rows * columns));
          REQUIRE(static_cast<std::int64_t>(data.scales.size()) ==
                  scale_count(layout, rows, blocks_of(format, columns)));
          const block_scaled_matrix m = data.matrix();
          double closest = 0.0;
          int wrong = 0;
          for (std::int64_t i = 0; i < rows * columns; ++i) {
            const std::int64_t row = i / columns;
            const std::int64_t begin = row * columns + i % columns / format.block * format.block;
            const double amax =
                largest_of(values, begin, std::min(begin + format.block, (row + 1) * columns));
            const double bound = block_error_bound(format.element, block_scale(m, i), amax);
            const double error = std::fabs(block_scaled_value(m, i) - values[static_cast<std::size_t>(i)]);
            wrong += !(error <= bound * (1 + 1e-12));
            wrong += amax == 0.0 && block_scaled_value(m, i) != 0.0;
            if (bound > 0) closest = std::max(closest, error / bound);
          }
          CHECK(wrong == 0);
          if (columns > 1) CHECK(closest > 0.8);  // a bound of twice the size would be no bound
        }
}

TEST_CASE("numbers that the format holds survive") {
  for (const block_format& format : formats) {
    CAPTURE(to_string(format.element), format.block);
    const std::int64_t rows = 3, columns = 64;
    std::vector<double> values;
    for (std::int64_t i = 0; i < rows * columns; ++i) {
      // Each block has the largest number of the element type, so its scale is a power of two.
      const double element = i % 16 == 0 ? largest_finite(format.element) : static_cast<double>(i % 4);
      values.push_back(element * 0x1p-3 * static_cast<double>(1 << (i / 32 % 4)));
    }
    const block_scaled_data data = quantise(format, scale_layout::swizzled, values, rows, columns,
                                            format.has_global ? std::optional<float>(0.5f) : std::nullopt);
    for (std::int64_t i = 0; i < rows * columns; ++i)
      REQUIRE(block_scaled_value(data.matrix(), i) == values[static_cast<std::size_t>(i)]);
  }
}

TEST_CASE("NVFP4 spends the whole range of its block scales, and padding is zero bytes") {
  const std::vector<double> values = some_values(5, 40, 16, 123.0);
  const block_scaled_data data = quantise(nvfp4::format, scale_layout::swizzled, values, 5, 40);
  const double largest = largest_of(values, 0, 200);
  CHECK(data.global_scale == Approx(largest / (6.0 * 448.0)));
  double top = 0.0;
  std::int64_t padding = 0;
  for (std::size_t i = 0; i < data.scales.size(); ++i) {
    if (is_scale_padding(static_cast<std::int64_t>(i), 5, 3))
      padding += data.scales[i] == 0;
    else
      top = std::max(top, load_element(dtype::fp8_e4m3fn, data.scales.data(), static_cast<std::int64_t>(i)));
  }
  CHECK(top == 448.0);
  CHECK(padding == 512 - 15);
  // Nothing to scale, and nothing to divide by.
  const block_scaled_data zeros =
      quantise(nvfp4::format, scale_layout::linear, std::vector<double>(16), 1, 16);
  CHECK(zeros.global_scale == 1.0f);
  for (std::int64_t i = 0; i < 16; ++i) CHECK(block_scaled_value(zeros.matrix(), i) == 0.0);
  const block_scaled_data tiny =
      quantise(nvfp4::format, scale_layout::linear, std::vector<double>(16, 1e-310), 1, 16);
  CHECK(std::isfinite(block_scaled_value(tiny.matrix(), 3)));
}

TEST_CASE("what cannot be quantised is refused in words") {
  const auto message = [](auto call) {
    try {
      static_cast<void>(call());
    } catch (const usage_error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const std::vector<double> good(32, 1.0);
  std::vector<double> bad = good;
  bad[17] = std::numeric_limits<double>::infinity();
  CHECK(message([&] {
          return quantise(mxfp4::format, scale_layout::linear, good, 1, 31);
        }).find("32 values for 1 × 31") != std::string::npos);
  CHECK(message([&] {
          return quantise(mxfp4::format, scale_layout::linear, good, -1, -32);
        }).find("32 values for -1 × -32") != std::string::npos);
  CHECK(message([&] {
          return quantise(mxfp4::format, scale_layout::linear, bad, 1, 32);
        }).find("value 17 is inf") != std::string::npos);
  CHECK(message([&] {
          return quantise(mxfp4::format, scale_layout::linear, good, 1, 32, 2.0f);
        }).find("global scale") != std::string::npos);
  CHECK(message([&] {
          return quantise(nvfp4::format, scale_layout::linear, good, 1, 32, 0.0f);
        }).find("global scale") != std::string::npos);
}
