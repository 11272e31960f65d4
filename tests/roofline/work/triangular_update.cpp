// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/triangular_update.hpp"

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

namespace {

using numbers = std::vector<number>;

number sigmoid(number x) { return reciprocal(number(1) + exp(-x)); }

numbers layer_norm(numbers row, counted_array& w, counted_array& b) {
  const number share = 1.0 / static_cast<double>(row.size());
  number mean = row[0];
  for (std::size_t i = 1; i < row.size(); ++i) mean = mean + row[i];
  mean = mean * share;
  for (number& value : row) value = value - mean;
  number squares = row[0] * row[0];
  for (std::size_t i = 1; i < row.size(); ++i) squares = multiply_add(row[i], row[i], squares);
  const number scale = rsqrt(multiply_add(squares, share, 1e-5));
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    row[i] = multiply_add(row[i] * scale, w.read(at), b.read(at));
  }
  return row;
}

numbers project(const numbers& row, counted_array& w, std::int64_t outputs) {
  numbers result(static_cast<std::size_t>(outputs), 0);
  for (std::size_t o = 0; o < result.size(); ++o)
    for (std::size_t i = 0; i < row.size(); ++i)
      result[o] =
          multiply_add_matrix(row[i], w.read(static_cast<std::int64_t>(o * row.size() + i)), result[o]);
  return result;
}

}  // namespace

TEST_CASE("triangular multiplicative update: by hand", "[roofline]") {
  const work update = work::triangular_update{.n = 512, .channels = 128}.operator work();
  const double places = 512.0 * 512;
  CHECK(update.amount(resource::fp32) ==
        2 * places * 512 * 128 + places * 12 * 128 * 128 + places * (14 * 128 + 2 + 6 * 128 + 2 * 128));
  CHECK(update.dram_bytes_written == 4 * places * 128);
}

TEST_CASE("triangular multiplicative update: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t batch = pick(0, 2), n = pick(0, 3), c = pick(1, 3), h = pick(1, 3);
    const auto mask_type = pick.one_of({dtype::boolean, dtype::bf16});
    counter seen;
    const auto weights = [&](std::int64_t count) -> counted_array& { return seen.array(dtype::fp32, count); };
    counted_array &z = seen.array(dtype::bf16, batch * n * n * c), &out = seen.array(dtype::bf16, z.size()),
                  &mask = seen.array(mask_type, batch * n * n);
    counted_array &norm_w = weights(c), &norm_b = weights(c), &inner_w = weights(h), &inner_b = weights(h);
    counted_array &left = weights(c * h), &left_gate = weights(c * h), &right = weights(c * h),
                  &right_gate = weights(c * h), &back = weights(h * c), &gate = weights(c * c);
    for (std::int64_t s = 0; s < batch; ++s) {
      std::vector<numbers> a, b, gates;
      for (std::int64_t place = s * n * n; place < (s + 1) * n * n; ++place) {
        numbers row;
        for (std::int64_t i = 0; i < c; ++i) row.push_back(z.read(place * c + i));
        row = layer_norm(row, norm_w, norm_b);
        const number keep = mask.read(place);
        const auto gated = [&](counted_array& of, counted_array& by) {
          numbers value = project(row, of, h);
          const numbers open = project(row, by, h);
          for (std::size_t i = 0; i < value.size(); ++i) value[i] = value[i] * sigmoid(open[i]) * keep;
          return value;
        };
        a.push_back(gated(left, left_gate));
        b.push_back(gated(right, right_gate));
        gates.push_back(project(row, gate, c));
      }
      for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = 0; j < n; ++j) {
          numbers sum(static_cast<std::size_t>(h), 0);
          for (std::int64_t k = 0; k < n; ++k)
            for (std::size_t d = 0; d < sum.size(); ++d)
              sum[d] = multiply_add_matrix(a[static_cast<std::size_t>(i * n + k)][d],
                                           b[static_cast<std::size_t>(j * n + k)][d], sum[d]);
          const numbers result = project(layer_norm(sum, inner_w, inner_b), back, c);
          for (std::int64_t d = 0; d < c; ++d)
            out.write(((s * n + i) * n + j) * c + d,
                      result[static_cast<std::size_t>(d)] *
                          sigmoid(gates[static_cast<std::size_t>(i * n + j)][static_cast<std::size_t>(d)]));
        }
    }
    const work::triangular_update claimed{.batch = batch,
                                          .n = n,
                                          .channels = c,
                                          .hidden = h,
                                          .type = dtype::bf16,
                                          .weight_type = dtype::fp32,
                                          .mask_type = mask_type};
    CHECK(differences(claimed, seen.total(resource::fp32)) == "");
  }
}
