// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/elementwise.hpp"

#include <cstdint>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::random_shapes;

TEST_CASE("elementwise: by hand", "[roofline]") {
  const work saxpy = work::elementwise{.count = 1000, .flops = 2, .inputs = 2};
  CHECK(saxpy.amount(resource::fp32) == 2000);
  CHECK(saxpy.dram_bytes_read == 8000);
  CHECK(saxpy.dram_bytes_written == 4000);
  CHECK_FALSE(saxpy.nominal);

  const work cast =
      work::elementwise{.count = 7, .flops = 0, .type = dtype::fp32, .output_type = dtype::fp4_e2m1};
  CHECK(cast.amount(resource::fp32) == 0);
  CHECK(cast.dram_bytes_read == 28);
  CHECK(cast.dram_bytes_written == 4);

  const work nothing = work::elementwise{.count = 0, .broadcast = 5};
  CHECK(differences(nothing, work()).empty());
}

TEST_CASE("elementwise: what a plain loop does", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t rows = pick(0, 6), columns = pick(1, 6);
    const auto type = pick.one_of({dtype::fp64, dtype::fp32, dtype::bf16, dtype::int32});
    counter seen;  // y = exp(a·x + b), b for each column
    counted_array &a = seen.array(type, rows * columns), &x = seen.array(type, rows * columns),
                  &b = seen.array(type, columns), &y = seen.array(dtype::fp16, rows * columns);
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < columns; ++c)
        y.write(r * columns + c,
                exp(multiply_add(a.read(r * columns + c), x.read(r * columns + c), b.read(c))));
    const work::elementwise claimed{.count = rows * columns,
                                    .flops = 2,
                                    .transcendentals = 1,
                                    .inputs = 2,
                                    .type = type,
                                    .output_type = dtype::fp16,
                                    .broadcast = columns};
    CHECK(differences(claimed, seen.total(default_resource(type))) == "");
  }
}
