// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/plan_text.hpp"

#include <cstdint>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;

TEST_CASE("the list has every axis with its values, and every candidate with its role", "[report]") {
  const auto definition = support::problem_named("gemm",
                                                 [](support::host_problem& p) {
                                                   p.axes({"m", "n"}, {{1, 2}, {3, 4}});
                                                   p.axis("layout", {"row", "column"});
                                                   const auto y = p.output<float>("y", {1});
                                                   p.oracle(y, [](auto, std::int64_t) { return 0.0; });
                                                   p.baseline("library", [] {});
                                                   p.candidate("tiled", [] {});
                                                   p.counterexample("broken", [] {});
                                                 },
                                                 {"gemm.cpp", 12});
  const auto problems = support::discovered({&definition});
  CHECK(problem_list(problems, {}) ==
        "gemm (host, gemm.cpp:12)\n"
        "  axis m, n: (1, 2) (3, 4)\n"
        "  axis layout: row column\n"
        "  baseline library\n"
        "  candidate tiled\n"
        "  counterexample broken\n");
  selection other;
  other.problems = name_filter("--problem", "softmax");
  CHECK(problem_list(problems, other).empty());
}

TEST_CASE("the plan is told case by case, with its counts", "[report]") {
  const auto definition = support::problem_named("axpy", [](support::host_problem& p) {
    p.axis("n", {1, 2});
    const auto y = p.output<float>("y", {1});
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("a", [] {});
    p.candidate("b", [] {});
  });
  CHECK(plan_text(support::plan_of(definition)) ==
        "axpy n=1: a, b\n"
        "axpy n=2: a, b\n"
        "2 cases, 4 candidates in all\n");
}

TEST_CASE("names in list and plan neither draw nor end lines", "[report]") {
  const auto definition = support::problem_named("red\x1b[31m",
                                                 [](support::host_problem& p) {
                                                   p.axis("n\r", {"\x1b[2J"});
                                                   const auto y = p.output<float>("y", {1});
                                                   p.oracle(y, [](auto, std::int64_t) { return 0.0; });
                                                   p.candidate("a\nb", [] {});
                                                 },
                                                 {"\x07.cpp", 1});
  CHECK(problem_list(support::discovered({&definition}), {}) ==
        "red\\x1b[31m (host, \\x07.cpp:1)\n"
        "  axis n\\r: \\x1b[2J\n"
        "  candidate a\\nb\n");
  CHECK(plan_text(support::plan_of(definition)) ==
        "red\\x1b[31m n\\r=\\x1b[2J: a\\nb\n"
        "1 cases, 1 candidates in all\n");
}
