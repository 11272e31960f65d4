// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/planned_candidates.hpp"

#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"

using assay::planned_candidates;
using names = std::vector<std::string>;

namespace {

const auto all_alike = [](std::size_t, std::size_t) { return true; };
const auto none_alike = [](std::size_t, std::size_t) { return false; };

}  // namespace

TEST_CASE("what is planned and not found is missing, with its note", "[report]") {
  planned_candidates plans;
  CHECK(plans.missing(all_alike).empty());
  plans.plan(1, {"saxpy n=1", "fast"}, " (shard 1/2)", false, "a:1");
  plans.plan(2, {"saxpy n=1", "fast"}, " (shard 1/2)", false, "b:1");
  plans.plan(2, {"saxpy n=2", "fast"}, " (shard 2/2)", false, "b:1");
  CHECK(plans.cases() == std::set<std::string>{"saxpy n=1", "saxpy n=2"});
  CHECK(plans.missing(all_alike) == names{"saxpy n=1, fast (shard 1/2)", "saxpy n=2, fast (shard 2/2)"});
  plans.found(1, {"saxpy n=1", "fast"});
  plans.found(2, {"saxpy n=2", "fast"});
  CHECK(plans.missing(none_alike).empty());  // shards are parts, wherever they ran
  plans.lost(1, {"saxpy n=2", "fast"});      // which it never had
  CHECK(plans.missing(none_alike).empty());
  plans.lost(2, {"saxpy n=2", "fast"});
  CHECK(plans.missing(none_alike) == names{"saxpy n=2, fast (shard 2/2)"});
}

TEST_CASE("a whole plan is fulfilled by its own run, one alike, or one that had a part of it", "[report]") {
  planned_candidates plans;
  for (const std::size_t run : {1u, 2u})
    for (const char* of_case : {"a", "b"})
      plans.plan(run, {of_case, "fast"}, "", true, run == 1 ? "x:1" : "y:1");
  for (const char* of_case : {"a", "b"}) plans.found(1, {of_case, "fast"});
  plans.found(2, {"a", "fast"});
  CHECK(plans.missing(all_alike).empty());
  CHECK(plans.missing(none_alike) == names{"b, fast (planned in y:1)"});
  plans.plan(3, {"b", "fast"}, "", true, "z:1");
  plans.found(3, {"b", "fast"});
  CHECK(plans.missing(none_alike).empty());
}
