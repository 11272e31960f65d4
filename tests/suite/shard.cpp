// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/shard.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "assay/suite/item_cost.hpp"
#include "assay/suite/sharded_plan.hpp"
#include "support/catch.hpp"
#include "support/messages.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::message_of;

TEST_CASE("a shard is written as the I-th of N, counted from 1", "[suite]") {
  CHECK(parse_shard("1/4") == shard{0, 4});
  CHECK(parse_shard("4/4") == shard{3, 4});
  CHECK(parse_shard("1/1").whole());
  CHECK(shard{1, 4}.text() == "2/4");
  CHECK(shard{1, 4}.file_text() == "2of4");
}

TEST_CASE("what is no shard is refused with what was expected", "[suite]") {
  for (const char* text : {"", "1", "/", "1/", "/4", "0/4", "5/4", "1/0", "-1/4", "+1/4", "1/-4", "1/4/4",
                           " 1/4", "1/4 ", "a/b", "1.0/4", "0x1/4", "1/1000001", "99999999999999999999/4"}) {
    CAPTURE(text);
    const std::string why = message_of<usage_error>([&] { static_cast<void>(parse_shard(text)); });
    CHECK(has(why, "--shard " + std::string(text) + ": expected I/N, the I-th of N counted from 1"));
  }
  CHECK(has(message_of<usage_error>([] { static_cast<void>(parse_shard("0/4")); }),
            "I is '0'; expected a whole number from 1"));
  CHECK(has(message_of<usage_error>([] { static_cast<void>(parse_shard("5/4")); }), "there is no shard 5/4"));
}

TEST_CASE("each item has one shard, and shards take about the same time", "[suite]") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    std::uint64_t state = seed;
    const auto next = [&] { return state = state * 6364136223846793005u + 1442695040888963407u; };
    const std::size_t count = 1 + (next() >> 33) % 9;
    std::vector<double> costs((next() >> 33) % 100);
    double total = 0, largest = 0;
    for (double& cost : costs) {
      cost = static_cast<double>(1 + (next() >> 33) % 1000);
      total += cost;
      largest = std::max(largest, cost);
    }
    const std::vector<std::size_t> assigned = assign_to_shards(costs, count);
    REQUIRE(assigned.size() == costs.size());
    CHECK(assigned == assign_to_shards(costs, count));
    std::vector<double> loads(count);
    for (std::size_t i = 0; i < costs.size(); ++i) loads.at(assigned[i]) += costs[i];
    // No schedule is shorter than the mean or the largest item; this one is at most 4/3 − 1/(3n) of the best.
    const double busiest = *std::max_element(loads.begin(), loads.end());
    CHECK(busiest <= total / static_cast<double>(count) + largest);
  }
}

TEST_CASE("the largest items go to shards of their own", "[suite]") {
  CHECK(assign_to_shards({1, 1, 10, 1, 10, 1}, 3) == std::vector<std::size_t>{2, 2, 0, 2, 1, 2});
  CHECK(assign_to_shards({1, 1, 1, 1}, 2) == std::vector<std::size_t>{0, 1, 0, 1});
  CHECK(assign_to_shards({5, 1}, 4) == std::vector<std::size_t>{0, 1});
  CHECK(assign_to_shards({}, 4).empty());
  CHECK(assign_to_shards({3, 2, 1}, 1) == std::vector<std::size_t>{0, 0, 0});
}

TEST_CASE("a plan is cut into parts that make it up", "[suite]") {
  const auto definition = support::problem_named("saxpy", [](support::host_problem& p) {
    const auto n = p.axis("n", {1, 2, 3, 4, 5, 6, 7, 100'000'000});
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("fast", [] {});
  });
  const std::vector<plan_item> plan = support::plan_of(definition);
  const auto seconds = [](const plan_item& item) { return estimated_seconds(item, {}); };
  CHECK(cut_plan(plan, {}, seconds).own().size() == 8);
  for (const std::size_t count : {2u, 3u, 8u, 20u}) {
    std::set<std::string> seen;
    for (std::size_t index = 0; index < count; ++index) {
      const sharded_plan cut = cut_plan(plan, {index, count}, seconds);
      CHECK(cut.all.size() == 8);
      for (const plan_item& item : cut.own()) CHECK(seen.insert(to_string(item.values)).second);
    }
    CHECK(seen.size() == 8);
  }
  // The large case alone is more than all others.
  CHECK(cut_plan(plan, {0, 2}, seconds).own().size() == 1);
  CHECK(cut_plan(plan, {1, 2}, seconds).own().size() == 7);
}

TEST_CASE("an item's time grows with its work, its candidates and what is done with it", "[suite]") {
  const auto definition = support::problem_named("gemm", [](support::host_problem& p) {
    const auto n = p.axis("n", {8, 512});
    const auto c = p.output<float>("c", {n, n});
    p.flops(2.0 * static_cast<double>(n) * static_cast<double>(n) * static_cast<double>(n));
    p.oracle([=](auto at) { at(c)[0] = 0.0; });
    p.candidate("fast", [] {});
    p.candidate("other", [] {});
  });
  const std::vector<plan_item> plan = support::plan_of(definition);
  run_options options;
  const double small = estimated_seconds(plan[0], options), large = estimated_seconds(plan[1], options);
  CHECK(small > 0);
  CHECK(large > small);
  CHECK(large == estimated_seconds(plan[1], options));
  plan_item half = plan[1];
  half.candidates.pop_back();
  CHECK(estimated_seconds(half, options) < large);
  options.time = false;
  CHECK(estimated_seconds(plan[1], options) < large);
  options.fuzz.seconds = 30.0;
  CHECK(estimated_seconds(plan[1], options) > large + 20.0);
  // A case that there is not has a record all the same, and costs something.
  plan_item odd = plan[1];
  odd.positions = {7};
  CHECK(estimated_seconds(odd, options) > 0);
}
