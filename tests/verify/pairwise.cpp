// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/pairwise.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

using assay::pairwise_cover;

namespace {

using rows = std::vector<std::vector<std::size_t>>;

rows all_rows(const std::vector<std::size_t>& levels) {
  pairwise_cover cover(levels);
  rows result;
  while (!cover.done() && result.size() < 100000) result.push_back(cover.next());
  return result;
}

/// Pairs of levels that are in no row; every level of a single factor stands for itself.
std::size_t uncovered(const rows& all, const std::vector<std::size_t>& levels) {
  std::size_t missing = 0;
  for (std::size_t f = 0; f < levels.size(); ++f)
    for (std::size_t g = 0; g < levels.size(); ++g) {
      if (g > f || (g == f && levels.size() > 1)) continue;
      for (std::size_t a = 0; a < levels[f]; ++a)
        for (std::size_t b = 0; b < levels[g]; ++b)
          missing += (f != g || a == b) && std::none_of(all.begin(), all.end(), [&](const auto& row) {
                       return row[f] == a && row[g] == b;
                     });
    }
  return missing;
}

}  // namespace

TEST_CASE("the check for pairs finds those that are missing") {
  CHECK(uncovered({{0, 0}, {0, 1}, {1, 0}}, {2, 2}) == 1);
  CHECK(uncovered({{0, 0}, {0, 1}, {1, 0}, {1, 1}}, {2, 2}) == 0);
  CHECK(uncovered({{0}, {2}}, {3}) == 1);
  CHECK(uncovered({}, {2, 3}) == 6);
}

TEST_CASE(
    "every pair of levels is in a row, and the rows are hardly more than the two largest factors need") {
  const std::vector<std::size_t> sizes[] = {{1},
                                            {5},
                                            {2, 2},
                                            {3, 3, 3},
                                            {7, 2, 5, 3},
                                            {1, 1, 1},
                                            {12, 12, 12},
                                            {30, 28, 30, 7, 2},
                                            {2, 2, 2, 2, 2, 2, 2, 2, 2, 2}};
  for (const auto& levels : sizes) {
    const rows all = all_rows(levels);
    std::vector<std::size_t> sorted = levels;
    std::sort(sorted.rbegin(), sorted.rend());
    const std::size_t least = sorted[0] * (sorted.size() > 1 ? sorted[1] : 1);
    CAPTURE(levels.size(), least, all.size());
    CHECK(uncovered(all, levels) == 0);
    CHECK(all.size() >= least);
    CHECK(all.size() <= least + least / 2 + 6);
    for (const auto& row : all)
      for (std::size_t f = 0; f < levels.size(); ++f) REQUIRE(row[f] < levels[f]);
  }
}

TEST_CASE("any sizes are covered") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    std::vector<std::size_t> levels;
    const assay::random_block dice = assay::random_at(seed, 0, 0);
    for (std::uint32_t f = 0; f < 1 + dice.word[0] % 6; ++f)
      levels.push_back(1 + assay::random_at(seed, 1, f).word[0] % 9);
    CAPTURE(seed);
    CHECK(uncovered(all_rows(levels), levels) == 0);
  }
}

TEST_CASE("the first rows have another level in every factor") {
  pairwise_cover cover({8, 9, 10});
  for (std::size_t f = 0; f < 3; ++f) {
    pairwise_cover again({8, 9, 10});
    std::set<std::size_t> seen;
    for (int i = 0; i < 8; ++i) seen.insert(again.next()[f]);
    CHECK(seen.size() == 8);
  }
  CHECK(cover.next() == std::vector<std::size_t>{0, 0, 0});
}

TEST_CASE("the same factors give the same rows") { CHECK(all_rows({5, 6, 7}) == all_rows({5, 6, 7})); }

TEST_CASE("a factor without levels leaves nothing to be covered, and no factor one row of nothing") {
  CHECK(pairwise_cover({3, 0, 2}).done());
  CHECK(all_rows({}) == rows{{}});
}
