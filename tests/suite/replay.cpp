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
