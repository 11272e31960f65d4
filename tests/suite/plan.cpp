// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::discovered;
using support::empty_registry;
using support::has;
using support::host_problem;
using support::message_of;
using support::problem_named;

namespace {

void finish(host_problem& p) {
  const auto y = p.output<float>("y", {1});
  p.oracle(y, [](auto, std::int64_t) { return 0.0; });
}

problem_definition matrix() {
  return problem_named("matrix", [](host_problem& p) {
    p.axes({"m", "k"}, {{1, 10}, {2, 20}});
    p.axis("n", {4, 8, 16});
    p.type_axis<float, double>("T", [](auto) {});
    finish(p);
    p.reference("known", [] {});
    p.baseline("library", [] {});
    p.candidate("tiled", [] {});
    p.candidate("tiled twice", [] {});
    p.counterexample("skips", [] {});
  });
}

problem_definition vector() {
  return problem_named("vector", [](host_problem& p) {
    p.axis("n", {4, 5});
    p.axis("layout", {"row", "column"});
    finish(p);
    p.candidate("plain", [] {});
  });
}

problem_definition scalar() {
  return problem_named("scalar", [](host_problem& p) {
    finish(p);
    p.candidate("plain", [] {});
  });
}

/// Each item as "problem n=4: a, b".
std::vector<std::string> lines(const std::vector<plan_item>& plan) {
  std::vector<std::string> result;
  for (const plan_item& item : plan) {
    std::string line = item.definition->name;
    if (!item.values.empty()) line += " " + to_string(item.values);
    for (const std::string& name : item.candidates)
      line += (name == item.candidates.front() ? ": " : ", ") + name;
    result.push_back(line);
  }
  return result;
}

struct three_problems {
  problem_definition first = matrix(), second = vector(), third = scalar();

  std::vector<plan_item> plan(const selection& wanted = {}) {
    return make_plan(discovered({&first, &second, &third}), wanted);
  }
  std::vector<plan_item> plan_for_axes(const std::vector<std::string>& filters) {
    selection wanted;
    for (const std::string& text : filters) wanted.axes.emplace_back(text);
    return plan(wanted);
  }
};

}  // namespace

TEST_CASE("a plan has every case once, the last axis varying fastest", "[suite]") {
  const auto definition = vector();
  CHECK(lines(support::plan_of(definition)) ==
        std::vector<std::string>{"vector n=4 layout=row: plain", "vector n=4 layout=column: plain",
                                 "vector n=5 layout=row: plain", "vector n=5 layout=column: plain"});
}

TEST_CASE("a plan keeps the order of the problems", "[suite]") {
  three_problems all;
  const std::vector<plan_item> plan = all.plan();
  REQUIRE(plan.size() == 2 * 3 * 2 + 4 + 1);
  CHECK(lines(plan).front() == "matrix m=1 k=10 n=4 T=fp32: library, tiled, tiled twice, skips");
  CHECK(plan[11].definition == &all.first);
  CHECK(plan[12].definition == &all.second);
  CHECK(lines(plan).back() == "scalar: plain");
}

TEST_CASE("joint axes vary together", "[suite]") {
  const auto definition = matrix();
  for (const plan_item& item : support::plan_of(definition)) {
    const auto m = std::get<std::int64_t>(item.values[0].second);
    CHECK(std::get<std::int64_t>(item.values[1].second) == 10 * m);
  }
}

TEST_CASE("the positions of an item lead to its values", "[suite]") {
  three_problems all;
  for (const plan_item& item : all.plan()) {
    const declared_problem problem(*item.definition, item.positions);
    CHECK(problem.values() == item.values);
  }
}

TEST_CASE("a plan is the same each time", "[suite]") {
  three_problems all;
  CHECK(lines(all.plan()) == lines(all.plan()));
  CHECK(lines(all.plan_for_axes({"n=4"})) == lines(all.plan_for_axes({"n=4"})));
}

TEST_CASE("a reference is not planned", "[suite]") {
  const auto definition = matrix();
  for (const std::string& line : lines(support::plan_of(definition))) CHECK_FALSE(has(line, "known"));
}

TEST_CASE("a plan for some problems leaves out the others", "[suite]") {
  three_problems all;
  selection wanted;
  wanted.problems = name_filter("--problem", "^(scalar|vector)$");
  const std::vector<plan_item> plan = all.plan(wanted);
  REQUIRE(plan.size() == 5);
  for (const plan_item& item : plan) CHECK(item.definition != &all.first);
  wanted.problems = name_filter("--problem", "tensor");
  CHECK(all.plan(wanted).empty());
}

TEST_CASE("a plan for some candidates leaves out problems that have none of them", "[suite]") {
  three_problems all;
  selection wanted;
  wanted.candidates = name_filter("--candidate", "^tiled");
  const std::vector<plan_item> plan = all.plan(wanted);
  REQUIRE(plan.size() == 12);
  for (const plan_item& item : plan)
    CHECK(item.candidates == std::vector<std::string>{"tiled", "tiled twice"});
  wanted.candidates = name_filter("--candidate", "^tiled$");
  CHECK(all.plan(wanted).front().candidates == std::vector<std::string>{"tiled"});
  wanted.candidates = name_filter("--candidate", "no such");
  CHECK(all.plan(wanted).empty());
  wanted.candidates = name_filter("--candidate", "known");
  CHECK(all.plan(wanted).empty());
}

TEST_CASE("a plan for values of an axis", "[suite]") {
  three_problems all;
  const auto cases_of = [&](const std::vector<std::string>& filters, const problem_definition& problem) {
    std::size_t count = 0;
    for (const plan_item& item : all.plan_for_axes(filters)) count += item.definition == &problem;
    return count;
  };
  CHECK(cases_of({"n=4"}, all.first) == 4);
  CHECK(cases_of({"n=4"}, all.second) == 2);
  CHECK(cases_of({"n=4,5"}, all.second) == 4);
  CHECK(cases_of({"n=5.."}, all.first) == 8);
  CHECK(cases_of({"n=5..8"}, all.first) == 4);
  CHECK(cases_of({"n=..4"}, all.first) == 4);
  CHECK(cases_of({"n=..3"}, all.first) == 0);
  CHECK(cases_of({"layout=column"}, all.second) == 2);
  CHECK(cases_of({"T=fp64"}, all.first) == 6);
  CHECK(cases_of({"k=20"}, all.first) == 6);
  CHECK(cases_of({"k=20", "m=1"}, all.first) == 0);
}

TEST_CASE("names with dots are chosen as names; a range of numbers that is none is an error", "[suite]") {
  const auto files = problem_named("files", [](host_problem& p) {
    p.axis("n", {4, 8});
    p.axis("file", {"../up", "a..b", "plain"});
    finish(p);
    p.candidate("plain", [] {});
  });
  const auto plan = [&](const std::string& filter) {
    selection wanted;
    wanted.axes.emplace_back(filter);
    return lines(support::plan_of(files, wanted));
  };
  CHECK(plan("file=../up,a..b") ==
        std::vector<std::string>{"files n=4 file=../up: plain", "files n=4 file=a..b: plain",
                                 "files n=8 file=../up: plain", "files n=8 file=a..b: plain"});
  CHECK(has(message_of([&] { static_cast<void>(plan("n=1..x")); }),
            "--axis n=1..x: 'x' is not a whole number"));
}

TEST_CASE("each case has the candidates that its body declares in it", "[suite]") {
  const auto packed = problem_named("packed", [](host_problem& p) {
    const std::int64_t n = p.axis("n", {3, 4, 8, 5});
    finish(p);
    if (n != 5) p.candidate("any", [] {});
    if (n % 4 == 0) p.candidate("packs of four", [] {});
  });
  CHECK(lines(support::plan_of(packed)) ==
        std::vector<std::string>{"packed n=3: any", "packed n=4: any, packs of four",
                                 "packed n=8: any, packs of four",
                                 "packed n=5: any"});  // fails when it is run
  selection wanted;
  wanted.candidates = name_filter("--candidate", "four");
  CHECK(lines(support::plan_of(packed, wanted)) ==
        std::vector<std::string>{"packed n=4: packs of four", "packed n=8: packs of four"});
  wanted.axes.emplace_back("n=8");
  CHECK(lines(support::plan_of(packed, wanted)) == std::vector<std::string>{"packed n=8: packs of four"});
}

TEST_CASE("all axis filters must hold", "[suite]") {
  three_problems all;
  const std::vector<plan_item> plan = all.plan_for_axes({"n=4", "layout=row", "T=fp32", "m=2"});
  CHECK(lines(plan) ==
        std::vector<std::string>{"matrix m=2 k=20 n=4 T=fp32: library, tiled, tiled twice, skips",
                                 "vector n=4 layout=row: plain", "scalar: plain"});
}

TEST_CASE("an axis filter says nothing of a problem without that axis", "[suite]") {
  three_problems all;
  CHECK(lines(all.plan_for_axes({"n=999"})) == std::vector<std::string>{"scalar: plain"});
}

TEST_CASE("an axis that no selected problem has is an error that names it", "[suite]") {
  three_problems all;
  CHECK(has(message_of([&] { (void)all.plan_for_axes({"n=4", "size=4"}); }), "--axis size"));

  selection wanted;
  wanted.problems = name_filter("--problem", "scalar");
  wanted.axes.emplace_back("n=4");
  CHECK(has(message_of([&] { (void)all.plan(wanted); }), "--axis n"));
}

TEST_CASE("two problems of one name are an error that names both places", "[suite]") {
  const empty_registry none;
  const registration first({"saxpy", "host", {"one.cpp", 3}, nullptr, nullptr});
  const registration other({"gemm", "host", {"one.cpp", 30}, nullptr, nullptr});
  const registration second({"saxpy", "host", {"two.cpp", 4}, nullptr, nullptr});
  CHECK(message_of([] { (void)all_problems(); }) ==
        "two problems are named 'saxpy': one.cpp:3 and two.cpp:4");
}

TEST_CASE("problems come in the order of registration", "[suite]") {
  const empty_registry none;
  CHECK(all_problems().empty());
  const registration first({"b", "host", {}, nullptr, nullptr});
  const registration second({"a", "host", {}, nullptr, nullptr});
  const std::vector<const problem_definition*> found = all_problems();
  REQUIRE(found.size() == 2);
  CHECK(std::string(found[0]->name) == "b");
  CHECK(std::string(found[1]->name) == "a");
}

TEST_CASE("discovery tells all mistakes at once", "[suite]") {
  const empty_registry none;
  const registration first(problem_named("empty", [](host_problem&) {}, {"one.cpp", 1}));
  const registration right(scalar());
  const registration second(problem_named("twice",
                                          [](host_problem& p) {
                                            p.axis("n", {1, 1}, {"two.cpp", 2});
                                          },
                                          {"two.cpp", 1}));
  const std::string message = message_of([] { (void)discover(); });
  CAPTURE(message);
  CHECK(has(message, "one.cpp:1: problem 'empty'"));
  CHECK(has(message, "\ntwo.cpp:2: problem 'twice'"));
  CHECK_FALSE(has(message, "scalar"));
}

TEST_CASE("discovery of a body that throws names the problem", "[suite]") {
  const empty_registry none;
  {
    const registration thrower(problem_named(
        "thrower", [](host_problem&) { throw std::runtime_error("no tables here"); }, {"one.cpp", 1}));
    const std::string message = message_of([] { (void)discover(); });
    CAPTURE(message);
    CHECK(has(message, "one.cpp:1: problem 'thrower'"));
    CHECK(has(message, "no tables here"));
  }
  const empty_registry again;
  const registration thrower(problem_named("int thrower", [](host_problem&) { throw 1; }, {"one.cpp", 2}));
  CHECK(has(message_of([] { (void)discover(); }), "one.cpp:2: problem 'int thrower'"));
}

TEST_CASE("a program without problems has an empty plan", "[suite]") {
  const empty_registry none;
  CHECK(make_plan(discover(), {}).empty());
}

TEST_CASE("a replay is the item of one candidate at any values of the domains", "[suite]") {
  const auto definition = problem_named("replayed", [](host_problem& p) {
    const auto count = p.axis("n", {16}, at_least(1));
    p.axis("layout", {"row", "column"});
    const auto y = p.output<float>("y", {count});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.candidate("one", [] {});
    p.candidate("two", [] {});
    p.reference("known", [] {});
  });
  const auto problems = support::discovered({&definition});
  const auto item_of = [&](const std::string& text) { return replay_item(problems, parse_replay(text)); };
  const plan_item item = item_of("replayed|two|layout=column,n=17|seed=5|attack=nan");
  CHECK(item.definition == &definition);
  CHECK(to_string(item.values) == "n=17 layout=column");  // in the order of declaration
  CHECK(item.candidates == std::vector<std::string>{"two"});
  REQUIRE(item.trial);
  CHECK(item.trial->values == item.values);
  CHECK(item.trial->seed == 5);
  CHECK(item.trial->attack == attack::nan);

  const auto refused = [&](const std::string& text) { return message_of([&] { (void)item_of(text); }); };
  CHECK(has(refused("other|two|n=17,layout=row|seed=0"), "no problem 'other'"));
  CHECK(has(refused("replayed|three|n=17,layout=row|seed=0"), "no candidate 'three'"));
  CHECK(has(refused("replayed|known|n=17,layout=row|seed=0"), "no candidate 'known'"));
  CHECK(has(refused("replayed|two|n=17|seed=0"), "no value for axis 'layout'"));
  CHECK(has(refused("replayed|two|n=17,layout=row,k=1|seed=0"), "no axis 'k'"));
  CHECK(has(refused("replayed|two|n=0,layout=row|seed=0"), "axis 'n' cannot be 0"));
  CHECK(has(refused("replayed|two|n=17,layout=diagonal|seed=0"), "axis 'layout' cannot be diagonal"));
}

TEST_CASE("a case whose body must not run has the candidates of the problem", "[suite]") {
  static int runs = 0;
  const auto definition = support::problem_named("deadly", [](support::host_problem& p) {
    const auto n = p.axis("n", {4, 8});
    if (n == 8) ++runs;
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.candidate("one", [=] { y[0] = 1.0f; });
  });
  const auto plan = make_plan(support::discovered({&definition}), {},
                              [](const problem_definition&, const std::vector<std::size_t>& positions) {
                                return positions.front() == 0;
                              });
  CHECK(runs == 0);
  REQUIRE(plan.size() == 2);
  CHECK(plan[1].candidates == std::vector<std::string>{"one"});
  CHECK(make_plan(support::discovered({&definition}), {}).size() == 2);
  CHECK(runs > 0);
}
