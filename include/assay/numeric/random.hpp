// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/core/host_device.hpp"

namespace assay {

/// 128 random bits, or the counter that they are made from.
struct random_block {
  std::uint32_t word[4];
};

/// What Philox4x32 adds in each of its rounds. Apart from it, so that who draws many blocks makes it once.
template <int Rounds>
struct philox_keys {
  std::uint32_t word[Rounds][2];

  [[nodiscard]] static ASSAY_HOST_DEVICE constexpr philox_keys of(std::uint32_t key0, std::uint32_t key1) {
    philox_keys keys{};
    for (int round = 0; round < Rounds; ++round) {
      keys.word[round][0] = key0;
      keys.word[round][1] = key1;
      key0 += 0x9E3779B9;  // the golden ratio
      key1 += 0xBB67AE85;  // √3 − 1
    }
    return keys;
  }
  [[nodiscard]] static ASSAY_HOST_DEVICE constexpr philox_keys of(std::uint64_t seed) {
    return of(static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
  }
};

/// Philox4x32: a random block that is a function of counter and key alone, so that element i needs no state
/// and no order. Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011); the
/// constants are those of its Random123 library. It passes BigCrush from 7 rounds on, and 10 are usual.
/// Integer arithmetic only: host and device agree.
template <int Rounds>
[[nodiscard]] ASSAY_HOST_DEVICE constexpr random_block philox4x32(random_block counter,
                                                                  const philox_keys<Rounds>& keys) {
  for (int round = 0; round < Rounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53} * counter.word[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * counter.word[2];
    counter = {{static_cast<std::uint32_t>(product1 >> 32) ^ counter.word[1] ^ keys.word[round][0],
                static_cast<std::uint32_t>(product1),
                static_cast<std::uint32_t>(product0 >> 32) ^ counter.word[3] ^ keys.word[round][1],
                static_cast<std::uint32_t>(product0)}};
  }
  return counter;
}

/// Random block number `index` in stream number `stream`.
template <int Rounds>
[[nodiscard]] ASSAY_HOST_DEVICE constexpr random_block random_at(const philox_keys<Rounds>& keys,
                                                                 std::uint64_t stream, std::uint64_t index) {
  return philox4x32<Rounds>({{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                              static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)}},
                            keys);
}
[[nodiscard]] ASSAY_HOST_DEVICE constexpr random_block random_at(std::uint64_t seed, std::uint64_t stream,
                                                                 std::uint64_t index) {
  return random_at(philox_keys<10>::of(seed), stream, index);
}

/// The first (`half` = 0) or the last (1) 64 bits of a block.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint64_t random_bits(const random_block& block, int half = 0) {
  return (static_cast<std::uint64_t>(block.word[2 * half + 1]) << 32) | block.word[2 * half];
}

/// A multiple of 2^-53 in [0, 1), from the upper 53 of 64 random bits. Exact.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr double unit_interval(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

/// A whole number in [0, bound), `bound` ≥ 1: the upper half of bits·bound. Each number's probability is
/// within 2^-64 of 1/bound. Lemire, "Fast random integer generation in an interval", 2019, without its
/// rejection step.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint64_t random_below(std::uint64_t bits,
                                                                     std::uint64_t bound) {
  const std::uint64_t low = 0xFFFFFFFF;
  const std::uint64_t low_low = (bits & low) * (bound & low);
  const std::uint64_t high_low = (bits >> 32) * (bound & low) + (low_low >> 32);
  const std::uint64_t low_high = (bits & low) * (bound >> 32) + (high_low & low);
  return (bits >> 32) * (bound >> 32) + (high_low >> 32) + (low_high >> 32);
}

}  // namespace assay
