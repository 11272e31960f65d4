// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/moe.hpp"

#include <cstdint>
#include <set>
#include <vector>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::number;
using support::random_shapes;

TEST_CASE("mixture of experts: by hand", "[roofline]") {
  // Mixtral 8x7B, 4096 tokens, every expert chosen by some.
  const work layer =
      work::moe{.tokens = 4096, .chosen = 2, .hidden = 4096, .inner = 14336, .active = 8}.inputs(dtype::bf16);
  CHECK(layer.amount(resource::tensor_bf16) == 6.0 * 4096 * 2 * 4096 * 14336);
  CHECK(layer.dram_bytes_read == 2.0 * 4096 * 4096 + 2 * 8 * 3.0 * 4096 * 14336 + 8.0 * 4096 * 2);
  CHECK(layer.dram_bytes_written == 2.0 * 4096 * 4096);
  // One token reads the weights of its two experts only; in MXFP4 they are a quarter, and scales.
  const work decode = work::moe{.tokens = 1, .chosen = 2, .hidden = 4096, .inner = 14336, .active = 2}
                          .inputs<std::int8_t, mxfp4>();
  CHECK(decode.dram_bytes_read == 4096 + 2 * 3.0 * 4096 * 14336 * 17 / 32 + 16);
}

TEST_CASE("mixture of experts: what a plain loop does", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t experts = pick(1, 4), chosen = pick(1, experts), tokens = pick(0, 4);
    const std::int64_t hidden = pick(1, 4), inner = pick(1, 4);
    counter seen;
    counted_array &x = seen.array(dtype::bf16, tokens * hidden),
                  &y = seen.array(dtype::bf16, tokens * hidden),
                  &gate = seen.array(dtype::bf16, experts * inner * hidden),
                  &up = seen.array(dtype::bf16, experts * inner * hidden),
                  &down = seen.array(dtype::bf16, experts * hidden * inner),
                  &ids = seen.array(dtype::int64, tokens * chosen),
                  &weights = seen.array(dtype::bf16, tokens * chosen);
    std::set<std::int64_t> active;
    for (std::int64_t t = 0; t < tokens; ++t) {
      std::vector<number> sum(static_cast<std::size_t>(hidden), 0);
      const std::int64_t first = pick(0, experts - 1);
      for (std::int64_t e = 0; e < chosen; ++e) {
        const std::int64_t expert = (first + e) % experts;
        active.insert(expert);
        (void)ids.read(t * chosen + e);
        const number weight = weights.read(t * chosen + e);
        std::vector<number> middle, result(static_cast<std::size_t>(hidden), 0);
        for (std::int64_t f = 0; f < inner; ++f) {
          number a = 0, b = 0;
          for (std::int64_t d = 0; d < hidden; ++d) {
            const std::int64_t at = (expert * inner + f) * hidden + d;
            a = multiply_add_matrix(x.read(t * hidden + d), gate.read(at), a);
            b = multiply_add_matrix(x.read(t * hidden + d), up.read(at), b);
          }
          middle.push_back(a * reciprocal(number(1) + exp(-a)) * b);
        }
        for (std::int64_t d = 0; d < hidden; ++d) {
          const auto i = static_cast<std::size_t>(d);
          for (std::int64_t f = 0; f < inner; ++f)
            result[i] = multiply_add_matrix(middle[static_cast<std::size_t>(f)],
                                            down.read((expert * hidden + d) * inner + f), result[i]);
          sum[i] = multiply_add(weight, result[i], sum[i]);
        }
      }
      for (std::int64_t d = 0; d < hidden; ++d) y.write(t * hidden + d, sum[static_cast<std::size_t>(d)]);
    }
    const work::moe claimed = work::moe{.tokens = tokens,
                                        .chosen = chosen,
                                        .hidden = hidden,
                                        .inner = inner,
                                        .active = static_cast<std::int64_t>(active.size()),
                                        .id_type = dtype::int64,
                                        .score_type = dtype::bf16}
                                  .inputs(dtype::bf16);
    CHECK(differences(claimed, seen.total(resource::fp32)) == "");
  }
}
