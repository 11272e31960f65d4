// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <assay/suite/filter.hpp>
#include <assay/suite/replay.hpp>
#include <string>

#include "support/catch.hpp"

TEST_CASE("a regex literal matches its text and nothing else") {
  for (const std::string name : {"gemm", "gemm (fp32)", "a.b*c+d?", "[x]{2}^$|\\/", ""}) {
    CAPTURE(name);
    const assay::name_filter pattern("--problem", assay::regex_literal(name));
    CHECK(pattern.admits(name));
    CHECK_FALSE(pattern.admits(name + "x"));
    CHECK_FALSE(pattern.admits("x" + name));
  }
  CHECK_FALSE(assay::name_filter("--problem", assay::regex_literal("a.b")).admits("aXb"));
}

TEST_CASE("a quoted argument is one word for the shell, whatever is in it") {
  CHECK(assay::shell_quoted("n=1") == "'n=1'");
  CHECK(assay::shell_quoted("it's $HOME; `x`") == "'it'\\''s $HOME; `x`'");
}

TEST_CASE("the replay names problem, candidate, every axis and the seed") {
  assay::record r;
  r.problem = "gemm (bf16)";
  r.candidate = "tiled";
  r.axes = {{"m", std::int64_t{64}}, {"layout", std::string("nt")}};
  r.seed = 17;
  CHECK(assay::replay_arguments(r) ==
        "--problem '^gemm \\(bf16\\)$' --candidate '^tiled$' --axis 'm=64' --axis 'layout=nt' --seed 17 "
        "--verify-only");
}
