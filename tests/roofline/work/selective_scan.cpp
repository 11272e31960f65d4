// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/selective_scan.hpp"

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

TEST_CASE("selective scan: by hand", "[roofline]") {
  const work layer = work::selective_scan{.batch = 2, .tokens = 2048, .channels = 5120, .type = dtype::bf16};
  const double steps = 2.0 * 2048 * 5120;
  CHECK(layer.amount(resource::fp32) == steps * (6 * 16 + 3));
  CHECK(layer.amount(resource::sfu) == steps * 16);
  CHECK(layer.dram_bytes_read == 2 * 2 * steps + 2 * 2 * 2.0 * 2048 * 16 + 4 * 5120 * 17);
  CHECK(layer.dram_bytes_written == 2 * steps);
}

TEST_CASE("selective scan: what the recurrence does", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t batch = pick(0, 2), tokens = pick(0, 4), channels = pick(1, 3), states = pick(1, 4),
                       steps = batch * tokens;
    const bool gated = pick.flip(), writes = pick.flip();
    counter seen;
    counted_array &x = seen.array(dtype::bf16, steps * channels),
                  &delta = seen.array(dtype::bf16, steps * channels),
                  &z = seen.array(dtype::bf16, steps * channels),
                  &y = seen.array(dtype::bf16, steps * channels),
                  &b = seen.array(dtype::bf16, steps * states), &c = seen.array(dtype::bf16, steps * states),
                  &a = seen.array(dtype::fp32, channels * states), &d = seen.array(dtype::fp32, channels),
                  &last = seen.array(dtype::fp32, batch * channels * states);
    for (std::int64_t sequence = 0; tokens > 0 && sequence < batch; ++sequence)
      for (std::int64_t channel = 0; channel < channels; ++channel) {
        std::vector<number> h(static_cast<std::size_t>(states), 0);
        for (std::int64_t t = sequence * tokens; t < (sequence + 1) * tokens; ++t) {
          const std::int64_t at = t * channels + channel;
          const number step = delta.read(at), input = step * x.read(at);
          number sum = 0;
          for (std::int64_t n = 0; n < states; ++n) {
            number& one = h[static_cast<std::size_t>(n)];
            const number kept = exp(step * a.read(channel * states + n));
            one = multiply_add(kept, one, input * b.read(t * states + n));
            sum = multiply_add(c.read(t * states + n), one, sum);
          }
          sum = multiply_add(d.read(channel), x.read(at), sum);
          if (gated) {
            const number gate = z.read(at);
            sum = sum * (gate * reciprocal(number(1) + exp(-gate)));
          }
          y.write(at, sum);
        }
        for (std::int64_t n = 0; writes && n < states; ++n)
          last.write((sequence * channels + channel) * states + n, h[static_cast<std::size_t>(n)]);
      }
    const work::selective_scan claimed{.batch = batch,
                                       .tokens = tokens,
                                       .channels = channels,
                                       .states = states,
                                       .type = dtype::bf16,
                                       .gated = gated,
                                       .writes_state = writes};
    CHECK(differences(claimed, seen.total(resource::fp32)) == "");
  }
}
