// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/core/host_device.hpp"
#include "assay/numeric/binary_format.hpp"
#include "assay/numeric/block_scaled.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/random.hpp"
#include "assay/numeric/type_limits.hpp"
#include "assay/numeric/ulp.hpp"
#include "assay/verify/fill.hpp"
#include "assay/verify/fill_draw.hpp"

/// The values of a fill, bit for bit the same on host and device: integer arithmetic, single IEEE operations,
/// and fma where a product is added to, so that no compiler can contract what another does not. It holds
/// under any flags short of -ffast-math for the host compiler.

namespace assay {

namespace detail {

/// low + (high − low)·share, kept below `high`. Rises with `share`.
[[nodiscard]] ASSAY_HOST_DEVICE inline double between(double low, double high, double share) {
  if (!(low < high)) return low;
  const double value = __builtin_fma(share, high - low, low);
  return value < high ? value : next_below(high);
}

/// The sum of the eight 16-bit numbers of a block, standardised: Irwin–Hall of order 8, each of whose terms
/// has mean (2^16 − 1)/2 and variance (2^32 − 1)/12. Mean 0, deviation 1, |z| ≤ 4.899, excess kurtosis −0.15.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double standard_normal(const random_block& block) {
  std::int32_t sum = -4 * 65535;
  for (std::uint32_t word : block.word) sum += static_cast<std::int32_t>((word & 0xffff) + (word >> 16));
  return static_cast<double>(sum) * 0x1.3988e1412ed76p-16;  // 1/sqrt(8 · (2^32 − 1)/12)
}

/// The finaliser of MurmurHash3 (Appleby, public domain): a bijection of 32 bits that mixes well.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint32_t mix32(std::uint32_t x) {
  x = (x ^ (x >> 16)) * 0x85ebca6b;
  x = (x ^ (x >> 13)) * 0xc2b2ae35;
  return x ^ (x >> 16);
}

/// A bijection of [0, count), 0 ≤ index < count < 2^62, without memory: a Feistel network over the least
/// number of bits that holds count − 1, walked until it lands below `count`, after fewer than two steps in
/// the mean (Black & Rogaway, "Ciphers with arbitrary finite domains", 2002, the cycle-walking and Feistel
/// methods). Halves may differ by one bit, so each round changes one of them by a function of the other.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::int64_t permuted(const random_block& keys, std::int64_t index,
                                                                std::int64_t count) {
  int bits = 0;  // of count − 1
  std::uint64_t rest = static_cast<std::uint64_t>(count) - 1;
  for (int step = 32; step > 0; step /= 2)
    if (rest >> step != 0) {
      bits += step;
      rest >>= step;
    }
  bits += static_cast<int>(rest);
  const int low_bits = (bits + 1) / 2;
  const std::uint32_t low_mask = static_cast<std::uint32_t>((std::uint64_t{1} << low_bits) - 1);
  const std::uint32_t high_mask = static_cast<std::uint32_t>((std::uint64_t{1} << (bits - low_bits)) - 1);
  std::uint64_t image = static_cast<std::uint64_t>(index);
  do {
    std::uint32_t low = static_cast<std::uint32_t>(image) & low_mask;
    std::uint32_t high = static_cast<std::uint32_t>(image >> low_bits);
    for (std::uint32_t round = 0; round < 4; ++round) {
      low ^= mix32(high + keys.word[round] + round) & low_mask;
      high ^= mix32(low ^ keys.word[3 - round] ^ 0x9E3779B9) & high_mask;
    }
    image = (static_cast<std::uint64_t>(high) << low_bits) | low;
  } while (image >= static_cast<std::uint64_t>(count));
  return static_cast<std::int64_t>(image);
}

/// A random block of a stream that no element draws from, for what is chosen once for a whole tensor.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr random_block tensor_block(std::uint64_t seed,
                                                                    std::uint32_t tensor) {
  return random_at(seed, (std::uint64_t{1} << 32) | tensor, 0);
}

/// A whole number below `bound`, chosen once for a whole tensor.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::int64_t tensor_place(std::uint64_t seed, std::uint32_t tensor,
                                                                    std::int64_t bound) {
  return static_cast<std::int64_t>(
      random_below(random_bits(tensor_block(seed, tensor)), static_cast<std::uint64_t>(bound)));
}

/// A whole number from 0 to `greatest`, both included.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double random_up_to(std::uint64_t bits, double greatest) {
  return static_cast<double>(random_below(bits, static_cast<std::uint64_t>(greatest) + 1));
}

/// The kinds that attacks fill with. Quotients and products with a power of two, and whole numbers below
/// 2^53: all of it is exact.
[[nodiscard]] ASSAY_HOST_DEVICE inline double attack_value(const fill& rule, std::uint64_t seed,
                                                           std::uint32_t tensor, std::int64_t index,
                                                           std::int64_t count) {
  switch (rule.how) {
    case fill::kind::index_code: {
      const auto period = static_cast<std::int64_t>((rule.b - rule.a) / rule.c) + 1;
      const std::int64_t phase = tensor_place(seed, tensor, period);
      return rule.a + rule.c * static_cast<double>((index + phase) % period);
    }
    case fill::kind::one_hot: {
      const auto period = static_cast<std::int64_t>(rule.c);
      return index % period == tensor_place(seed, tensor, period) ? rule.b : rule.a;
    }
    case fill::kind::marked:
      if (index == tensor_place(seed, tensor, count)) return rule.c;
      break;
    case fill::kind::opposites: {
      const auto distance = static_cast<std::int64_t>(rule.c);
      const std::int64_t place = index % (2 * distance);
      const std::int64_t pair = index / (2 * distance) * distance + place % distance;
      const random_block block = random_at(seed, tensor, static_cast<std::uint64_t>(pair));
      if (block.word[3] % 16 == 0) return rule.a;
      const double size = rule.a * (1.0 + random_up_to(random_bits(block), rule.b / rule.a - 1.0));
      return place < distance ? size : -size;
    }
    default: break;
  }
  const random_block block = random_at(seed, tensor, static_cast<std::uint64_t>(index));
  const std::uint64_t bits = random_bits(block), other_bits = random_bits(block, 1);
  const bool coin = (other_bits >> 63) != 0;
  switch (rule.how) {
    case fill::kind::lattice: return rule.a + rule.c * random_up_to(bits, (rule.b - rule.a) / rule.c);
    case fill::kind::sparse:
      if (random_below(bits, static_cast<std::uint64_t>(rule.c)) != 0) return 0.0;
      return coin ? rule.a : rule.b;
    case fill::kind::power_of_two: {
      const double size = power_of_two(static_cast<int>(rule.a + random_up_to(bits, rule.b - rule.a)));
      return rule.c < 0.0 || (rule.c == 0.0 && coin) ? -size : size;
    }
    default: return between(rule.a, rule.b, unit_interval(bits));
  }
}

}  // namespace detail

/// The seed of data set `set`, 0 to 3, of a case; 0 is the case's own.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint64_t data_set_seed(std::uint64_t seed, std::size_t set) {
  return seed ^ static_cast<std::uint64_t>(set) << 62;
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint64_t first_data_set(std::uint64_t seed) {
  return seed & ~(std::uint64_t{3} << 62);
}
/// So many first elements of a tensor are alike in all data sets: a candidate that tells inputs apart by
/// their first value takes one for the other.
inline constexpr std::int64_t shared_by_data_sets = 16;

/// Element `index` of the `count` elements of tensor number `tensor` where a fill_draw is wide: in double,
/// from a random block of its own (two for `marked`), before rounding to the element type. Apart from
/// `sorted`, `permutation` and the place that is `marked` the value does not depend on `count`, so that
/// shapes can shrink.
///   uniform      a + (b − a)·u with 53 random bits; a where b ≤ a. b − a must be finite, here and in sorted.
///   normal       a + b·z, z as detail::standard_normal
///   integer      a + k, k uniform below b − a + 1; beyond ±2^53 rounded to a double
///   sorted       a + (b − a)(index + u)/count: one number from each of `count` equal strata
///   permutation  0 ≤ index < count required; below 2^53 exact
/// and those of attacks as fill says, c and p whole numbers of elements where they count them.
[[nodiscard]] ASSAY_HOST_DEVICE inline double fill_value(const fill& rule, std::uint64_t seed,
                                                         std::uint32_t tensor, std::int64_t index,
                                                         std::int64_t count) {
  if (rule.scale_rows != 0 && is_scale_padding(index, rule.scale_rows, rule.scale_blocks)) return 0.0;
  if (rule.how == fill::kind::constant) return rule.a;
  if (rule.how == fill::kind::permutation)
    return static_cast<double>(detail::permuted(detail::tensor_block(seed, tensor), index, count));
  if (rule.how > fill::kind::constant) return detail::attack_value(rule, seed, tensor, index, count);
  if (index < shared_by_data_sets) seed = first_data_set(seed);
  const random_block block = random_at(seed, tensor, static_cast<std::uint64_t>(index));
  switch (rule.how) {
    case fill::kind::normal: return __builtin_fma(detail::standard_normal(block), rule.b, rule.a);
    case fill::kind::integer: {
      const double span = rule.b - rule.a + 1.0;
      if (!(span > 1.0)) return rule.a;
      const std::uint64_t bits = random_bits(block);
      const std::uint64_t steps = span < 0x1p64 ? random_below(bits, static_cast<std::uint64_t>(span)) : bits;
      return rule.a + static_cast<double>(steps);
    }
    case fill::kind::sorted: {
      // In the last stratum the share can round to 1; between() takes care.
      const double position = static_cast<double>(index) + unit_interval(random_bits(block));
      return detail::between(rule.a, rule.b, position / static_cast<double>(count));
    }
    default: return detail::between(rule.a, rule.b, unit_interval(random_bits(block)));
  }
}

namespace detail {

[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool is_ranged(const fill& rule) {
  return rule.how == fill::kind::uniform || rule.how == fill::kind::sorted || rule.how == fill::kind::marked;
}

/// What a fill's value beyond the range becomes. Without infinities that would be NaN, which every sum that
/// it enters would be as well.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr overflow fill_overflow(dtype type) {
  return has_infinity(type) ? overflow::special : overflow::saturate;
}

/// A wide value in a tensor of `type`; see filled_tensor.
[[nodiscard]] ASSAY_HOST_DEVICE inline double rounded_fill(const fill& rule, dtype type, double value) {
  const bool ranged = is_ranged(rule);
  if (type == dtype::boolean) {
    if (ranged) return value >= __builtin_fma(0.5, rule.b - rule.a, rule.a) ? 1.0 : 0.0;
    if (rule.how == fill::kind::normal) return value >= rule.a ? 1.0 : 0.0;
  }
  const double rounded = round_to(type, value, fill_overflow(type));
  if (ranged && rule.a < rule.b && !(rounded >= rule.a && rounded < rule.b)) {
    // The neighbour on the other side of the value: exact in double, and a number of the type unless the type
    // saturated, as uint8 does below 0.
    const double unit = unit_in_last_place(type, value), largest = largest_finite(type);
    double inner = rounded < rule.a ? rounded + unit : rounded - unit;
    if (inner > largest) inner = largest;
    if (inner < -largest) inner = -largest;
    if (inner >= rule.a && inner < rule.b && round_to(type, inner) == inner) return inner;
  }
  return rounded;
}

}  // namespace detail

/// The values of a tensor that a fill gives: those of its fill_draw, or fill_value, rounded to nearest, ties
/// to even, but for three cases. Rounding does not carry a uniform or sorted value out of [a, b), nor to Inf,
/// while a number of the type lies in there: it goes to the inner neighbour, so that log(1 − x) stays finite
/// on [0, 1) in bf16. Types without infinity saturate, and e8m0 takes 0 as 2^-127. And booleans are true in
/// the upper half of the range of a real-valued kind (a fair coin), `value != 0` for the others.
class filled_tensor {
 public:
  /// `tensor`: its number, which tells tensors of one seed apart.
  ASSAY_HOST_DEVICE filled_tensor(const fill& rule, dtype type, std::uint64_t seed, std::uint32_t tensor,
                                  std::int64_t count)
      : rule_(rule),
        draw_(fill_draw::of(rule, type)),
        type_(type),
        tensor_(tensor),
        seed_(seed),
        count_(count) {}

  [[nodiscard]] ASSAY_HOST_DEVICE double operator[](std::int64_t index) const {
    if (draw_.how != fill_draw::kind::wide)
      return round_to(type_, drawn(index), detail::fill_overflow(type_));
    return detail::rounded_fill(rule_, type_, fill_value(rule_, seed_, tensor_, index, count_));
  }

  /// Writes element `index` of the array at `base`. Of a packed type not from several threads at once: see
  /// store_group.
  ASSAY_HOST_DEVICE void store(std::int64_t index, void* base) const {
    // Where nothing but rounding is asked for, storing does it.
    const bool is_drawn = draw_.how != fill_draw::kind::wide;
    double value = is_drawn ? drawn(index) : fill_value(rule_, seed_, tensor_, index, count_);
    if (!is_drawn && (type_ == dtype::boolean || detail::is_ranged(rule_)))
      value = detail::rounded_fill(rule_, type_, value);
    store_element(type_, base, index, value, detail::fill_overflow(type_));
  }

  /// How many calls of store_group fill the tensor.
  [[nodiscard]] ASSAY_HOST_DEVICE std::int64_t groups() const {
    return (count_ + packing_group(type_) - 1) / packing_group(type_);
  }
  /// Writes the elements that share the bytes of group number `group`, which nobody else writes, so that a
  /// fill can be cut at any group. Bits that belong to no element become 0.
  ASSAY_HOST_DEVICE void store_group(std::int64_t group, void* base) const {
    if (!is_packed(type_)) return store(group, base);
    const std::int64_t first = group * packing_group(type_);
    const std::int64_t rest = count_ - first;
    const int elements = rest < packing_group(type_) ? static_cast<int>(rest) : packing_group(type_);
    std::uint32_t packed = 0;
    for (int i = 0; i < elements; ++i)
      packed |= detail::encode_narrow(type_, (*this)[first + i], overflow::saturate) << (i * bits_of(type_));
    const std::int64_t begin = bytes_for(type_, first), end = bytes_for(type_, first + elements);
    for (std::int64_t byte = begin; byte < end; ++byte, packed >>= 8)
      detail::store_bits(base, byte, static_cast<std::uint8_t>(packed));
  }

  [[nodiscard]] ASSAY_HOST_DEVICE const fill_draw& draw() const { return draw_; }
  [[nodiscard]] ASSAY_HOST_DEVICE std::int64_t count() const { return count_; }
  using keys = philox_keys<7>;
  /// For the elements from `index` on that share a block with it.
  [[nodiscard]] ASSAY_HOST_DEVICE keys keys_at(std::int64_t index) const {
    return keys::of(index < shared_by_data_sets ? first_data_set(seed_) : seed_);
  }
  /// What drawn elements are made from, fill_draw::per_block of them.
  [[nodiscard]] ASSAY_HOST_DEVICE random_block block(const keys& k, std::int64_t number) const {
    return random_at(k, tensor_, static_cast<std::uint64_t>(number));
  }

 private:
  [[nodiscard]] ASSAY_HOST_DEVICE double drawn(std::int64_t index) const {
    const int in_block = fill_draw::per_block(draw_.how);
    return static_cast<double>(
        draw_.value(block(keys_at(index), index / in_block), static_cast<int>(index % in_block)));
  }

  fill rule_;
  fill_draw draw_;
  dtype type_;
  std::uint32_t tensor_;
  std::uint64_t seed_;
  std::int64_t count_;
};

/// Element `index` of such a tensor.
[[nodiscard]] ASSAY_HOST_DEVICE inline double fill_element(const fill& rule, dtype type, std::uint64_t seed,
                                                           std::uint32_t tensor, std::int64_t index,
                                                           std::int64_t count) {
  return filled_tensor(rule, type, seed, tensor, count)[index];
}

}  // namespace assay
