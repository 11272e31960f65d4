// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"

namespace assay::detail {

/// Which of `queries` × `keys` scores of one head are computed. Query i stands at key i + keys − queries (the
/// diagonal ends in the bottom right corner, as in FlashAttention from 2.1 on) and sees `left` keys before
/// that place and `right` keys behind it; −1: all.
struct attention_mask {
  std::int64_t queries = 0, keys = 0;
  std::int64_t left = -1, right = -1;

  /// Scored pairs. Causal: Sq(Sk − Sq) + Sq(Sq + 1)/2 where there are no more queries than keys.
  [[nodiscard]] constexpr double pairs() const {
    return pairs_up_to(last_offset()) - pairs_up_to(first_offset() - 1);
  }
  /// The keys that some query sees are first_key() … end_key() − 1.
  [[nodiscard]] constexpr std::int64_t first_key() const {
    return smaller(keys, larger(std::int64_t{0}, first_offset()));
  }
  [[nodiscard]] constexpr std::int64_t end_key() const {
    return queries == 0 ? first_key() : larger(first_key(), smaller(keys, queries + last_offset()));
  }
  /// Queries that see some key.
  [[nodiscard]] constexpr std::int64_t seeing_queries() const {
    if (keys == 0) return 0;
    const std::int64_t first = larger(std::int64_t{0}, -last_offset());
    const std::int64_t end = smaller(queries, keys - first_offset());
    return first < end ? end - first : 0;
  }

 private:
  // Key minus query of a seen pair lies between these.
  [[nodiscard]] constexpr std::int64_t first_offset() const {
    return left < 0 ? -queries : keys - queries - left;
  }
  [[nodiscard]] constexpr std::int64_t last_offset() const {
    return right < 0 ? keys : keys - queries + right;
  }
  /// Pairs with key − query ≤ offset: the sum over the queries i of i + offset + 1, no less than 0 and no
  /// more than `keys`.
  [[nodiscard]] constexpr double pairs_up_to(std::int64_t offset) const {
    const auto triangle = [](std::int64_t n) { return n > 0 ? product(n, n + 1) / 2 : 0.0; };
    const auto ramp = [&](std::int64_t from) { return triangle(from + queries - 1) - triangle(from - 1); };
    return ramp(offset + 1) - ramp(offset + 1 - keys);
  }
};

}  // namespace assay::detail
