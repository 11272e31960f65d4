// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/sparse.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::number;
using support::random_shapes;

TEST_CASE("sparse products: by hand", "[roofline]") {
  const work vector = work::spmv{.rows = 1000, .columns = 2000, .nonzeros = 9000, .type = dtype::fp64};
  CHECK(vector.amount(resource::fp64) == 18000);
  CHECK(vector.dram_bytes() == 9000 * 12 + 4 * 1001 + 8 * 3000);  // nnz(s + 4) + 4(m + 1) + s(n + m)
  const work matrix = work::spmm{.rows = 1000, .columns = 2000, .nonzeros = 9000, .width = 64};
  CHECK(matrix.amount(resource::fp32) == 18000 * 64);
  CHECK(matrix.dram_bytes_written == 4 * 1000 * 64);
  // A result without elements needs nothing of A.
  CHECK(differences(work::spmm{.rows = 9, .columns = 9, .nonzeros = 20, .width = 0}, work()) == "");
}

TEST_CASE("sparse products: indices of another type, by hand", "[roofline]") {
  // Column numbers of 9000 nonzeros and 1001 row offsets, of 8 and of 2 bytes.
  for (const auto& [index, size] : {std::pair(dtype::int64, 8), std::pair(dtype::int16, 2)}) {
    CAPTURE(to_string(index));
    const work vector =
        work::spmv{.rows = 1000, .columns = 2000, .nonzeros = 9000, .referenced = 1500, .index_type = index};
    CHECK(vector.dram_bytes_read == 9000 * (4 + size) + 1001 * size + 4 * 1500);
    CHECK(vector.dram_bytes_written == 4 * 1000);
    const work matrix = work::spmm{.rows = 1000,
                                   .columns = 2000,
                                   .nonzeros = 9000,
                                   .width = 16,
                                   .referenced = 1500,
                                   .type = dtype::bf16,
                                   .index_type = index};
    CHECK(matrix.dram_bytes_read == 9000 * (2 + size) + 1001 * size + 2 * 16 * 1500);
    CHECK(matrix.dram_bytes_written == 2 * 16 * 1000);
    CHECK(matrix.amount(resource::fp32) == 2 * 9000 * 16);
  }
}

TEST_CASE("sparse products: what a plain loop does", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t rows = pick(0, 6), columns = pick(1, 8), width = pick(1, 3);
    std::set<std::pair<std::int64_t, std::int64_t>> places;
    std::set<std::int64_t> referenced;
    for (std::int64_t i = pick(0, rows * columns); rows > 0 && i > 0; --i) {
      const auto place = *places.insert({pick(0, rows - 1), pick(0, columns - 1)}).first;
      referenced.insert(place.second);
    }
    const auto nonzeros = static_cast<std::int64_t>(places.size());
    counter seen;
    counted_array &values = seen.array(dtype::fp32, nonzeros), &index = seen.array(dtype::int32, nonzeros),
                  &offset = seen.array(dtype::int32, rows + 1), &x = seen.array(dtype::fp32, columns * width),
                  &y = seen.array(dtype::fp32, rows * width);
    if (rows > 0) (void)offset.read(0);
    auto at = places.begin();
    std::int64_t n = 0;
    for (std::int64_t r = 0; r < rows; ++r) {
      (void)offset.read(r + 1);
      std::vector<number> sum(static_cast<std::size_t>(width), 0);
      for (; at != places.end() && at->first == r; ++at, ++n) {
        (void)index.read(n);
        for (std::int64_t w = 0; w < width; ++w) {
          number& one = sum[static_cast<std::size_t>(w)];
          one = multiply_add(values.read(n), x.read(at->second * width + w), one);
        }
      }
      for (std::int64_t w = 0; w < width; ++w) y.write(r * width + w, sum[static_cast<std::size_t>(w)]);
    }
    const work::spmm claimed{.rows = rows,
                             .columns = columns,
                             .nonzeros = nonzeros,
                             .width = width,
                             .referenced = static_cast<std::int64_t>(referenced.size())};
    CHECK(differences(claimed, seen.total(resource::fp32)) == "");
    if (width == 1)
      CHECK(differences(work::spmv{rows, columns, nonzeros, static_cast<std::int64_t>(referenced.size())},
                        seen.total(resource::fp32)) == "");
  }
}
