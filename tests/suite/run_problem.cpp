// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/run_problem.hpp"

#include <string>

#include "assay/core/error.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::empty_registry;
using support::has;
using support::host_problem;
using support::message_of;
using support::problem_named;
using support::record_of;
using support::verify_only;

namespace {

problem_definition copies(const char* name) {
  return problem_named(name, [](host_problem& p) {
    const auto n = p.axis("n", {4, 8});
    const auto x = p.input<float>("x", {n});
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
    p.candidate("right", [=] {
      for (std::int64_t i = 0; i < n; ++i) y[i] = x[i];
    });
    p.candidate("wrong", [=] {
      for (std::int64_t i = 0; i < n; ++i) y[i] = x[0];
    });
  });
}

}  // namespace

TEST_CASE("a problem runs as a library call", "[suite]") {
  const empty_registry registry;
  const registration one(copies("copies")), other(problem_named("broken", [](host_problem&) {}));
  const std::vector<record> records = run_problem("copies", verify_only());
  REQUIRE(records.size() == 4);
  CHECK(records[0].case_name() == "copies n=4");
  CHECK(records[0].verdict.outcome == outcome::correct);
  CHECK(records[1].verdict.outcome == outcome::wrong);
  CHECK(records[2].case_name() == "copies n=8");

  selection wanted;
  wanted.axes.emplace_back("n=8");
  wanted.candidates = name_filter("candidate", "^right$");
  const std::vector<record> some = run_problem("copies", support::quick(), wanted);
  REQUIRE(some.size() == 1);
  CHECK(some[0].case_name() == "copies n=8");
  CHECK(some[0].time);
}

TEST_CASE("what cannot be run as a library call says why", "[suite]") {
  const empty_registry registry;
  CHECK(has(message_of([] { (void)run_problem("copies"); }), "declare one with ASSAY_PROBLEM"));
  problem_definition away = copies("away");
  away.backend = "absent";
  away.open_device = []() -> device& { throw no_device("no such device here"); };
  const registration one(copies("copies")), two(away);
  CHECK(message_of([] { (void)run_problem("copie"); }) ==
        "this program has no problem 'copie'; it has 'copies', 'away'");
  selection nothing;
  nothing.candidates = name_filter("candidate", "neither");
  CHECK(message_of([&] { (void)run_problem("copies", verify_only(), nothing); }) ==
        "nothing of the problem 'copies' is selected");
  selection unknown;
  unknown.axes.emplace_back("m=1");
  CHECK(has(message_of([&] { (void)run_problem("copies", verify_only(), unknown); }), "--axis m"));
  CHECK(message_of<no_device>([] { (void)run_problem("away", verify_only()); }) == "no such device here");
}
