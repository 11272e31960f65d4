// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/cross_entropy.hpp"

#include <cstdint>
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

TEST_CASE("cross-entropy: by hand", "[roofline]") {
  const work forward = work::cross_entropy{4096, 32000, dtype::bf16};
  CHECK(forward.amount(resource::fp32) == 3 * 4096.0 * 32000);
  CHECK(forward.amount(resource::sfu) == 4096.0 * 32001);
  CHECK(forward.dram_bytes_read == 4096.0 * 32000 * 2 + 4096 * 8);
  CHECK(forward.dram_bytes_written == 4096 * 4);
}

TEST_CASE("cross-entropy: losses of another type, by hand", "[roofline]") {
  // 6 rows of 10 bf16 logits with 4-byte targets; losses of 2 and of 8 bytes, each or one for all.
  for (const auto& [loss, size] : {std::pair(dtype::bf16, 2), std::pair(dtype::fp64, 8)})
    for (const bool mean : {false, true}) {
      CAPTURE(to_string(loss), mean);
      const work::cross_entropy claimed{.rows = 6,
                                        .classes = 10,
                                        .type = dtype::bf16,
                                        .target_type = dtype::int32,
                                        .loss_type = loss,
                                        .mean = mean};
      const double losses = mean ? size : 6 * size;
      CHECK(work(claimed).dram_bytes_read == 6 * 10 * 2 + 6 * 4);
      CHECK(work(claimed).dram_bytes_written == losses);
      CHECK(work(claimed.backward()).dram_bytes_read == 6 * 10 * 2 + 6 * 4 + losses);
      CHECK(work(claimed.backward()).dram_bytes_written == 6 * 10 * 2);
      CHECK(work(claimed).amount(resource::fp32) == 3 * 6 * 10 + (mean ? 6 : 0));
    }
}

TEST_CASE("cross-entropy: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t rows = pick(0, 4), classes = pick(1, 9);
    const auto type = pick.one_of({dtype::fp64, dtype::fp32, dtype::bf16});
    const bool mean = pick.flip();
    const work::cross_entropy claimed{
        .rows = rows, .classes = classes, .type = type, .target_type = dtype::int32, .mean = mean};
    for (const bool of_gradient : {false, true}) {
      counter seen;
      counted_array &x = seen.array(type, rows * classes), &target = seen.array(dtype::int32, rows),
                    &loss = seen.array(dtype::fp32, mean ? 1 : rows), &dx = seen.array(type, rows * classes);
      number total = 0, each = 1;
      const number share = rows ? 1.0 / static_cast<double>(rows) : 0;
      if (of_gradient && mean && rows > 0) each = loss.read(0) * share;
      for (std::int64_t r = 0; r < rows; ++r) {
        const auto wanted = static_cast<std::size_t>(pick(0, classes - 1));
        (void)target.read(r);
        std::vector<number> row, power;
        for (std::int64_t c = 0; c < classes; ++c) row.push_back(x.read(r * classes + c));
        number top = row[0];
        for (std::size_t c = 1; c < row.size(); ++c) top = max(top, row[c]);
        for (const number value : row) power.push_back(exp(value - top));
        number sum = power[0];
        for (std::size_t c = 1; c < row.size(); ++c) sum = sum + power[c];
        if (of_gradient) {
          const number gradient = mean ? each : loss.read(r), scale = reciprocal(sum);
          for (std::int64_t c = 0; c < classes; ++c) {
            number share_of_class = power[static_cast<std::size_t>(c)] * scale;
            if (static_cast<std::size_t>(c) == wanted) share_of_class = share_of_class - 1;
            dx.write(r * classes + c, share_of_class * gradient);
          }
        } else {
          const number one = log(sum) + top - row[wanted];
          if (mean)
            total = r == 0 ? one : total + one;
          else
            loss.write(r, one);
        }
      }
      if (!of_gradient && mean && rows > 0) loss.write(0, total * share);
      CHECK(differences(of_gradient ? claimed.backward() : claimed, seen.total(default_resource(type))) ==
            "");
    }
  }
}
