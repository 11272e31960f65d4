// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/run_collector.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::temporary_folder;

namespace {

/// Of one candidate.
const std::vector<plan_item>& some_plan() {
  static const std::vector<plan_item> plan =
      support::saxpy_plan({{}, name_filter("--candidate", "fast"), {}});
  return plan;
}
record numbered(std::int64_t n, std::int32_t line) { return support::numbered(n, "fast", line); }
environment of(const char* date) {
  environment where;
  where.date = date;
  return where;
}
/// "n=1:11 n=2:21"
std::string seen(const report_input& input) {
  std::string text;
  for (const record& r : input.records)
    text += (text.empty() ? "" : " ") + to_string(r.axes) + ":" + std::to_string(r.line);
  return text;
}

}  // namespace

TEST_CASE("what a run has come to can be had at any time", "[report]") {
  run_collector collected(of("now"), some_plan());
  collected.on_device({}, {});
  collected.on_no_device("no HIP device");
  collected.on_record(numbered(2, 20));  // devices that share a plan finish in any order
  collected.on_item_done(1);
  collected.on_record(numbered(1, 10));
  CHECK(collected.done() == 1);
  const report_input input = collected.finish();
  CHECK(seen(input) == "n=1:10 n=2:20");
  CHECK(input.planned == 3);
  CHECK(input.executed == 1);
  CHECK(input.no_device == std::vector<std::string>{"no HIP device"});
  REQUIRE(input.environments.size() == 1);
  CHECK(input.environments[0].devices.size() == 1);
}

TEST_CASE("records of a journal that is gone on with are put between new ones, each case once", "[report]") {
  const temporary_folder folder;
  const journal_head head = make_journal_head(
      "saxpy", json::object(), cut_plan(some_plan(), {}, [](const plan_item&) { return 1.0; }));
  {
    journal lines(folder / "a.jsonl", head, of("before"));
    lines.work_on(some_plan());
    lines.on_device({}, {});
    lines.on_record(numbered(3, 30));
    lines.on_item_done(2);
    lines.on_record(numbered(1, 10));  // cut short
    lines.on_record(numbered(2, 20));  // likewise
  }
  const journal lines(folder / "a.jsonl", head, of("now"), journal::opening::resume);
  SECTION("what was cut short and is measured again counts as it is now") {
    run_collector collected(of("now"), some_plan());
    const std::vector<plan_item> left = collected.take_over(lines, some_plan());
    CHECK(left.size() == 2);
    collected.on_device({}, {});
    collected.on_record(numbered(1, 11));
    collected.on_item_done(0);
    const report_input input = collected.finish();
    CHECK(seen(input) == "n=1:11 n=2:20 n=3:30");  // what is not yet there again is still there
    CHECK(input.executed == 2);
    CHECK(input.environments.size() == 2);
  }
  SECTION("who measured nothing has no part in it") {
    run_collector collected(of("now"), some_plan());
    static_cast<void>(collected.take_over(lines, some_plan()));
    const report_input input = collected.finish();
    CHECK(input.records.size() == 3);
    REQUIRE(input.environments.size() == 1);
    CHECK(input.environments[0].date == "before");
  }
}
