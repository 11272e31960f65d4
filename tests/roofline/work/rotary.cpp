// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/rotary.hpp"

#include <cstdint>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::number;
using support::random_shapes;

TEST_CASE("rotary: by hand", "[roofline]") {
  // 4 sequences of 2048 tokens, 32 + 8 heads of 128, positions shared.
  const work turned =
      work::rotary{.tokens = 8192, .heads = 40, .head = 128, .positions = 2048, .type = dtype::bf16};
  CHECK(turned.amount(resource::fp32) == 3 * 8192.0 * 40 * 128);
  CHECK(turned.dram_bytes_read == 8192.0 * 40 * 128 * 2 + 2048 * 128 * 4);
  CHECK(turned.dram_bytes_written == 8192.0 * 40 * 128 * 2);
}

TEST_CASE("rotary: what a plain loop does", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t batch = pick(0, 3), length = pick(1, 4), heads = pick(1, 3), half = pick(0, 3);
    const std::int64_t head = 2 * half + pick(half == 0 ? 1 : 0, 3), tokens = batch * length;
    const bool in_place = pick.flip();
    counter seen;
    counted_array &x = seen.array(dtype::bf16, tokens * heads * head),
                  &table = seen.array(dtype::fp32, length * 2 * half);
    counted_array& y = in_place ? x : seen.array(dtype::bf16, tokens * heads * head);
    for (std::int64_t t = 0; t < tokens; ++t)
      for (std::int64_t h = 0; h < heads; ++h) {
        const std::int64_t first = (t * heads + h) * head;
        for (std::int64_t i = 0; i < half; ++i) {
          const number cosine = table.read(t % length * 2 * half + i);
          const number sine = table.read(t % length * 2 * half + half + i);
          const number a = x.read(first + i), b = x.read(first + half + i);
          y.write(first + i, a * cosine - b * sine);
          y.write(first + half + i, a * sine + b * cosine);
        }
        for (std::int64_t i = 2 * half; !in_place && i < head; ++i) y.write(first + i, x.read(first + i));
      }
    const work::rotary claimed{.tokens = tokens,
                               .heads = heads,
                               .head = head,
                               .positions = tokens > 0 ? length : 0,
                               .rotated = 2 * half,
                               .type = dtype::bf16,
                               .in_place = in_place};
    CHECK(differences(claimed, seen.total(resource::fp32)) == "");
  }
}
