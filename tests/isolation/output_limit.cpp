// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/output_limit.hpp"

#include <string>

#include "support/catch.hpp"

using assay::output_limit;

TEST_CASE("what is printed is shown up to a bound, and then once that there was more", "[isolation]") {
  output_limit limit;
  CHECK(limit.admit("a line\n") == "a line\n");
  const std::string rest(output_limit::most - 7, 'x');
  CHECK(limit.admit(rest) == rest);
  CHECK(limit.admit("") == "");
  CHECK(limit.admit("y") == "\nassay: more than 16 MiB were printed here; the rest is not shown\n");
  CHECK(limit.admit("y") == "");
  output_limit once;
  const std::string all = once.admit(rest + rest);
  CHECK(all.substr(0, output_limit::most) == (rest + rest).substr(0, output_limit::most));
  CHECK(all.size() < output_limit::most + 100);
}
