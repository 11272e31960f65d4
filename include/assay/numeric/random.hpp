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

/// Philox4x32-10: a random block that is a function of counter and key alone, so that element i needs no
/// state and no order. Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11
/// (2011); the constants are those of its Random123 library. Integer arithmetic only: host and device agree.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr random_block philox4x32_10(random_block counter, std::uint32_t key0,
                                                                     std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53} * counter.word[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * counter.word[2];
    counter = {{static_cast<std::uint32_t>(product1 >> 32) ^ counter.word[1] ^ key0,
                static_cast<std::uint32_t>(product1),
                static_cast<std::uint32_t>(product0 >> 32) ^ counter.word[3] ^ key1,
                static_cast<std::uint32_t>(product0)}};
    key0 += 0x9E3779B9;  // the golden ratio
    key1 += 0xBB67AE85;  // √3 − 1
  }
  return counter;
}

/// The random block of element `index` in stream number `stream` of a seed.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr random_block random_at(std::uint64_t seed, std::uint64_t stream,
                                                                 std::uint64_t index) {
  return philox4x32_10({{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                         static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)}},
                       static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
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
