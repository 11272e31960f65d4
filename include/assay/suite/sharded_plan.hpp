// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "assay/suite/plan.hpp"
#include "assay/suite/shard.hpp"

namespace assay {

/// A plan, and which of the processes that run it together has which of its items.
struct sharded_plan {
  std::vector<plan_item> all;
  std::vector<std::size_t> shard_of;  ///< for each of all items, from 0
  shard part;                         ///< that this process runs

  /// The items of this process, in the order of the plan.
  [[nodiscard]] std::vector<plan_item> own() const {
    std::vector<plan_item> items;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (shard_of[i] == part.index) items.push_back(all[i]);
    return items;
  }
};

/// Cuts a plan into parts that take about the same time, `seconds` of an item (item_cost.hpp). Every process
/// that has the same plan and the same seconds cuts it in the same way.
template <class Seconds>
[[nodiscard]] sharded_plan cut_plan(std::vector<plan_item> all, shard part, const Seconds& seconds) {
  sharded_plan cut{std::move(all), {}, part};
  std::vector<double> costs(cut.all.size(), 1.0);
  for (std::size_t i = 0; i < costs.size() && !part.whole(); ++i) costs[i] = seconds(cut.all[i]);
  cut.shard_of = assign_to_shards(costs, part.count);
  return cut;
}

}  // namespace assay
