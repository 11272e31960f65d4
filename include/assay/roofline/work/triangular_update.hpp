// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/matrix_format.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// The triangular multiplicative update of AlphaFold 2, outgoing or incoming, with a mask: z of
/// batch × n × n × channels; a and b of `hidden` channels are gated projections of LayerNorm(z), combined to
/// Σ_k a_ik·b_jk, normalised, projected back and gated.
///
/// Flops on the matrix units: 2·B·N³·h, and B·N²·(10·c·h + 2·c²) for the projections (four to h, one back,
/// one gate of c). Beside them, at each of B·N²: the two LayerNorms 7c + 1 and 7h + 1, sigmoids and gates
/// 2(2h + c), the mask 2h; on the SFU 2 rsqrt and an exp and a reciprocal for each of 2h + c. Bytes: z, the
/// mask and the weights (5·c·h + c² and the LayerNorms' 2c + 2h) read, the result written; a and b count as
/// if they stayed on chip, which they do for small n alone. Source: Jumper et al., Nature 596, 2021,
/// supplement, algorithms 11 and 12.
struct work::triangular_update {
  std::int64_t batch = 1, n = 0, channels = 0, hidden = channels;
  dtype type = dtype::fp32;
  dtype weight_type = type;
  dtype mask_type = type;

  constexpr operator work() const {
    if (const auto check = detail::shape_check("triangular_update")
                               .at_least(0, "batch", batch)
                               .at_least(0, "n", n)
                               .at_least(1, "channels", channels)
                               .at_least(1, "hidden", hidden);
        !check)
      return check.refused();
    if (batch == 0 || n == 0) return {};
    const double places = detail::product(batch, n, n);
    const double c = detail::product(channels), h = detail::product(hidden);
    const double z = detail::bytes(type, places * c);
    return work()
        .add(matrix_resource(type), places * (detail::product(2, n, hidden) + 10 * c * h + 2 * c * c))
        .add(default_resource(type), places * (7 * c + 1 + 7 * h + 1 + 2 * (2 * h + c) + 2 * h))
        .add(resource::sfu, places * (2 + 2 * (2 * h + c)))
        .add_read(z + detail::bytes(mask_type, places) +
                  detail::bytes(weight_type, 5 * c * h + c * c + 2 * c + 2 * h))
        .add_written(z);
  }
};

}  // namespace assay
