// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/score/scorecard.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/records.hpp"

using namespace assay;
using support::correct;
using support::with_limit;
using support::with_outcome;
using support::with_role;
using support::with_speedup;
using support::with_time;

namespace {

record baseline_of(std::int64_t n, double seconds) {
  return with_role(with_time(correct(n, "base"), seconds, seconds * 0.99, seconds * 1.01),
                   candidate_role::baseline);
}
/// Its speedup with an interval of ±1 %, over the baseline above.
record timed(std::int64_t n, double seconds, double of_baseline, const std::string& name = "kernel") {
  const double ratio = of_baseline / seconds;
  return with_speedup(with_time(correct(n, name), seconds, seconds * 0.99, seconds * 1.01), ratio,
                      ratio * 0.99, ratio * 1.01);
}

}  // namespace

TEST_CASE("the scores of a suite") {
  const std::vector<record> records = {baseline_of(1, 4.0), timed(1, 2.0, 4.0),
                                       baseline_of(2, 4.0), timed(2, 8.0, 4.0),
                                       baseline_of(3, 4.0), timed(3, 4.0, 4.0),
                                       baseline_of(4, 4.0), with_outcome(timed(4, 0.1, 4.0), outcome::wrong)};
  const scorecard card = score(records);
  CHECK(card.all.candidates == 4);
  CHECK(card.all.correct == 3);
  CHECK(card.all.cases == 4);
  CHECK(card.all.solved == 3);
  CHECK(card.all.faster == 1);
  CHECK(card.all.slower == 1);
  CHECK(card.all.tied == 1);
  CHECK(card.all.undecided == 0);
  // A wrong candidate is no speedup of 1, nor of 40: it is in no mean, and the mean says of how many it is.
  REQUIRE(card.all.speedup);
  CHECK(card.all.speedup->value == Approx(1.0));
  CHECK(card.all.speedup->values == 3);
  CHECK(*card.all.mean_speedup == Approx(3.5 / 3));
  REQUIRE(card.all.fast.size() == 6);
  CHECK(card.all.fast[0].fast == 3);  // fast_0: correct
  CHECK(card.all.fast[0].cases == 4);
  CHECK(card.all.fast[3].p == 1.0);
  CHECK(card.all.fast[3].fast == 1);
  // KernelBot ranks nothing that fails a case.
  CHECK_FALSE(card.all.seconds);
  CHECK_FALSE(card.all.mean_seconds);
}

TEST_CASE("the mean of seconds that KernelBot ranks by, of net medians, where each case is solved") {
  std::vector<record> records = {timed(1, 2.0, 4.0), timed(2, 8.0, 4.0)};
  scorecard card = score(records);
  REQUIRE(card.all.seconds);
  CHECK(card.all.seconds->value == Approx(4.0));
  CHECK(*card.all.mean_seconds == 5.0);
  records[1].time->samples = {1.0, 8.0, 900.0};
  records[1].time->net = records[1].time->raw;
  records[1].time->net->median = 4.5;
  card = score(records);
  CHECK(card.all.seconds->value == Approx(3.0));
  CHECK(*card.all.mean_seconds == 3.25);
}

TEST_CASE("a case is represented by its best acceptable candidate") {
  const scorecard card = score({timed(1, 2.0, 4.0, "good"), timed(1, 8.0, 4.0, "slow"),
                                with_outcome(timed(1, 0.5, 4.0, "wrong"), outcome::wrong)});
  CHECK(card.all.cases == 1);
  CHECK(card.all.solved == 1);
  CHECK(card.all.speedup->value == 2.0);
  REQUIRE(card.names.size() == 3);
  CHECK(card.names[0].name == "good");
  CHECK(card.names[1].speedup->value == 0.5);
  CHECK(card.names[2].solved == 0);
  CHECK_FALSE(card.names[2].speedup);
}

TEST_CASE("a case that failed has a SoL score of 0, and a baseline at the limit leaves none") {
  std::vector<record> records;
  for (std::int64_t n = 1; n <= 3; ++n) {
    records.push_back(with_limit(baseline_of(n, 4.0), 1.0));
    records.push_back(with_limit(timed(n, n == 1 ? 4.0 : 1.0, 4.0), 1.0));
  }
  records.back().verdict.outcome = outcome::invalid;
  scorecard card = score(records);
  REQUIRE(card.all.mean_sol_score);
  CHECK(*card.all.mean_sol_score == Approx((0.5 + 1.0 + 0.0) / 3));
  CHECK(card.all.sol_scores == 3);
  for (record& r : records) r.limit->seconds = 4.0;
  card = score(records);
  CHECK_FALSE(card.all.mean_sol_score);
  CHECK(card.all.sol_scores == 0);
}

TEST_CASE("the ends of a SoL score are those of the worst and the best pair") {
  const record r = with_limit(with_time(correct(1), 2.0, 1.9, 2.1), 1.0);
  const record b = with_limit(baseline_of(1, 4.0), 1.0);
  const auto value = sol_score_of(r, b);
  REQUIRE(value);
  CHECK(value->value == *sol_score(2.0, 4.0, 1.0));
  for (const double t : {1.9, 2.0, 2.1})
    for (const double base : {3.96, 4.0, 4.04}) {
      CHECK(*sol_score(t, base, 1.0) >= *value->lower);
      CHECK(*sol_score(t, base, 1.0) <= *value->upper);
    }
}

TEST_CASE("fast_p over the speed of light") {
  const std::vector<record> records = {
      with_limit(with_time(correct(1), 1.0, 0.99, 1.01), 0.9),
      with_limit(with_time(correct(2), 1.0, 0.99, 1.01), 0.5),
      with_limit(with_outcome(with_time(correct(3), 1.0), outcome::wrong), 0.9)};
  const fast_p at = score_fast_p(records, 0.8, fast_over::speed_of_light);
  CHECK(at.fast == 1);
  CHECK(at.cases == 3);
  CHECK(score_fast_p(records, 0.8).cases == 1);  // without baselines only the wrong one counts, as not fast
}

TEST_CASE("the curve is fast_p at every p") {
  std::vector<record> records;
  for (int i = 1; i <= 20; ++i)
    records.push_back(with_speedup(correct(i), 0.1 * i, 0.1 * i - 0.05, 0.1 * i + 0.05));
  records.push_back(with_outcome(correct(99), outcome::failed));
  const fast_p_curve curve = score_curve(records);
  CHECK(curve.cases == 21);
  for (double p = 0.0; p < 2.2; p += 0.01) {
    int surely = 0, perhaps = 0;
    for (const record& r : records) {
      surely += r.verdict.outcome == outcome::correct && *r.speedup->lower > p;
      perhaps += r.verdict.outcome == outcome::correct && *r.speedup->upper > p;
    }
    CAPTURE(p);
    CHECK(curve.at(p).fast == surely);
    CHECK(curve.at(p).perhaps == perhaps);
  }
}

TEST_CASE("what is not a number is never fast, nor a mean") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const scorecard card = score({with_speedup(with_time(correct(1), 1.0), nan),
                                with_speedup(with_time(correct(2), nan), 1.5, 1.4, 1.6)});
  CHECK(card.all.fast[3].fast == 1);
  CHECK(card.all.fast[3].cases == 2);
  CHECK_FALSE(card.all.speedup);
  CHECK_FALSE(card.all.seconds);
}

TEST_CASE("groups have the scores of their part, with the baselines of their cases") {
  std::vector<record> records = {with_limit(baseline_of(1, 4.0), 1.0),
                                 with_limit(timed(1, 2.0, 4.0, "a"), 1.0),
                                 with_limit(timed(1, 4.0, 4.0, "b"), 1.0)};
  for (record r : std::vector<record>(records)) {
    r.backend = "hip";
    r.device = "MI300X";
    records.push_back(r);
  }
  const scorecard card = score(records);
  CHECK(card.all.cases == 2);
  REQUIRE(card.backends.size() == 2);
  CHECK(card.backends[0].name == "cuda");
  CHECK(card.backends[1].name == "hip");
  CHECK(card.backends[1].cases == 1);
  CHECK(card.devices.size() == 2);
  CHECK(card.problems.size() == 1);
  REQUIRE(card.names.size() == 2);
  CHECK(*card.names[1].mean_sol_score == Approx(0.5));
  CHECK(card.cases.size() == 1);
  CHECK(card.cases[0].cases == 2);  // of one name on two devices
}

TEST_CASE("of no records there is nothing to say") {
  const scorecard card = score({});
  CHECK(card.all.cases == 0);
  CHECK(card.all.fast.empty());
  CHECK(card.all.pass.empty());
  CHECK_FALSE(card.all.speedup);
  CHECK(card.names.empty());
}

TEST_CASE("the margin makes the three ways") {
  score_options wide;
  wide.margin = 0.5;
  const std::vector<record> records = {with_speedup(with_time(correct(1), 1.0), 1.3, 1.25, 1.35)};
  CHECK(score(records).all.faster == 1);
  CHECK(score(records, wide).all.tied == 1);
  CHECK(score({with_speedup(with_time(correct(1), 1.0), 1.03, 0.9, 1.1)}).all.undecided == 1);
}

TEST_CASE("a case without a SoL score says why") {
  // 1 s is possible; its baseline takes 1 s, which leaves nothing to be scored.
  const std::vector<record> records = {
      with_limit(baseline_of(1, 1.0), 1.0), with_limit(timed(1, 1.0, 1.0), 1.0),
      with_limit(baseline_of(2, 3.0), 1.0), with_limit(timed(2, 2.0, 3.0), 1.0)};
  const scorecard card = score(records);
  REQUIRE(card.candidates.size() == 2);
  CHECK_FALSE(card.candidates[0].sol_score);
  CHECK(card.candidates[0].no_sol_score.find("not above the limit") != std::string::npos);
  REQUIRE(card.candidates[1].sol_score);
  CHECK(card.candidates[1].sol_score->value == Approx(2.0 / 3));
  CHECK(card.candidates[1].no_sol_score.empty());
  CHECK(card.all.cases == 2);
  CHECK(card.all.sol_scores == 1);
  CHECK(score({timed(1, 1.0, 1.0)}).candidates[0].no_sol_score == "there is no limit");
  CHECK(score({with_limit(timed(1, 1.0, 1.0), 1.0)}).candidates[0].no_sol_score ==
        "there is no time of a baseline that is right");
  CHECK(score({with_limit(correct(1), 1.0)}).candidates[0].no_sol_score == "there is no time");
}
