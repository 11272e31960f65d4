// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/record_words.hpp"

#include "support/catch.hpp"
#include "support/messages.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;
using support::has;
using support::record_with;

TEST_CASE("the verdict in words, with how good it is", "[report]") {
  CHECK(verdict_words(record_with(outcome::correct)).how == tone::good);
  CHECK(verdict_words(record_with(outcome::unchecked)).how == tone::quiet);
  for (const outcome what : {outcome::suspect, outcome::unverifiable})
    CHECK(verdict_words(record_with(what)).how == tone::doubtful);
  for (const outcome what : {outcome::wrong, outcome::failed, outcome::invalid}) {
    CHECK(verdict_words(record_with(what)).how == tone::bad);
    CHECK(verdict_words(record_with(what)).text == to_string(what));
  }
  const auto caught = [](outcome what) {
    return verdict_words(record_with(what, candidate_role::counterexample));
  };
  CHECK(caught(outcome::wrong).text == "caught");
  CHECK(caught(outcome::invalid).how == tone::good);
  CHECK(caught(outcome::correct).text == "not caught");
  CHECK(caught(outcome::failed).how == tone::bad);
  CHECK(caught(outcome::unverifiable).how == tone::doubtful);
}

TEST_CASE("there is a reason for whatever is not as it should be", "[report]") {
  CHECK(verdict_reason(record_with(outcome::correct)).empty());
  CHECK(verdict_reason(record_with(outcome::wrong)) == "a reason");
  CHECK(verdict_reason(record_with(outcome::correct, candidate_role::counterexample)) ==
        "verification did not reject it");
}

TEST_CASE("rates are absent without a time or an amount", "[report]") {
  record r = full_record();
  CHECK(*bandwidth(r) == Approx(12.0 / 1e-6));
  CHECK(*compute_rate(r) == Approx(2.0 / 1e-6));
  r.work = {};
  CHECK_FALSE(bandwidth(r));
  CHECK_FALSE(compute_rate(r));
  r = full_record();
  r.time->net->median = 0.0;
  CHECK_FALSE(bandwidth(r));
  r.time.reset();
  CHECK_FALSE(compute_rate(r));
}

TEST_CASE("a speedup shows the ends that it has", "[report]") {
  CHECK(format_speedup({2.0, 1.5, 2.5, 0.95, 6}) == "2.00x [1.50, 2.50]");
  CHECK(format_speedup({2.0, {}, {}, 0.95, 1}) == "2.00x");
  CHECK(format_speedup({2.0, 1.5, {}, 0.95, 6}) == "2.00x [1.50, ...]");
}

TEST_CASE("a bound is worth a note only beside a time and a limit", "[report]") {
  record r = full_record();
  CHECK(has(note_codes(r), "loose-bound"));
  r.limit.reset();  // a file may hold anything
  CHECK_FALSE(has(note_codes(r), "loose-bound"));
}
