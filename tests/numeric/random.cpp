// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/numeric/random.hpp"

#include <cstdint>

#include "support/catch.hpp"

TEST_CASE("Philox4x32-10 gives the known answers of Random123") {
  // tests/kat_vectors of Random123 1.14, the lines "philox4x32 10": counter, key, expected.
  const struct {
    assay::random_block counter;
    std::uint32_t key[2];
    assay::random_block expected;
  } known[] = {
      {{{0, 0, 0, 0}}, {0, 0}, {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}},
      {{{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}},
       {0xffffffff, 0xffffffff},
       {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}},
      {{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
       {0xa4093822, 0x299f31d0},
       {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}},
  };
  for (const auto& k : known) {
    const assay::random_block got = assay::philox4x32_10(k.counter, k.key[0], k.key[1]);
    for (int i = 0; i < 4; ++i) CHECK(got.word[i] == k.expected.word[i]);
  }
  const assay::random_block same =
      assay::random_at(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88);
  for (int i = 0; i < 4; ++i) CHECK(same.word[i] == known[2].expected.word[i]);
}

TEST_CASE("unit_interval spans [0, 1) and keeps 53 bits") {
  CHECK(assay::unit_interval(0) == 0.0);
  CHECK(assay::unit_interval(~std::uint64_t{0}) == 1.0 - 0x1p-53);
  CHECK(assay::unit_interval(std::uint64_t{1} << 11) == 0x1p-53);
  CHECK(assay::unit_interval(std::uint64_t{1} << 63) == 0.5);
}

TEST_CASE("random_below is the upper half of a 128-bit product") {
  const std::uint64_t all = ~std::uint64_t{0};
  CHECK(assay::random_below(all, 1) == 0);
  CHECK(assay::random_below(all, 10) == 9);
  CHECK(assay::random_below(all, all) == all - 1);
  CHECK(assay::random_below(std::uint64_t{1} << 63, 7) == 3);
  const std::uint64_t seed = 7;
  CAPTURE(seed);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const assay::random_block block = assay::random_at(seed, 0, i);
    const std::uint64_t x = assay::random_bits(block, 0), y = assay::random_bits(block, 1);
    __extension__ using wide = unsigned __int128;
    if (assay::random_below(x, y) != static_cast<std::uint64_t>(static_cast<wide>(x) * y >> 64))
      FAIL("wrong for " << x << " and " << y);
  }
}
