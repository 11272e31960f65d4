// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/round_estimate.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

TEST_CASE("rounds are told apart by their numbers, not by where they stand") {
  const std::vector<double> samples = {5, 1, 7, 2, 6, 9};
  const std::vector<int> rounds = {3, 1, 3, 1, 3, 8};
  CHECK(assay::round_medians(samples, rounds) == std::vector<double>{1.5, 6, 9});
  CHECK(assay::round_medians({}, {}).empty());
}

TEST_CASE("the estimate is over the medians of rounds") {
  std::vector<double> samples;
  std::vector<int> rounds;
  for (int round = 1; round <= 12; ++round)
    for (const double offset : {-0.1, 0.0, 50.0}) {  // a spike in each round moves nothing
      samples.push_back(round + offset);
      rounds.push_back(round);
    }
  const assay::estimate e = assay::median_of_rounds(samples, rounds, 0.95, 0.25);
  CHECK(e.median == 6.5);
  REQUIRE((e.lower && e.upper));
  CHECK(*e.lower == 2.75);
  CHECK(*e.upper == 10.25);
  CHECK(e.samples == 12);
}

TEST_CASE("many samples in few rounds are few values") {
  const std::vector<double> samples(500, 1.0);
  const std::vector<int> rounds(500, 0);
  const assay::estimate e = assay::median_of_rounds(samples, rounds, 0.95, 0.0);
  CHECK(e.median == 1.0);
  CHECK_FALSE(e.lower);
  CHECK(e.samples == 1);
}

TEST_CASE("rounds refuse what does not fit together") {
  const std::vector<double> samples = {1, 2};
  const std::vector<int> rounds = {1};
  CHECK_THROWS_AS(assay::median_of_rounds(samples, rounds, 0.95, 0.0), assay::usage_error);
  CHECK_THROWS_AS(assay::median_of_rounds({}, {}, 0.95, 0.0), assay::usage_error);
}

TEST_CASE(
    "under a clock that wanders between rounds the interval over rounds covers and the naive one does not") {
  const std::uint64_t seed = 2026;
  CAPTURE(seed);
  const int trials = 500, round_count = 12, per_round = 20;
  int covered = 0, naively_covered = 0;
  std::uint64_t draw = 0;
  const auto symmetric = [&] {
    return assay::unit_interval(assay::random_bits(assay::random_at(seed, 0, draw++))) - 0.5;
  };
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> samples;
    std::vector<int> rounds;
    for (int round = 0; round < round_count; ++round) {
      const double clock = symmetric();
      for (int i = 0; i < per_round; ++i) {
        samples.push_back(20.0 + clock + 0.1 * symmetric());
        rounds.push_back(round);
      }
    }
    const assay::estimate e = assay::median_of_rounds(samples, rounds, 0.95, 0.0);
    const assay::estimate naive = assay::median_of(samples, 0.95, 0.0);
    covered += *e.lower <= 20.0 && 20.0 <= *e.upper;
    naively_covered += *naive.lower <= 20.0 && 20.0 <= *naive.upper;
  }
  CHECK(covered >= 0.93 * trials);
  CHECK(naively_covered <= 0.6 * trials);
}
