// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/shrink.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace assay;

namespace {

using point = std::array<std::int64_t, 2>;

std::vector<point> simpler(const point& from) {
  std::vector<point> result;
  for (std::size_t axis = 0; axis < 2; ++axis)
    for (const std::int64_t value : simpler_numbers(from[axis])) {
      result.push_back(from);
      result.back()[axis] = value;
    }
  return result;
}

template <class Fails>
shrunk<point> smallest(point from, const Fails& fails, int tries = 100000) {
  return shrink(from, &simpler, fails, tries, [] { return false; });
}

verdict wrong(const std::string& output, std::int64_t mismatched, std::int64_t untouched, std::int64_t nan) {
  comparison c;
  c.output = output;
  c.elements = c.checked = 100;
  c.mismatched = mismatched;
  c.untouched = untouched;
  c.not_a_number = nan;
  return {outcome::wrong, output + ": " + std::to_string(mismatched) + " of 100", {c}};
}

}  // namespace

TEST_CASE("shrinking finds the least that fails") {
  CHECK(smallest({1 << 20, 77}, [](const point& p) { return p[0] % 4 != 0; }).smallest == point{1, 0});
  CHECK(smallest({4001, 4001}, [](const point& p) { return p[0] >= 1000 && p[1] >= 7; }).smallest ==
        point{1000, 7});
  CHECK(smallest({1 << 30, 5}, [](const point& p) { return p[0] >= 123457; }).smallest == point{123457, 0});
  CHECK(smallest({4001, 4000}, [](const point& p) { return p[0] > 40 && p[0] % 2 == 1; }).smallest ==
        point{41, 0});
  CHECK(smallest({1024, 1024}, [](const point& p) { return p[0] > 100 && p[0] % 16 == 0; }).smallest ==
        point{112, 0});
  CHECK(smallest({10, 10}, [](const point& p) { return p[0] * p[1] > 20; }).smallest == point{3, 7});
}

TEST_CASE("what nothing smaller repeats stays as it was, and what is smallest is not tried again") {
  const auto only = [](const point& p) { return p == point{640, 480}; };
  CHECK(smallest({640, 480}, only).smallest == point{640, 480});
  const auto at_all = smallest({0, 0}, [](const point&) { return true; });
  CHECK(at_all.smallest == point{0, 0});
  CHECK(at_all.tries == 0);
}

TEST_CASE("shrinking never ends at something that passes, whatever the limit") {
  const auto fails = [](const point& p) { return (p[0] ^ p[1]) % 7 == 3 && p[0] > 50; };
  REQUIRE(fails({1001, 1002 ^ 3}) == fails({1001, 1002 ^ 3}));
  for (std::int64_t first = 60; first < 3000; first += 97)
    for (int tries : {0, 1, 5, 50, 5000}) {
      const point from{first, first ^ 3};
      if (!fails(from)) continue;
      int asked = 0;
      const auto result = smallest(
          from,
          [&](const point& p) {
            ++asked;
            return fails(p);
          },
          tries);
      CHECK(fails(result.smallest));
      CHECK(result.tries == asked);
      CHECK(asked <= tries);
    }
}

TEST_CASE("shrinking stops when it is told that it is enough") {
  int asked = 0;
  const auto result = shrink(
      point{1 << 20, 3}, &simpler,
      [&](const point&) {
        ++asked;
        return true;
      },
      1000, [&] { return asked == 2; });
  CHECK(asked == 2);
  CHECK(result.tries == 2);
}

TEST_CASE("simpler numbers are smaller, in order, and end") {
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{2}, std::int64_t{17}, std::int64_t{1} << 40,
        std::numeric_limits<std::int64_t>::max(), std::int64_t{-3}}) {
    CAPTURE(value);
    const std::vector<std::int64_t> all = simpler_numbers(value);
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK(all[i] < value);
      CHECK(all[i] >= 0);
      if (i > 0) CHECK(all[i - 1] < all[i]);
    }
    CHECK(all.empty() == (value <= 0));
    if (value > 0) CHECK(all.back() == value - 1);
  }
}

TEST_CASE("a failure is the same at every size, and another one is not") {
  CHECK(failure_signature(wrong("y", 3, 0, 0)) == failure_signature(wrong("y", 90, 0, 0)));
  CHECK(failure_signature(wrong("y", 3, 0, 0)) != failure_signature(wrong("z", 3, 0, 0)));
  CHECK(failure_signature(wrong("y", 3, 1, 0)) != failure_signature(wrong("y", 3, 0, 0)));
  CHECK(failure_signature(wrong("y", 3, 0, 2)) != failure_signature(wrong("y", 3, 0, 0)));
  CHECK(failure_signature({outcome::failed, "no kernel for 17 columns", {}}) ==
        failure_signature({outcome::failed, "no kernel for 33 columns", {}}));
  CHECK(failure_signature({outcome::failed, "no kernel for 17 columns", {}}) !=
        failure_signature({outcome::failed, "launch: 17", {}}));
  CHECK(failure_signature({outcome::invalid, "changed the input x[3]", {}}) !=
        failure_signature({outcome::failed, "changed the input x[3]", {}}));
}
