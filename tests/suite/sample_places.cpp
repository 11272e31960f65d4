// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/sample_places.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "support/catch.hpp"

using namespace assay;

namespace {

std::set<std::int64_t> as_set(const std::vector<std::int64_t>& places) {
  return {places.begin(), places.end()};
}

}  // namespace

TEST_CASE("tile edges are where tiles of 8 to 256 begin and end, near both ends", "[suite]") {
  const std::set<std::int64_t> edges = as_set(tile_edges(1000));
  for (const std::int64_t tile : {8, 16, 32, 64, 128, 256})
    for (const std::int64_t edge : {tile, 999 / tile * tile}) {
      CAPTURE(tile, edge);
      CHECK(edges.count(edge - 1) == 1);
      CHECK(edges.count(edge) == 1);
      CHECK(edges.count(edge + 1) == 1);
    }
  CHECK(tile_edges(1000).size() == edges.size());
  CHECK(tile_edges(0).empty());
  CHECK(tile_edges(1) == std::vector<std::int64_t>{0});
  CHECK(as_set(tile_edges(4096)).count(4096 - 128) == 1);  // where the last whole tile begins
  CHECK(*as_set(tile_edges(17)).rbegin() == 16);
}

TEST_CASE("all places are taken where there are no more than wanted", "[suite]") {
  CHECK(sample_places({2, 3}, 0, 6, 1) == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5});
  CHECK(sample_places({}, 0, 4, 1) == std::vector<std::int64_t>{0});
  CHECK(sample_places({0, 5}, 0, 4, 1).empty());
}

TEST_CASE("a sample has the corners, the ends, the tile edges of each extent, and others", "[suite]") {
  const std::vector<std::int64_t> extents = {3000, 5000};
  const std::vector<std::int64_t> places = sample_places(extents, 7, 4096, 512);
  CHECK(std::is_sorted(places.begin(), places.end()));
  const std::set<std::int64_t> chosen = as_set(places);
  CHECK(chosen.size() == places.size());
  CHECK(places.size() <= 4096);
  CHECK(places.size() > 4000);
  CHECK(places.front() == 0);
  CHECK(places.back() == 3000 * 5000 - 1);
  for (const std::int64_t corner : {4999, 2999 * 5000}) CHECK(chosen.count(corner) == 1);
  for (std::int64_t i = 0; i < 512; ++i) {
    CHECK(chosen.count(i) == 1);
    CHECK(chosen.count(3000 * 5000 - 1 - i) == 1);
  }
  std::set<std::int64_t> rows, columns;
  for (const std::int64_t place : places) {
    rows.insert(place / 5000);
    columns.insert(place % 5000);
  }
  for (const std::int64_t edge : tile_edges(3000)) CHECK(rows.count(edge) == 1);
  for (const std::int64_t edge : tile_edges(5000)) CHECK(columns.count(edge) == 1);
  CHECK(rows.size() > 1000);  // and the rest lies anywhere
}

TEST_CASE("a sample of 64 rows has those at the edges of the usual tiles, and others", "[suite]") {
  const std::set<std::int64_t> rows = as_set(sample_places({4096}, 3, 64, 2));
  CHECK(rows.size() <= 64);
  for (const std::int64_t edge : {0, 1, 127, 128, 129, 63, 64, 65, 15, 16, 17, 4094, 4095}) {
    CAPTURE(edge);
    CHECK(rows.count(edge) == 1);
  }
  CHECK(std::count_if(rows.begin(), rows.end(), [](std::int64_t r) { return r > 300 && r < 3800; }) >= 20);
}

TEST_CASE("a sample depends on the seed alone", "[suite]") {
  CHECK(sample_places({100, 1000}, 1, 256, 8) == sample_places({100, 1000}, 1, 256, 8));
  CHECK(sample_places({100, 1000}, 1, 256, 8) != sample_places({100, 1000}, 2, 256, 8));
}
