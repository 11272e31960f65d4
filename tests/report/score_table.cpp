// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/score_table.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "assay/report/html_scores.hpp"
#include "assay/report/score_json.hpp"
#include "support/catch.hpp"
#include "support/messages.hpp"
#include "support/records.hpp"

using namespace assay;
using support::correct;
using support::has;
using support::with_limit;
using support::with_outcome;
using support::with_role;
using support::with_speedup;
using support::with_time;

TEST_CASE("groups have rows where there are several, candidates always", "[report]") {
  std::vector<record> records = {with_speedup(with_time(correct(1), 1.0), 2.0, 1.9, 2.1),
                                 with_outcome(with_time(correct(2), 1.0), outcome::wrong)};
  std::string text = score_table(score(records), {});
  CAPTURE(text);
  CHECK(has(text, "\n    1  50.0% [9.45%, 90.5%] 1/2"));
  CHECK(has(text, "  all                   1/2"));
  CHECK(has(text, "  candidate  kernel     1/2"));
  CHECK(has(text, "1/0/0/0"));
  CHECK_FALSE(has(text, "problem"));
  // As --help says: those of each case are in the document alone.
  CHECK_FALSE(has(text, "n=1"));
  const json document = to_json(score(records));
  REQUIRE(document["cases"].size() == 2);
  CHECK(document["cases"][0]["name"] == "saxpy n=1");
  CHECK(document["cases"][0]["fast_p"][0].contains("lower"));
  records.back().problem = "other";
  text = score_table(score(records), {});
  CHECK(has(text, "  problem    saxpy      1/1"));
  CHECK(has(text, "  problem    other      0/1"));
}

TEST_CASE("a mean that leaves cases out says of how many it is", "[report]") {
  // Two cases have a baseline, and one of them no way left to its limit.
  std::vector<record> records;
  for (const std::int64_t n : {1, 2, 3}) {
    const record timed = with_limit(with_time(correct(n), 2.0), 1.0);
    records.push_back(n < 3 ? with_speedup(timed, 2.0) : timed);
    if (n == 3) continue;
    records.push_back(with_role(with_limit(with_time(correct(n, "base"), 3.0), n == 1 ? 1.0 : 3.0),
                                candidate_role::baseline));
    if (n == 2) records[2].limit->seconds = 3.0;
  }
  const group_score all = score(records).all;
  CHECK(all.sol_scores == 1);
  std::string text = score_table(score(records), {});
  CAPTURE(text);
  CHECK(has(text, " 0.667 (1/3) "));
  CHECK(has(text, " 2.00 [2.00, 2.00] (2/3) "));
  CHECK(has(html_scores(score(records)), "0.667 (1 of 3)"));
  records.erase(records.begin() + 2, records.end());
  text = score_table(score(records), {});
  CHECK(has(text, " 0.667 "));
  CHECK_FALSE(has(text, "("));
}

TEST_CASE("names in the table of scores cannot draw, and it fits its terminal", "[report]") {
  record r = with_speedup(with_time(correct(1, "\x1b[31mred\n"), 1.0), 2.0, 1.9, 2.1);
  CHECK(has(score_table(score({r}), {}), "candidate  \\x1b[31mred\\n "));
  const std::string plain = score_table(score({r}), {});
  CHECK_FALSE(has(plain, "\x1b"));
  CHECK(has(score_table(score({r}), {true, {}}), "\x1b[1m"));
  std::size_t begin = 0;
  const std::string narrow = score_table(score({r}), {false, 40});
  for (std::size_t end = narrow.find('\n'); end != std::string::npos; end = narrow.find('\n', begin)) {
    CHECK(display_width(narrow.substr(begin, end - begin)) <= 60);
    begin = end + 1;
  }
}
