// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/score/gate_result.hpp"

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/records.hpp"

namespace {

using assay::candidate_role;
using assay::evaluate;
using assay::gate_answer;
using assay::gate_result;
using assay::outcome;
using assay::parse_gate;
using assay::record;
using assay::score_fast_p;
using support::correct;
using support::with_limit;
using support::with_outcome;
using support::with_role;
using support::with_speedup;
using support::with_time;

}  // namespace

TEST_CASE("baselines and counterexamples do not count") {
  for (const candidate_role role :
       {candidate_role::baseline, candidate_role::counterexample, candidate_role::reference}) {
    CAPTURE(to_string(role));
    const std::vector<record> records = {
        with_role(with_limit(with_time(with_speedup(correct(1), 9.0), 1.0), 1.0), role),
        with_role(with_outcome(correct(2), outcome::wrong), role)};
    CHECK(score_fast_p(records, 1.0).cases == 0);
    for (const char* text : {"sol>=0", "time<=9s", "speedup>=0", "fast_0>=0"}) {
      CAPTURE(text);
      CHECK(evaluate(parse_gate(text), records).answer == gate_answer::inconclusive);
    }
  }
}

TEST_CASE("with no records every condition is inconclusive") {
  for (const char* text : {"sol>=0", "sol<=9", "time<=9s", "speedup>=0", "fast_0>=0", "fast_0<=1"}) {
    CAPTURE(text);
    const gate_result result = evaluate(parse_gate(text), {});
    CHECK(result.answer == gate_answer::inconclusive);
    CHECK_FALSE(result.reason.empty());
    CHECK(result.condition.text == text);
  }
}

TEST_CASE("what was timed without being verified meets no condition") {
  const record unverified =
      with_outcome(with_limit(with_time(with_speedup(correct(1), 9.0), 1.0), 1.0), outcome::unchecked);
  for (const char* text : {"sol>=0", "time<=9s", "speedup>=0", "fast_0>=0", "geomean>=0", "geomean_time<=9s"})
    for (const bool alone : {true, false}) {
      CAPTURE(text, alone);
      std::vector<record> records = {unverified};
      if (!alone) records.push_back(with_limit(with_time(with_speedup(correct(2), 9.0), 1.0), 1.0));
      const gate_result result = evaluate(parse_gate(text), records);
      CHECK(result.answer == gate_answer::inconclusive);
      CHECK(result.reason.rfind(alone ? "1 of 1 candidates and cases are unverified" : "1 of 2 candidates",
                                0) == 0);
    }
  // What is too slow is, whether it is right or not.
  CHECK(evaluate(parse_gate("time<=1ms"), {unverified}).answer == gate_answer::not_met);
}

TEST_CASE("a candidate that may not be scored does not meet any condition") {
  for (const outcome what :
       {outcome::wrong, outcome::failed, outcome::invalid, outcome::suspect, outcome::unverifiable})
    for (const char* text : {"sol>=0", "sol<=9", "time<=9s", "time>=0s", "speedup>=0", "fast_0>=0.5"}) {
      CAPTURE(to_string(what), text);
      const record r = with_limit(with_time(with_speedup(correct(1), 9.0), 1.0), 0.5);
      REQUIRE(evaluate(parse_gate(text), {r}).answer == gate_answer::met);
      const gate_result result = evaluate(parse_gate(text), {with_outcome(r, what)});
      CHECK(result.answer == gate_answer::not_met);
    }
  const gate_result result =
      evaluate(parse_gate("time<=9s"), {with_outcome(with_time(correct(7), 1.0), outcome::wrong)});
  CHECK(result.reason == "saxpy n=7, kernel: wrong");
}

TEST_CASE("a figure that is missing is inconclusive and never met") {
  for (const char* text : {"sol>=0", "sol<=9", "time<=9s", "speedup>=0"}) {
    CAPTURE(text);
    const gate_result result = evaluate(parse_gate(text), {correct(3)});
    CHECK(result.answer == gate_answer::inconclusive);
    CHECK(result.reason == "saxpy n=3, kernel: has no such figure");
  }
  const record timed = with_time(correct(3), 1.0);
  CHECK(evaluate(parse_gate("time<=9s"), {timed}).answer == gate_answer::met);
  CHECK(evaluate(parse_gate("sol>=0"), {timed}).answer == gate_answer::inconclusive);
  CHECK(evaluate(parse_gate("speedup>=0"), {timed}).answer == gate_answer::inconclusive);
  CHECK(evaluate(parse_gate("fast_0>=0"), {timed}).answer == gate_answer::inconclusive);
  record no_limit = timed;
  no_limit.limit.emplace();  // no ceiling was known
  CHECK(evaluate(parse_gate("sol>=0"), {no_limit}).answer == gate_answer::inconclusive);
}

TEST_CASE("every candidate must meet the condition and the first of the worst is told") {
  const record fast = with_time(correct(1), 1.0, 0.9, 1.1), slow = with_time(correct(2), 3.0, 2.9, 3.1),
               slower = with_time(correct(3), 4.0, 3.9, 4.1), unsure = with_time(correct(4), 2.0, 1.9, 2.1),
               missing = correct(5);
  const assay::gate g = parse_gate("time<=2s");
  const gate_result met = evaluate(g, {fast, fast});
  CHECK(met.answer == gate_answer::met);
  CHECK(met.reason == "2 candidates and cases");
  const gate_result doubtful = evaluate(g, {fast, unsure, missing});
  CHECK(doubtful.answer == gate_answer::inconclusive);
  CHECK(doubtful.reason ==
        "saxpy n=4, kernel: 2.00 s [1.90 s, 2.10 s]; 2 of 3 candidates and cases inconclusive");
  CHECK(evaluate(g, {fast, missing}).answer == gate_answer::inconclusive);
  for (const std::vector<record>& records :
       {std::vector<record>{fast, unsure, slow, slower}, std::vector<record>{slow, missing, fast, slower}}) {
    const gate_result result = evaluate(g, records);
    CHECK(result.answer == gate_answer::not_met);
    CHECK(result.reason ==
          "saxpy n=2, kernel: 3.00 s [2.90 s, 3.10 s]; 2 of 4 candidates and cases not met, 1 inconclusive");
  }
}

TEST_CASE("the ratio to the speed of light is highest where the time is lowest") {
  const record r = with_limit(with_time(correct(1), 2.0, 1.6, 2.5), 1.0);
  const std::optional<assay::score_value> value = assay::sol_ratio_of(r);
  REQUIRE(value);
  CHECK(value->value == 0.5);
  CHECK(value->lower == 0.4);
  CHECK(value->upper == 0.625);
  CHECK(evaluate(parse_gate("sol>=0.4"), {r}).answer == gate_answer::met);
  CHECK(evaluate(parse_gate("sol>=0.5"), {r}).answer == gate_answer::inconclusive);
  const gate_result result = evaluate(parse_gate("sol>=0.7"), {r});
  CHECK(result.answer == gate_answer::not_met);
  CHECK(result.reason == "saxpy n=1, kernel: 0.500 [0.400, 0.625]");
}

TEST_CASE("an interval with one end has no bound on the other side") {
  // A time whose interval reaches zero has a lower ratio and no upper one: it may be as fast as can be.
  const record r = with_limit(with_time(correct(1), 2e-8, -1e-8, 5e-8), 1e-9);
  const gate_result result = evaluate(parse_gate("sol>=0.5"), {r});
  CHECK(result.answer == gate_answer::inconclusive);
  CHECK(result.reason == "saxpy n=1, kernel: 0.0500");
  CHECK(evaluate(parse_gate("sol>=0.02"), {r}).answer == gate_answer::met);
}

TEST_CASE("the net time is used where there is one") {
  record r = with_time(correct(1), 3.0);
  r.time->net = r.time->raw;
  r.time->net->median = 1.0;
  CHECK(evaluate(parse_gate("time<=2s"), {r}).answer == gate_answer::met);
}

TEST_CASE("fast_p is asked of the suite") {
  const std::vector<record> records = {with_speedup(correct(1), 2.0), with_speedup(correct(2), 0.5)};
  const gate_result met = evaluate(parse_gate("fast_1>=0.5"), records);
  CHECK(met.answer == gate_answer::met);
  CHECK(met.reason == "1 of 2 cases");
  CHECK(evaluate(parse_gate("fast_1>=0.51"), records).answer == gate_answer::not_met);
}

TEST_CASE("a filter chooses the candidates that are asked") {
  const std::vector<record> records = {with_time(correct(1, "fast"), 1.0), with_time(correct(1, "slow"), 9.0),
                                       with_time(correct(2, "fast"), 1.0)};
  CHECK(evaluate(parse_gate("time<=2s"), records).answer == gate_answer::not_met);
  CHECK(evaluate(parse_gate("/fast$: time<=2s"), records).answer == gate_answer::met);
  CHECK(evaluate(parse_gate("n=2/: time<=2s"), records).reason == "1 candidates and cases");
  CHECK(evaluate(parse_gate("slow: time<=2s"), records).answer == gate_answer::not_met);
}

TEST_CASE("a filter that matches nothing is never met") {
  const std::vector<record> records = {with_limit(with_time(with_speedup(correct(1), 9.0), 1.0), 1.0)};
  for (const char* metric : {"sol>=0", "speedup>=0", "time<=9s", "sol_score>=0", "fast_0>=0", "sol_fast_0>=0",
                             "geomean>=0", "geomean_time<=9s", "pass@1>=0", "fast_1<=1"}) {
    CAPTURE(metric);
    const gate_result result = evaluate(parse_gate(std::string("no such: ") + metric), records);
    CHECK(result.answer == gate_answer::inconclusive);
    CHECK(result.reason == "the filter matches no candidate");
  }
}

TEST_CASE("fast_p is inconclusive where the cases in doubt decide") {
  const std::vector<record> records = {with_speedup(correct(1), 2.0, 1.9, 2.1),
                                       with_speedup(correct(2), 1.0, 0.9, 1.1),
                                       with_speedup(correct(3), 0.5, 0.4, 0.6)};
  CHECK(evaluate(parse_gate("fast_1>=0.33"), records).answer == gate_answer::met);
  const gate_result doubt = evaluate(parse_gate("fast_1>=0.5"), records);
  CHECK(doubt.answer == gate_answer::inconclusive);
  CHECK(doubt.reason == "1 of 3 cases, and perhaps 1 more");
  CHECK(evaluate(parse_gate("fast_1>=0.7"), records).answer == gate_answer::not_met);
}

TEST_CASE("a geometric mean is decided on the means of the ends") {
  std::vector<record> records = {with_speedup(with_time(correct(1), 1.0, 0.9, 1.1), 1.0, 0.9, 1.1),
                                 with_speedup(with_time(correct(2), 4.0, 3.9, 4.1), 4.0, 3.6, 4.4)};
  CHECK(evaluate(parse_gate("geomean>=1.7"), records).answer == gate_answer::met);
  CHECK(evaluate(parse_gate("geomean>=2"), records).answer == gate_answer::inconclusive);
  CHECK(evaluate(parse_gate("geomean>=2.3"), records).answer == gate_answer::not_met);
  CHECK(evaluate(parse_gate("geomean_time<=2.5s"), records).answer == gate_answer::met);
  // A failure is no speedup of 1: the mean of the rest would be a lie.
  records.push_back(with_outcome(with_speedup(correct(3), 9.0, 8.0, 10.0), outcome::wrong));
  const gate_result failed = evaluate(parse_gate("geomean>=0.1"), records);
  CHECK(failed.answer == gate_answer::not_met);
  CHECK(failed.reason == "1 of 3 cases without an acceptable candidate");
  CHECK(evaluate(parse_gate("geomean_time<=9s"), records).answer == gate_answer::not_met);
  records.back() = with_time(correct(3), 1.0);
  CHECK(evaluate(parse_gate("geomean>=0.1"), records).answer == gate_answer::inconclusive);
}

TEST_CASE("sol_score is asked of each candidate against its baseline") {
  const record base =
      with_role(with_limit(with_time(correct(1, "base"), 4.0, 3.9, 4.1), 1.0), candidate_role::baseline);
  const record fast = with_limit(with_time(correct(1), 2.0, 1.9, 2.1), 1.0);
  CHECK(evaluate(parse_gate("sol_score>=0.7"), {base, fast}).answer == gate_answer::met);
  CHECK(evaluate(parse_gate("sol_score>=0.8"), {base, fast}).answer == gate_answer::not_met);
  const gate_result alone = evaluate(parse_gate("sol_score>=0.1"), {fast});
  CHECK(alone.answer == gate_answer::inconclusive);
  CHECK(alone.reason == "saxpy n=1, kernel: has no SoL score: there is no time of a baseline that is right");
}

TEST_CASE("a SoL score that is undefined is no such figure, and the gate says why") {
  // 1 s is possible, and the baseline takes no longer.
  const record base =
      with_role(with_limit(with_time(correct(1, "base"), 1.0), 1.0), candidate_role::baseline);
  const record fast = with_limit(with_time(correct(1), 1.0), 1.0);
  const gate_result result = evaluate(parse_gate("sol_score>=0.5"), {base, fast});
  CHECK(result.answer == gate_answer::inconclusive);
  CHECK(result.reason ==
        "saxpy n=1, kernel: has no SoL score: the baseline's 1.00 s is not above the limit of "
        "1.00 s, so there is no way left to be scored");
}

TEST_CASE("pass@k needs its candidates") {
  const std::vector<record> records = {correct(1, "a"), with_outcome(correct(1, "b"), outcome::wrong)};
  CHECK(evaluate(parse_gate("pass@1>=0.5"), records).answer == gate_answer::met);
  CHECK(evaluate(parse_gate("pass@1>=0.6"), records).answer == gate_answer::not_met);
  CHECK(evaluate(parse_gate("pass@2>=1"), records).answer == gate_answer::met);
  CHECK(evaluate(parse_gate("pass@3>=0"), records).answer == gate_answer::inconclusive);
}

TEST_CASE("NaN in a figure is not met, whatever is asked") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const record r = with_limit(with_time(with_speedup(correct(1), nan, nan, nan), nan), 1.0);
  for (const char* text : {"sol>=0", "sol<=1e9", "speedup>=0", "speedup<=1e9", "time<=9s", "geomean>=0",
                           "geomean<=1e9", "geomean_time<=9s", "fast_0>=0.5"}) {
    CAPTURE(text);
    CHECK(evaluate(parse_gate(text), {r}).answer == gate_answer::not_met);
  }
}

TEST_CASE("256 failures are not met like one") {
  std::vector<record> records;
  for (int i = 0; i < 256; ++i) records.push_back(with_time(correct(i), 9.0));
  const gate_result result = evaluate(parse_gate("time<=1s"), records);
  CHECK(result.answer == gate_answer::not_met);
  CHECK(result.reason == "saxpy n=0, kernel: 9.00 s; 256 of 256 candidates and cases not met");
}
