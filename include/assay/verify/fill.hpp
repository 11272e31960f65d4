// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/numeric/block_scaled.hpp"
#include "assay/numeric/dtype.hpp"

namespace assay {

/// How an input is filled: a kind and its parameters. Every value is a function of (seed, tensor, index)
/// alone, the same on host and device, so that a failure can be replayed anywhere and shapes can shrink.
/// Values are rounded to the tensor's element type (to nearest, ties to even).
struct fill {
  enum class kind : std::uint8_t {
    uniform,      ///< reals in [a, b)
    normal,       ///< mean a, standard deviation b; made from sums of uniforms: within a ± 5 b, and in
                  ///< types of up to 16 bits within a ± 4.1 b
    integer,      ///< whole numbers in [a, b], both included
    sorted,       ///< reals in [a, b), ascending along the whole tensor
    permutation,  ///< each of 0 … count-1 once, in an order that depends on the seed
    constant,     ///< a
    // What attacks fill with (attack.hpp):
    lattice,       ///< whole multiples of c from a to b, both included and multiples themselves
    index_code,    ///< a + c·((index + phase) mod p) with p = (b − a)/c + 1: neighbours differ by c
    one_hot,       ///< b once in every c elements, at a place that depends on the seed; a elsewhere
    sparse,        ///< a or b, once in c elements on average; 0 elsewhere
    power_of_two,  ///< 2^e, e a whole number from a to b; negative for c < 0, of either sign for c = 0
    opposites,  ///< x and −x at a distance of c elements, x a multiple of a up to b; one pair in 16 is a, a
    marked,     ///< reals in [a, b), but c at one place that depends on the seed
  };
  kind how = kind::uniform;
  double a = -1.0;
  double b = 1.0;
  double c = 0.0;      ///< of the kinds that name it
  bool fixed = false;  ///< attacks leave it as it is
  /// Of an array of block scales in scale_layout::swizzled: how many rows and blocks have a scale. The rest
  /// of its 128×4 tiles is zero bytes, as cuBLAS wants it. 0: every element has a value of its own.
  std::int64_t scale_rows = 0;
  std::int64_t scale_blocks = 0;
};

/// Reals in [low, high).
[[nodiscard]] constexpr fill uniform(double low, double high) { return {fill::kind::uniform, low, high}; }
/// Reals in [2^-10, 1): safe under log, sqrt and division.
[[nodiscard]] constexpr fill positive() { return {fill::kind::uniform, 0x1p-10, 1.0}; }
[[nodiscard]] constexpr fill normal(double mean = 0.0, double deviation = 1.0) {
  return {fill::kind::normal, mean, deviation};
}
/// Whole numbers from `low` to `high`, both included.
[[nodiscard]] constexpr fill integers(std::int64_t low, std::int64_t high) {
  return {fill::kind::integer, static_cast<double>(low), static_cast<double>(high)};
}
/// Indices 0 … bound-1, with repetition.
[[nodiscard]] constexpr fill index_below(std::int64_t bound) { return integers(0, bound - 1); }
[[nodiscard]] constexpr fill sorted(double low, double high) { return {fill::kind::sorted, low, high}; }
[[nodiscard]] constexpr fill permutation() { return {fill::kind::permutation, 0.0, 0.0}; }
/// Powers of two from 2^low to 2^high, each as likely as the others: products with them are exact.
[[nodiscard]] constexpr fill powers_of_two(int low, int high) {
  return {fill::kind::power_of_two, static_cast<double>(low), static_cast<double>(high), 1.0};
}
[[nodiscard]] constexpr fill constant(double value) { return {fill::kind::constant, value, value}; }

/// Where none is given: reals in [-1, 1), whole numbers from -100 (unsigned: 0) to 100, booleans by a fair
/// coin. fp6 and fp4 have few numbers, and fewer between -1 and 1, so theirs go half a unit beyond the
/// largest one to either side: each number of the type comes up. Scales are 2^-4 … 2^4.
[[nodiscard]] constexpr fill default_fill(dtype type) {
  switch (type) {
    case dtype::fp6_e2m3: return uniform(-7.75, 7.75);
    case dtype::fp6_e3m2: return uniform(-30.0, 30.0);
    case dtype::fp4_e2m1: return uniform(-7.0, 7.0);
    case dtype::e8m0: return powers_of_two(-4, 4);
    default: break;
  }
  if (is_floating(type) || type == dtype::boolean) return uniform(-1.0, 1.0);
  return integers(is_unsigned_integer(type) ? 0 : -100, 100);
}

/// For the scales of a block-scaled format: powers of two for e8m0; NVFP4's are positive and vary in all
/// bits.
[[nodiscard]] constexpr fill default_scale_fill(const block_format& format) {
  return format.scale == dtype::e8m0 ? default_fill(dtype::e8m0) : uniform(0.25, 4.0);
}

/// The same fill for the scales of rows × blocks in scale_layout::swizzled.
[[nodiscard]] constexpr fill padded_scales(fill how, std::int64_t rows, std::int64_t blocks) {
  how.scale_rows = rows;
  how.scale_blocks = blocks;
  return how;
}

/// The same fill, out of reach for attacks: they count on sums of products of two tensors, and block scales
/// make four of them.
[[nodiscard]] constexpr fill fixed(fill how) {
  how.fixed = true;
  return how;
}

}  // namespace assay
