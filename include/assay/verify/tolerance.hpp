// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/numeric/dtype.hpp"

namespace assay {

/// How far an output may lie from the oracle. By default the bound follows from the output's type and from
/// how the kernel accumulates; `allclose` replaces it by a fixed policy; `exact` asks for the very bits.
///
/// Derived bound for result C against the unrounded reference R:
///   |C − R| ≤ u_o·|R| + η_o + c(L)·u_acc·P,  c(L) = 16 + 2√L (+ L/8 where the accumulator truncates),
///   P = hypot(R, rms of the whole reference).
/// u_o is the unit roundoff of the output type, η_o half its least subnormal, u_acc the accumulator's
/// roundoff and L the length of the serial chain of additions. Source: docs/design.md, "Tolerance".
struct tolerance {
  enum class kind : std::uint8_t { derived, allclose, exact };
  kind how = kind::derived;
  dtype accumulator = dtype::fp32;
  bool accumulator_named =
      false;                ///< otherwise sums are expected in fp64 for an fp64 output, in fp32 for others
  std::int64_t chain = 1;   ///< longest serial chain of additions into one accumulator
  bool truncating = false;  ///< the accumulator truncates instead of rounding (tensor cores)
  double absolute = 0.0;    ///< allclose: |C − R| ≤ absolute + relative·|R|
  double relative = 0.0;

  /// For a kernel that adds up `chain` products in an accumulator as wide as the output, at least fp32.
  [[nodiscard]] static constexpr tolerance accumulating(std::int64_t chain) {
    return {kind::derived, dtype::fp32, false, chain, false, 0.0, 0.0};
  }
  /// For one that adds them up in an accumulator of type `accumulator`.
  [[nodiscard]] static constexpr tolerance accumulating(std::int64_t chain, dtype accumulator,
                                                        bool truncating = false) {
    return {kind::derived, accumulator, true, chain, truncating, 0.0, 0.0};
  }
  [[nodiscard]] static constexpr tolerance allclose(double absolute, double relative) {
    return {kind::allclose, dtype::fp32, false, 1, false, absolute, relative};
  }
  [[nodiscard]] static constexpr tolerance exact() {
    return {kind::exact, dtype::fp32, false, 1, false, 0.0, 0.0};
  }

  /// Of the sums behind an output of type `output`.
  [[nodiscard]] constexpr dtype accumulator_of(dtype output) const {
    return accumulator_named || output != dtype::fp64 ? accumulator : dtype::fp64;
  }
};

}  // namespace assay
