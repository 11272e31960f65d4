// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/random.hpp"
#include "assay/verify/fill.hpp"
#include "assay/verify/special.hpp"
#include "assay/verify/tolerance.hpp"

namespace assay {

/// What the inputs of a trial are made to show. Every attack stays inside the range that each tensor's fill
/// declares, but for the specials. Sums of products of what integers, index_code, one_hot, all_equal and
/// cancellation fill with are exact in the accumulator in every order, as long as the declared chain is true:
/// they provoke no roundoff that a right kernel could be blamed for.
enum class attack : std::uint8_t {
  as_declared,    ///< the problem's own fills
  integers,       ///< one tensor of as many bits as its type holds, the next of few values, mostly zero
  index_code,     ///< one tensor whose elements tell their index, the next a shifted identity
  one_hot,        ///< one tensor with one column that is not zero, the next of as many bits as possible
  all_equal,      ///< each tensor a constant, of either sign and an end of its range
  powers_of_two,  ///< magnitudes far apart, without bits below the first
  cancellation,   ///< x and −x side by side, the next tensor a constant: all but a little cancels
  // Specials: tried where the problem says so, or the user.
  subnormals,
  near_max,
  signed_zeros,
  nan,
  infinity,
};
inline constexpr std::size_t attack_count = 12;

[[nodiscard]] constexpr const char* to_string(attack how) {
  constexpr const char* names[attack_count] = {"as-declared", "integers",      "index-code",   "one-hot",
                                               "all-equal",   "powers-of-two", "cancellation", "subnormals",
                                               "near-max",    "signed-zeros",  "nan",          "infinity"};
  return names[static_cast<std::size_t>(how)];
}
[[nodiscard]] inline std::optional<attack> attack_named(const std::string& name) {
  for (std::size_t i = 0; i < attack_count; ++i)
    if (name == to_string(static_cast<attack>(i))) return static_cast<attack>(i);
  return std::nullopt;
}

/// What a problem has to declare for this attack to be made; none for most.
[[nodiscard]] constexpr special needed_for(attack how) {
  switch (how) {
    case attack::subnormals: return special::subnormals;
    case attack::near_max: return special::near_max;
    case attack::signed_zeros: return special::signed_zeros;
    case attack::nan: return special::nan;
    case attack::infinity: return special::infinity;
    default: return special::none;
  }
}

/// A tensor that is to be attacked, and its place among those of the problem that can be.
struct attacked_tensor {
  fill declared;
  dtype type = dtype::fp32;
  std::int64_t row = 1;      ///< its last extent
  std::size_t place = 0;     ///< among the tensors that is_attackable()
  std::size_t together = 1;  ///< how many there are of them
};

namespace detail {

/// The numbers that a fill may take without leaving what was declared.
struct value_range {
  double low, high;
  bool open;   ///< `high` itself is not in it
  bool whole;  ///< whole numbers only
  [[nodiscard]] bool holds(double value) const {
    return value >= low && (open ? value < high : value <= high) && (!whole || value == std::floor(value));
  }
  [[nodiscard]] double magnitude() const { return std::max(std::fabs(low), std::fabs(high)); }
  [[nodiscard]] bool spans_zero() const { return low < 0 && high > 0; }
};

/// Absent where a tensor has to stay as it is: fixed fills, permutations, sorted tensors, constants,
/// booleans, and types that hold powers of two only.
[[nodiscard]] inline std::optional<value_range> range_of(const fill& declared, dtype type) {
  if (declared.fixed || type == dtype::boolean || (is_floating(type) && significand_bits(type) < 2))
    return std::nullopt;
  const bool whole = !is_floating(type);
  switch (declared.how) {
    case fill::kind::uniform:
      if (declared.a < declared.b) return value_range{declared.a, declared.b, true, whole};
      break;
    // The range of what the fill gives: 4.04 deviations, less what rounding could add.
    case fill::kind::normal:
      if (declared.b > 0)
        return value_range{declared.a - 4.0 * declared.b, declared.a + 4.0 * declared.b, false, whole};
      break;
    case fill::kind::integer:
      if (declared.a < declared.b) return value_range{declared.a, declared.b, false, true};
      break;
    default: break;
  }
  return std::nullopt;
}

/// The least power of two that is not below `value` > 0.
[[nodiscard]] inline double power_above(double value) {
  int exponent = 0;
  const double mantissa = std::frexp(value, &exponent);  // in [0.5, 1)
  return std::ldexp(1.0, mantissa == 0.5 ? exponent - 1 : exponent);
}

/// Whole multiples of a power of two, k·step with low ≤ k ≤ high.
struct grid {
  double step, low, high;
  [[nodiscard]] double multiple(double k) const { return k * step; }
};

/// The finest grid in a range on which no multiple exceeds `most`; absent where nothing of it lies there.
[[nodiscard]] inline std::optional<grid> grid_of(const value_range& range, dtype type, double most) {
  if (is_floating(type)) most = std::min(most, std::ldexp(1.0, std::min(significand_bits(type), 52)));
  double step = power_above(range.magnitude() / most);
  if (is_floating(type)) step = std::max(step, least_subnormal(type));
  if (range.whole) step = std::max(step, 1.0);
  // Not beyond what the type holds, whatever was declared.
  const double largest = largest_finite(type);
  grid g{step, std::ceil(std::max(range.low, -largest) / step),
         std::floor(std::min(range.high, largest) / step)};
  if (range.open && g.multiple(g.high) >= range.high) g.high -= 1.0;
  if (!is_floating(type)) g.low = std::max(g.low, is_unsigned_integer(type) ? 0.0 : -largest / step);
  if (!(g.low <= g.high)) return std::nullopt;
  return g;
}

/// The largest power of two ±u that the range and type hold, where zero is in the range as well.
[[nodiscard]] inline std::optional<fill> sparse_units(const value_range& range, dtype type) {
  const std::optional<grid> g = grid_of(range, type, 2.0);
  if (!g || g->low > 0 || g->high < 0) return std::nullopt;
  const double least = g->low < 0 ? -g->step : g->step, most = g->high > 0 ? g->step : -g->step;
  if (!range.holds(least) || !range.holds(most)) return std::nullopt;
  return fill{fill::kind::sparse, least, most, 4.0};
}

}  // namespace detail

/// Whether attacks may change what a tensor is filled with.
[[nodiscard]] inline bool is_attackable(const fill& declared, dtype type) {
  return detail::range_of(declared, type).has_value();
}

/// How large a sum of |a|·|b| may be, in units of the product of both grids' steps, so that every partial sum
/// in any order is exact: the accumulator's 2^p (2^24 for fp32). Higham, "Accuracy and Stability of Numerical
/// Algorithms", 2002, section 2.1: whole numbers up to 2^p are exact with p significand bits.
[[nodiscard]] inline double exact_sum_limit(const tolerance& bound, dtype output) {
  const dtype accumulator = bound.accumulator_of(output);
  const double roundoff = is_floating(accumulator) ? unit_roundoff(accumulator) : 0x1p-24;
  return std::min(1.0 / roundoff, 0x1p52);
}

/// The largest multiple for the tensor of many bits: with others up to 4, a chain of products, a coefficient
/// and a summand beside it stay within `sum_limit`. At most 2^15, enough to tell tf32 (11 bits) from fp32.
[[nodiscard]] inline double wide_limit(double sum_limit, std::int64_t chain) {
  const double room = sum_limit / 4 / static_cast<double>(std::max<std::int64_t>(chain, 1)) / 4;
  return std::clamp(std::exp2(std::floor(std::log2(std::max(room, 1.0)))), 1.0, 0x1p15);
}

/// What to fill a tensor with. The declared fill where the attack has nothing to say about this tensor.
/// Tensors alternate between two parts, and the seed says which begins.
[[nodiscard]] inline fill attack_fill(attack how, const attacked_tensor& tensor, double wide,
                                      std::uint64_t seed) {
  const fill& declared = tensor.declared;
  const std::optional<detail::value_range> range = detail::range_of(declared, tensor.type);
  if (how == attack::as_declared || !range) return declared;
  const random_block dice = random_at(seed, std::uint64_t{1} << 33, 0);
  const bool first = ((tensor.place + dice.word[0]) & 1) == 0;
  const bool chosen = tensor.place == dice.word[1] % tensor.together;
  const bool integral = !is_floating(tensor.type);
  // A whole-number type adds up exactly whatever its bits.
  const std::optional<detail::grid> fine =
      detail::grid_of(*range, tensor.type, integral ? 0x1p52 : std::min(wide, 0x1p15));
  if (!fine) return declared;
  const fill many_bits{fill::kind::lattice, fine->multiple(fine->low), fine->multiple(fine->high),
                       fine->step};
  const std::optional<detail::grid> coarse = detail::grid_of(*range, tensor.type, 4.0);
  const fill few_bits = coarse ? fill{fill::kind::lattice, coarse->multiple(coarse->low),
                                      coarse->multiple(coarse->high), coarse->step}
                               : many_bits;
  const std::optional<fill> units = detail::sparse_units(*range, tensor.type);
  // "Nothing" and "something", as zero and a power of two where the range has them.
  const double zero = range->holds(0.0) ? 0.0 : few_bits.a;
  const double one = units ? units->b : few_bits.b;

  switch (how) {
    case attack::integers: return first ? many_bits : units ? *units : few_bits;
    case attack::index_code: {
      if (!first)
        return {fill::kind::one_hot, zero, one,
                static_cast<double>(std::max<std::int64_t>(tensor.row, 1) + 1)};
      // A period that is no multiple of a usual row length: rows differ as well.
      double codes = fine->high - fine->low + 1.0;
      for (const double prime : {1021.0, 251.0, 61.0, 13.0, 7.0, 3.0})
        if (codes > prime) {
          codes = prime;
          break;
        }
      const double low = fine->low <= 0 && fine->high >= codes - 1 ? 0.0 : fine->low;
      return {fill::kind::index_code, fine->multiple(low), fine->multiple(low + codes - 1), fine->step};
    }
    case attack::one_hot:
      if (!first) return many_bits;
      return {fill::kind::one_hot, zero, one, static_cast<double>(std::max<std::int64_t>(tensor.row, 1))};
    case attack::all_equal: {
      const double values[] = {few_bits.b, few_bits.a, one, fine->multiple(fine->low)};
      return constant(first ? values[dice.word[2] % 4] : one);
    }
    case attack::powers_of_two: {
      // Down to 2^-10 of the largest, or to 1 for whole numbers.
      const bool both = fine->low < 0 && fine->high > 0, negative = fine->high <= 0;
      const double most = both ? std::min(-range->low, range->high) : range->magnitude();
      const auto holds = [&](int exponent) {
        return range->holds(negative ? -std::exp2(exponent) : std::exp2(exponent));
      };
      int top = static_cast<int>(std::floor(std::log2(std::min(most, largest_finite(tensor.type)))));
      if (!holds(top)) --top;
      int bottom = range->whole ? std::max(top - 10, 0) : top - 10;
      if (!integral)
        bottom = std::max(bottom, static_cast<int>(std::ceil(std::log2(least_subnormal(tensor.type)))));
      while (bottom < top && !holds(bottom)) ++bottom;
      if (bottom > top || !holds(top)) return declared;
      return {fill::kind::power_of_two, static_cast<double>(bottom), static_cast<double>(top),
              both       ? 0.0
              : negative ? -1.0
                         : 1.0};
    }
    case attack::cancellation: {
      if (!first) return constant(one);
      const double most = std::min(-fine->low, fine->high);
      if (!(most >= 1.0)) return many_bits;
      // Partners are neighbours in a row, or one row apart: sums run along either.
      const bool along = (dice.word[3] & 1) == 0;
      return {fill::kind::opposites, fine->step, fine->multiple(most),
              along ? 1.0 : static_cast<double>(std::max<std::int64_t>(tensor.row, 1))};
    }
    default: break;
  }
  // Specials are for real numbers of either sign; a tensor declared positive gets none.
  if (integral || !chosen || range->whole || !range->spans_zero()) return declared;
  const double largest = largest_finite(tensor.type);
  const auto marked = [&](double value) {
    return fill{fill::kind::marked, range->low, range->high, (dice.word[2] & 1) == 0 ? value : -value};
  };
  switch (how) {
    case attack::subnormals: {
      // Below the least normal number: 2^(p−1) times the least subnormal one.
      const double least_normal = std::ldexp(least_subnormal(tensor.type), significand_bits(tensor.type) - 1);
      return uniform(-least_normal, least_normal);
    }
    case attack::near_max: return marked(largest);
    case attack::signed_zeros: return {fill::kind::sparse, -0.0, range->holds(one) ? one : 0.0, 2.0};
    case attack::nan: return marked(std::numeric_limits<double>::quiet_NaN());
    case attack::infinity: return marked(std::numeric_limits<double>::infinity());
    default: return declared;
  }
}

}  // namespace assay
