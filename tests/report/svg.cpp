// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/svg.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace assay;

TEST_CASE("pixels have a tenth at most", "[report]") {
  CHECK(svg::px(1.0) == "1");
  CHECK(svg::px(1.26) == "1.3");
  CHECK(svg::px(-0.01) == "0");
}

TEST_CASE("a scale maps its ends to its ends, and a decade to a decade", "[report]") {
  const svg::scale linear{0, 10, 100, 0, false}, decades{1, 100, 0, 200, true};
  CHECK(linear(0) == 100);
  CHECK(linear(10) == 0);
  CHECK(decades(10) == Approx(100));
}

TEST_CASE("ticks are round and lie within the axis", "[report]") {
  CHECK(svg::ticks({0, 1, 0, 1, false}, 5) == std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1});
  CHECK(svg::ticks({0.5, 4, 0, 1, true}, 8).size() == 3);
  CHECK(svg::ticks({1, 1e6, 0, 1, true}, 8).size() == 7);
  CHECK(svg::ticks({1, 1, 0, 1, false}, 5).empty());
  CHECK(svg::ticks({0, INFINITY, 0, 1, false}, 5).empty());
  CHECK(svg::ticks({1e16, 1e16 + 4, 0, 1, false}, 4).size() <= 13);  // where a step is lost in rounding
  CHECK_FALSE(std::signbit(svg::ticks({-1, 1, 0, 1, false}, 4)[2]));
}

TEST_CASE("labels of times are told apart", "[report]") {
  CHECK(svg::time_labels({17.85e-6, 17.9e-6, 17.95e-6}) ==
        std::vector<std::string>{"17.85 µs", "17.90 µs", "17.95 µs"});
  CHECK(svg::time_labels({0, 1e-3}) == std::vector<std::string>{"0 ms", "1 ms"});
  CHECK(svg::time_labels({1e300}).at(0).size() < 16);
}

TEST_CASE("text in a picture is escaped", "[report]") {
  CHECK(svg::label(0, 0, "<x>", "tick") == "<text class=\"tick\" x=\"0\" y=\"0\">&lt;x&gt;</text>");
  CHECK(svg::open(1, 2, "plot", "a\"b").find("aria-label=\"a&quot;b\"") != std::string::npos);
}
