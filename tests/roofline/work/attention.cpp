// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/attention.hpp"

#include <cmath>
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

/// Whether query i sees key j.
bool sees(const work::attention& s, std::int64_t i, std::int64_t j) {
  const std::int64_t place = i + s.keys - s.queries;
  return (s.left < 0 || j >= place - s.left) && (s.right < 0 || j <= place + s.right);
}

/// Attention as it is defined, one head of queries after the other. Scaling, maxima and sums are done with
/// plain doubles, which are not counted.
void forward_loop(counter& seen, const work::attention& s) {
  const std::int64_t shared = s.query_heads / s.kv_heads;
  counted_array &q = seen.array(s.type, s.batch * s.query_heads * s.queries * s.head),
                &k = seen.array(s.type, s.batch * s.kv_heads * s.keys * s.head),
                &v = seen.array(s.type, s.batch * s.kv_heads * s.keys * s.value_head),
                &o = seen.array(s.output_type, s.batch * s.query_heads * s.queries * s.value_head),
                &log_sum = seen.array(dtype::fp32, s.batch * s.query_heads * s.queries);
  for (std::int64_t b = 0; b < s.batch; ++b)
    for (std::int64_t h = 0; h < s.query_heads; ++h)
      for (std::int64_t i = 0; i < s.queries; ++i) {
        const std::int64_t row = (b * s.query_heads + h) * s.queries + i;
        std::vector<number> sum(static_cast<std::size_t>(s.value_head), 0);
        double weights = 0;
        for (std::int64_t j = 0; j < s.keys; ++j) {
          if (!sees(s, i, j)) continue;
          const std::int64_t key = (b * s.kv_heads + h / shared) * s.keys + j;
          number score = 0;
          for (std::int64_t d = 0; d < s.head; ++d)
            score = multiply_add_matrix(q.read(row * s.head + d), k.read(key * s.head + d), score);
          const number weight = exp(score);
          weights += weight.value();
          for (std::int64_t d = 0; d < s.value_head; ++d) {
            number& one = sum[static_cast<std::size_t>(d)];
            one = multiply_add_matrix(weight, v.read(key * s.value_head + d), one);
          }
        }
        for (std::int64_t d = 0; d < s.value_head; ++d)
          o.write(row * s.value_head + d, sum[static_cast<std::size_t>(d)].value() / weights);
        if (s.stores_log_sum_exp) log_sum.write(row, std::log(weights));
      }
}

void backward_loop(counter& seen, const work::attention& s) {
  const std::int64_t shared = s.query_heads / s.kv_heads, rows = s.batch * s.query_heads * s.queries,
                     keys = s.batch * s.kv_heads * s.keys;
  counted_array &q = seen.array(s.type, rows * s.head), &k = seen.array(s.type, keys * s.head),
                &v = seen.array(s.type, keys * s.value_head),
                &o = seen.array(s.output_type, rows * s.value_head),
                &d_o = seen.array(s.output_type, rows * s.value_head),
                &log_sum = seen.array(dtype::fp32, rows), &dq = seen.array(s.type, rows * s.head),
                &dk = seen.array(s.type, keys * s.head), &dv = seen.array(s.type, keys * s.value_head);
  std::vector<number> to_q(static_cast<std::size_t>(rows * s.head), 0),
      to_k(static_cast<std::size_t>(keys * s.head), 0),
      to_v(static_cast<std::size_t>(keys * s.value_head), 0);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t i = row % s.queries, h = row / s.queries % s.query_heads,
                       b = row / s.queries / s.query_heads;
    for (std::int64_t j = 0; j < s.keys; ++j) {
      if (!sees(s, i, j)) continue;
      const std::int64_t key = (b * s.kv_heads + h / shared) * s.keys + j;
      number score = 0, of_weight = 0;
      double delta = 0;
      for (std::int64_t d = 0; d < s.head; ++d)
        score = multiply_add_matrix(q.read(row * s.head + d), k.read(key * s.head + d), score);
      const number weight = exp(number(score.value() - log_sum.read(row).value()));
      for (std::int64_t d = 0; d < s.value_head; ++d) {
        const number gradient = d_o.read(row * s.value_head + d);
        delta += gradient.value() * o.read(row * s.value_head + d).value();
        of_weight = multiply_add_matrix(gradient, v.read(key * s.value_head + d), of_weight);
        number& one = to_v[static_cast<std::size_t>(key * s.value_head + d)];
        one = multiply_add_matrix(weight, gradient, one);
      }
      const number of_score = weight.value() * (of_weight.value() - delta);
      for (std::int64_t d = 0; d < s.head; ++d) {
        number &in_q = to_q[static_cast<std::size_t>(row * s.head + d)],
               &in_k = to_k[static_cast<std::size_t>(key * s.head + d)];
        in_q = multiply_add_matrix(of_score, k.read(key * s.head + d), in_q);
        in_k = multiply_add_matrix(of_score, q.read(row * s.head + d), in_k);
      }
    }
  }
  const auto write = [](counted_array& to, const std::vector<number>& from) {
    for (std::size_t i = 0; i < from.size(); ++i) to.write(static_cast<std::int64_t>(i), from[i]);
  };
  write(dq, to_q);
  write(dk, to_k);
  write(dv, to_v);
}

work::attention random_heads(random_shapes& pick) {
  const std::int64_t kv_heads = pick(1, 2);
  work::attention result{.query_heads = kv_heads * pick(1, 3), .kv_heads = kv_heads};
  result.head = pick(1, 3);
  result.value_head = pick(1, 3);
  result.left = pick(-1, 4);
  result.right = pick(-1, 4);
  return result.inputs(pick.one_of({dtype::bf16, dtype::fp8_e4m3fn, dtype::fp16}));
}

}  // namespace

TEST_CASE("attention: by hand", "[roofline]") {
  const work::attention shape =
      work::attention{
          .batch = 2, .query_heads = 32, .kv_heads = 8, .queries = 4096, .keys = 4096, .head = 128}
          .inputs(dtype::bf16);
  const double pairs = 4096.0 * 4096;
  CHECK(work(shape).amount(resource::tensor_bf16) == 4 * 2 * 32 * pairs * 128);
  CHECK(work(shape).amount(resource::sfu) == 2 * 32 * pairs);
  CHECK(work(shape).dram_bytes_read == 2.0 * 2 * 4096 * 128 * (32 + 8 + 8));
  CHECK(work(shape).dram_bytes_written == 2.0 * 2 * 4096 * 128 * 32);
  work::attention stored = shape;
  stored.stores_log_sum_exp = true;
  CHECK(work(stored).dram_bytes_written == 2.0 * 2 * 4096 * 128 * 32 + 4.0 * 2 * 32 * 4096);

  const double triangle = 4096.0 * 4097 / 2;
  CHECK(work(shape.causal()).amount(resource::sfu) == 2 * 32 * triangle);
  CHECK(work(shape.causal().backward()).amount(resource::tensor_bf16) == 2 * 2 * 32 * triangle * 5 * 128);

  CHECK_FALSE(work(shape).nominal);
  CHECK(work(shape.backward()).nominal);

  // Bottom right: 16 new queries behind 1000 keys. Sq(Sk − Sq) + Sq(Sq + 1)/2.
  work::attention chunk{.queries = 16, .keys = 1016, .head = 64};
  CHECK(work(chunk.causal()).amount(resource::sfu) == 16 * 1000 + 16 * 17 / 2);
  // A window of 128 before each, far from the beginning.
  CHECK(work(chunk.window(128)).amount(resource::sfu) == 16 * 129);
  CHECK(work(chunk.window(128)).dram_bytes_read == 4.0 * 64 * (16 + 2 * (128 + 16)));
  // More queries than keys: the first ones see nothing.
  work::attention late{.queries = 10, .keys = 4, .head = 1};
  CHECK(work(late.causal()).amount(resource::sfu) == 10);
  CHECK(differences(work::attention{.queries = 0, .keys = 5, .head = 4}, work()).empty());
  // The gradients of keys that nobody asked are zeros, and written.
  CHECK(work(work::attention{.queries = 0, .keys = 5, .head = 4}.backward()).dram_bytes_written ==
        4.0 * 5 * 8);
}

TEST_CASE("attention: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    work::attention shape = random_heads(pick);
    shape.batch = pick(0, 2), shape.queries = pick(0, 7), shape.keys = pick(0, 7);
    shape.stores_log_sum_exp = pick.flip();
    CAPTURE(shape.queries, shape.keys, shape.left, shape.right);
    {
      counter seen;
      forward_loop(seen, shape);
      CHECK(differences(shape, seen.total(resource::fp32, matrix_resource(shape.type))) == "");
    }
    {
      counter seen;
      backward_loop(seen, shape);
      CHECK(differences(shape.backward(), seen.total(resource::fp32, matrix_resource(shape.type))) == "");
    }
  }
}

TEST_CASE("attention over sequences of different lengths: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    work::attention each = random_heads(pick);
    each.of_gradient = pick.flip();
    std::vector<std::int64_t> queries, keys;
    counter seen;
    const std::int64_t count = pick(1, 4);
    counted_array &from = seen.array(dtype::int32, count + 1),
                  &key_from = seen.array(dtype::int32, count + 1);
    for (std::int64_t i = 0; i < count; ++i) {
      each.queries = queries.emplace_back(pick(0, 3));
      each.keys = keys.emplace_back(pick(0, 3));
      each.of_gradient ? backward_loop(seen, each) : forward_loop(seen, each);
    }
    for (std::int64_t i = 0; i <= count; ++i) {
      (void)from.read(i);
      if (queries != keys) (void)key_from.read(i);
    }
    CHECK(differences(work::varlen_attention{queries, keys, each},
                      seen.total(resource::fp32, matrix_resource(each.type))) == "");
  }
}
