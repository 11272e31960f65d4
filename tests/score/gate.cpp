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

TEST_CASE("scores of the suite are metrics, too") {
  CHECK(parse_gate("sol_score>=0.5").of == gate::metric::sol_score);
  CHECK(parse_gate("geomean>=1.1").of == gate::metric::geomean);
  const gate seconds = parse_gate("geomean_time<=2ms");
  CHECK(seconds.of == gate::metric::geomean_time);
  CHECK(seconds.bound == Approx(2e-3));
  const gate share = parse_gate("sol_fast_0.8>=50%");
  CHECK(share.of == gate::metric::sol_fast_p);
  CHECK(share.p == 0.8);
  const gate pass = parse_gate("pass@5>=0.9");
  CHECK(pass.of == gate::metric::pass_at_k);
  CHECK(pass.k == 5);
  for (const char* text :
       {"pass@0>=1", "pass@1.5>=1", "pass@>=1", "pass>=1", "sol_fast_>=1", "sol_score>=1us", "geomean>=1x",
        "geomean_time<=1", "geomean_times<=1s", "pass@1e9>=1"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_gate(text), assay::usage_error);
  }
}

TEST_CASE("a filter is the regular expression in front of the last colon") {
  const gate plain = parse_gate("sol>=0.8");
  CHECK_FALSE(plain.filtered);
  CHECK(plain.filter.admits("anything"));
  const gate one = parse_gate("^gemm .*/tiled$: sol>=0.7");
  CHECK(one.filtered);
  CHECK(one.bound == 0.7);
  CHECK(one.filter.admits("gemm m=64 n=64/tiled"));
  CHECK_FALSE(one.filter.admits("gemm m=64 n=64/tiled two"));
  CHECK_FALSE(one.filter.admits("batched gemm m=64/tiled"));
  const gate star = parse_gate("gemm/*: sol>=0.7");  // an expression, in which * repeats the slash
  CHECK(star.filter.admits("gemm n=1/x"));
  CHECK_FALSE(star.filter.admits("softmax n=1/x"));
  CHECK(parse_gate("[[:alpha:]]+/x: time<=1us").filter.admits("gemm/x"));
  for (const char* text : {": sol>=0.8", "(: sol>=0.8", "gemm:", "gemm: ", "gemm: soll>=1"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_gate(text), assay::usage_error);
  }
}

TEST_CASE("a margin eases the bound") {
  const gate g = parse_gate("speedup>=1 within 2%");
  CHECK(g.margin == Approx(0.02));
  CHECK(decide(g, {1.0, 0.985, 1.015}) == gate_answer::met);  // a tie
  CHECK(decide(parse_gate("speedup>=1"), {1.0, 0.985, 1.015}) == gate_answer::inconclusive);
  CHECK(decide(g, {0.97, 0.96, 0.98}) == gate_answer::not_met);
  CHECK(decide(g, {0.98, 0.96, 1.0}) == gate_answer::inconclusive);
  const gate t = parse_gate("time<=100us within 0.05");
  CHECK(decide(t, {104e-6, 103e-6, 104.9e-6}) == gate_answer::met);
  CHECK(decide(t, {107e-6, 106e-6, 108e-6}) == gate_answer::not_met);
  for (const char* text : {"sol>=1 within", "sol>=1 within -1%", "sol>=1 within 2us", "sol>=1 within x",
                           "sol>=1within 2%", "sol>=1 within 2% 3%"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_gate(text), assay::usage_error);
  }
}

TEST_CASE("an interval with one end is open on the other side") {
  const gate g = parse_gate("speedup>=1");
  CHECK(decide(g, {2.0, 1.5, std::nullopt}) == gate_answer::met);
  CHECK(decide(g, {2.0, 0.5, std::nullopt}) == gate_answer::inconclusive);
  CHECK(decide(g, {0.2, std::nullopt, 0.5}) == gate_answer::not_met);
  CHECK(decide(g, {0.2, std::nullopt, 1.5}) == gate_answer::inconclusive);
}

TEST_CASE("a file of gates has one a line, and comments") {
  const auto gates = assay::parse_gates(
      "# what a change must keep\n\n sol>=0.8  # of every kernel\r\n\t^gemm#1: time<=1ms\n#\n", "gates.txt");
  REQUIRE(gates.size() == 2);
  CHECK(gates[0].text == "sol>=0.8");
  CHECK(gates[1].filter.admits("gemm#1 n=1/x"));
}

TEST_CASE("a mistake in a file of gates is told with its line") {
  const auto error_of = [](const std::string& text) {
    try {
      static_cast<void>(assay::parse_gates(text, "gates.txt"));
      return std::string("none");
    } catch (const assay::usage_error& e) {
      return std::string(e.what());
    }
  };
  CHECK(error_of("sol>=0.8\n\nspeed>=1\n").find("gates.txt:3: speed>=1: unknown metric 'speed'") == 0);
  CHECK(error_of("(: sol>=1").find("gates.txt:1: (: not a regular expression") == 0);
  CHECK(error_of("# nothing\n") == "gates.txt: the file has no gates");
  CHECK(error_of("") == "gates.txt: the file has no gates");
}
