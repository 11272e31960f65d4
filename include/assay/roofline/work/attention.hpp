// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/attention_mask.hpp"
#include "assay/roofline/work/lengths.hpp"
#include "assay/roofline/work/matrix_format.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// softmax(Q·Kᵀ)·V, fused, with grouped queries (kv_heads < query_heads; 1 is MQA), causal or within a
/// window;
/// `.backward()`: dQ, dK and dV.
///
///   work::attention{.batch = 4, .query_heads = 32, .kv_heads = 8, .queries = 4096, .keys = 4096, .head =
///   128}
///       .inputs(dtype::bf16).causal()
///
/// P is the number of scored pairs of one head (attention_mask.hpp). Flops on the matrix units: forward
/// 2·B·Hq·P·(Dqk + Dv), backward 2·B·Hq·P·(3Dqk + 2Dv), with the scores computed again, which makes it
/// nominal: whoever has them saved needs a product less. SFU: an exp for each pair, B·Hq·P. Scaling, maxima
/// and sums of softmax are not counted. Scores that a mask removes are not useful, whether computed or not.
/// Bytes: of Q, K and V what some pair needs, O whole; K and V count Hkv times; 4·B·Hq·Sq for the log-sum-exp
/// where it is stored. Backward: Q, K, V, O, dO and the log-sum-exp read, dQ, dK and dV written. Sources:
/// Dao, FlashAttention-2, arXiv 2307.08691; its benchmarks count the same flops but half of all pairs where
/// causal.
struct work::attention {
  std::int64_t batch = 1;
  std::int64_t query_heads = 1, kv_heads = query_heads;
  std::int64_t queries = 0, keys = 0;        ///< of one sequence
  std::int64_t head = 0, value_head = head;  ///< elements
  std::int64_t left = -1, right = -1;        ///< keys before and behind its place that a query sees; -1: all
  dtype type = dtype::fp32;
  dtype output_type = detail::product_type(type);
  bool stores_log_sum_exp = false;
  bool of_gradient = false;

  /// Types of Q, K, V and the products; O is of the same type, or of bf16 for types of 8 bits.
  [[nodiscard]] constexpr attention inputs(dtype all) const {
    attention result = *this;
    result.type = all;
    result.output_type = detail::product_type(all);
    return result;
  }
  template <class Type>
  [[nodiscard]] constexpr attention inputs() const {
    return inputs(dtype_of<Type>::value);
  }
  /// A query sees no key behind its place.
  [[nodiscard]] constexpr attention causal() const {
    attention result = *this;
    result.right = 0;
    return result;
  }
  /// A query sees `before` keys before its place and `behind` behind it.
  [[nodiscard]] constexpr attention window(std::int64_t before, std::int64_t behind = 0) const {
    attention result = *this;
    result.left = before;
    result.right = behind;
    return result;
  }
  [[nodiscard]] constexpr attention backward() const {
    attention result = *this;
    result.of_gradient = true;
    return result;
  }

  constexpr operator work() const {
    if (const auto check = checked("attention"); !check) return check.refused();
    return counted();
  }

 private:
  friend struct work::varlen_attention;

  [[nodiscard]] constexpr detail::shape_check checked(const char* operation) const {
    return detail::shape_check(operation)
        .at_least(0, "batch", batch)
        .at_least(1, "query_heads", query_heads)
        .at_least(1, "kv_heads", kv_heads)
        .divides("kv_heads", kv_heads, "query_heads", query_heads)
        .at_least(0, "queries", queries)
        .at_least(0, "keys", keys)
        .at_least(1, "head", head)
        .at_least(1, "value_head", value_head)
        .at_least(-1, "left", left)
        .at_least(-1, "right", right);
  }

  [[nodiscard]] constexpr work counted() const {
    const detail::attention_mask mask{queries, keys, left, right};
    const double pairs = detail::product(batch, query_heads, mask.pairs());
    const std::int64_t seen = mask.end_key() - mask.first_key();
    const auto of = [&](dtype t, std::int64_t heads, std::int64_t rows, std::int64_t size) {
      return detail::bytes(t, detail::product(batch, heads, rows, size));
    };
    const double q = of(type, query_heads, mask.seeing_queries(), head);
    const double k = of(type, kv_heads, seen, head), v = of(type, kv_heads, seen, value_head);
    const double log_sum_exp = of(dtype::fp32, query_heads, queries, 1);
    work result;
    result.add(resource::sfu, pairs);
    if (!of_gradient)
      return result.add(matrix_resource(type), detail::product(2, pairs, head + value_head))
          .add_read(q + k + v)
          .add_written(of(output_type, query_heads, queries, value_head) +
                       (stores_log_sum_exp ? log_sum_exp : 0));
    result.nominal = true;
    return result.add(matrix_resource(type), detail::product(2, pairs, 3 * head + 2 * value_head))
        .add_read(q + k + v + 2 * of(output_type, query_heads, mask.seeing_queries(), value_head) +
                  of(dtype::fp32, query_heads, mask.seeing_queries(), 1))
        .add_written(of(type, query_heads, queries, head) + of(type, kv_heads, keys, head) +
                     of(type, kv_heads, keys, value_head));
  }
};

/// Attention over sequences of different lengths that lie behind each other, with offsets of 4 bytes (one
/// more than sequences; of queries and of keys, unless they are alike). Flops and bytes: the sum over the
/// sequences.
struct work::varlen_attention {
  lengths queries = {}, keys = {};  ///< of each sequence
  attention each = {};              ///< heads, types, mask and pass; its batch, queries and keys say nothing

  constexpr operator work() const {
    const auto check =
        check_lengths(check_lengths(each.checked("varlen_attention"), "queries", queries, 0), "keys", keys, 0)
            .require(queries.count() == keys.count(), "sequences of queries", queries.count(),
                     "as many as there are", "sequences of keys", keys.count());
    if (!check) return check.refused();
    if (queries.count() == 0) return {};
    work total;
    attention one = each;
    one.batch = 1;
    for (std::int64_t i = 0; i < queries.count(); ++i) {
      one.queries = queries[i], one.keys = keys[i];
      total += one;
    }
    bool alike = true;
    for (std::int64_t i = 0; i < queries.count(); ++i) alike = alike && queries[i] == keys[i];
    return total.add_read(detail::product(alike ? 1 : 2, queries.count() + 1, 4));
  }
};

}  // namespace assay
