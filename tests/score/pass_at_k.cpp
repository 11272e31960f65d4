// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/score/pass_at_k.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/records.hpp"

using assay::outcome;
using assay::pass_at_k;
using assay::record;
using assay::score_pass_at_k;
using support::correct;
using support::with_outcome;
using support::with_role;

TEST_CASE("pass@k is what counting all draws gives") {
  // Of n candidates the first c are correct: count the k-subsets with at least one of them.
  for (int n = 1; n <= 10; ++n)
    for (int c = 0; c <= n; ++c)
      for (int k = 1; k <= n; ++k) {
        int subsets = 0, passing = 0;
        for (unsigned mask = 0; mask < (1u << n); ++mask) {
          if (__builtin_popcount(mask) != k) continue;
          ++subsets;
          passing += (mask & ((1u << c) - 1)) != 0;
        }
        CAPTURE(n, c, k);
        CHECK(pass_at_k(n, c, k) == Approx(static_cast<double>(passing) / subsets).margin(1e-12));
      }
}

TEST_CASE("pass@k of many candidates does not overflow") {
  CHECK(pass_at_k(100000, 1, 1) == Approx(1e-5));
  CHECK(pass_at_k(100000, 0, 1000) == 0.0);
  CHECK(pass_at_k(100000, 99999, 2) == 1.0);
}

TEST_CASE("pass@k refuses what cannot be drawn") {
  CHECK_THROWS_AS(pass_at_k(3, 4, 1), assay::usage_error);
  CHECK_THROWS_AS(pass_at_k(3, -1, 1), assay::usage_error);
  CHECK_THROWS_AS(pass_at_k(3, 1, 0), assay::usage_error);
  CHECK_THROWS_AS(pass_at_k(3, 1, 4), assay::usage_error);
}

TEST_CASE("a candidate passes a problem when it is correct in all of its cases") {
  const std::vector<record> records = {correct(1, "a"),
                                       correct(2, "a"),
                                       correct(1, "b"),
                                       with_outcome(correct(2, "b"), outcome::wrong),
                                       with_outcome(correct(1, "c"), outcome::invalid),
                                       correct(2, "c"),
                                       with_role(correct(1, "baseline"), assay::candidate_role::baseline)};
  CHECK(score_pass_at_k(records, 1).share == Approx(1.0 / 3));
  CHECK(score_pass_at_k(records, 2).share == Approx(2.0 / 3));
  CHECK(score_pass_at_k(records, 3).share == 1.0);
}

TEST_CASE("what is not correct does not pass, unchecked included") {
  for (const outcome what : {outcome::wrong, outcome::failed, outcome::invalid, outcome::suspect,
                             outcome::unverifiable, outcome::unchecked})
    CHECK(score_pass_at_k(std::vector<record>{with_outcome(correct(1), what)}, 1).share == 0.0);
}

TEST_CASE("a problem with too few candidates leaves pass@k without a value") {
  record other = correct(1, "b");
  other.problem = "gemm";
  const std::vector<record> records = {correct(1, "a"), correct(1, "b"), other};
  CHECK(score_pass_at_k(records, 1).share == 1.0);
  const assay::pass_score two = score_pass_at_k(records, 2);
  CHECK_FALSE(two.share);
  CHECK(two.problems == 2);
  CHECK(two.too_few == 1);
  CHECK_FALSE(score_pass_at_k(std::vector<record>{}, 1).share);
}
