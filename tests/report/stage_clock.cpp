// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/stage_clock.hpp"

#include <string>
#include <utility>
#include <vector>

#include "assay/report/summary_line.hpp"
#include "support/catch.hpp"
#include "support/records.hpp"

namespace {

using stages = std::vector<std::pair<std::string, double>>;

struct clock_in_hand final : assay::stage_clock {
  double now = 100.0;
  [[nodiscard]] double seconds_now() const override { return now; }
};

}  // namespace

TEST_CASE("each stage lasts until the next one of its case or its end", "[report]") {
  clock_in_hand clock;
  const assay::plan_item item;
  CHECK(clock.seconds().empty());
  clock.on_progress(0, item, "oracle");
  clock.now += 2;
  clock.on_progress(0, item, "verify fast one");
  clock.now += 1;
  clock.on_progress(0, item, "verify another");
  clock.now += 1;
  clock.on_progress(0, item, "time");
  clock.now += 8;
  clock.on_item_done(0);
  clock.now += 1000;  // between cases
  clock.on_item_done(0);
  clock.on_progress(1, item, "verifying is another word");
  clock.now += 0.5;
  clock.on_item_done(1);
  CHECK(clock.seconds() == stages{{"time", 8}, {"oracle", 2}, {"verify", 2}, {"other", 0.5}});
}

TEST_CASE("cases that run at once each have their own stage", "[report]") {
  clock_in_hand clock;
  const assay::plan_item item;
  clock.on_progress(0, item, "oracle");
  clock.now += 1;
  clock.on_progress(1, item, "fuzz");
  clock.now += 2;
  clock.on_item_done(0);
  clock.now += 4;
  clock.on_item_done(1);
  CHECK(clock.seconds() == stages{{"fuzz", 6}, {"oracle", 3}});
}

TEST_CASE("the last line tells where the time of a long run went", "[report]") {
  assay::report_input input;
  input.stages = {{"time", 6.0}, {"oracle", 3.0}};
  CHECK(assay::summary_line(input) == "0 of 0 cases run");
  input.stages.push_back({"fuzz", 1.0});
  CHECK(assay::summary_line(input) == "0 of 0 cases run; time 6.00 s, oracle 3.00 s, fuzz 1.00 s");
}
