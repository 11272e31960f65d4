// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/reduction.hpp"

#include <cstdint>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::number;
using support::random_shapes;

TEST_CASE("reduction and scan: by hand", "[roofline]") {
  const work sum = work::reduction{.length = 1 << 20};
  CHECK(sum.amount(resource::fp32) == (1 << 20) - 1);
  CHECK(sum.dram_bytes_read == 4 << 20);
  CHECK(sum.dram_bytes_written == 4);
  const work prefix = work::scan{.length = 100, .type = dtype::int64};
  CHECK(prefix.amount(resource::int32) == 99);
  CHECK(prefix.dram_bytes() == 1600);
  CHECK(differences(work::scan{.rows = 5, .length = 0}, work()).empty());
}

TEST_CASE("reduction and scan: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t rows = pick(0, 5), length = pick(1, 9);
    const auto type = pick.one_of({dtype::fp64, dtype::fp16, dtype::int8});
    {
      counter seen;
      counted_array &x = seen.array(type, rows * length), &y = seen.array(dtype::fp32, rows);
      for (std::int64_t r = 0; r < rows; ++r) {
        number sum = x.read(r * length);
        for (std::int64_t i = 1; i < length; ++i) sum = sum + x.read(r * length + i);
        y.write(r, sum);
      }
      CHECK(differences(work::reduction{rows, length, type, dtype::fp32},
                        seen.total(default_resource(type))) == "");
    }
    {
      counter seen;
      counted_array &x = seen.array(type, rows * length), &y = seen.array(dtype::fp64, rows * length);
      for (std::int64_t r = 0; r < rows; ++r) {
        number sum = x.read(r * length);
        y.write(r * length, sum);
        for (std::int64_t i = 1; i < length; ++i) {
          sum = sum + x.read(r * length + i);
          y.write(r * length + i, sum);
        }
      }
      CHECK(differences(work::scan{rows, length, type, dtype::fp64}, seen.total(default_resource(type))) ==
            "");
    }
  }
}
