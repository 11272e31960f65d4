// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/numeric/random.hpp"

#include <cstdint>

#include "support/catch.hpp"

namespace {

template <int Rounds>
void check_known(const assay::random_block& counter, std::uint32_t key0, std::uint32_t key1,
                 const assay::random_block& expected) {
  const assay::random_block got = assay::philox4x32(counter, assay::philox_keys<Rounds>::of(key0, key1));
  CAPTURE(Rounds, key0);
  for (int i = 0; i < 4; ++i) CHECK(got.word[i] == expected.word[i]);
}

}  // namespace

TEST_CASE("Philox4x32 gives the known answers of Random123") {
  // tests/kat_vectors of Random123 1.14, the lines "philox4x32 7" and "philox4x32 10".
  const assay::random_block zeros = {{0, 0, 0, 0}};
  const assay::random_block ones = {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}};
  const assay::random_block pi = {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}};
  check_known<7>(zeros, 0, 0, {{0x5f6fb709, 0x0d893f64, 0x4f121f81, 0x4f730a48}});
  check_known<7>(ones, 0xffffffff, 0xffffffff, {{0x5207ddc2, 0x45165e59, 0x4d8ee751, 0x8c52f662}});
  check_known<7>(pi, 0xa4093822, 0x299f31d0, {{0x4dfccaba, 0x190a87f0, 0xc47362ba, 0xb6b5242a}});
  check_known<10>(zeros, 0, 0, {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}});
  check_known<10>(ones, 0xffffffff, 0xffffffff, {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}});
  const assay::random_block last = {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}};
  check_known<10>(pi, 0xa4093822, 0x299f31d0, last);
  const assay::random_block same =
      assay::random_at(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88);
  for (int i = 0; i < 4; ++i) CHECK(same.word[i] == last.word[i]);
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
