// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/score/speedup.hpp"

#include <cstdint>
#include <optional>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

namespace {

assay::estimate between(double lower, double median, double upper) {
  assay::estimate e;
  e.median = median;
  e.lower = lower;
  e.upper = upper;
  return e;
}

assay::estimate without_interval(double median) {
  assay::estimate e;
  e.median = median;
  return e;
}

}  // namespace

TEST_CASE("a speedup is baseline over candidate") {
  const assay::speedup s = assay::speedup_over(between(9, 10, 12), between(4, 5, 6));
  CHECK(s.value == 2.0);
  REQUIRE((s.lower && s.upper));
  CHECK(*s.lower == 1.5);
  CHECK(*s.upper == 3.0);
}

TEST_CASE("a speedup has an interval only where both times have one") {
  CHECK_FALSE(assay::speedup_over(without_interval(10), between(4, 5, 6)).lower);
  CHECK_FALSE(assay::speedup_over(between(9, 10, 12), without_interval(5)).upper);
  const assay::speedup s = assay::speedup_over(without_interval(10), without_interval(5));
  CHECK(s.value == 2.0);
  CHECK_FALSE(s.lower);
  CHECK_FALSE(s.upper);
}

TEST_CASE("an interval of the candidate that reaches zero bounds nothing") {
  for (const double lower : {0.0, -1.0}) {
    const assay::speedup s = assay::speedup_over(between(9, 10, 12), between(lower, 5, 11));
    CHECK(s.value == 2.0);
    CHECK_FALSE(s.lower);
    CHECK_FALSE(s.upper);
  }
}

TEST_CASE("the interval of a speedup holds the ratio of any two times in theirs") {
  const std::uint64_t seed = 11;
  CAPTURE(seed);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const auto draw = [&](std::uint64_t stream) {
      return assay::unit_interval(assay::random_bits(assay::random_at(seed, stream, i)));
    };
    const double b = 1.0 + draw(0), bw = draw(1), c = 1.0 + draw(2), cw = 0.9 * draw(3);
    const assay::speedup s = assay::speedup_over(between(b - bw, b, b + bw), between(c - cw, c, c + cw));
    const double one = (b - bw + 2 * bw * draw(4)) / (c - cw + 2 * cw * draw(5));
    REQUIRE((s.lower && s.upper));
    REQUIRE(*s.lower <= one + 1e-12);
    REQUIRE(one <= *s.upper + 1e-12);
    REQUIRE(*s.lower <= s.value);
    REQUIRE(s.value <= *s.upper);
  }
}
