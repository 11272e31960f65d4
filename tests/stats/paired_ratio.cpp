// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/paired_ratio.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

namespace {

using assay::paired_ratio;
using assay::ratio_of_rounds;
using values = std::vector<double>;

}  // namespace

TEST_CASE("the Hodges-Lehmann estimate is the median of the averages of pairs") {
  CHECK(assay::hodges_lehmann(values{7}) == 7.0);
  CHECK(assay::hodges_lehmann(values{1, 2, 6}) == 2.75);  // of 1, 1.5, 2, 3.5, 4, 6
  CHECK(assay::hodges_lehmann(values{6, 1, 2}) == 2.75);
  CHECK(assay::hodges_lehmann(values{1, 2, 3, 4, 1e9}) < 4.0);
  CHECK_THROWS_AS(assay::hodges_lehmann({}), assay::usage_error);
  CHECK_THROWS_AS(assay::hodges_lehmann(values{1, std::nan("")}), assay::usage_error);
}

TEST_CASE("a paired ratio is baseline over candidate, with the sign test's interval") {
  const values candidate(12, 2.0);
  values baseline;
  for (int i = 0; i < 12; ++i) baseline.push_back(4.0 * std::exp2((i - 5.5) / 64));
  const paired_ratio r = ratio_of_rounds(baseline, candidate, 0.95, 0.0);
  CHECK(r.value == Approx(2.0).epsilon(1e-14));
  REQUIRE((r.lower && r.upper));
  CHECK(*r.lower == baseline[2] / 2.0);  // x3 and x10 of 12
  CHECK(*r.upper == baseline[9] / 2.0);
  CHECK(r.rounds == 12);
  CHECK(r.confidence == 0.95);

  const paired_ratio inverse = ratio_of_rounds(candidate, baseline, 0.95, 0.0);
  CHECK(inverse.value == Approx(1.0 / r.value));
  CHECK(*inverse.lower == Approx(1.0 / *r.upper));
  CHECK(*inverse.upper == Approx(1.0 / *r.lower));
}

TEST_CASE("what a round does to both leaves their ratio alone") {
  values baseline, candidate;
  for (const double clock : {1.0, 8.0, 1.0, 1.0, 2.0, 16.0, 8.0, 1.0, 4.0, 2.0, 1.0, 4.0}) {
    baseline.push_back(3.0 * clock);
    candidate.push_back(2.0 * clock);
  }
  const paired_ratio r = ratio_of_rounds(baseline, candidate, 0.95, 0.0);
  CHECK(r.value == Approx(1.5).epsilon(1e-14));
  CHECK(*r.lower == 1.5);
  CHECK(*r.upper == Approx(1.5).epsilon(1e-14));
}

TEST_CASE("the tick widens a paired ratio by what it may have hidden in both") {
  const values baseline(12, 20.0), candidate(12, 10.0);
  const paired_ratio r = ratio_of_rounds(baseline, candidate, 0.95, 0.5);
  CHECK(r.value == Approx(2.0));
  CHECK(*r.lower == 19.5 / 10.5);
  CHECK(*r.upper == 20.5 / 9.5);
}

TEST_CASE("the overhead is removed from both, and its error widens the interval once") {
  const values baseline(12, 12.0), candidate(12, 7.0);
  const paired_ratio exact = ratio_of_rounds(baseline, candidate, 0.95, 0.0, {2.0, 0.0});
  CHECK(exact.value == Approx(2.0));
  CHECK(*exact.lower == Approx(2.0));
  CHECK(*exact.upper == Approx(2.0));
  const paired_ratio r = ratio_of_rounds(baseline, candidate, 0.95, 0.0, {2.0, 1.0});
  CHECK(r.value == Approx(2.0));
  CHECK(*r.lower == 11.0 / 6.0);  // not 9/6, as if the two erred on their own
  CHECK(*r.upper == 9.0 / 4.0);

  // Of the slower candidate the same ends, exchanged.
  const paired_ratio inverse = ratio_of_rounds(candidate, baseline, 0.95, 0.0, {2.0, 1.0});
  CHECK(*inverse.lower == 4.0 / 9.0);
  CHECK(*inverse.upper == 6.0 / 11.0);
  // Equal times stay equal, whatever the overhead.
  const paired_ratio same = ratio_of_rounds(candidate, candidate, 0.95, 0.0, {2.0, 1.0});
  CHECK(*same.lower == 1.0);
  CHECK(*same.upper == 1.0);
}

TEST_CASE("a candidate that may take no time has no upper end") {
  const values baseline(12, 12.0), candidate(12, 2.5);
  const paired_ratio r = ratio_of_rounds(baseline, candidate, 0.95, 0.0, {2.0, 0.75});
  CHECK(r.value == Approx(20.0));
  CHECK(*r.lower == 0.0);
  CHECK_FALSE(r.upper);
  const paired_ratio ticks = ratio_of_rounds(baseline, candidate, 0.95, 0.5, {2.0, 0.0});
  CHECK(*ticks.lower == 9.5);
  CHECK_FALSE(ticks.upper);
  const paired_ratio nothing = ratio_of_rounds(candidate, candidate, 0.95, 0.0, {2.0, 0.75});
  CHECK(*nothing.lower == 0.0);
  CHECK_FALSE(nothing.upper);
}

TEST_CASE("five rounds have a ratio and no interval") {
  const paired_ratio r = ratio_of_rounds(values(5, 3.0), values(5, 2.0), 0.95, 0.0);
  CHECK(r.value == Approx(1.5));
  CHECK_FALSE(r.lower);
  CHECK_FALSE(r.upper);
  CHECK(r.rounds == 5);
}

TEST_CASE("a paired ratio refuses what it cannot use") {
  const values good(12, 2.0), shorter(11, 2.0);
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(ratio_of_rounds({}, {}, 0.95, 0.0), assay::usage_error);
  CHECK_THROWS_AS(ratio_of_rounds(good, shorter, 0.95, 0.0), assay::usage_error);
  CHECK_THROWS_AS(ratio_of_rounds(good, good, 1.0, 0.0), assay::usage_error);
  for (const double bad : {-1.0, infinity, std::nan("")}) {
    CHECK_THROWS_AS(ratio_of_rounds(good, good, 0.95, bad), assay::usage_error);
    CHECK_THROWS_AS(ratio_of_rounds(good, good, 0.95, 0.0, {bad, 0.0}), assay::usage_error);
    CHECK_THROWS_AS(ratio_of_rounds(good, good, 0.95, 0.0, {0.0, bad}), assay::usage_error);
  }
  for (const double bad : {0.0, -1.0, infinity, std::nan("")}) {
    values wrong = good;
    wrong[3] = bad;
    CHECK_THROWS_AS(ratio_of_rounds(good, wrong, 0.95, 0.0), assay::usage_error);
    CHECK_THROWS_AS(ratio_of_rounds(wrong, good, 0.95, 0.0), assay::usage_error);
  }
  CHECK_THROWS_AS(ratio_of_rounds(good, good, 0.95, 0.0, {2.0, 0.0}), assay::usage_error);
}

TEST_CASE("under a clock that wanders a paired interval covers and stays narrow") {
  const std::uint64_t seed = 2029;
  CAPTURE(seed);
  const int trials = 1000, rounds = 12;
  std::uint64_t draw = 0;
  const auto symmetric = [&] {
    return assay::unit_interval(assay::random_bits(assay::random_at(seed, 0, draw++))) - 0.5;
  };
  int covered = 0, narrow = 0;
  for (int trial = 0; trial < trials; ++trial) {
    values baseline, candidate;
    for (int round = 0; round < rounds; ++round) {
      const double clock = 1.0 + 0.2 * symmetric();
      baseline.push_back(20.6 * clock * (1.0 + 0.01 * symmetric()));
      candidate.push_back(20.0 * clock * (1.0 + 0.01 * symmetric()));
    }
    const paired_ratio r = ratio_of_rounds(baseline, candidate, 0.95, 0.0);
    covered += *r.lower <= 1.03 && 1.03 <= *r.upper;
    narrow += *r.upper - *r.lower < 0.02;  // a tenth of the clock's range
  }
  CHECK(covered >= 0.945 * trials);
  CHECK(covered <= 0.985 * trials);  // nominally 96.1 %
  CHECK(narrow >= 0.99 * trials);
}
