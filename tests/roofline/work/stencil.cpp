// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/stencil.hpp"

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

TEST_CASE("stencil: by hand", "[roofline]") {
  // A star of 7 points on 512³ floats, one sweep.
  const work star = work::stencil{.points = 512 * 512 * 512, .taps = 7};
  CHECK(star.amount(resource::fp32) == 13 * 0x1p27);
  CHECK(star.dram_bytes() == 2 * 4 * 0x1p27);
  CHECK(star.nominal);
  CHECK(differences(work::stencil{.points = 0, .taps = 3}, work()).empty());
}

TEST_CASE("stencil: what a plain loop does", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t points = pick(1, 20), radius = pick(0, 3), sweeps = pick(1, 4);
    counter seen;  // the edges stay as they are
    counted_array &x = seen.array(dtype::fp64, points + 2 * radius), &y = seen.array(dtype::fp64, points);
    std::vector<number> field;
    for (std::int64_t i = 0; i < points + 2 * radius; ++i) field.push_back(x.read(i));
    for (std::int64_t sweep = 0; sweep < sweeps; ++sweep) {
      const std::vector<number> before = field;
      for (std::int64_t i = radius; i < points + radius; ++i) {
        number sum = before[static_cast<std::size_t>(i - radius)] * 0.5;
        for (std::int64_t t = 1 - radius; t <= radius; ++t)
          sum = multiply_add(before[static_cast<std::size_t>(i + t)], 0.5, sum);
        field[static_cast<std::size_t>(i)] = sum;
      }
    }
    for (std::int64_t i = 0; i < points; ++i) y.write(i, field[static_cast<std::size_t>(i + radius)]);
    const work::stencil claimed{
        .points = points, .taps = 2 * radius + 1, .type = dtype::fp64, .sweeps = sweeps, .halo = 2 * radius};
    CHECK(differences(claimed, seen.total(resource::fp64)) == "");
  }
}
