// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/change.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "support/catch.hpp"

namespace {

using assay::change;
using assay::judge_change;

assay::paired_ratio between(std::optional<double> lower, std::optional<double> upper) {
  return {1.0, lower, upper, 0.95, 12};
}

bool says(const assay::paired_ratio& ratio, const std::string& words) {
  return judge_change(ratio, 0.02).reason.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a change is judged by the whole interval against the margin") {
  const struct {
    double lower, upper;
    change kind;
  } cases[] = {
      {1.03, 1.05, change::faster},       {1.0201, 9.0, change::faster},
      {1.02, 1.05, change::inconclusive},  // the margin itself is not beyond it
      {1.01, 1.03, change::inconclusive}, {0.99, 1.01, change::tied},
      {1.005, 1.015, change::tied},  // certainly faster, and by too little to matter
      {1 / 1.02, 1.02, change::tied},     {0.97, 0.99, change::inconclusive},
      {0.97, 1.03, change::inconclusive}, {0.95, 0.97, change::slower},
      {0.0, 0.98, change::slower},        {0.95, 1 / 1.02, change::inconclusive},
  };
  for (const auto& c : cases) {
    CAPTURE(c.lower, c.upper);
    CHECK(judge_change(between(c.lower, c.upper), 0.02).kind == c.kind);
  }
}

TEST_CASE("exchanging the two sides exchanges faster and slower") {
  const double ends[] = {0.9, 0.97, 0.985, 1.0, 1.015, 1.03, 1.1};
  for (const double lower : ends)
    for (const double upper : ends) {
      if (lower > upper) continue;
      CAPTURE(lower, upper);
      const change forth = judge_change(between(lower, upper), 0.02).kind;
      const change back = judge_change(between(1 / upper, 1 / lower), 0.02).kind;
      CHECK((forth == change::faster) == (back == change::slower));
      CHECK((forth == change::slower) == (back == change::faster));
      CHECK((forth == change::tied) == (back == change::tied));
    }
}

TEST_CASE("a change without an interval is inconclusive, with one end it may be none") {
  CHECK(judge_change(between({}, {}), 0.02).kind == change::inconclusive);
  CHECK(judge_change(between(1.5, {}), 0.02).kind == change::faster);
  CHECK(judge_change(between(1.0, {}), 0.02).kind == change::inconclusive);
  CHECK(judge_change(between({}, 0.5), 0.02).kind == change::slower);
}

TEST_CASE("a judged change says why") {
  CHECK(says(between(1.03, 1.05), "1.0300 to 1.0500, lies above the margin, 0.9804 to 1.0200"));
  CHECK(says(between(0.93, 0.95), "lies below"));
  CHECK(says(between(0.99, 1.01), "lies within"));
  CHECK(says(between(0.99, 1.03), "crosses an end"));
  CHECK(says(between({}, {}), "12 rounds are too few"));
  CHECK(says(between(1.5, {}), "at least 1.5"));
  CHECK(says(between({}, 0.5), "at most 0.5"));
}

TEST_CASE("a change has a word for each kind") {
  CHECK(std::string(to_string(change::faster)) == "faster");
  CHECK(std::string(to_string(change::tied)) == "tied");
  CHECK(std::string(to_string(change::slower)) == "slower");
  CHECK(std::string(to_string(change::inconclusive)) == "inconclusive");
}

TEST_CASE("a margin must be a share") {
  for (const double bad : {-0.01, std::nan(""), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_AS(judge_change(between(1.0, 1.0), bad), assay::usage_error);
  CHECK(judge_change(between(1.0, 1.0), 0.0).kind == change::tied);
}
