// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/explain.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "support/catch.hpp"

using assay::comparison;
using assay::describe_mismatch;
using assay::format_index;

TEST_CASE("a flat index is shown in the tensor's shape") {
  CHECK(format_index(17, {100}) == "[17]");
  CHECK(format_index(0, {4, 5}) == "[0, 0]");
  CHECK(format_index(17, {4, 5}) == "[3, 2]");
  CHECK(format_index(59, {3, 4, 5}) == "[2, 3, 4]");
  CHECK(format_index(0, {1, 1}) == "[0, 0]");
  CHECK(format_index(0, {}) == "[]");
  CHECK(format_index(0, {0, 3}) == "[0, 0]");
  CHECK(format_index((std::int64_t{1} << 40) + 3, {std::int64_t{1} << 20, std::int64_t{1} << 21}) ==
        "[524288, 3]");
}

TEST_CASE("a mismatch is told with its count and its worst element") {
  comparison c;
  c.output = "y";
  c.elements = c.checked = 1024;
  c.mismatched = 3;
  c.worst = comparison::element{17, 1.5, 1.25, 1e-6};
  CHECK(describe_mismatch(c, {1024}) ==
        "y: 3 of 1024 elements outside the tolerance, worst at [17]: got 1.5, expected 1.25 ± 1e-06");
  CHECK(describe_mismatch(c, {32, 32}).find("worst at [0, 17]") != std::string::npos);
}

TEST_CASE("a sample says that it is one") {
  comparison c;
  c.output = "y";
  c.elements = 1000000;
  c.checked = 4096;
  c.mismatched = 2;
  CHECK(describe_mismatch(c, {1000000}) == "y: 2 of 4096 checked elements outside the tolerance");
  c.method = "64 rows";
  CHECK(describe_mismatch(c, {1000000}) == "y: 2 of 4096 checked elements (64 rows) outside the tolerance");
}

TEST_CASE("elements that were never written are told apart from NaN") {
  comparison c;
  c.output = "y";
  c.elements = c.checked = 8;
  c.mismatched = 5;
  c.untouched = 3;
  c.not_a_number = 5;
  CHECK(describe_mismatch(c, {8}) == "y: 5 of 8 elements outside the tolerance, 3 never written, 2 NaN");
  c.not_a_number = 3;
  CHECK(describe_mismatch(c, {8}).find("NaN") == std::string::npos);
  c.untouched = 0;
  CHECK(describe_mismatch(c, {8}) == "y: 5 of 8 elements outside the tolerance, 3 NaN");
  c.untouched = 8;
  CHECK(describe_mismatch(c, {8}).find("never written: all 8") != std::string::npos);
}

TEST_CASE("nothing checked is said to be so") {
  comparison c;
  c.output = "y";
  c.elements = 8;
  CHECK(describe_mismatch(c, {8}) == "y: nothing was checked");
}

TEST_CASE("NaN and infinity are written without a sign that means nothing") {
  comparison c;
  c.output = "y";
  c.elements = c.checked = 2;
  c.mismatched = 1;
  c.worst = comparison::element{1, -std::nan(""), -std::numeric_limits<double>::infinity(), 0.0};
  const std::string text = describe_mismatch(c, {2});
  CHECK(text.find("got nan, expected -inf") != std::string::npos);
}
