// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/core/host_device.hpp"
#include "assay/numeric/binary_format.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/random.hpp"
#include "assay/numeric/type_limits.hpp"
#include "assay/numeric/ulp.hpp"
#include "assay/verify/fill.hpp"

namespace assay {

namespace detail {

/// The double next below a finite one.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double next_below(double value) {
  const std::uint64_t bits = __builtin_bit_cast(std::uint64_t, value);
  if (value == 0.0) return -0x1p-1074;
  return __builtin_bit_cast(double, value > 0.0 ? bits - 1 : bits + 1);
}

/// x·y + z, rounded once, whatever the compiler was told about contraction and subnormal numbers.
[[nodiscard]] ASSAY_HOST_DEVICE inline float fused(float x, float y, float z) {
#if defined(__CUDA_ARCH__)
  return __fmaf_ieee_rn(x, y, z);
#else
  return __builtin_fmaf(x, y, z);
#endif
}

/// A whole number below 2^23 as a float, without a conversion: those have a quarter of the rate on a GPU.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr float small_float(std::uint32_t number) {
  return __builtin_bit_cast(float, 0x4B000000u | number) - 0x1p23f;
}

/// A whole number n, |n| < 2^22, that is given as small_bias + n.
inline constexpr std::uint32_t small_bias = 0x4B400000;  // of the float 1.5·2^23
[[nodiscard]] ASSAY_HOST_DEVICE constexpr float small_signed_float(std::uint32_t biased) {
  return __builtin_bit_cast(float, biased) - 0x1.8p23f;
}

/// The sum of the four bytes of a word, and `more`; modulo 2^32.
[[nodiscard]] ASSAY_HOST_DEVICE inline std::uint32_t sum_of_bytes(std::uint32_t word, std::uint32_t more) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 610
  return __dp4a(word, 0x01010101u, more);
#else
  const std::uint32_t pairs = (word & 0x00FF00FFu) + (word >> 8 & 0x00FF00FFu);
  return (pairs & 0xFFFF) + (pairs >> 16) + more;
#endif
}

/// The sum of the two halves of a word, and `more`; modulo 2^32.
[[nodiscard]] ASSAY_HOST_DEVICE inline std::uint32_t sum_of_halves(std::uint32_t word, std::uint32_t more) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 610
  return __dp2a_lo(word, 0x0101u, more);
#else
  return (word & 0xFFFF) + (word >> 16) + more;
#endif
}

}  // namespace detail

/// How a tensor's elements come from random bits where single-precision arithmetic is enough: several of them
/// from one block of Philox4x32-7, at a few instructions each, so that a device fills at the speed of its
/// memory. What a fill and an element type come to; found once for a tensor. Every operation is one of
/// IEEE 754 in a given order, so host and device agree bit for bit, under any flags short of -ffast-math for
/// the host compiler.
struct fill_draw {
  enum class kind : std::uint8_t {
    wide,       ///< not drawn so: see fill_value
    uniform16,  ///< min(base + h·step, top), h of 16 bits: types of up to 16 bits
    uniform24,  ///< the same with 24 bits, for those of 32
    /// base + t·(step + cubic·t²), t the sum of four bytes less its mean. A sum of four uniform numbers has
    /// an excess kurtosis of −0.3; the cubic brings that to 0. Within 4.041 deviations; beyond 1.96 of them
    /// lie 5.2 %, beyond 3 0.24 %.
    normal32,
    /// The same from 64 bits, with t made from two numbers of 16 bits and 256 times four bytes, six terms of
    /// (nearly) one variance: 392,191 values within 4.916 deviations, 5.07 % and 0.26 %.
    normal64,
    integer16,  ///< base + k, k the upper half of h·span, h of 16 bits, span ≤ 2^8
    integer32,  ///< with 32 bits, span ≤ 2^16: of any whole number the share is within 2^-16 of 1/span
  };
  kind how = kind::wide;
  float base = 0.0f;
  float step = 0.0f;
  float top = 0.0f;
  float cubic = 0.0f;
  std::uint32_t span = 1;

  /// Elements of one random block.
  [[nodiscard]] static ASSAY_HOST_DEVICE constexpr int per_block(kind how) {
    switch (how) {
      case kind::uniform16:
      case kind::integer16: return 8;
      case kind::normal64: return 2;
      default: return 4;
    }
  }

  [[nodiscard]] static ASSAY_HOST_DEVICE inline fill_draw of(const fill& rule, dtype type);

  /// Element `place`, counted from 0, of those of a block, before it is rounded to the type.
  template <kind How>
  [[nodiscard]] ASSAY_HOST_DEVICE float value(const random_block& block, int place) const {
    using namespace detail;
    if constexpr (How == kind::uniform16 || How == kind::integer16) {
      const std::uint32_t h = block.word[place / 2] >> (place % 2 * 16) & 0xFFFF;
      if constexpr (How == kind::integer16) return base + small_float(h * span >> 16);
      return __builtin_fminf(fused(small_float(h), step, base), top);
    } else if constexpr (How == kind::uniform24) {
      return __builtin_fminf(fused(static_cast<float>(block.word[place] >> 8), step, base), top);
    } else if constexpr (How == kind::integer32) {
      const std::uint64_t product = static_cast<std::uint64_t>(block.word[place]) * span;
      return base + small_float(static_cast<std::uint32_t>(product >> 32));
    } else if constexpr (How == kind::normal32) {
      const float t = small_signed_float(sum_of_bytes(block.word[place], small_bias - 510));
      return fused(t, fused(t * t, cubic, step), base);
    } else {
      static_assert(How == kind::normal64);
      const std::uint32_t fine = block.word[2 * place], coarse = block.word[2 * place + 1];
      constexpr std::uint32_t bias = small_bias - 65535 - 256 * 510;
      const float t = small_signed_float(sum_of_halves(fine, (sum_of_bytes(coarse, 0) << 8) + bias));
      return fused(t, fused(t * t, cubic, step), base);
    }
  }
  /// The same where the kind is known at run time only; not of wide draws.
  [[nodiscard]] ASSAY_HOST_DEVICE float value(const random_block& block, int place) const {
    switch (how) {
      case kind::uniform16: return value<kind::uniform16>(block, place);
      case kind::uniform24: return value<kind::uniform24>(block, place);
      case kind::normal32: return value<kind::normal32>(block, place);
      case kind::normal64: return value<kind::normal64>(block, place);
      case kind::integer16: return value<kind::integer16>(block, place);
      default: return value<kind::integer32>(block, place);
    }
  }
};

namespace detail {

/// The numbers of a type in [a, b): the least and the greatest. None where least > greatest.
struct inner_bounds {
  double least, greatest;

  [[nodiscard]] static ASSAY_HOST_DEVICE inline inner_bounds of(dtype type, double a, double b) {
    const double below = next_below(b), largest = largest_finite(type);
    inner_bounds result = {round_to(type, a, overflow::saturate), round_to(type, below, overflow::saturate)};
    if (result.least < a) result.least += unit_in_last_place(type, a);
    if (result.greatest > below) result.greatest -= unit_in_last_place(type, below);
    const bool held = result.least >= a && result.least <= largest && result.greatest < b &&
                      result.greatest >= -largest && round_to(type, result.least) == result.least &&
                      round_to(type, result.greatest) == result.greatest;
    return held ? result : inner_bounds{1.0, 0.0};
  }
};

/// Zero, or far from both ends of what a float can be: nothing overflows or becomes subnormal on the way.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool is_moderate(double value) {
  const double size = value < 0.0 ? -value : value;
  return value == 0.0 || (size >= 0x1p-100 && size <= 0x1p100);
}

}  // namespace detail

/// What is not moderate, has no range, or belongs to a type that a float cannot hold is drawn in double.
ASSAY_HOST_DEVICE inline fill_draw fill_draw::of(const fill& rule, dtype type) {
  using namespace detail;
  fill_draw draw;
  const bool single = is_floating(type) && bits_of(type) >= 8 && type != dtype::fp64 && type != dtype::e8m0;
  const bool narrow = bits_of(type) <= 16;
  if (rule.scale_rows != 0 || !is_moderate(rule.a) || !is_moderate(rule.b)) return draw;
  if (rule.how == fill::kind::uniform && single && rule.a < rule.b) {
    const double steps = narrow ? 0x1p16 : 0x1p24;
    const inner_bounds inner = inner_bounds::of(type, rule.a, rule.b);
    const bool any = inner.least <= inner.greatest;
    const double from = any ? inner.least : rule.a;
    if (!is_moderate(from) || !is_moderate((rule.b - from) / steps)) return draw;
    draw.base = static_cast<float>(from);
    draw.step = static_cast<float>((rule.b - from) / steps);
    draw.top = 0x1.fffffep127f;
    const float reach = fused(static_cast<float>(steps - 1.0), draw.step, draw.base);
    if (any && !(round_to(type, static_cast<double>(reach)) <= inner.greatest)) {
      if (!is_moderate(inner.greatest)) return draw;
      draw.top = static_cast<float>(inner.greatest);
    }
    draw.how = narrow ? kind::uniform16 : kind::uniform24;
  } else if (rule.how == fill::kind::normal && single) {
    // With which t·(step + cubic·t²) has the variance b² and the kurtosis of a normal distribution, by adding
    // up over all values of t.
    const double step = rule.b * (narrow ? 0x1.a4cf3p-8 : 0x1.5f15eap-16);
    const double cubic = rule.b * (narrow ? 0x1.8cc87ap-28 : 0x1.f0aa56p-54);
    if (!is_moderate(cubic)) return draw;
    draw.base = static_cast<float>(rule.a);
    draw.step = static_cast<float>(step);
    draw.cubic = static_cast<float>(cubic);
    draw.how = narrow ? kind::normal32 : kind::normal64;
  } else if (rule.how == fill::kind::integer && type != dtype::boolean) {
    // Whole numbers that a float holds, and their sum as well.
    const double span = rule.b - rule.a + 1.0;
    const bool whole = rule.a >= -0x1p23 && rule.b <= 0x1p23 && span >= 1.0 && span <= 0x1p16 &&
                       static_cast<double>(static_cast<std::int32_t>(rule.a)) == rule.a &&
                       static_cast<double>(static_cast<std::int32_t>(rule.b)) == rule.b;
    if (!whole) return draw;
    draw.base = static_cast<float>(rule.a);
    draw.span = static_cast<std::uint32_t>(span);
    draw.how = narrow && span <= 0x1p8 ? kind::integer16 : kind::integer32;
  }
  return draw;
}

}  // namespace assay
