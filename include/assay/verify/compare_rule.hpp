// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "assay/core/host_device.hpp"
#include "assay/numeric/binary_format.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/ulp.hpp"
#include "assay/verify/tolerance.hpp"

namespace assay {

/// A tolerance made numbers, for one output: |C − R| ≤ relative·|R| + absolute + spread·hypot(R, rms). The
/// same on host and device.
struct compare_rule {
  dtype type = dtype::fp32;  ///< of the output
  bool exact = false;        ///< the very bits of R rounded to the type
  bool zeros_alike = false;  ///< exact, but for the sign of zero
  bool rounds = false;       ///< `relative` and `absolute` hold one rounding to the type
  double relative = 0.0;
  double absolute = 0.0;
  double spread = 0.0;
  double mean_spread =
      0.0;                  ///< what accumulation may add to a root mean square error, as a share of the same
  double rms = 0.0;         ///< root mean square of the whole reference
  bool aggregates = false;  ///< errors are also held against rounding's own as a whole; see aggregate_limits
  int poison = -1;          ///< the byte that filled the output before the launch; −1: none
  bool as_bits = false;     ///< what is right comes as the bits of a 64-bit whole number; see expectation

  [[nodiscard]] ASSAY_HOST_DEVICE double allowed(double expected) const {
    if (exact) return 0.0;
    const double size = expected < 0 ? -expected : expected;
    // Not 0·∞ where an allclose has no spread.
    return relative * size + absolute + (spread > 0.0 ? spread * hypot(expected, rms) : 0.0);
  }
};

/// `rounded_reference`: R was itself rounded to the output's type (a device reference): twice the bound.
/// `reference_spread`, for a calibrated tolerance: the largest |error| of the trusted reference as a share of
/// hypot(R, rms).
[[nodiscard]] inline compare_rule make_rule(const tolerance& bound, dtype type, double rms,
                                            bool rounded_reference = false, double reference_spread = 0.0,
                                            int poison = -1) {
  compare_rule rule;
  rule.type = type;
  rule.rms = rms;
  rule.poison = poison;
  if (bound.how == tolerance::kind::exact) {
    rule.exact = true;
    rule.zeros_alike = bound.zeros_alike;
  } else if (bound.how == tolerance::kind::allclose) {
    rule.relative = bound.relative;
    rule.absolute = bound.absolute;
  } else if (!is_floating(type)) {
    rule.absolute = 0.5;  // the nearest whole number, whatever the order of a half
    rule.rounds = true;
    return rule;
  } else {
    const double length = static_cast<double>(bound.chain > 1 ? bound.chain : 1);
    const double walk = tolerance::walk_factor * std::sqrt(length);
    const double truncated = bound.truncating ? length / 8.0 : 0.0;
    const double factor = 16.0 + (bound.structured ? std::fmax(length, walk) : walk) + truncated;
    const double mean_factor = 8.0 + (bound.structured ? length / 2 : std::sqrt(length)) + truncated / 2;
    rule.rounds = true;
    rule.relative = unit_roundoff(type);
    // Sums of subnormals round in the accumulator's last place.
    rule.absolute = least_subnormal(type) / 2 + length * least_subnormal(bound.accumulator_of(type));
    const double product_rounding = bound.factors_named ? 8.0 * unit_roundoff(bound.factors) : 0.0;
    const double roundoff = unit_roundoff(bound.accumulator_of(type));
    const bool calibrated = bound.how == tolerance::kind::calibrated;
    rule.spread = calibrated ? bound.times * reference_spread : factor * roundoff + product_rounding;
    rule.mean_spread = calibrated ? rule.spread / 2 : mean_factor * roundoff + product_rounding / 2;
    // Two rounded results that differ in few elements differ by whole places there.
    rule.aggregates = !rounded_reference;
  }
  if (rounded_reference && is_floating(type)) {
    rule.relative *= 2;
    rule.absolute *= 2;
    rule.spread *= 2;
    rule.mean_spread *= 2;
  }
  return rule;
}

/// One element held against what is right.
struct judged_element {
  double got = 0.0;
  double expected = 0.0;
  double rounded = 0.0;  ///< `expected` as the best kernel gives it
  double allowed = 0.0;
  double error = 0.0;  ///< |got − expected|; for an exact rule |got − rounded|
  bool right = false;
  bool untouched = false;  ///< still holds the poison
  bool blurred = false;    ///< beyond 2^53, and another whole number that is the same double

  /// What is expected lies beyond the largest number of a floating type.
  [[nodiscard]] ASSAY_HOST_DEVICE bool overflows(const compare_rule& rule) const {
    return is_floating(rule.type) && (expected < 0 ? -expected : expected) > largest_finite(rule.type);
  }
};

namespace detail {

[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool is_nan(double value) { return value != value; }
[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool is_infinite(double value) {
  return value - value != 0.0 && !is_nan(value);
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double magnitude(double value) {
  return value < 0.0 ? -value : value;
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool is_negative(double value) {
  return __builtin_bit_cast(std::uint64_t, value) >> 63 != 0;
}

/// Whether element `index` is what memory full of the byte `poison` holds there.
[[nodiscard]] ASSAY_HOST_DEVICE inline bool is_poisoned(dtype type, const void* base, std::int64_t index,
                                                        std::uint8_t poison) {
  alignas(8) const std::uint8_t pattern[8] = {poison, poison, poison, poison, poison, poison, poison, poison};
  return element_bits(type, base, index) == element_bits(type, pattern, index % packing_group(type));
}

/// Whether a result that is on the other side of the type's end than what is right may be so by a right
/// kernel's errors: its unrounded result is as far off as the rule allows beside the last rounding.
[[nodiscard]] ASSAY_HOST_DEVICE inline bool straddles_the_end(const compare_rule& rule,
                                                              const judged_element& e) {
  const double size = magnitude(e.expected), error = e.allowed - rule.relative * size;
  if (is_nan(e.got) || is_infinite(e.got)) {
    const double end = round_to(rule.type, e.expected < 0.0 ? e.expected - error : e.expected + error);
    return (is_nan(e.got) && is_nan(end)) || (is_infinite(end) && e.got == end);
  }
  const double inner = round_to(rule.type, size - error);
  return e.error <= e.allowed && !is_nan(inner) && !is_infinite(inner);
}

[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool is_wide_integer(dtype type) {
  return type == dtype::int64 || type == dtype::uint64;
}
/// Of a whole number of 64 bits, not all of which a double holds: `right` are those that are to be there.
ASSAY_HOST_DEVICE inline void judge_all_bits(const compare_rule& rule, const void* base, std::int64_t index,
                                             std::uint64_t right, judged_element& e) {
  if (!rule.exact && !rule.rounds) return;
  const bool same = element_bits(rule.type, base, index) == right;
  if (rule.as_bits)
    e.right = same;
  else
    e.blurred = e.right && !same && magnitude(e.expected) >= 0x1p53;
}

}  // namespace detail

/// NaN passes only where NaN is expected, an infinity only where the reference rounds to it, or would with a
/// right kernel's errors. A type without NaN holds its largest number in place of one. Where the poison is
/// left in an output whose type has a NaN to spare, or in a boolean one, nothing passes.
[[nodiscard]] ASSAY_HOST_DEVICE inline judged_element judge(const compare_rule& rule, const void* base,
                                                            std::int64_t index, double expected) {
  using namespace detail;
  judged_element e;
  std::uint64_t right_bits = __builtin_bit_cast(std::uint64_t, expected);
  if (rule.as_bits) expected = load_element(rule.type, &right_bits, 0);
  e.got = load_element(rule.type, base, index);
  e.expected = expected;
  e.rounded = round_to(rule.type, expected);
  e.allowed = rule.allowed(expected);
  e.error = magnitude(e.got - (rule.exact ? e.rounded : expected));
  e.untouched =
      rule.poison >= 0 && is_poisoned(rule.type, base, index, static_cast<std::uint8_t>(rule.poison));

  if (is_nan(expected))
    e.right = is_nan(e.got) || (is_floating(rule.type) && !has_nan(rule.type) && e.got == e.rounded);
  else if (is_infinite(e.rounded) || is_nan(e.rounded) || (bits_of(rule.type) <= 8 && e.overflows(rule)))
    // Beyond the range: what the type makes of it, or, in narrow types, its largest number as well.
    e.right = e.got == e.rounded || (is_nan(e.got) && is_nan(e.rounded)) ||
              (bits_of(rule.type) <= 8 && e.got == round_to(rule.type, expected, overflow::saturate));
  else if (rule.exact)
    e.right = e.got == e.rounded && (rule.zeros_alike || is_negative(e.got) == is_negative(e.rounded));
  else
    // False for NaN. Beyond the range of whole numbers their end is right.
    e.right = e.error <= e.allowed || (rule.rounds && e.got == e.rounded);
  if (!e.right && rule.rounds && is_floating(rule.type) && !is_nan(expected) && !is_infinite(expected))
    e.right = straddles_the_end(rule, e);
  if (is_wide_integer(rule.type)) {
    if (!rule.as_bits) store_element(rule.type, &right_bits, 0, expected);
    judge_all_bits(rule, base, index, right_bits, e);
  }
  if (rule.type == dtype::boolean && load_element(dtype::uint8, base, index) > 1.0) e.right = false;
  if (e.untouched && has_spare_nan(rule.type)) e.right = false;
  return e;
}

/// What a comparison adds up. Parts of one output are merged in any order; apart from the rounding of the
/// sums the order does not matter.
struct compare_sums {
  std::int64_t checked = 0;
  std::int64_t mismatched = 0;    ///< outside the tolerance, NaN included
  std::int64_t not_a_number = 0;  ///< NaN where a number was expected
  std::int64_t untouched = 0;     ///< still hold the poison
  std::int64_t blurred = 0;       ///< whole numbers that a double does not tell from the right ones
  std::int64_t finite = 0;        ///< elements in the sums below: both values finite and in range

  double error2 = 0.0;     ///< Σ (C − R)²
  double rounding2 = 0.0;  ///< Σ (R rounded to the type − R)²
  double bias = 0.0;       ///< Σ (C − R rounded to the type)·sgn R
  double expected2 = 0.0;  ///< Σ R²
  double got2 = 0.0;       ///< Σ C²
  double product = 0.0;    ///< Σ C·R

  double largest_error = 0.0;
  double largest_relative = 0.0;  ///< |C − R| / |R|, R ≠ 0
  double largest_ulp = 0.0;       ///< in units of the last place of R
  double largest_spread = 0.0;    ///< |C − R| / hypot(R, rms)

  /// The element furthest outside its tolerance (NaN before all), or furthest inside where none is outside.
  double worst_excess = -2.0;  ///< below −1: there is none
  std::int64_t worst = 0;
  double worst_got = 0.0, worst_expected = 0.0, worst_allowed = 0.0;

  std::int64_t first_mismatch = -1;
  std::int64_t first_row = 0, last_row = -1, first_column = 0, last_column = -1;  ///< box of the mismatches
  std::uint64_t rows_modulo = 0, columns_modulo = 0;  ///< bit i: a mismatch at i modulo 64

  /// The 16×16 tile with the largest share of its limit; see aggregate_limits.
  double worst_tile_share = 0.0;
  std::int64_t worst_tile_row = 0, worst_tile_column = 0;

  ASSAY_HOST_DEVICE void add(const compare_rule& rule, const judged_element& e, std::int64_t index,
                             std::int64_t row_length) {
    using namespace detail;
    ++checked;
    untouched += e.untouched;
    blurred += e.blurred;
    not_a_number += is_nan(e.got) && !is_nan(e.expected);
    const bool is_number = e.error - e.error == 0.0;
    if (is_number && !e.overflows(rule)) {
      const double difference = e.got - e.expected, rounding = e.rounded - e.expected;
      ++finite;
      error2 += difference * difference;
      rounding2 += rounding * rounding;
      bias += is_negative(e.expected) ? e.rounded - e.got : e.got - e.rounded;
      expected2 += e.expected * e.expected;
      got2 += e.got * e.got;
      product += e.got * e.expected;
      largest_error = larger(largest_error, e.error);
      if (e.expected != 0.0)
        largest_relative = larger(largest_relative, magnitude(difference) / magnitude(e.expected));
      largest_ulp = larger(largest_ulp, ulp_distance(rule.type, e.got, e.expected));
      if (e.error > 0.0) largest_spread = larger(largest_spread, e.error / hypot(e.expected, rule.rms));
    }
    // How far outside, as a multiple of what is allowed: "worst" means the same for large and small.
    const double excess = e.right
                              ? (e.allowed > 0.0 && e.error <= e.allowed ? e.error / e.allowed - 1.0 : -1.0)
                          : is_number ? (e.allowed > 0.0 ? e.error / e.allowed : e.error + 1.0)
                                      : __builtin_bit_cast(double, std::uint64_t{0x7ff} << 52);
    take_worst(excess, index, e.got, e.expected, e.allowed);
    if (e.right) return;
    ++mismatched;
    const std::int64_t row = index / row_length, column = index % row_length;
    take_box(index, row, row, column, column);
    rows_modulo |= std::uint64_t{1} << (row % 64);
    columns_modulo |= std::uint64_t{1} << (column % 64);
  }

  ASSAY_HOST_DEVICE void merge(const compare_sums& other) {
    checked += other.checked;
    mismatched += other.mismatched;
    not_a_number += other.not_a_number;
    untouched += other.untouched;
    blurred += other.blurred;
    finite += other.finite;
    error2 += other.error2;
    rounding2 += other.rounding2;
    bias += other.bias;
    expected2 += other.expected2;
    got2 += other.got2;
    product += other.product;
    largest_error = larger(largest_error, other.largest_error);
    largest_relative = larger(largest_relative, other.largest_relative);
    largest_ulp = larger(largest_ulp, other.largest_ulp);
    largest_spread = larger(largest_spread, other.largest_spread);
    take_worst(other.worst_excess, other.worst, other.worst_got, other.worst_expected, other.worst_allowed);
    if (other.first_mismatch >= 0)
      take_box(other.first_mismatch, other.first_row, other.last_row, other.first_column, other.last_column);
    rows_modulo |= other.rows_modulo;
    columns_modulo |= other.columns_modulo;
    take_tile(other.worst_tile_share, other.worst_tile_row, other.worst_tile_column);
  }

  ASSAY_HOST_DEVICE void take_tile(double share, std::int64_t row, std::int64_t column) {
    const bool earlier = row < worst_tile_row || (row == worst_tile_row && column < worst_tile_column);
    if (!(share > worst_tile_share || (share == worst_tile_share && earlier))) return;
    worst_tile_share = share;
    worst_tile_row = row;
    worst_tile_column = column;
  }

 private:
  [[nodiscard]] ASSAY_HOST_DEVICE static double larger(double a, double b) { return b > a ? b : a; }
  ASSAY_HOST_DEVICE void take_worst(double excess, std::int64_t index, double got, double expected,
                                    double allowed) {
    if (!(excess > worst_excess || (excess == worst_excess && index < worst))) return;
    worst_excess = excess;
    worst = index;
    worst_got = got;
    worst_expected = expected;
    worst_allowed = allowed;
  }
  ASSAY_HOST_DEVICE void take_box(std::int64_t first, std::int64_t top, std::int64_t bottom,
                                  std::int64_t left, std::int64_t right) {
    if (first_mismatch < 0) {
      first_row = top;
      first_column = left;
    }
    if (first_mismatch < 0 || first < first_mismatch) first_mismatch = first;
    if (top < first_row) first_row = top;
    if (bottom > last_row) last_row = bottom;
    if (left < first_column) first_column = left;
    if (right > last_column) last_column = right;
  }
};

/// How large errors may be as a whole, given those of a correctly rounded result:
///   RMS of all   ≤ 1.1 × RMS of rounding + A
///   RMS of a 16×16 tile ≤ 1.6 × the same + 2A, since errors of one row may have one cause
///   |mean of (C − R rounded)·sgn R| ≤ 0.1 × the same + A, unless it is within 6 standard errors of 0
/// with A = mean_spread · √(mean R² + rms²): what accumulation may add. A result may be wrong although each
/// of its elements is within its own bound: a scale of 1.003, a low-precision accumulator, a dropped product
/// move all of them a little (figures: docs/design.md).
struct aggregate_limits {
  double rms_error = 0.0, rms_allowed = 0.0;
  double bias = 0.0, bias_allowed = 0.0;
  static constexpr double whole = 1.1, tile = 1.6, signed_mean = 0.1, standard_errors = 6.0;
  static constexpr int tile_extent = 16;
  static constexpr std::int64_t least = 64;  ///< elements that make a whole

  [[nodiscard]] ASSAY_HOST_DEVICE static double accumulated(const compare_rule& rule, double mean_expected2) {
    return rule.mean_spread * sqrt(mean_expected2 + rule.rms * rule.rms);
  }
  /// RMS of a tile over what it may be.
  [[nodiscard]] ASSAY_HOST_DEVICE static double tile_share(const compare_rule& rule, double error2,
                                                           double rounding2, double expected2,
                                                           std::int64_t count) {
    if (count < least || !(error2 > 0.0)) return 0.0;
    const double n = static_cast<double>(count);
    // A subnormal's rounding has an absolute size, and one element may be as far off as half of it.
    const double allowed =
        tile * sqrt(rounding2 / n) + 2 * accumulated(rule, expected2 / n) + rule.absolute / 2;
    return allowed > 0.0 ? sqrt(error2 / n) / allowed : 0.0;
  }

  [[nodiscard]] static aggregate_limits of(const compare_rule& rule, const compare_sums& sums) {
    aggregate_limits result;
    if (sums.finite == 0) return result;
    const double n = static_cast<double>(sums.finite);
    const double rounding = std::sqrt(sums.rounding2 / n);
    const double more = accumulated(rule, sums.expected2 / n) + rule.absolute / 2;
    result.rms_error = std::sqrt(sums.error2 / n);
    result.rms_allowed = whole * rounding + more;
    result.bias = sums.bias / n;
    const double standard_error = result.rms_error / std::sqrt(n);
    result.bias_allowed = std::fmax(signed_mean * rounding + more, standard_errors * standard_error);
    return result;
  }
  [[nodiscard]] bool rms_met() const { return !(rms_error > rms_allowed); }
  [[nodiscard]] bool bias_met() const { return !(std::fabs(bias) > bias_allowed); }
};

}  // namespace assay
