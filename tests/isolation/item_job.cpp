// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/item_job.hpp"

#include <poll.h>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/messages.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;

namespace {

/// What a worker that does this (fake/worker.cpp) makes of the candidates a and b. `is_new`: whether the next
/// question would go to another process.
std::vector<record> records_of(const std::string& what, bool* is_new = nullptr) {
  const problem_definition definition = support::problem_named("case", [](support::host_problem&) {});
  const support::empty_registry none;  // as the fake worker has none
  const plan_item item{&definition, {}, {}, {"a", "b"}};
  worker_seat seat(
      {.program = ASSAY_FAKE_WORKER, .arguments = {"fake"}, .environment = {{"ASSAY_FAKE", what}}}, 5.0);
  item_job job(item, {}, "a device");
  bool left = job.ask(seat, json::object());
  for (const double start = watching_clock(); left && watching_clock() - start < 20.0;) {
    std::vector<pollfd> waiting = seat.waits_for();
    ::poll(waiting.data(), waiting.size(), 20);
    for (const worker_event& e : seat.read()) {
      if (!job.take(e, seat, [](const std::string&) {})) continue;
      left = job.ask(seat, json::object());
      break;
    }
  }
  REQUIRE_FALSE(left);
  if (is_new) *is_new = seat.is_new();
  return job.records();
}

}  // namespace

TEST_CASE("who is said to be done and has no record is not passed over", "[isolation]") {
  const std::vector<record> records = records_of("leaves a record out");
  REQUIRE(records.size() == 2);
  CHECK(records[0].verdict.outcome == outcome::correct);  // alone
  CHECK(records[1].candidate == "b");
  CHECK(records[1].verdict.outcome == outcome::invalid);
  CHECK(has(records[1].verdict.reason, "no record of 'b' came"));
}

TEST_CASE("a process in which CUPTI was enabled times no other case", "[isolation]") {
  bool is_new = false;
  CHECK(records_of("is timed by CUPTI", &is_new).at(0).time->cupti);
  CHECK(is_new);
  CHECK(records_of("has a record of each", &is_new).size() == 2);
  CHECK_FALSE(is_new);
}

TEST_CASE("a record of another case is none of this one", "[isolation]") {
  for (const record& r : records_of("sends another case's record")) {
    CHECK(r.problem == "case");
    CHECK(r.verdict.outcome == outcome::invalid);
    CHECK(has(r.verdict.reason, "a record came that is of another case (another, a)"));
  }
}

TEST_CASE("candidates that all lack memory have one more try, each in a process of its own", "[isolation]") {
  const std::vector<record> records = records_of("lacks memory for several");
  REQUIRE(records.size() == 2);
  for (const record& r : records) {
    CHECK(r.verdict.outcome == outcome::correct);
    REQUIRE(r.findings.size() == 1);
    CHECK(has(r.findings[0].message, "it ran to its end alone, but with others, cudaMalloc(9 bytes)"));
  }
}

TEST_CASE("who says that its launches took longer than anybody saw pass is not believed", "[isolation]") {
  const std::vector<record> records = records_of("takes longer than it had");
  REQUIRE(records.size() == 2);
  CHECK(records[0].verdict.outcome == outcome::correct);
  CHECK(records[0].findings.empty());
  CHECK(records[1].candidate == "b");
  CHECK(records[1].verdict.outcome == outcome::invalid);
  CHECK(has(records[1].verdict.reason, "its timed launches add up to"));
  CHECK_FALSE(records[1].time);
}
