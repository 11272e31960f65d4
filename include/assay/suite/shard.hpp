// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include "assay/core/error.hpp"

namespace assay {

/// A part of a plan, for one of several processes that run it together.
struct shard {
  std::size_t index = 0;  ///< from 0
  std::size_t count = 1;

  [[nodiscard]] bool whole() const { return count == 1; }
  /// "2/4", counted from 1, as it is written on a command line.
  [[nodiscard]] std::string text() const { return std::to_string(index + 1) + "/" + std::to_string(count); }
  /// "2of4", as a part of the name of a file.
  [[nodiscard]] std::string file_text() const {
    return std::to_string(index + 1) + "of" + std::to_string(count);
  }

  friend bool operator==(const shard&, const shard&) = default;
};

/// As many as anybody has; more is taken for a mistake.
inline constexpr std::size_t most_shards = 1'000'000;

/// A whole number from `least` to most_shards. Throws usage_error that names `what`.
[[nodiscard]] inline std::size_t parse_shard_number(const std::string& what, const std::string& text,
                                                    std::size_t least) {
  std::size_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size() || value < least || value > most_shards)
    throw usage_error(what + " is '" + text + "'; expected a whole number from " + std::to_string(least) +
                      " to " + std::to_string(most_shards));
  return value;
}

/// "2/4": the second of four. Counted from 1, as Playwright, Jest and nextest do where they are given both
/// numbers as one; variables of the environment count from 0, each in its own way (shard_environment.hpp).
/// Throws usage_error.
[[nodiscard]] inline shard parse_shard(const std::string& text) {
  const std::string expected = "--shard " + text + ": expected I/N, the I-th of N counted from 1, e.g. 1/4";
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) throw usage_error(expected);
  try {
    const std::size_t index = parse_shard_number("I", text.substr(0, slash), 1);
    const std::size_t count = parse_shard_number("N", text.substr(slash + 1), 1);
    if (index > count) throw usage_error("there is no shard " + text);
    return {index - 1, count};
  } catch (const usage_error& e) {
    throw usage_error(expected + "; " + e.what());
  }
}

/// For each cost the shard that has it. The largest first, each to the shard that has least so far (Graham
/// 1969, "Bounds on multiprocessing timing anomalies": at most 4/3 of the best); of equal ones the first.
/// So every process that knows the same costs comes to the same answer, and none has to ask another.
[[nodiscard]] inline std::vector<std::size_t> assign_to_shards(const std::vector<double>& costs,
                                                               std::size_t count) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  struct load {
    double cost;
    std::size_t shard;
    bool operator<(const load& other) const {  // the least is at the front of the heap
      return cost > other.cost || (cost == other.cost && shard > other.shard);
    }
  };
  std::vector<load> loads;
  for (std::size_t s = 0; s < count; ++s) loads.push_back({0.0, s});
  std::vector<std::size_t> assigned(costs.size());
  for (const std::size_t item : order) {
    std::pop_heap(loads.begin(), loads.end());
    assigned[item] = loads.back().shard;
    loads.back().cost += costs[item];
    std::push_heap(loads.begin(), loads.end());
  }
  return assigned;
}

}  // namespace assay
