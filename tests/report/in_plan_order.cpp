// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/in_plan_order.hpp"

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace assay;

namespace {

/// Writes down what it is told.
struct listener final : run_observer {
  std::vector<std::string> told;
  void on_no_device(const std::string& why) override { told.push_back("absent " + why); }
  void on_output(const std::string& text) override { told.push_back("printed " + text); }
  void on_parallel_timing(const parallel_judgement& answer) override { told.push_back(answer.reason); }
  void on_record(const record& r) override { told.push_back(r.candidate); }
  void on_item_done(std::size_t item) override { told.push_back("done " + std::to_string(item)); }
};

void finish_item(run_observer& observer, std::size_t item) {
  for (const char* candidate : {"a", "b"}) {
    record r;
    r.candidate = candidate + std::to_string(item);
    observer.on_record(r);
  }
  observer.on_item_done(item);
}

}  // namespace

TEST_CASE("records come in the order of the plan, and as soon as they can", "[report]") {
  listener to;
  in_plan_order order(to);
  finish_item(order, 1);
  CHECK(to.told.empty());
  order.on_no_device("x");
  order.on_output("y");
  order.on_parallel_timing({true, "z"});
  CHECK(to.told == std::vector<std::string>{"absent x", "printed y", "z"});
  to.told.clear();
  finish_item(order, 0);
  CHECK(to.told == std::vector<std::string>{"a0", "b0", "done 0", "a1", "b1", "done 1"});
  to.told.clear();
  finish_item(order, 2);
  CHECK(to.told == std::vector<std::string>{"a2", "b2", "done 2"});
}

TEST_CASE("what waits behind an item that is never done comes at the end", "[report]") {
  listener to;
  in_plan_order order(to);
  finish_item(order, 3);
  finish_item(order, 1);
  CHECK(to.told.empty());
  order.finish();
  CHECK(to.told == std::vector<std::string>{"a1", "b1", "done 1", "a3", "b3", "done 3"});
  order.finish();
  CHECK(to.told.size() == 6);
}

TEST_CASE("nothing is lost in any order", "[report]") {
  const auto seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::vector<std::size_t> items(20);
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = i;
  listener sorted;
  for (const std::size_t i : items) finish_item(sorted, i);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(items.begin(), items.end(), random);
    listener to;
    in_plan_order order(to);
    for (const std::size_t i : items) finish_item(order, i);
    CHECK(to.told == sorted.told);
  }
}
