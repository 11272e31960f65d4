// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/quantise.hpp"

#include <algorithm>
#include <cstdint>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::number;
using support::random_shapes;

TEST_CASE("quantise and dequantise: by hand", "[roofline]") {
  const work narrow = work::quantise{1024, 4096, nvfp4::format, dtype::bf16};
  const double elements = 1024.0 * 4096, blocks = elements / 16;
  CHECK(narrow.amount(resource::fp32) == 2 * elements + 2 * blocks);
  CHECK(narrow.amount(resource::sfu) == blocks);
  CHECK(narrow.dram_bytes_read == 2 * elements + 4);
  CHECK(narrow.dram_bytes_written == elements / 2 + blocks);
  // A scale for each row in fp32.
  const work rows = work::quantise{100, 4096, {dtype::fp8_e4m3fn, 4096, dtype::fp32, false}, dtype::bf16};
  CHECK(rows.dram_bytes_written == 100 * (4096 + 4));
}

TEST_CASE("quantise and dequantise: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t rows = pick(0, 3), columns = pick(1, 70);
    const block_format format =
        pick.one_of({mxfp8_e4m3::format, mxfp6_e3m2::format, mxfp4::format, nvfp4::format});
    const auto type = pick.one_of({dtype::bf16, dtype::fp32});
    const std::int64_t blocks = blocks_of(format, columns);
    for (const bool back : {false, true}) {
      counter seen;
      counted_array &x = seen.array(type, rows * columns), &q = seen.array(format.element, rows * columns),
                    &scales = seen.array(format.scale, rows * blocks), &global = seen.array(dtype::fp32, 1);
      for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t b = 0; b < blocks; ++b) {
          const std::int64_t first = r * columns + b * format.block;
          const std::int64_t end = std::min(first + format.block, (r + 1) * columns);
          if (back) {
            number scale = scales.read(r * blocks + b);
            if (format.has_global) scale = scale * global.read(0);
            for (std::int64_t i = first; i < end; ++i) x.write(i, q.read(i) * scale);
            continue;
          }
          number largest = 0;
          for (std::int64_t i = first; i < end; ++i) largest = max(largest, magnitude(x.read(i)));
          number scale = largest * (1 / 448.0);
          if (format.has_global) scale = scale * global.read(0);
          scales.write(r * blocks + b, scale);
          const number inverse = reciprocal(scale);
          for (std::int64_t i = first; i < end; ++i) q.write(i, x.read(i) * inverse);
        }
      const work claimed = back ? work(work::dequantise{rows, columns, format, type})
                                : work(work::quantise{rows, columns, format, type});
      CHECK(differences(claimed, seen.total(resource::fp32)) == "");
    }
  }
}
