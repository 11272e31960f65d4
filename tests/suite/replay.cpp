// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/replay.hpp"

#include <cstdint>
#include <string>

#include "support/catch.hpp"

using namespace assay;

TEST_CASE("a quoted argument is one word for the shell, whatever is in it") {
  CHECK(shell_quoted("n=1") == "'n=1'");
  CHECK(shell_quoted("it's $HOME; `x`") == "'it'\\''s $HOME; `x`'");
}

TEST_CASE("the replay is one option with one word, in which no quote has to be taken apart") {
  const replay_target target{"gemm (bf16)", "O'Brien's", {{{"m", std::int64_t{64}}, {"layout", "nt"}}, 17}};
  CHECK(replay_arguments(target) == "--replay 'gemm (bf16)|O%27Brien%27s|m=64,layout=nt|seed=17'");
}

TEST_CASE("a replay takes along what of the options its verdict depends on") {
  const trial which{{{"n", std::int64_t{17}}}, 3};
  CHECK(replay_arguments(replay_under({}, "saxpy", "float4", which)) ==
        "--replay 'saxpy|float4|n=17|seed=3'");
  run_options options;
  options.oracle_samples = 7;
  options.oracle_seconds = 0.25;
  options.seed = 9;  // of the run, not of the trial
  CHECK(replay_arguments(replay_under(options, "saxpy", "float4", which)) ==
        "--replay 'saxpy|float4|n=17|seed=3|samples=7|seconds=0.25'");
}
