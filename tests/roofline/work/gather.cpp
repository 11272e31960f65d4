// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/gather.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <vector>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::random_shapes;

namespace {

/// Indices of `unique` different rows, each at least once: rows side by side, or apart.
std::vector<std::int64_t> indices_of(random_shapes& pick, std::int64_t count, std::int64_t unique,
                                     std::int64_t distance) {
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < count; ++i)
    result.push_back((i < unique ? i : pick(0, unique - 1)) * distance);
  return result;
}

}  // namespace

TEST_CASE("gather and scatter: by hand", "[roofline]") {
  // 1000 lookups of 600 different rows of 128 bf16, which are 8 sectors each.
  const work embedding = work::gather{
      .table_rows = 32000, .width = 128, .indices = 1000, .unique_rows = 600, .type = dtype::bf16};
  CHECK(embedding.dram_bytes_read == 600 * 256 + 8000);
  CHECK(embedding.dram_bytes_written == 256000);
  // Single floats: 8 share a sector, unless they lie apart.
  work::gather floats{.table_rows = 1 << 20, .width = 1, .indices = 100, .unique_rows = 100};
  CHECK(work(floats).dram_bytes_read == 13 * 32 + 800);
  floats.apart = true;
  CHECK(work(floats).dram_bytes_read == 100 * 32 + 800);
  floats.table_rows = 160;  // only 20 sectors in all
  CHECK(work(floats).dram_bytes_read == 20 * 32 + 800);
  // Rows without elements: nobody needs to know which.
  CHECK(differences(work::gather{.table_rows = 9, .width = 0, .indices = 9, .unique_rows = 3}, work()) == "");
  CHECK(differences(work::scatter{.table_rows = 9, .width = 0, .indices = 9, .unique_rows = 3, .adds = true},
                    work()) == "");
}

TEST_CASE("gather: what a plain loop does", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t width = pick(1, 20), unique = pick(1, 9), count = unique + pick(0, 9);
    const auto type = pick.one_of({dtype::fp64, dtype::fp32, dtype::bf16});
    const std::int64_t row = bytes_for(type, width);
    // Rows that lie this far apart begin at sectors and share none.
    const std::int64_t apart = std::lcm(row, std::int64_t{32}) / row;
    const bool scattered = pick.flip();
    const std::int64_t distance = scattered ? apart : 1, table = unique * distance;
    counter seen;
    counted_array& values = seen.array_in_sectors(type, table * width);
    counted_array &index = seen.array(dtype::int32, count), &y = seen.array(type, count * width);
    const std::vector<std::int64_t> chosen = indices_of(pick, count, unique, distance);
    for (std::int64_t i = 0; i < count; ++i) {
      (void)index.read(i);
      for (std::int64_t c = 0; c < width; ++c)
        y.write(i * width + c, values.read(chosen[static_cast<std::size_t>(i)] * width + c));
    }
    const work::gather claimed{table, width, count, unique, type, dtype::int32, scattered};
    CHECK(differences(claimed, seen.total(resource::fp32)) == "");
  }
}

TEST_CASE("scatter: what a plain loop does", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t width = pick(1, 5) * 8, unique = pick(1, 9), count = unique + pick(0, 9);
    const bool adds = pick.flip();
    counter seen;
    counted_array& table = seen.array_in_sectors(dtype::fp32, 12 * width);
    counted_array &index = seen.array(dtype::int64, count), &x = seen.array(dtype::fp32, count * width);
    const std::vector<std::int64_t> chosen = indices_of(pick, count, unique, 1);
    for (std::int64_t i = 0; i < count; ++i) {
      (void)index.read(i);
      const std::int64_t row = chosen[static_cast<std::size_t>(i)];
      const auto same = [&](std::int64_t other) { return other == row; };
      // Without adding, the last of several values for a row is all that need be read.
      if (!adds && std::any_of(chosen.begin() + i + 1, chosen.end(), same)) continue;
      for (std::int64_t c = 0; c < width; ++c)
        table.write(row * width + c,
                    adds ? table.read(row * width + c) + x.read(i * width + c) : x.read(i * width + c));
    }
    const work::scatter claimed{
        .table_rows = 12, .width = width, .indices = count, .unique_rows = unique, .adds = adds};
    CHECK(differences(claimed, seen.total(resource::fp32)) == "");
  }
}

TEST_CASE("the least number of different rows", "[roofline]") {
  CHECK(least_unique_rows(1, 100) == 1);
  CHECK(least_unique_rows(100, 0) == 0);
  CHECK(least_unique_rows(0, 0) == 0);
  CHECK(least_unique_rows(1'000'000, 1) == 1);
  CHECK(least_unique_rows(1'000'000, 2) == 1);
  // 32000(1 − (1 − 1/32000)^8192) = 7227.8, less √(8192 · 27.631 / 2) = 336.4
  CHECK(least_unique_rows(32000, 8192) == 6891);
  // No draw names fewer, while half of them name fewer than are expected.
  int fewer_than_expected = 0;
  random_shapes pick(11);
  for (int draw = 0; draw < 200; ++draw) {
    std::set<std::int64_t> drawn;
    for (int i = 0; i < 500; ++i) drawn.insert(pick(1, 1000));
    const auto different = static_cast<std::int64_t>(drawn.size());
    CHECK(different >= least_unique_rows(1000, 500));
    fewer_than_expected += different < expected_unique_rows(1000, 500);
  }
  CHECK(fewer_than_expected > 50);
}

TEST_CASE("the expected number of different rows", "[roofline]") {
  CHECK(expected_unique_rows(1, 100) == 1);
  CHECK(expected_unique_rows(100, 0) == 0);
  CHECK(expected_unique_rows(0, 0) == 0);
  CHECK(expected_unique_rows(1'000'000, 1) == 1);
  CHECK(expected_unique_rows(1'000'000, 1'000'000) == 632121);  // R(1 − 1/e), and a bit
  std::set<std::int64_t> drawn;
  random_shapes pick(7);
  for (int i = 0; i < 5000; ++i) drawn.insert(pick(1, 10000));
  CHECK(static_cast<double>(drawn.size()) ==
        Approx(static_cast<double>(expected_unique_rows(10000, 5000))).epsilon(0.02));
}
