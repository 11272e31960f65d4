// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// The selective scan of Mamba: h = exp(Δ·A)·h + Δ·x·B, y = C·h + D·x for each token, channel and state, with
/// B and C shared by all channels; y · silu(z) where it is gated.
///
/// Flops on the units of fp32, a token and channel: 6 for each of `states` (Δ·A, times B, and two
/// multiply-adds), 1 for Δ·x, 2 for D·x, 3 for the gate. SFU: an exp for each state, exp and reciprocal for
/// the gate. Nominal: a parallel scan needs more, A that is alike in all states needs fewer exps (Mamba-2).
/// Bytes: x, Δ, y and z of batch · tokens · channels; B and C of batch · tokens · states; A and D in fp32;
/// the last state, in fp32, where it is handed out. Source: Gu and Dao, arXiv 2312.00752, section 3.
struct work::selective_scan {
  std::int64_t batch = 1, tokens = 0, channels = 0, states = 16;
  dtype type = dtype::fp32;
  bool gated = false;
  bool writes_state = false;

  constexpr operator work() const {
    if (const auto check = detail::shape_check("selective_scan")
                               .at_least(0, "batch", batch)
                               .at_least(0, "tokens", tokens)
                               .at_least(1, "channels", channels)
                               .at_least(1, "states", states);
        !check)
      return check.refused();
    if (batch == 0 || tokens == 0) return {};
    const double steps = detail::product(batch, tokens, channels);
    const double one = detail::bytes(type, steps);
    work result;
    result.nominal = true;
    return result.add(default_resource(dtype::fp32), steps * (6 * detail::product(states) + (gated ? 6 : 3)))
        .add(resource::sfu, steps * (detail::product(states) + (gated ? 2 : 0)))
        .add_read((gated ? 3 : 2) * one + 2 * detail::bytes(type, detail::product(batch, tokens, states)) +
                  detail::bytes(dtype::fp32, detail::product(channels, states) + detail::product(channels)))
        .add_written(
            one + (writes_state ? detail::bytes(dtype::fp32, detail::product(batch, channels, states)) : 0));
  }
};

}  // namespace assay
