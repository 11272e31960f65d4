// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/score_table.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/messages.hpp"
#include "support/records.hpp"

using namespace assay;
using support::correct;
using support::has;
using support::with_outcome;
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
  records.back().problem = "other";
  text = score_table(score(records), {});
  CHECK(has(text, "  problem    saxpy      1/1"));
  CHECK(has(text, "  problem    other      0/1"));
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
