// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/score/fast_p.hpp"

#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/records.hpp"

namespace {

using assay::outcome;
using assay::record;
using assay::score_fast_p;
using support::correct;
using support::with_outcome;
using support::with_speedup;
using support::with_time;

}  // namespace

TEST_CASE("fast_p counts cases whose whole interval is above p") {
  const std::vector<record> records = {
      with_speedup(correct(1), 2.0, 1.5, 2.5), with_speedup(correct(2), 1.2, 0.9, 1.4),
      with_speedup(correct(3), 0.5, 0.4, 0.6), with_speedup(correct(4), 3.0)};
  const assay::fast_p at1 = score_fast_p(records, 1.0);
  CHECK(at1.p == 1.0);
  CHECK(at1.fast == 2);
  CHECK(at1.cases == 4);
  CHECK(at1.share() == 0.5);
  CHECK(score_fast_p(records, 2.0).fast == 1);
  CHECK(score_fast_p(records, 0.0).fast == 4);
}

TEST_CASE("a tie is not a win") {
  CHECK(score_fast_p({with_speedup(correct(1), 1.0)}, 1.0).fast == 0);
  CHECK(score_fast_p({with_speedup(correct(1), 1.1, 1.0, 1.2)}, 1.0).fast == 0);
  CHECK(score_fast_p({with_speedup(correct(1), 1.1, 1.0001, 1.2)}, 1.0).fast == 1);
}

TEST_CASE("only a correct candidate can be fast") {
  for (const outcome what : {outcome::wrong, outcome::failed, outcome::invalid, outcome::suspect,
                             outcome::unverifiable, outcome::unchecked}) {
    CAPTURE(to_string(what));
    const assay::fast_p score =
        score_fast_p({with_outcome(with_speedup(correct(1), 9.0, 8.0, 10.0), what)}, 1.0);
    CHECK(score.fast == 0);
    CHECK(score.cases == 1);
  }
}

TEST_CASE("fast_0 counts what is correct, also where its time could not be told from none") {
  // A lower end of 0, and ratios to a net time of 0 or below.
  for (const record& r : {with_speedup(correct(1), 1.5, 0.0, 9.0), with_speedup(correct(1), HUGE_VAL),
                          with_speedup(correct(1), -3.0)}) {
    CAPTURE(r.speedup->value);
    CHECK(score_fast_p({r}, 0.0).fast == 1);
    CHECK(score_fast_p({r}, 1.0).fast == 0);
    CHECK(score_fast_p({r}, 1.0).perhaps == 1);
    CHECK(score_fast_p({with_outcome(r, outcome::wrong)}, 0.0).fast == 0);
  }
  CHECK(score_fast_p({with_speedup(correct(1), std::nan(""))}, 0.0).perhaps == 0);
}

TEST_CASE("a wrong candidate makes a case that is not fast even without a baseline") {
  const assay::fast_p score = score_fast_p({with_outcome(correct(1), outcome::wrong)}, 1.0);
  CHECK(score.cases == 1);
  CHECK(score.fast == 0);
}

TEST_CASE("without a baseline there is no fast_p") {
  const assay::fast_p none = score_fast_p({correct(1), with_time(correct(2), 1.0)}, 1.0);
  CHECK(none.cases == 0);
  CHECK_FALSE(none.share());
  CHECK_FALSE(score_fast_p({}, 1.0).share());
}

TEST_CASE("the best candidate of a case counts and the case counts once") {
  const std::vector<record> records = {
      with_speedup(correct(1, "slow"), 0.5), with_speedup(correct(1, "fast"), 2.0),
      with_outcome(with_speedup(correct(1, "wrong"), 9.0), outcome::wrong),
      with_speedup(correct(2, "slow"), 0.5), with_speedup(correct(2, "slower"), 0.25)};
  const assay::fast_p score = score_fast_p(records, 1.0);
  CHECK(score.cases == 2);
  CHECK(score.fast == 1);
}

TEST_CASE("cases of one name on two backends are two") {
  record other = with_speedup(correct(1), 0.5);
  other.backend = "hip";
  const assay::fast_p score = score_fast_p({with_speedup(correct(1), 2.0), other}, 1.0);
  CHECK(score.cases == 2);
  CHECK(score.fast == 1);
}
