// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/numeric/dtype.hpp"

namespace assay {

/// How far an output may lie from the oracle. By default the bound follows from the output's type and from
/// how the kernel computes; `allclose` replaces it by a fixed policy; `exact` asks for the very bits;
/// `calibrated` takes the measure from a reference that is trusted.
///
/// Derived bound for result C against the unrounded reference R:
///   |C − R| ≤ u_o·|R| + η_o + L·η_acc + (c(L)·u_acc + 8·u_c)·P,  c(L) = 16 + 3.5√L (+ L/8 where the
///   accumulator truncates),  P = hypot(R, rms of the whole reference).
/// u_o is the unit roundoff of the output type, η_o half its least subnormal, u_acc the accumulator's
/// roundoff, η_acc its least subnormal, L the length of the serial chain of additions, u_c the roundoff of
/// the type that factors are rounded to before they are multiplied (0 where that is their own). Beside the
/// bound for each element, errors are held against the errors of a correctly rounded result as a whole
/// (docs/design.md, "Tolerance").
struct tolerance {
  enum class kind : std::uint8_t { derived, allclose, exact, calibrated };
  kind how = kind::derived;
  dtype accumulator = dtype::fp32;
  bool accumulator_named =
      false;                ///< otherwise sums are expected in fp64 for an fp64 output, in fp32 for others
  std::int64_t chain = 1;   ///< longest serial chain of additions into one accumulator
  bool truncating = false;  ///< the accumulator truncates instead of rounding (tensor cores)
  bool structured = false;  ///< inputs are not random: L stands for 3.5√L, since errors may all have one sign
  double absolute = 0.0;    ///< allclose: |C − R| ≤ absolute + relative·|R|
  double relative = 0.0;
  dtype factors = dtype::fp32;  ///< what factors are rounded to before they are multiplied
  bool factors_named = false;   ///< otherwise they are multiplied as they are
  bool zeros_alike = false;  ///< exact: −0 for 0 is right, since their sign may depend on the order of sums
  /// Of √L in c(L). An element of a sum of L random terms, added one after another, is right and yet outside
  /// with a probability below 10^-12 for every L up to 10^6; with 2, which is often seen, it is 10^-8, and a
  /// large product has one (bench/tolerance_tail.py).
  static constexpr double walk_factor = 3.5;
  double times = 2.0;  ///< calibrated: how many times the trusted reference's error

  /// For a kernel that adds up `chain` products in an accumulator as wide as the output, at least fp32.
  [[nodiscard]] static constexpr tolerance accumulating(std::int64_t chain) {
    tolerance result;
    result.chain = chain;
    return result;
  }
  /// For one that adds them up in an accumulator of type `accumulator`.
  [[nodiscard]] static constexpr tolerance accumulating(std::int64_t chain, dtype accumulator,
                                                        bool truncating = false) {
    tolerance result = accumulating(chain);
    result.accumulator = accumulator;
    result.accumulator_named = true;
    result.truncating = truncating;
    return result;
  }
  [[nodiscard]] static constexpr tolerance allclose(double absolute, double relative) {
    tolerance result;
    result.how = kind::allclose;
    result.absolute = absolute;
    result.relative = relative;
    return result;
  }
  [[nodiscard]] static constexpr tolerance exact() {
    tolerance result;
    result.how = kind::exact;
    return result;
  }
  /// `times` the error of the problem's reference against its oracle: for a computation whose error is known
  /// only from an implementation that is trusted. Needs an oracle and a `p.reference(…)`.
  [[nodiscard]] static constexpr tolerance calibrated(double times = 2.0) {
    tolerance result;
    result.how = kind::calibrated;
    result.times = times;
    return result;
  }

  // What the usual operations come to.

  /// Each element on its own, a few operations of it in fp32 (fp64 for fp64).
  [[nodiscard]] static constexpr tolerance elementwise() { return accumulating(1); }
  /// A sum, mean, variance or norm over `length` elements.
  [[nodiscard]] static constexpr tolerance reduction(std::int64_t length) { return accumulating(length); }
  /// softmax, LayerNorm, RMSNorm and the like over rows of `length` elements.
  [[nodiscard]] static constexpr tolerance normalization(std::int64_t length) { return accumulating(length); }
  /// A matrix product with inner extent `k`. Matrix units may truncate as they add.
  [[nodiscard]] static constexpr tolerance gemm(std::int64_t k) {
    tolerance result = accumulating(k);
    result.truncating = true;
    return result;
  }
  /// A convolution with `channels` input channels (of a group) and a window of `window` elements.
  [[nodiscard]] static constexpr tolerance convolution(std::int64_t channels, std::int64_t window) {
    return gemm(channels * window);
  }
  /// softmax(Q·Kᵀ)·V over `keys` keys of `head` elements. The weights are rounded to the inputs' type before
  /// the second product: name it, `attention(keys, head).multiplying(dtype::bf16)`, where a kernel may.
  [[nodiscard]] static constexpr tolerance attention(std::int64_t keys, std::int64_t head) {
    return gemm(keys + head);
  }
  /// Sort, scan of integers, gather, transpose, copies: the very bits.
  [[nodiscard]] static constexpr tolerance bitwise() { return exact(); }

  /// The same, where the kernel may round factors to `type` before it multiplies them (tf32 on fp32 inputs,
  /// bf16 for the weights of an attention).
  [[nodiscard]] constexpr tolerance multiplying(dtype type) const {
    tolerance result = *this;
    result.factors = type;
    result.factors_named = true;
    return result;
  }

  /// Of the sums behind an output of type `output`.
  [[nodiscard]] constexpr dtype accumulator_of(dtype output) const {
    return accumulator_named || output != dtype::fp64 ? accumulator : dtype::fp64;
  }
};

}  // namespace assay
