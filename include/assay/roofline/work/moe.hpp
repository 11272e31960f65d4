// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/matrix_format.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// A mixture of experts with SwiGLU, fused: for each of `tokens`, the sum over the `chosen` experts that a
/// router has chosen of weight · ((silu(x·W1) ∘ (x·W3))·W2), W1 and W3 hidden × inner, W2 inner × hidden.
///
/// Flops on the matrix units: 6·T·k·d·f. Beside them 3·T·k·f for silu and the gate, 2·T·k·d for the weighted
/// sum, and on the SFU an exp and a reciprocal for each of T·k·f. Bytes: x read and y written once, the
/// weights of the active experts once, 3·d·f each with their scales, the number and the weight of each chosen
/// expert. Experts that no token chose are not read: `active` must be told. Sources: Shazeer,
/// arXiv 2002.05202 (SwiGLU); Jiang et al., Mixtral, arXiv 2401.04088.
struct work::moe {
  std::int64_t tokens = 0, chosen = 1;  ///< experts of each token
  std::int64_t hidden = 0, inner = 0;
  std::int64_t active = 0;  ///< experts that some token has chosen
  dtype type = dtype::fp32;
  dtype id_type = dtype::int32, score_type = dtype::fp32;  ///< number and weight of a chosen expert
  block_format weights = unscaled(type);  ///< blocks lie along the inner extent of each product

  [[nodiscard]] constexpr moe inputs(dtype activations, const block_format& of_weights) const {
    moe result = *this;
    result.type = activations;
    result.weights = of_weights;
    return result;
  }
  [[nodiscard]] constexpr moe inputs(dtype all) const { return inputs(all, unscaled(all)); }
  template <class Type, class Weight = Type>
  [[nodiscard]] constexpr moe inputs() const {
    return inputs(dtype_of<Type>::value, detail::format_of<Weight>());
  }

  constexpr operator work() const {
    detail::shape_check check("moe");
    check.at_least(0, "tokens", tokens).at_least(1, "chosen", chosen);
    check.at_least(1, "hidden", hidden).at_least(1, "inner", inner);
    if (check)
      check.at_least(0, "active", active)
          .require(tokens == 0 || active >= chosen, "active", active, "at least as many as", "chosen", chosen)
          .at_most("active", active, "tokens · chosen", detail::product(tokens, chosen));
    if (!check) return check.refused();
    if (tokens == 0) return {};
    const double choices = detail::product(tokens, chosen);
    const double x = detail::bytes(type, detail::product(tokens, hidden));
    const double expert =
        2 * detail::matrix_bytes(weights, inner, hidden) + detail::matrix_bytes(weights, hidden, inner);
    return work()
        .add(matrix_resource(detail::wider(type, weights.element)),
             detail::product(6, choices, hidden, inner))
        .add(default_resource(type), detail::product(3, choices, inner) + detail::product(2, choices, hidden))
        .add(resource::sfu, detail::product(2, choices, inner))
        .add_read(x + detail::product(active, expert) + detail::bytes(id_type, choices) +
                  detail::bytes(score_type, choices))
        .add_written(x);
  }
};

}  // namespace assay
