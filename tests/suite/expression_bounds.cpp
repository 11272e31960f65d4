// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/expression_bounds.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/messages.hpp"

using assay::beyond_expression_bounds;
using support::has;

TEST_CASE("expressions for names are within bounds", "[suite]") {
  for (const char* pattern : {"", "^gemm .*/tiled$", "m=[0-9]{1,4} n=[[:digit:]]+", "(a|b)*c?", "a\\{2}",
                              "[]+*]{3}", "x{2,}y{,3}", "{", "a\\+\\+", "((((a+)+)+)+)", "[^]]"}) {
    CAPTURE(pattern);
    CHECK(beyond_expression_bounds(pattern) == "");
  }
}

TEST_CASE("expressions that take all memory or minutes are beyond them", "[suite]") {
  for (const char* pattern : {"(a{1,100}){1,100}", "((((((((((a+)+)+)+)+)+)+)+)+)+)+", "a{1001}",
                              "(ab{20}){60,}", "(){1,10000}", "((()){1,40}){1,40}"})
    CHECK(has(beyond_expression_bounds(pattern), "longer than 1000 characters"));
  CHECK(has(beyond_expression_bounds(std::string(1001, 'a')), "longer than 1000 characters"));
  CHECK(has(beyond_expression_bounds("(a*)\\1"), "back-references"));
  CHECK(has(beyond_expression_bounds(std::string(60, '(') + "a" + std::string(60, ')')), "groups within"));
  for (const char* pattern : {"a++", "a?+", "a*{3}", "a{2}{2}"})
    CHECK(has(beyond_expression_bounds(pattern), "two repetitions in a row"));
  CHECK(has(beyond_expression_bounds(std::string("a\0b", 3)), "zero byte"));
}
