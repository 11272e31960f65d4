// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/numeric/block_scaled.hpp"

#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "assay/numeric/block_scaled_value.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/float8.hpp"
#include "support/catch.hpp"

using namespace assay;

namespace {

// The offsets that the formula and the figure in the cuBLAS documentation give for one tile …
static_assert(scale_index(scale_layout::swizzled, 0, 0, 4) == 0);
static_assert(scale_index(scale_layout::swizzled, 0, 3, 4) == 3);
static_assert(scale_index(scale_layout::swizzled, 32, 0, 4) == 4);
static_assert(scale_index(scale_layout::swizzled, 96, 1, 4) == 13);
static_assert(scale_index(scale_layout::swizzled, 1, 0, 4) == 16);
static_assert(scale_index(scale_layout::swizzled, 31, 2, 4) == 498);
static_assert(scale_index(scale_layout::swizzled, 127, 3, 4) == 511);
// … and for several: those of a row of tiles follow each other, with the last one padded.
static_assert(scale_index(scale_layout::swizzled, 0, 4, 8) == 512);
static_assert(scale_index(scale_layout::swizzled, 128, 0, 8) == 1024);
static_assert(scale_index(scale_layout::swizzled, 128, 0, 5) == 1024);
static_assert(scale_index(scale_layout::swizzled, 129, 5, 8) == 1024 + 512 + 17);
static_assert(scale_index(scale_layout::linear, 129, 5, 8) == 1037);

static_assert(scale_count(scale_layout::swizzled, 1, 1) == 512);
static_assert(scale_count(scale_layout::swizzled, 128, 4) == 512);
static_assert(scale_count(scale_layout::swizzled, 129, 5) == 2048);
static_assert(scale_count(scale_layout::linear, 129, 5) == 645);
static_assert(scale_count(scale_layout::swizzled, 0, 4) == 0 &&
              scale_count(scale_layout::swizzled, 4, 0) == 0);

static_assert(blocks_of(mxfp8_e4m3::format, 96) == 3 && blocks_of(mxfp8_e4m3::format, 97) == 4);
static_assert(blocks_of(nvfp4::format, 97) == 7 && blocks_of(nvfp4::format, 0) == 0);
static_assert(mxfp4::format.block == 32 && nvfp4::format.block == 16);
static_assert(nvfp4::format.has_global && !mxfp6_e3m2::format.has_global);
static_assert(nvfp4::format.scale == dtype::fp8_e4m3fn && mxfp6_e2m3::format.scale == dtype::e8m0);

}  // namespace

TEST_CASE("scales of different blocks lie at different places, and the rest is padding") {
  for (const scale_layout layout : {scale_layout::linear, scale_layout::swizzled})
    for (const std::int64_t rows : {1, 31, 32, 127, 128, 129, 300})
      for (const std::int64_t blocks : {1, 3, 4, 5, 8, 13}) {
        CAPTURE(to_string(layout), rows, blocks);
        const std::int64_t count = scale_count(layout, rows, blocks);
        std::set<std::int64_t> places;
        for (std::int64_t row = 0; row < rows; ++row)
          for (std::int64_t block = 0; block < blocks; ++block)
            places.insert(scale_index(layout, row, block, blocks));
        CHECK(static_cast<std::int64_t>(places.size()) == rows * blocks);
        CHECK(*places.begin() >= 0);
        CHECK(*places.rbegin() < count);
        if (layout == scale_layout::linear) {
          CHECK(count == rows * blocks);
          continue;
        }
        std::int64_t wrong = 0;
        for (std::int64_t place = 0; place < count; ++place)
          wrong += is_scale_padding(place, rows, blocks) == (places.count(place) > 0);
        CHECK(wrong == 0);
      }
}

TEST_CASE("an element's value is that of its bits, its block's scale and the global one") {
  // NVFP4, 2 × 20: two blocks to a row, the second of four elements, and rows that begin inside of a byte
  // would with an odd number of columns.
  std::uint8_t elements[20] = {};
  std::vector<std::uint8_t> scales(512);
  const std::int64_t columns = 20;
  store_element(dtype::fp4_e2m1, elements, 0, 6.0);
  store_element(dtype::fp4_e2m1, elements, 15, -0.5);
  store_element(dtype::fp4_e2m1, elements, 16, 3.0);
  store_element(dtype::fp4_e2m1, elements, 20 + 19, 1.5);
  const auto set_scale = [&](std::int64_t row, std::int64_t block, double value) {
    store_element(dtype::fp8_e4m3fn, scales.data(), scale_index(scale_layout::swizzled, row, block, 2),
                  value);
  };
  set_scale(0, 0, 448.0);
  set_scale(0, 1, 0.875);
  set_scale(1, 0, 2.0);
  set_scale(1, 1, 0x1p-9);
  const block_scaled_matrix m{nvfp4::format, scale_layout::swizzled, columns, elements, scales.data(), 0.1f};
  const double global = static_cast<double>(0.1f);
  CHECK(block_scaled_value(m, 0) == 6.0 * 448.0 * global);
  CHECK(block_scaled_value(m, 15) == -0.5 * 448.0 * global);
  CHECK(block_scaled_value(m, 16) == 3.0 * 0.875 * global);
  CHECK(block_scaled_value(m, 39) == 1.5 * 0x1p-9 * global);
  CHECK(block_scaled_value(m, 20) == 0.0);
  CHECK(block_scale(m, 35) == 2.0 * global);
  CHECK(block_scale(m, 36) == 0x1p-9 * global);
}
