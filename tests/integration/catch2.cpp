// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
// After Catch2, as in any test.
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "assay/integration/catch2.hpp"
#include "assay/verify/verify.hpp"
#include "support/problems.hpp"

using namespace assay;
using namespace assay::catch2;
using support::has;

namespace {

/// A time with that interval, s.
measurement taking(double median, std::optional<double> lower = {}, std::optional<double> upper = {}) {
  measurement m;
  m.raw = {median, lower, upper, 0.95, 10};
  return m;
}

/// Ten rounds of one sample each, s.
measurement rounds_of(double seconds, double wobble = 0.0) {
  measurement m = taking(seconds, seconds, seconds);
  for (int i = 0; i < 10; ++i) {
    m.samples.push_back(seconds * (1 + (i % 2 ? wobble : -wobble)));
    m.rounds.push_back(i);
  }
  return m;
}

/// A correct record of a candidate with that time, and a limit of 1 ms, bound by DRAM.
record timed(const measurement& m) {
  record r;
  r.problem = "scan";
  r.axes = {{"n", std::int64_t{64}}};
  r.candidate = "fast one";
  r.file = "scan.cu";
  r.line = 7;
  r.verdict.outcome = outcome::correct;
  r.time = m;
  r.limit = limit{1e-3, resource::dram, layer::hard, {}, {}};
  return r;
}

record wrong() {
  record r = timed(taking(1e-3, 1e-3, 1e-3));
  r.verdict = {outcome::wrong, "y: 1 of 4 elements outside the tolerance", {}};
  comparison c;
  c.output = "y";
  c.extents = {4};
  c.excerpt.resize(2);
  c.excerpt[0] = {{1, 2.0, 2.0, 1e-6}, true};
  c.excerpt[1] = {{2, 7.0, 3.0, 1e-6}, false};
  r.verdict.comparisons.push_back(c);
  return r;
}

record counterexample(outcome seen) {
  record r = timed({});
  r.candidate = "known wrong";
  r.role = candidate_role::counterexample;
  r.time.reset();
  r.verdict.outcome = seen;
  return r;
}

/// What Catch2 prints behind the value when the matcher does not match; empty when it does.
template <class Value, class Matcher>
std::string failure(const Value& value, const Matcher& m) {
  return m.match(value) ? "" : m.toString();
}

}  // namespace

TEST_CASE("is_correct() takes what is correct and nothing else", "[integration]") {
  CHECK_THAT((verdict{outcome::correct, "", {}}), is_correct());
  CHECK_THAT(timed(taking(1.0)), is_correct());
  CHECK_THAT(std::vector<record>{timed(taking(1.0))}, is_correct());
  for (const outcome other : {outcome::wrong, outcome::failed, outcome::invalid, outcome::suspect,
                              outcome::unverifiable, outcome::unchecked}) {
    CHECK_FALSE(is_correct().match(verdict{other, "", {}}));
    record r = timed(taking(1.0));
    r.verdict.outcome = other;
    CHECK_FALSE(is_correct().match(r));
    CHECK_FALSE(is_correct().match(std::vector<record>{timed(taking(1.0)), r}));
  }
}

TEST_CASE("a wrong result is explained with the elements around the mismatch", "[integration]") {
  CHECK(failure(wrong(), is_correct()) ==
        "is correct\nbut it is wrong: y: 1 of 4 elements outside the tolerance\n"
        "      [1]  got 2  expected 2 ± 1e-06\n    ! [2]  got 7  expected 3 ± 1e-06\n"
        "    declared at scan.cu:7");
  CHECK(has(failure(std::vector<record>{timed(taking(1.0)), wrong()}, is_correct()),
            "but scan n=64, fast one: it is wrong: y: 1 of 4"));
}

TEST_CASE("a verdict of verify() is explained as well", "[integration]") {
  const std::vector<float> got = {1.0f, 2.0f, 4.0f};
  const std::vector<double> right = {1.0, 2.0, 3.0};
  const std::string text = failure(verify(got, right), is_correct());
  CHECK(has(text, "but it is wrong: result: 1 of 3 elements outside the tolerance, worst at [2]: got 4"));
  INFO(text);
  CHECK(has(text, "\n    ! [2]  got 4  expected 3"));
}

TEST_CASE("a counterexample is correct when it was caught", "[integration]") {
  CHECK_THAT(counterexample(outcome::wrong), is_correct());
  CHECK_THAT(counterexample(outcome::invalid), is_correct());
  CHECK(has(failure(counterexample(outcome::correct), is_correct()), "known to be wrong, and was accepted"));
  CHECK(has(failure(counterexample(outcome::failed), is_correct()), "to be found wrong; it is failed"));
  CHECK_FALSE(is_correct().match(counterexample(outcome::unverifiable)));
}

TEST_CASE("records without a candidate show nothing", "[integration]") {
  for (const std::vector<record>& none :
       {std::vector<record>{}, std::vector<record>{counterexample(outcome::wrong)}}) {
    CHECK(has(failure(none, is_correct()), "there is no candidate among them"));
    CHECK_FALSE(reaches_sol(0.0).match(none));
    CHECK_FALSE(takes_at_most(1e9).match(none));
    CHECK_FALSE(faster_than_baseline(0.0).match(none));
  }
}

TEST_CASE("the ends of an interval decide, and in between nothing is decided", "[integration]") {
  CHECK_THAT(taking(1e-3, 0.9e-3, 1.1e-3), takes_at_most(1.1e-3));
  CHECK(failure(taking(1e-3, 0.9e-3, 1.1e-3), takes_at_most(0.8e-3)) ==
        "takes at most 800 µs\nbut it is 1.00 ms [900 µs, 1.10 ms]");
  CHECK(has(failure(taking(1e-3, 0.9e-3, 1.1e-3), takes_at_most(1.05e-3)),
            "inconclusive: the interval holds 1.05 ms"));
  CHECK(has(failure(taking(1e-3), takes_at_most(1.0)), "inconclusive: too few rounds"));

  CHECK_THAT(timed(taking(1.2e-3, 1.1e-3, 1.25e-3)), reaches_sol(0.8));
  CHECK(failure(timed(taking(2e-3, 1.9e-3, 2.1e-3)), reaches_sol(0.8)) ==
        "reaches 80.0% of the speed of light\nbut it is 50.0% [47.6%, 52.6%]; 2.00 ms ±5.0%, the least is "
        "1.00 ms, bound by DRAM");
  CHECK(has(failure(timed(taking(1.2e-3, 1.1e-3, 1.3e-3)), reaches_sol(0.8)),
            "inconclusive: the interval holds 80.0%"));
}

TEST_CASE("a NaN meets no bound", "[integration]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(takes_at_most(1.0).match(taking(nan, nan, nan)));
  CHECK_FALSE(takes_at_most(nan).match(taking(1.0, 1.0, 1.0)));
  CHECK_FALSE(reaches_sol(0.0).match(timed(taking(nan, nan, nan))));
  CHECK_FALSE(reaches_sol(nan).match(timed(taking(1.0, 1.0, 1.0))));
}

TEST_CASE("a time is worth nothing where the result is not right", "[integration]") {
  for (const auto& text :
       {failure(wrong(), reaches_sol(0.0)), failure(wrong(), takes_at_most(1e9)),
        failure(wrong(), faster_than_baseline(0.0)), failure(wrong(), faster_than(rounds_of(1.0), 0.0))})
    CHECK(has(text, "but it is wrong: y: 1 of 4"));
  record untimed = timed({});
  untimed.time.reset();
  CHECK(has(failure(untimed, reaches_sol(0.0)), "but it was not timed"));
  record unchecked = timed(taking(1.0));
  unchecked.verdict.outcome = outcome::unchecked;
  for (const std::string& text :
       {failure(unchecked, reaches_sol(0.0)), failure(unchecked, takes_at_most(1e9)),
        failure(unchecked, faster_than_baseline(0.0)), failure(unchecked, faster_than(rounds_of(1.0), 0.0))})
    CHECK(has(text, "but it was timed without being verified"));
  CHECK(has(failure(counterexample(outcome::wrong), takes_at_most(1e9)),
            "a counterexample, which is never timed"));
}

TEST_CASE("a share of the speed of light needs a limit", "[integration]") {
  record r = timed(taking(1e-3, 1e-3, 1e-3));
  r.limit.reset();
  CHECK(has(failure(r, reaches_sol(0.5)), "but it has no limit"));
  r.limit = speed_of_light(ceilings(layer::hard, "test"), work{});
  CHECK(has(failure(r, reaches_sol(0.5)), "no work is declared"));
  CHECK(has(failure(taking(1.0), reaches_sol(0.5)), "reaches_sol(share, limit)"));
  const limit least{0.9e-3, resource::fp32, layer::hard, {}, {}};
  CHECK_THAT(taking(1e-3, 1e-3, 1e-3), reaches_sol(0.89, least));
  CHECK_FALSE(reaches_sol(0.95, least).match(taking(1e-3, 1e-3, 1e-3)));
  CHECK_THAT(least, is_bound_by(resource::fp32));
  CHECK(failure(least, is_bound_by(resource::dram)) == "is bound by DRAM\nbut it is bound by fp32");
  CHECK_THAT(timed(taking(1.0)), is_bound_by(resource::dram));
  CHECK(failure(limit{}, is_bound_by(resource::dram)) == "is bound by DRAM\nbut it has no limit");
}

TEST_CASE("speedups are of rounds that both have in common", "[integration]") {
  CHECK_THAT(rounds_of(1e-3), faster_than(rounds_of(1.3e-3), 1.2));
  CHECK(failure(rounds_of(1e-3), faster_than(rounds_of(1.1e-3), 1.2)) ==
        "is 1.20x as fast as the baseline, or more\nbut it is 1.10x [1.10x, 1.10x]");
  CHECK(has(failure(rounds_of(1e-3, 0.1), faster_than(rounds_of(1.1e-3), 1.1)),
            "inconclusive: the interval holds"));
  CHECK_THAT(timed(rounds_of(1e-3)), faster_than(timed(rounds_of(1.3e-3)), 1.2));
  measurement fewer = rounds_of(1.0);
  fewer.samples.pop_back();
  fewer.rounds.pop_back();
  CHECK(has(support::message_of([&] { (void)faster_than(fewer).match(rounds_of(1.0)); }),
            "not measured together"));
  record untimed = wrong();
  untimed.time.reset();
  CHECK(support::message_of([&] { (void)faster_than(untimed); }) ==
        "faster_than: scan n=64, fast one was not timed");

  record r = timed(taking(1e-3, 1e-3, 1e-3));
  CHECK(has(failure(r, faster_than_baseline()), "no baseline that was timed"));
  r.speedup = paired_ratio{1.3, 1.25, 1.35};
  CHECK_THAT(r, faster_than_baseline(1.2));
  CHECK_FALSE(faster_than_baseline(1.4).match(r));
  CHECK(has(failure(r, faster_than_baseline(1.3)), "inconclusive: the interval holds 1.30x"));
  r.speedup = paired_ratio{1.3, 1.25, std::nullopt};  // no upper end: the lower one says enough
  CHECK_THAT(r, faster_than_baseline(1.2));
  CHECK(has(failure(r, faster_than_baseline(1.28)), "inconclusive"));
}

TEST_CASE("a matcher that is used again says what is wrong this time", "[integration]") {
  const auto right = is_correct();
  CHECK_FALSE(right.match(wrong()));
  CHECK(has(right.toString(), "1 of 4"));
  CHECK_FALSE(right.match(std::vector<record>{}));
  CHECK_FALSE(has(right.toString(), "1 of 4"));
  CHECK(right.match(timed(taking(1.0))));
  CHECK(right.toString() == "is correct");
}

TEST_CASE("values are named in assertions", "[integration]") {
  CHECK(Catch::Detail::stringify(wrong()) == "scan n=64, fast one");
  CHECK(Catch::Detail::stringify(std::vector<record>(2)) == "2 records");
  CHECK(Catch::Detail::stringify(taking(1e-3, 0.9e-3, 1.1e-3)) == "1.00 ms ±10.0%");
  CHECK(Catch::Detail::stringify(*timed({}).limit) == "1.00 ms at least");
}

#if CATCH_VERSION_MAJOR >= 3
TEST_CASE("with Catch2 v3 matchers compose", "[integration]") {
  CHECK_THAT(wrong(), !is_correct());
  CHECK_THAT(timed(taking(1e-3, 1e-3, 1e-3)), is_correct() && takes_at_most(2e-3) && reaches_sol(0.5));
  CHECK_THAT(timed(taking(1e-3, 1e-3, 1e-3)), takes_at_most(1e-9) || is_correct());
  const auto both = is_correct() && takes_at_most(1e-9);
  CHECK_FALSE(both.match(timed(taking(1e-3, 1e-3, 1e-3))));
  CHECK(has(both.toString(), "but it is 1.00 ms"));
}
#endif
