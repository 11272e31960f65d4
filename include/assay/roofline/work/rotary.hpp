// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// Rotary position embedding of `tokens` tokens with `heads` heads (queries and keys together) of `head`
/// elements, of which the first `rotated` are turned in pairs by tabulated cosines and sines. Source: Su et
/// al., RoFormer, arXiv 2104.09864, section 3.4.2.
///
/// Flops: 4 multiply and 2 add a pair, all needed. Bytes: everything read and written once; the tables, two
/// numbers for each pair of each of `positions`, once for all heads. What is not rotated is copied, unless it
/// is done `in_place`.
struct work::rotary {
  std::int64_t tokens = 0, heads = 0, head = 0;
  std::int64_t positions = tokens;  ///< different ones: fewer where sequences of a batch share them
  std::int64_t rotated = head;      ///< even
  dtype type = dtype::fp32;
  dtype table_type = dtype::fp32;
  bool in_place = false;

  constexpr operator work() const {
    if (const auto check = detail::shape_check("rotary")
                               .at_least(0, "tokens", tokens)
                               .at_least(1, "heads", heads)
                               .at_least(1, "head", head)
                               .at_least(tokens > 0 ? 1 : 0, "positions", positions)
                               .at_most("positions", positions, "tokens", tokens)
                               .at_least(0, "rotated", rotated)
                               .at_most("rotated", rotated, "head", head)
                               .require(rotated % 2 == 0, "rotated", rotated, "an even number");
        !check)
      return check.refused();
    const double moved = detail::bytes(type, detail::product(tokens, heads, in_place ? rotated : head));
    return work()
        .add(default_resource(type), detail::product(3, tokens, heads, rotated))
        .add_read(moved + detail::bytes(table_type, detail::product(positions, rotated)))
        .add_written(moved);
  }
};

}  // namespace assay
