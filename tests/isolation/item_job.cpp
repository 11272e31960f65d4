// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/item_job.hpp"

#include <poll.h>

#include <cstdint>
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
std::vector<record> records_of(const std::string& what, const axis_values& values = {},
                               const run_options& options = {}, double patience = 5.0,
                               bool* is_new = nullptr) {
  const problem_definition definition = support::problem_named("case", [](support::host_problem&) {});
  const support::empty_registry none;  // as the fake worker has none
  const plan_item item{&definition, {}, values, {"a", "b"}};
  worker_seat seat(
      {.program = ASSAY_FAKE_WORKER, .arguments = {"fake"}, .environment = {{"ASSAY_FAKE", what}}}, patience);
  item_job job(item, options, "a device");
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
  CHECK(records_of("is timed by CUPTI", {}, {}, 5.0, &is_new).at(0).time->cupti);
  CHECK(is_new);
  CHECK(records_of("has a record of each", {}, {}, 5.0, &is_new).size() == 2);
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

TEST_CASE("who ends in a fuzz trial has the trial in its record, and its replay line", "[isolation]") {
  const axis_values values = {{"n", std::int64_t{64}}};
  run_options options;
  options.oracle_samples = 7;
  for (const char* const what : {"dies in a trial", "hangs in a trial"}) {
    const bool hangs = what[0] == 'h';
    const std::vector<record> records = records_of(what, values, options, hangs ? 0.5 : 5.0);
    REQUIRE(records.size() == 2);
    CHECK(records[1].verdict.outcome == outcome::correct);
    CHECK_FALSE(records[1].fuzz);
    const record& r = records[0];
    CAPTURE(r.verdict.reason);
    CHECK(r.axes == values);
    CHECK(r.verdict.outcome == outcome::failed);
    const std::string how =
        hangs ? "its process gave no sign of life for " : "its process ended (exit code 3)";
    CHECK(r.verdict.reason.starts_with("fuzz: n=17 seed=2 attack=one-hot offset=1: " + how));
    CHECK(has(r.verdict.reason, ", in its code on the host (fuzz)"));
    CHECK(r.verdict.reason.ends_with("; so twice") != hangs);
    CHECK(r.replay == "--replay 'case|a|n=17|seed=2|attack=one-hot|offset=1|samples=7'");
    REQUIRE(r.fuzz);
    CHECK(r.fuzz->trials == 2);
    CHECK(r.fuzz->seconds > 0.0);
    CHECK(r.fuzz->seconds < 20.0);
    REQUIRE(r.fuzz->first);
    REQUIRE(r.fuzz->smallest);
    CHECK(describe(*r.fuzz->first) == "n=17 seed=2 attack=one-hot offset=1");
    CHECK(describe(*r.fuzz->smallest) == describe(*r.fuzz->first));
    REQUIRE(r.fuzz->failure);
    CHECK(in_trial(*r.fuzz->first) + r.fuzz->failure->reason == r.verdict.reason);
  }
}

TEST_CASE("who ends while it is timed, or at a fence, has that in its replay line", "[isolation]") {
  const axis_values values = {{"n", std::int64_t{64}}};
  run_options options;
  options.seed = 3;
  options.layout.offset = 1;
  options.fence = fence_side::below;
  const record timed = records_of("dies in time", values, options).at(0);
  CHECK(timed.verdict.reason == "its process ended (exit code 3), in its code on the host (time); so twice");
  CHECK(timed.replay == "--replay 'case|a|n=64|seed=3|offset=1|timed=yes'");
  CHECK_FALSE(timed.fuzz);
  const record fenced = records_of("dies in fence", values, options).at(0);
  CHECK(fenced.verdict.reason ==
        "its process ended (exit code 3), in its code on the host (fence); so twice");
  CHECK(fenced.replay == "--replay 'case|a|n=64|seed=3|fence=below'");
  CHECK(records_of("dies in oracle", values, options).at(0).replay.empty());  // as the fake worker says
}

TEST_CASE("who ends when its fuzz trials are over did not end in one", "[isolation]") {
  const record r = records_of("dies behind its trials", {{"n", std::int64_t{64}}}).at(0);
  CHECK(r.verdict.outcome == outcome::failed);
  CHECK(r.verdict.reason == "its process ended (exit code 3), in its code on the host (fuzz); so twice");
  CHECK(r.replay.empty());  // as the fake worker says
  CHECK_FALSE(r.fuzz);
}

TEST_CASE("a fuzz trial of another case is none of this one", "[isolation]") {
  const std::vector<record> records = records_of("begins a trial of another case", {{"n", std::int64_t{64}}});
  REQUIRE(records.size() == 2);
  CHECK(records[0].verdict.outcome == outcome::invalid);
  CHECK(has(records[0].verdict.reason, "a fuzz trial came that is of another case (m=17 seed=1 "));
  CHECK_FALSE(records[0].fuzz);
  CHECK(records[1].verdict.outcome == outcome::correct);
}
