// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/linear_attention.hpp"

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

TEST_CASE("linear attention: by hand", "[roofline]") {
  const work layer =
      work::linear_attention{.batch = 2, .heads = 16, .tokens = 4096, .head = 128}.inputs(dtype::bf16);
  CHECK(layer.amount(resource::tensor_bf16) == 4.0 * 2 * 16 * 4096 * 128 * 128);
  CHECK(layer.dram_bytes() == 4 * 2.0 * 2 * 16 * 4096 * 128);
  CHECK(layer.nominal);
}

TEST_CASE("linear attention: what the recurrence does", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t batch = pick(0, 2), heads = pick(1, 2), tokens = pick(0, 4), head = pick(1, 3),
                       value_head = pick(1, 3), sequences = batch * heads;
    const bool reads = pick.flip(), writes = pick.flip();
    counter seen;
    counted_array &q = seen.array(dtype::bf16, sequences * tokens * head),
                  &k = seen.array(dtype::bf16, sequences * tokens * head),
                  &v = seen.array(dtype::bf16, sequences * tokens * value_head),
                  &o = seen.array(dtype::bf16, sequences * tokens * value_head),
                  &in = seen.array(dtype::fp32, sequences * head * value_head),
                  &out = seen.array(dtype::fp32, sequences * head * value_head);
    for (std::int64_t s = 0; s < sequences; ++s) {
      std::vector<number> state(static_cast<std::size_t>(head * value_head), 0);
      for (std::size_t i = 0; reads && i < state.size(); ++i)
        state[i] = in.read(s * head * value_head + static_cast<std::int64_t>(i));
      for (std::int64_t t = s * tokens; t < (s + 1) * tokens; ++t)
        for (std::int64_t j = 0; j < value_head; ++j) {
          number sum = 0;
          for (std::int64_t i = 0; i < head; ++i) {
            number& one = state[static_cast<std::size_t>(i * value_head + j)];
            one = multiply_add_matrix(k.read(t * head + i), v.read(t * value_head + j), one);
            sum = multiply_add_matrix(q.read(t * head + i), one, sum);
          }
          o.write(t * value_head + j, sum);
        }
      for (std::size_t i = 0; writes && i < state.size(); ++i)
        out.write(s * head * value_head + static_cast<std::int64_t>(i), state[i]);
    }
    const work::linear_attention claimed{.batch = batch,
                                         .heads = heads,
                                         .tokens = tokens,
                                         .head = head,
                                         .value_head = value_head,
                                         .type = dtype::bf16,
                                         .reads_state = reads,
                                         .writes_state = writes};
    CHECK(differences(claimed, seen.total(resource::fp32)) == "");
  }
}
