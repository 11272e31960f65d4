// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/softmax.hpp"

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

TEST_CASE("softmax: by hand", "[roofline]") {
  const work forward = work::softmax{8192, 1024, dtype::bf16};
  CHECK(forward.amount(resource::fp32) == 8192.0 * (4 * 1024 - 2));
  CHECK(forward.amount(resource::sfu) == 8192.0 * 1025);
  CHECK(forward.dram_bytes_read == 8192.0 * 1024 * 2);
  CHECK(forward.dram_bytes_written == 8192.0 * 1024 * 2);
  const work backward = work::softmax{8192, 1024, dtype::bf16}.backward();
  CHECK(backward.dram_bytes() == 3 * 8192.0 * 1024 * 2);
  CHECK(differences(work::softmax{.rows = 4, .columns = 0}, work()).empty());
}

TEST_CASE("softmax: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t rows = pick(0, 4), columns = pick(1, 9);
    const auto type = pick.one_of({dtype::fp64, dtype::fp32, dtype::bf16});
    const work::softmax claimed{rows, columns, type, dtype::fp32};
    {
      counter seen;
      counted_array &x = seen.array(type, rows * columns), &y = seen.array(dtype::fp32, rows * columns);
      for (std::int64_t r = 0; r < rows; ++r) {
        std::vector<number> row;
        for (std::int64_t c = 0; c < columns; ++c) row.push_back(x.read(r * columns + c));
        number top = row[0], sum = 0;
        for (std::size_t c = 1; c < row.size(); ++c) top = max(top, row[c]);
        for (std::size_t c = 0; c < row.size(); ++c) {
          row[c] = exp(row[c] - top);
          sum = c == 0 ? row[c] : sum + row[c];
        }
        const number scale = reciprocal(sum);
        for (std::int64_t c = 0; c < columns; ++c)
          y.write(r * columns + c, row[static_cast<std::size_t>(c)] * scale);
      }
      CHECK(differences(claimed, seen.total(default_resource(type))) == "");
    }
    {
      counter seen;
      counted_array &y = seen.array(dtype::fp32, rows * columns),
                    &dy = seen.array(dtype::fp32, rows * columns), &dx = seen.array(type, rows * columns);
      for (std::int64_t r = 0; r < rows * columns; r += columns) {
        number sum = y.read(r) * dy.read(r);
        for (std::int64_t c = 1; c < columns; ++c) sum = sum + y.read(r + c) * dy.read(r + c);
        for (std::int64_t c = 0; c < columns; ++c) dx.write(r + c, y.read(r + c) * (dy.read(r + c) - sum));
      }
      CHECK(differences(claimed.backward(), seen.total(default_resource(type))) == "");
    }
  }
}
