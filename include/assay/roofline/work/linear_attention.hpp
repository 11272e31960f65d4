// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/matrix_format.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// Causal linear attention without softmax: S += kᵀ·v, o = q·S for each token.
///
/// Flops: 4·B·H·T·Dk·Dv, those of the recurrence, on the matrix units of the type. Nominal: the chunked forms
/// that use matrix units need more, and short sequences fewer (by pairs of tokens). Bytes: q, k, v read and o
/// written; the state, Dk·Dv in fp32 for each head, where it is handed in or out. Source: Katharopoulos et
/// al., arXiv 2006.16236.
struct work::linear_attention {
  std::int64_t batch = 1, heads = 1, tokens = 0;
  std::int64_t head = 0, value_head = head;
  dtype type = dtype::fp32;
  bool reads_state = false, writes_state = false;

  [[nodiscard]] constexpr linear_attention inputs(dtype all) const {
    linear_attention result = *this;
    result.type = all;
    return result;
  }
  template <class Type>
  [[nodiscard]] constexpr linear_attention inputs() const {
    return inputs(dtype_of<Type>::value);
  }

  constexpr operator work() const {
    if (const auto check = detail::shape_check("linear_attention")
                               .at_least(0, "batch", batch)
                               .at_least(1, "heads", heads)
                               .at_least(0, "tokens", tokens)
                               .at_least(1, "head", head)
                               .at_least(1, "value_head", value_head);
        !check)
      return check.refused();
    const double sequences = detail::product(batch, heads);
    const double state = detail::bytes(dtype::fp32, detail::product(sequences, head, value_head));
    const double values = detail::bytes(type, detail::product(sequences, tokens, value_head));
    work result;
    result.nominal = true;
    return result.add(matrix_resource(type), detail::product(4, sequences, tokens, head, value_head))
        .add_read(2 * detail::bytes(type, detail::product(sequences, tokens, head)) + values +
                  (reads_state ? state : 0))
        .add_written(values + (writes_state ? state : 0));
  }
};

}  // namespace assay
