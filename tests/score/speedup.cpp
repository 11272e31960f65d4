// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/score/speedup.hpp"

#include <vector>

#include "assay/stats/estimate.hpp"
#include "support/catch.hpp"

namespace {

constexpr double overhead = 2e-6;

/// A measurement of one sample a round.
assay::measurement of_rounds(std::vector<double> raw, bool net = true, double uncertainty = 0.0) {
  assay::measurement m;
  m.samples = std::move(raw);
  for (std::size_t i = 0; i < m.samples.size(); ++i) m.rounds.push_back(static_cast<int>(i));
  m.raw = assay::median_of(m.samples, 0.95, 0.0);
  if (net) {
    m.calibration.emplace().overhead = overhead;
    m.calibration->uncertainty = uncertainty;
    m.net = m.raw;
    m.net->median -= overhead;
  }
  return m;
}

}  // namespace

TEST_CASE("a speedup is of net times, and of raw ones where a net time is missing") {
  const std::vector<double> slow(12, 12e-6), fast(12, 7e-6);
  CHECK(assay::paired_speedup(of_rounds(slow), of_rounds(fast)).value == Approx(2.0));
  CHECK(assay::paired_speedup(of_rounds(slow, false), of_rounds(fast)).value == Approx(12.0 / 7.0));
}

TEST_CASE("a drift that both times share leaves their speedup exact") {
  std::vector<double> slow, fast;
  for (int round = 0; round < 12; ++round) {
    const double clock = 1.0 + 0.1 * round;
    slow.push_back(20e-6 * clock);
    fast.push_back(10e-6 * clock);
  }
  const assay::paired_ratio s = assay::paired_speedup(of_rounds(slow, false), of_rounds(fast, false));
  CHECK(s.value == Approx(2.0));
  REQUIRE((s.lower && s.upper));
  CHECK(*s.lower == Approx(2.0));
  CHECK(*s.upper == Approx(2.0));
}

TEST_CASE("the uncertainty of the timer widens a speedup of short times") {
  const std::vector<double> slow(12, 6e-6), fast(12, 4e-6);  // net 4 and 2 us
  const assay::paired_ratio s = assay::paired_speedup(of_rounds(slow, true, 0.5e-6), of_rounds(fast));
  CHECK(s.value == Approx(2.0));
  REQUIRE((s.lower && s.upper));
  CHECK(*s.lower == Approx(4.5 / 2.5));
  CHECK(*s.upper == Approx(3.5 / 1.5));
}

TEST_CASE("a step of the clock widens a speedup") {
  assay::measurement slow = of_rounds(std::vector<double>(12, 4e-6), false);
  const assay::measurement fast = of_rounds(std::vector<double>(12, 2e-6), false);
  slow.tick = 1e-6;
  const assay::paired_ratio s = assay::paired_speedup(slow, fast);
  REQUIRE((s.lower && s.upper));
  CHECK(*s.lower == Approx(1.0));
  CHECK(*s.upper == Approx(5.0));
}

TEST_CASE("where samples are of many launches, the timer's error counts once for each side's sample") {
  // 1 ms and 4 us, two and five hundred launches behind a sample.
  assay::measurement slow = of_rounds(std::vector<double>(12, 1e-3 + overhead / 2), true, 0.2e-6);
  assay::measurement fast = of_rounds(std::vector<double>(12, 4e-6 + overhead / 500), true, 0.2e-6);
  slow.launches = 2;
  fast.launches = 500;
  slow.tick = fast.tick = 32e-9;
  const assay::paired_ratio r = assay::paired_speedup(slow, fast), back = assay::paired_speedup(fast, slow);
  REQUIRE((r.lower && r.upper && back.lower && back.upper));
  CHECK(r.value == Approx(250.0));
  CHECK(*r.lower == Approx(250.0 * (2e-3 - 32e-9) / (2e-3 + 32e-9)).epsilon(1e-6));
  CHECK(*r.upper == Approx(250.0 * (2e-3 + 32e-9) / (2e-3 - 32e-9)).epsilon(1e-6));
  CHECK(*back.lower == Approx(1 / *r.upper));
  CHECK(*back.upper == Approx(1 / *r.lower));
}

TEST_CASE("a speedup over a time that is not above zero has no interval") {
  const assay::paired_ratio s = assay::paired_speedup(of_rounds(std::vector<double>(12, 4e-6)),
                                                      of_rounds(std::vector<double>(12, 1.5e-6)));
  CHECK_FALSE(s.lower);
  CHECK_FALSE(s.upper);
}

TEST_CASE("measurements of different rounds have no speedup") {
  CHECK_THROWS_AS(assay::paired_speedup(of_rounds(std::vector<double>(12, 4e-6)),
                                        of_rounds(std::vector<double>(18, 4e-6))),
                  assay::usage_error);
}

TEST_CASE("fewer than six rounds give a speedup without an interval") {
  const assay::paired_ratio s =
      assay::paired_speedup(of_rounds(std::vector<double>(5, 4e-6)), of_rounds(std::vector<double>(5, 3e-6)));
  CHECK(s.value == Approx(2.0));
  CHECK_FALSE(s.lower);
}
