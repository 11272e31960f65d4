// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/score/gate.hpp"

#include <limits>
#include <optional>
#include <string>

#include "support/catch.hpp"

namespace {

using assay::decide;
using assay::gate;
using assay::gate_answer;
using assay::parse_gate;
using assay::score_value;

const double infinity = std::numeric_limits<double>::infinity();
const double nan_value = std::numeric_limits<double>::quiet_NaN();

score_value exactly(double value) { return {value, std::nullopt, std::nullopt}; }

}  // namespace

TEST_CASE("every metric and both operators are understood") {
  const gate sol = parse_gate("sol>=0.8");
  CHECK(sol.of == gate::metric::sol);
  CHECK(sol.at_least);
  CHECK(sol.bound == 0.8);
  CHECK(sol.text == "sol>=0.8");

  const gate speedup = parse_gate("speedup<=1.5");
  CHECK(speedup.of == gate::metric::speedup);
  CHECK_FALSE(speedup.at_least);
  CHECK(speedup.bound == 1.5);

  const gate fast = parse_gate("fast_1.5>=0.5");
  CHECK(fast.of == gate::metric::fast_p);
  CHECK(fast.p == 1.5);
  CHECK(fast.bound == 0.5);
  CHECK(parse_gate("fast_0>=1").p == 0.0);

  const gate time = parse_gate("time<=120us");
  CHECK(time.of == gate::metric::time);
  CHECK_FALSE(time.at_least);
  CHECK(time.bound == Approx(120e-6));
}

TEST_CASE("every unit is understood") {
  CHECK(parse_gate("time<=2ns").bound == Approx(2e-9));
  CHECK(parse_gate("time<=2us").bound == Approx(2e-6));
  CHECK(parse_gate("time<=2µs").bound == Approx(2e-6));
  CHECK(parse_gate("time<=2ms").bound == Approx(2e-3));
  CHECK(parse_gate("time<=2s").bound == 2.0);
  CHECK(parse_gate("time>=1.5e2ms").bound == Approx(0.15));
  CHECK(parse_gate("sol>=80%").bound == Approx(0.8));
  CHECK(parse_gate("speedup>=150%").bound == Approx(1.5));
  CHECK(parse_gate("fast_1>=50%").bound == Approx(0.5));
}

TEST_CASE("spaces around the parts of a condition are allowed") {
  CHECK(parse_gate(" sol >= 0.8 ").bound == 0.8);
  CHECK(parse_gate("time <= 120 us").bound == Approx(120e-6));
  CHECK(parse_gate("\tfast_2\t>=\t50 %").p == 2.0);
  CHECK(parse_gate(" sol >= 0.8 ").text == " sol >= 0.8 ");
}

TEST_CASE("a malformed condition is refused and named") {
  for (const std::string text : {"",
                                 " ",
                                 ">=",
                                 "<=",
                                 "sol",
                                 "sol0.8",
                                 "sol>0.8",
                                 "sol<0.8",
                                 "sol=0.8",
                                 "sol==0.8",
                                 "sol=>0.8",
                                 "sol=<0.8",
                                 "sol> =0.8",
                                 "sol>=",
                                 "sol>=x",
                                 "sol>=0.8x",
                                 "sol>=0.8us",
                                 "sol>=0.8>=0.9",
                                 "sol>=0.5<=0.9",
                                 "sol<=0.9>=0.5",
                                 "sol>=0.8,speedup>=1",
                                 "sol>=1 2",
                                 "sol>=0 .8",
                                 "s ol>=0.8",
                                 "sol>=nan",
                                 "sol>=-nan",
                                 "sol>=inf",
                                 "sol>=-inf",
                                 "sol>=1e999",
                                 "sol>=--1",
                                 "SOL>=0.8",
                                 "Sol>=0.8",
                                 "sols>=0.8",
                                 "so>=0.8",
                                 ">=0.8",
                                 "0.8<=sol",
                                 "speedup>=",
                                 "speedup>=1x",
                                 "speedup>=1.0s",
                                 "time<=120",
                                 "time<=us",
                                 "time<=120%",
                                 "time<=120 minutes",
                                 "time<=120uss",
                                 "time<=120u",
                                 "time<=120US",
                                 "time<=1m s",
                                 "time<=infs",
                                 "time<=nanns",
                                 "fast>=0.5",
                                 "fast_>=0.5",
                                 "fast_x>=0.5",
                                 "fast_1x>=0.5",
                                 "fast_nan>=0.5",
                                 "fast_inf>=0.5",
                                 "fast_1>=",
                                 "fast_1>=x",
                                 "fast_1>=50us",
                                 "fast_1>=50%%",
                                 "fast_1%>=0.5",
                                 "fast_-1>=0.5",
                                 "fast_ 1>=0.5"}) {
    CAPTURE(text);
    try {
      static_cast<void>(parse_gate(text));
      CHECK(text == "was refused");
    } catch (const assay::usage_error& e) {
      const std::string message = e.what();
      CHECK(message.find("--gate " + text + ":") != std::string::npos);
      CHECK(message.find("expected METRIC>=NUMBER") != std::string::npos);
    }
  }
}

TEST_CASE("at least is decided on the ends of the interval") {
  const gate g = parse_gate("sol>=0.8");
  CHECK(decide(g, {0.9, 0.8, 1.0}) == gate_answer::met);
  CHECK(decide(g, {0.9, 0.79, 1.0}) == gate_answer::inconclusive);
  CHECK(decide(g, {0.7, 0.6, 0.8}) == gate_answer::inconclusive);
  CHECK(decide(g, {0.7, 0.6, 0.79}) == gate_answer::not_met);
}

TEST_CASE("at most is decided on the ends of the interval") {
  const gate g = parse_gate("time<=1s");
  CHECK(decide(g, {0.9, 0.8, 1.0}) == gate_answer::met);
  CHECK(decide(g, {0.9, 0.8, 1.01}) == gate_answer::inconclusive);
  CHECK(decide(g, {1.1, 1.0, 1.2}) == gate_answer::inconclusive);
  CHECK(decide(g, {1.1, 1.01, 1.2}) == gate_answer::not_met);
}

TEST_CASE("without an interval the value decides") {
  CHECK(decide(parse_gate("sol>=0.8"), exactly(0.8)) == gate_answer::met);
  CHECK(decide(parse_gate("sol>=0.8"), exactly(0.79)) == gate_answer::not_met);
  CHECK(decide(parse_gate("time<=1s"), exactly(1.0)) == gate_answer::met);
  CHECK(decide(parse_gate("time<=1s"), exactly(1.01)) == gate_answer::not_met);
}

TEST_CASE("what is no finite number never meets a condition") {
  for (const char* text : {"sol>=0", "sol<=1e9", "time<=1s", "time>=0s", "speedup>=0", "fast_1>=0"}) {
    const gate g = parse_gate(text);
    CAPTURE(text);
    for (const double bad : {nan_value, infinity, -infinity}) {
      CHECK(decide(g, exactly(bad)) == gate_answer::not_met);
      CHECK(decide(g, {0.5, bad, 1.0}) == gate_answer::not_met);
      CHECK(decide(g, {0.5, 0.25, bad}) == gate_answer::not_met);
    }
    CHECK(decide(g, {nan_value, 0.25, 1.0}) == gate_answer::not_met);
  }
}

TEST_CASE("answers have their words") {
  CHECK(std::string(to_string(gate_answer::met)) == "met");
  CHECK(std::string(to_string(gate_answer::not_met)) == "not met");
  CHECK(std::string(to_string(gate_answer::inconclusive)) == "inconclusive");
}
