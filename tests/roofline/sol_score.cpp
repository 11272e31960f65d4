// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/sol_score.hpp"

#include <limits>
#include <string>

#include "support/catch.hpp"
#include "support/messages.hpp"

using namespace assay;
using support::has;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Why there is no score, by the value and by the error alike.
std::string undefined(double time, double baseline, double limit) {
  const sol_score_answer answer = anchored_sol_score(time, baseline, limit);
  CHECK(!answer.score);
  CHECK(!sol_score(time, baseline, limit));
  const std::string told = support::message_of([&] { (void)answer.value(); });
  CHECK(told == "SoL score: " + answer.undefined);
  return answer.undefined;
}

}  // namespace

TEST_CASE("SoL score: 1 at the limit, 1/2 at the baseline, unclamped", "[roofline]") {
  CHECK(*sol_score(1e-3, 3e-3, 1e-3) == Approx(1));
  CHECK(*sol_score(3e-3, 3e-3, 1e-3) == Approx(0.5));
  CHECK(*sol_score(2e-3, 3e-3, 1e-3) == Approx(2.0 / 3));
  CHECK(*sol_score(5e-3, 3e-3, 1e-3) == Approx(1.0 / 3));  // slower than the baseline
  CHECK(*sol_score(2e-3, 4e-3, 2.5e-3) == Approx(1.5));    // faster than light
  CHECK(anchored_sol_score(1e-3, 3e-3, 1e-3).value() == Approx(1));
  CHECK(anchored_sol_score(1e-3, 3e-3, 1e-3).undefined.empty());
}

TEST_CASE("SoL score: an error where the formula means nothing", "[roofline]") {
  CHECK(has(undefined(1e-3, 1e-3, 1e-3), "baseline's 1.00 ms is not above the limit of 1.00 ms"));
  CHECK(has(undefined(1e-3, 1e-3, 2e-3), "is not above the limit"));
  CHECK(has(undefined(3e-3, 1e-3, 2e-3), "is not above the limit"));  // the reference harness gives 0
  CHECK(has(undefined(1e-3, 4e-3, 3e-3), "farther below the limit"));
  CHECK(has(undefined(2e-3, 4e-3, 3e-3), "farther below the limit"));  // the denominator is 0
  CHECK(has(undefined(not_a_number, 3e-3, 1e-3), "the time is nan"));
  CHECK(has(undefined(1e-3, not_a_number, 1e-3), "the baseline's time is nan"));
  CHECK(has(undefined(1e-3, 3e-3, not_a_number), "the limit is nan"));
  CHECK(has(undefined(0, 3e-3, 1e-3), "the time is 0"));
  CHECK(has(undefined(1e-3, -3e-3, 1e-3), "the baseline's time is -0.003"));
  CHECK(has(undefined(-2e-9, 3e-3, 1e-3), "the time is -2e-09 s, and must be a number above 0"));
  CHECK(has(undefined(1e-3, std::numeric_limits<double>::infinity(), 1e-3), "inf"));
}
