// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/registry.hpp"

#include <string>
#include <type_traits>
#include <vector>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::host_problem;

namespace {

constexpr int first_line = __LINE__ + 1;
ASSAY_PROBLEM("registry test, first", assay::host, p) {
  const auto n = p.axis("n", {4, 8});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.candidate("ones", [=] {
    for (std::int64_t i = 0; i < n; ++i) y[i] = 1.0f;
  });
}

ASSAY_PROBLEM("registry test, second", assay::host, q) {
  const auto y = q.output<float>("y", {1});
  q.oracle(y, [](auto, std::int64_t) { return 1.0; });
  q.candidate("one", [=](assay::host::stream_type) { *y = 1.0f; });
}

void one(host_problem& p) {
  const auto y = p.output<float>("y", {1});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.candidate("one", [=] { *y.data() = 1.0f; });
}
// In the same line of two files that one source file includes, two problems have one line.
// clang-format off
ASSAY_PROBLEM("one line, left", assay::host, p) { one(p); } ASSAY_PROBLEM("one line, right", assay::host, p) { one(p); }
// clang-format on

static_assert(!std::is_copy_constructible_v<registration> && !std::is_copy_assignable_v<registration>,
              "the list holds the address of what a registration owns");

std::vector<const problem_definition*> of_this_file() {
  std::vector<const problem_definition*> found;
  for (const problem_definition* d = registered_problems(); d; d = d->next)
    if (std::string(d->name).starts_with("registry test")) found.push_back(d);
  return found;
}

}  // namespace

TEST_CASE("ASSAY_PROBLEM registers before main, the last one first", "[suite]") {
  const std::vector<const problem_definition*> found = of_this_file();
  REQUIRE(found.size() == 2);
  CHECK(std::string(found[0]->name) == "registry test, second");
  CHECK(std::string(found[1]->name) == "registry test, first");
}

TEST_CASE("two problems may have one line", "[suite]") {
  std::vector<std::string> found;
  for (const problem_definition* d = registered_problems(); d; d = d->next)
    if (std::string(d->name).starts_with("one line")) found.push_back(d->name);
  CHECK(found == std::vector<std::string>{"one line, right", "one line, left"});
}

TEST_CASE("a registered problem knows its backend, its place and its device", "[suite]") {
  const std::vector<const problem_definition*> found = of_this_file();
  REQUIRE(found.size() == 2);
  const problem_definition& first = *found[1];
  CHECK(std::string(first.backend) == "host");
  CHECK(std::string(first.where.file).ends_with("registry.cpp"));
  CHECK(first.where.line == first_line);
  CHECK(&first.open_device() == &device_of<host>());
}

TEST_CASE("a registered problem's body declares what was written", "[suite]") {
  const std::vector<const problem_definition*> found = of_this_file();
  REQUIRE(found.size() == 2);
  const declared_problem declared(*found[1]);
  REQUIRE(declared.axes().size() == 1);
  CHECK(declared.axes()[0].positions.size() == 2);
  REQUIRE(declared.candidates().size() == 1);
  CHECK(declared.candidates()[0].name == "ones");
}

TEST_CASE("a registered problem runs", "[suite]") {
  for (const problem_definition* d : of_this_file())
    for (const record& r : support::run(*d, support::verify_only()))
      CHECK(r.verdict.outcome == outcome::correct);
}

TEST_CASE("a registration puts its own copy of the definition on the list", "[suite]") {
  const support::empty_registry none;
  REQUIRE(registered_problems() == nullptr);
  problem_definition definition{"temporary", "host", {"file.cpp", 3}, nullptr, nullptr};
  {
    const registration kept(definition);
    REQUIRE(registered_problems() != nullptr);
    CHECK(registered_problems() != &definition);
    CHECK(std::string(registered_problems()->name) == "temporary");
    CHECK(registered_problems()->next == nullptr);
  }
}
