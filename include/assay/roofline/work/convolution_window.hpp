// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"

namespace assay::detail {

/// One dimension of a convolution: output o and tap t meet at input o·stride + t·dilation − padding.
/// What it counts is exact, whatever the numbers are, in as many steps as there are taps.
struct convolution_window {
  static constexpr std::int64_t most_taps = std::int64_t{1} << 24;

  std::int64_t input, taps, stride, padding, dilation;
  std::int64_t outputs;

  /// ⌊(input + padding before and after − dilation·(taps − 1) − 1) / stride⌋ + 1, or 0 where the window is
  /// larger than the padded input, or the numbers are such that there can be no window.
  [[nodiscard]] static constexpr std::int64_t output_points(std::int64_t input, std::int64_t taps,
                                                            std::int64_t stride, double all_padding,
                                                            std::int64_t dilation) {
    if (taps < 1 || stride < 1 || dilation < 1) return 0;
    const double room = product(input) + all_padding - product(dilation, taps - 1) - 1;
    if (!(room >= 0 && room < 0x1p62)) return 0;
    return static_cast<std::int64_t>(room) / stride + 1;
  }

  /// Input points that some output's tap falls on.
  [[nodiscard]] constexpr std::int64_t touched_inputs() const {
    // Points are o·stride + t·dilation; divided by the common divisor they have coprime steps s and d. Taps
    // whose numbers differ by a multiple of s fall on the same points, those of different remainders never;
    // of one remainder, each tap covers `outputs` points in a row, and the next lies d further.
    const std::int64_t common = divisor(stride, dilation), s = stride / common, d = dilation / common;
    const std::int64_t first = quotient_rounded_up(padding, common);
    const std::int64_t end = quotient_rounded_up(input + padding, common);
    std::int64_t total = 0;
    for (std::int64_t remainder = 0; remainder < smaller(taps, s); ++remainder) {
      const std::int64_t runs = (taps - 1 - remainder) / s + 1;
      const auto below = [&](std::int64_t bound) {
        return points_of_runs(quotient_rounded_up(bound - remainder * d, s), runs, d);
      };
      total += below(end) - below(first);
    }
    return total;
  }

  /// Outputs of which some tap falls on the input, not only on padding.
  [[nodiscard]] constexpr std::int64_t live_outputs() const {
    // The outputs of each tap are a run, and runs move down with the taps: count what the next one adds.
    std::int64_t total = 0, lowest = outputs;
    for (std::int64_t t = 0; t < taps; ++t) {
      const std::int64_t begin = first_output(t), end = smaller(end_output(t), lowest);
      if (begin < end) total += end - begin, lowest = begin;
    }
    return total;
  }

  /// Taps that fall on the input for some output.
  [[nodiscard]] constexpr std::int64_t live_taps() const {
    std::int64_t total = 0;
    for (std::int64_t t = 0; t < taps; ++t) total += first_output(t) < end_output(t);
    return total;
  }

 private:
  [[nodiscard]] static constexpr std::int64_t divisor(std::int64_t a, std::int64_t b) {
    while (b != 0) {
      const std::int64_t rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }
  /// Of the numbers 0 … bound − 1, how many lie in one of `runs` runs of `outputs` numbers, `apart` apart.
  [[nodiscard]] constexpr std::int64_t points_of_runs(std::int64_t bound, std::int64_t runs,
                                                      std::int64_t apart) const {
    if (bound <= 0) return 0;
    if (outputs >= apart) return smaller(bound, (runs - 1) * apart + outputs);
    const std::int64_t whole = bound / apart;
    return whole >= runs ? runs * outputs : whole * outputs + smaller(outputs, bound - whole * apart);
  }
  [[nodiscard]] constexpr std::int64_t first_output(std::int64_t tap) const {
    return larger(std::int64_t{0}, quotient_rounded_up(padding - tap * dilation, stride));
  }
  [[nodiscard]] constexpr std::int64_t end_output(std::int64_t tap) const {
    return smaller(outputs, quotient_rounded_up(input + padding - tap * dilation, stride));
  }
};

}  // namespace assay::detail
