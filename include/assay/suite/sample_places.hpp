// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/numeric/random.hpp"

namespace assay {

/// Places along one extent where the tiles of kernels begin and end: t − 1, t, t + 1 for the usual tile sizes
/// t, and the same around the beginning of the last tile. The commonest tile sizes come first; none is there
/// twice.
[[nodiscard]] inline std::vector<std::int64_t> tile_edges(std::int64_t extent) {
  std::vector<std::int64_t> places;
  const auto add = [&](std::int64_t place) {
    if (place >= 0 && place < extent && std::find(places.begin(), places.end(), place) == places.end())
      places.push_back(place);
  };
  for (const std::int64_t tile : {128, 64, 16, 32, 256, 8}) {
    const std::int64_t last = (extent - 1) / tile * tile;
    for (const std::int64_t edge : {tile, last})
      for (const std::int64_t place : {edge - 1, edge, edge + 1}) add(place);
  }
  return places;
}

/// Which elements of a tensor, or rows of a larger one, stand for all: ascending, each once, at most `count`
/// unless the corners and ends alone are more. All corners (up to 256) and `ends` at either end of the flat
/// array; half of what remains at the tile edges of each extent, the other coordinates at tile edges and
/// anywhere in turn; the rest at random. The same for the same seed.
[[nodiscard]] inline std::vector<std::int64_t> sample_places(const std::vector<std::int64_t>& extents,
                                                             std::uint64_t seed, std::int64_t count,
                                                             std::int64_t ends) {
  std::int64_t total = 1;
  for (const std::int64_t extent : extents) total *= extent;
  std::vector<std::int64_t> places;
  if (total <= count) {
    for (std::int64_t i = 0; i < total; ++i) places.push_back(i);
    return places;
  }
  const auto left = [&] { return count - static_cast<std::int64_t>(places.size()); };

  for (std::uint64_t corner = 0; corner < (std::uint64_t{1} << std::min<std::size_t>(extents.size(), 8));
       ++corner) {
    std::int64_t index = 0;
    for (std::size_t d = 0; d < extents.size(); ++d)
      index = index * extents[d] + (corner >> d & 1 ? extents[d] - 1 : 0);
    places.push_back(index);
  }
  for (std::int64_t i = 0; i < std::min(ends, total / 2); ++i) {
    places.push_back(i);
    places.push_back(total - 1 - i);
  }

  std::uint64_t draws = 0;
  const auto below = [&](std::int64_t bound) {
    constexpr std::uint64_t stream = 0xFFFF'FFFFu;  // no tensor has this number
    return static_cast<std::int64_t>(
        random_below(random_bits(random_at(seed, stream, draws++)), static_cast<std::uint64_t>(bound)));
  };
  std::vector<std::vector<std::int64_t>> edges;
  std::size_t most = 0;
  for (const std::int64_t extent : extents) {
    edges.push_back(tile_edges(extent));
    most = std::max(most, edges.back().size());
  }
  const std::int64_t at_edges = left() / 2;
  std::int64_t taken = 0;
  for (const bool others_at_edges : {true, false})
    for (std::size_t edge = 0; edge < most; ++edge)
      for (std::size_t d = 0; d < extents.size(); ++d) {
        if (edge >= edges[d].size() || taken++ >= at_edges) continue;
        std::int64_t index = 0;
        for (std::size_t other = 0; other < extents.size(); ++other) {
          const auto& choice = edges[other];
          const std::int64_t place =
              other == d ? choice[edge]
              : others_at_edges && !choice.empty()
                  ? choice[static_cast<std::size_t>(below(static_cast<std::int64_t>(choice.size())))]
                  : below(extents[other]);
          index = index * extents[other] + place;
        }
        places.push_back(index);
      }
  while (left() > 0) places.push_back(below(total));

  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace assay
