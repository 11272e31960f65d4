// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/shape_values.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include "support/catch.hpp"

using namespace assay;

namespace {

bool has_value(const std::vector<std::int64_t>& values, std::int64_t value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

TEST_CASE("shapes are where kernels fail: small, prime, beside vectors and tiles", "[suite]") {
  const std::vector<std::int64_t> values = shape_values(at_least(0), {});
  for (const std::int64_t wanted :
       {0, 1, 2, 3, 7, 17, 5, 9, 15, 31, 33, 63, 65, 127, 129, 255, 257, 97, 1021, 1023, 1025})
    if (!has_value(values, wanted)) FAIL(wanted << " is missing");
  CHECK(values.front() == 1);
  CHECK_FALSE(has_value(shape_values(at_least(1), {}), 0));
}

TEST_CASE("shapes keep to their domain, once each", "[suite]") {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  for (const axis_domain& domain :
       {at_least(0), at_least(1), at_least(1000), at_least(100'000), at_least(most), at_least(-5),
        multiples_of(8), multiples_of(64), multiples_of(1'000'000), multiples_of(most), between(5, 5),
        between(0, 0), between(3, 4096), between(10, 20).multiple_of(7), between(10, 13).multiple_of(7),
        listed(), between(-9, -3)}) {
    CAPTURE(domain.low, domain.high, domain.step);
    const std::vector<std::int64_t> values = shape_values(domain, {16, 4096, 1 << 20});
    for (const std::int64_t value : values)
      if (!domain.holds(value)) FAIL(value << " is outside");
    CHECK(std::set<std::int64_t>(values.begin(), values.end()).size() == values.size());
  }
  CHECK(shape_values(between(10, 13).multiple_of(7), {}).empty());
  CHECK(shape_values(listed(), {16}).empty());
  CHECK(shape_values(between(5, 5), {5}) == std::vector<std::int64_t>{5});
}

TEST_CASE("a domain has its ends, what the axis lists, and what lies beside that", "[suite]") {
  const std::vector<std::int64_t> values = shape_values(between(100, 2000), {700});
  for (const std::int64_t wanted : {100, 101, 2000, 1999, 699, 700, 701, 127, 129, 1025})
    if (!has_value(values, wanted)) FAIL(wanted << " is missing");
  const std::vector<std::int64_t> eights = shape_values(multiples_of(8), {64});
  for (const std::int64_t wanted : {8, 24, 56, 64, 72, 136, 264})
    if (!has_value(eights, wanted)) FAIL(wanted << " is missing");
  const std::vector<std::int64_t> far = shape_values(at_least(100'000), {});
  for (const std::int64_t wanted : {100'000, 100'001, 100'095, 100'097})
    if (!has_value(far, wanted)) FAIL(wanted << " is missing");
  CHECK_FALSE(has_value(shape_values(at_least(1), {1 << 20}), 1 << 20));  // too large to try often
}

TEST_CASE("the neighbour of a value is the next of the domain", "[suite]") {
  CHECK(neighbour(at_least(1), 16, true) == 17);
  CHECK(neighbour(at_least(1), 16, false) == 15);
  CHECK(neighbour(at_least(1), 1, false) == 1);
  CHECK(neighbour(multiples_of(8), 16, true) == 24);
  CHECK(neighbour(between(1, 16), 16, true) == 16);
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  CHECK(neighbour(at_least(0), most, true) == most);
}
