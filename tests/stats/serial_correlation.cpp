// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/serial_correlation.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

namespace {

using assay::sequence_interval_ranks;
using assay::serial_correlation;
using values = std::vector<double>;

/// AR(1) with a uniform innovation: value ← kept·value + noise.
values chain(std::uint64_t seed, std::uint64_t stream, int n, double kept) {
  values result;
  double value = 0.0;
  for (int i = -50; i < n; ++i) {
    value = kept * value +
            assay::unit_interval(
                assay::random_bits(assay::random_at(seed, stream, static_cast<std::uint64_t>(i + 50)))) -
            0.5;
    if (i >= 0) result.push_back(value);
  }
  return result;
}

}  // namespace

TEST_CASE("serial correlation is that of the ranks of neighbours") {
  // Ranks 1 to 6: Σ(R − R̄)² = 17.5, five steps of 1.
  CHECK(serial_correlation(values{1, 2, 3, 4, 5, 6}) == Approx(1.0 - 0.5 * 5 / 17.5));
  CHECK(serial_correlation(values{6, 5, 4, 3, 2, 1e-9}) == Approx(1.0 - 0.5 * 5 / 17.5));
  CHECK(serial_correlation(values{1, 2, 3, 4, 5, 1e300}) == Approx(1.0 - 0.5 * 5 / 17.5));
  // Ranks 1, 6, 2, 5, 3, 4: steps of 5, 4, 3, 2, 1.
  CHECK(serial_correlation(values{1, 6, 2, 5, 3, 4}) == Approx(1.0 - 0.5 * 55 / 17.5));
  // Ranks 2, 2, 2, 5, 5, 5: Σ(R − R̄)² = 13.5, one step of 3.
  CHECK(serial_correlation(values{1, 1, 1, 2, 2, 2}) == Approx(1.0 - 0.5 * 9 / 13.5));
}

TEST_CASE("there is no serial correlation of ties or of two values") {
  CHECK(serial_correlation({}) == 0.0);
  CHECK(serial_correlation(values{1, 2}) == 0.0);
  CHECK(serial_correlation(values(9, 4.0)) == 0.0);
  CHECK_THROWS_AS(serial_correlation(values{1, 2, std::nan("")}), assay::usage_error);
}

TEST_CASE("serial correlation finds what each value keeps of the last") {
  const std::uint64_t seed = 2030;
  CAPTURE(seed);
  CHECK(std::fabs(serial_correlation(chain(seed, 0, 2000, 0.0))) < 0.06);
  CHECK(std::fabs(serial_correlation(chain(seed, 1, 2000, 0.6)) - 0.6) < 0.06);
}

TEST_CASE("dependent values get wider ranks, independent ones those of the binomial") {
  const auto ranks = [](const values& sequence) { return sequence_interval_ranks(sequence, 0.95).value(); };
  // Low and high in turn: nothing speaks for dependence.
  CHECK(ranks({1, 12, 2, 11, 3, 10, 4, 9, 5, 8, 6, 7}).lower == 3);
  CHECK(ranks({1, 12, 2, 11, 3, 10, 4, 9, 5, 8, 6, 7}).upper == 10);
  CHECK(ranks(values(12, 1.0)).lower == 3);
  // In order: as far as there are values.
  CHECK(ranks({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}).lower == 1);
  CHECK(ranks({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}).upper == 12);
  // Pairs of neighbours in a mixed order lie between.
  const values pairs = {5, 6, 11, 12, 1, 2, 9, 10, 3, 4, 7, 8};
  const double r = serial_correlation(pairs);
  CHECK(r > 0.0);
  CHECK(ranks(pairs).lower == static_cast<int>(std::floor(6.5 - 3.5 * std::sqrt((1 + r) / (1 - r)))));
  CHECK_FALSE(sequence_interval_ranks(values{1, 2, 3, 4, 5}, 0.95));
  CHECK_THROWS_AS(sequence_interval_ranks(values{1, 2, 3}, 1.0), assay::usage_error);
}

TEST_CASE("ranks widened by serial correlation keep the coverage of a median that the plain ones lose") {
  const std::uint64_t seed = 2031;
  CAPTURE(seed);
  const int trials = 1000, n = 40;
  for (const double kept : {0.0, 0.5}) {
    int plain = 0, widened = 0;
    for (int trial = 0; trial < trials; ++trial) {
      const values sequence = chain(seed, static_cast<std::uint64_t>(trial), n, kept);
      const values ordered = assay::ascending(sequence);
      const auto covers = [&](const assay::rank_interval& ranks) {
        return ordered[static_cast<std::size_t>(ranks.lower - 1)] <= 0.0 &&
               0.0 <= ordered[static_cast<std::size_t>(ranks.upper - 1)];
      };
      plain += covers(*assay::median_interval_ranks(n, 0.95));
      widened += covers(*sequence_interval_ranks(sequence, 0.95));
    }
    CAPTURE(kept, plain, widened);
    CHECK(widened >= 0.93 * trials);
    if (kept > 0.0) CHECK(plain <= 0.9 * trials);
  }
}
