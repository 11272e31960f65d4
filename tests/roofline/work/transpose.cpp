// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/transpose.hpp"

#include <cstdint>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::random_shapes;

TEST_CASE("transpose: by hand, and what a plain loop does", "[roofline]") {
  const work square = work::transpose{1024, 1024, dtype::bf16};
  CHECK(square.dram_bytes_read == 2 << 20);
  CHECK(square.dram_bytes_written == 2 << 20);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t rows = pick(0, 7), columns = pick(0, 7);
    const auto type = pick.one_of({dtype::fp64, dtype::int8, dtype::fp4_e2m1, dtype::fp6_e2m3});
    counter seen;
    counted_array &x = seen.array(type, rows * columns), &y = seen.array(type, rows * columns);
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < columns; ++c) y.write(c * rows + r, x.read(r * columns + c));
    CHECK(differences(work::transpose{rows, columns, type}, seen.total(resource::fp32)) == "");
  }
}
