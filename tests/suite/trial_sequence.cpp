// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/trial_sequence.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::host_problem;
using support::problem_named;

namespace {

/// A problem of two open axes, one that is listed, and one of names.
template <class More>
problem_definition grid(std::initializer_list<std::int64_t> rows, More more) {
  const std::vector<std::int64_t> listed_rows(rows);
  return problem_named("grid", [=](host_problem& p) {
    const auto m = listed_rows.size() == 1 ? p.axis("m", {listed_rows[0]}, at_least(1))
                                           : p.axis("m", {8, 16}, at_least(1));
    const auto n = p.axis("n", {32}, multiples_of(4));
    const auto k = p.axis("k", {5, 6});
    p.axis("layout", {"row", "column"});
    more(p, m, n, k);
    const auto x = p.input<float>("x", {m, n});
    const auto y = p.output<float>("y", {m, n});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
    p.candidate("copy", [=] { std::copy(x.data(), x.data() + m * n, y.data()); });
  });
}
constexpr auto nothing = [](auto&, auto...) {};

std::int64_t number(const trial& t, const std::string& name) {
  for (const auto& [axis, value] : t.values)
    if (axis == name) return std::get<std::int64_t>(value);
  return -1;
}

std::vector<trial> first_of(trial_sequence sequence, int count) {
  std::vector<trial> trials;
  for (int i = 0; i < count; ++i) trials.push_back(sequence.next());
  return trials;
}

}  // namespace

TEST_CASE("trials begin next to the case itself", "[suite]") {
  const auto definition = grid({8}, nothing);
  const declared_problem problem(definition);
  const std::vector<trial> trials = first_of(trial_sequence(problem, 0, false), 4);
  std::set<std::pair<std::int64_t, std::int64_t>> shapes;
  for (const trial& t : trials) {
    shapes.emplace(number(t, "m"), number(t, "n"));
    CHECK(t.attack == attack::as_declared);
  }
  CHECK(shapes == std::set<std::pair<std::int64_t, std::int64_t>>{{9, 32}, {7, 32}, {8, 36}, {8, 28}});
}

TEST_CASE("of a large case one neighbour has to do, which differs on every axis", "[suite]") {
  const auto definition = grid({1 << 20}, nothing);
  const declared_problem problem(definition);
  const std::vector<trial> trials = first_of(trial_sequence(problem, 0, false), 40);
  CHECK(number(trials[0], "m") == (1 << 20) + 1);
  CHECK(number(trials[0], "n") == 28);
  for (std::size_t i = 1; i < trials.size(); ++i)
    CHECK(number(trials[i], "m") * number(trials[i], "n") <= 1 << 16);
}

TEST_CASE("trials keep to the domains, and axes without one to the case", "[suite]") {
  const auto definition = grid({8}, nothing);
  const declared_problem problem(definition, {0, 0, 1, 1});
  for (const trial& t : first_of(trial_sequence(problem, 5, true), 3000)) {
    REQUIRE(number(t, "m") >= 1);
    REQUIRE(number(t, "n") >= 4);
    REQUIRE(number(t, "n") % 4 == 0);
    REQUIRE(number(t, "k") == 6);
    REQUIRE(t.values[3].second == axis_value("column"));
    REQUIRE(number(t, "m") * number(t, "n") <= 1 << 16);
  }
}

TEST_CASE("trials cover every shape of each axis with every attack", "[suite]") {
  const auto definition = grid({8}, nothing);
  const declared_problem problem(definition);
  trial_sequence sequence(problem, 0, false);
  std::set<std::pair<std::int64_t, attack>> seen;
  std::set<attack> attacks;
  std::set<std::int64_t> shapes, offsets;
  int rows = 0;
  for (; !sequence.covered() && rows < 10000; ++rows) {
    const trial t = sequence.next();
    seen.emplace(number(t, "m"), t.attack);
    attacks.insert(t.attack);
    shapes.insert(number(t, "m"));
    offsets.insert(t.layout.offset);
  }
  CAPTURE(rows);
  CHECK(rows < 4000);
  CHECK(attacks.size() == 7);  // no specials
  CHECK(shapes.size() > 30);
  CHECK(offsets == std::set<std::int64_t>{0, 1});
  for (const std::int64_t m : {1, 3, 17, 33, 127})
    for (const attack how : attacks) CHECK(seen.count({m, how}) == 1);
}

TEST_CASE("attacks come in their order, shifted from case to case", "[suite]") {
  const auto definition = problem_named("fixed", [](host_problem& p) {
    const auto x = p.input<float>("x", {64});
    const auto y = p.output<float>("y", {64});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
    p.candidate("copy", [=] { std::copy(x.data(), x.data() + 64, y.data()); });
  });
  const declared_problem problem(definition);
  const std::vector<trial> trials = first_of(trial_sequence(problem, 0, false), 3);
  CHECK(trials[0].attack == attack::integers);
  CHECK(trials[1].attack == attack::index_code);
  CHECK(trials[2].attack == attack::one_hot);
  CHECK(trials[0].seed != trials[1].seed);
  CHECK(first_of(trial_sequence(problem, 0, false, 1), 1)[0].attack == attack::index_code);
}

TEST_CASE("specials are tried where the problem declares them, or the user asks", "[suite]") {
  const auto attacks_of = [](const problem_definition& definition, bool strict) {
    const declared_problem problem(definition);
    std::set<attack> seen;
    for (const trial& t : first_of(trial_sequence(problem, 0, strict), 600)) seen.insert(t.attack);
    return seen;
  };
  const auto silent = grid({8}, nothing);
  CHECK(attacks_of(silent, false).size() == 7);
  CHECK(attacks_of(silent, true).size() == attack_count);
  const auto declaring =
      grid({8}, [](host_problem& p, auto...) { p.specials(special::nan | special::subnormals); });
  const std::set<attack> seen = attacks_of(declaring, false);
  CHECK(seen.size() == 9);
  CHECK(seen.count(attack::nan) == 1);
  CHECK(seen.count(attack::subnormals) == 1);
  CHECK(seen.count(attack::infinity) == 0);
}

TEST_CASE("where nothing may be attacked only seeds differ", "[suite]") {
  const auto definition = problem_named("sort", [](host_problem& p) {
    const auto x = p.input<std::int32_t>("x", {64}, permutation());
    const auto y = p.output<std::int32_t>("y", {64});
    p.oracle(y, [](auto, std::int64_t i) { return static_cast<double>(i); });
    p.candidate("sort", [=] {
      std::copy(x.data(), x.data() + 64, y.data());
      std::sort(y.data(), y.data() + 64);
    });
  });
  const declared_problem problem(definition);
  std::set<std::uint64_t> seeds;
  for (const trial& t : first_of(trial_sequence(problem, 3, true), 20)) {
    CHECK(t.attack == attack::as_declared);
    seeds.insert(t.seed);
  }
  CHECK(seeds.size() == 20);
}

TEST_CASE("what a problem does not assume is left out", "[suite]") {
  const auto definition =
      grid({8}, [](host_problem& p, std::int64_t m, std::int64_t n, std::int64_t) { p.assume(n >= m); });
  const declared_problem problem(definition);
  for (const trial& t : first_of(trial_sequence(problem, 0, false), 1000))
    REQUIRE(number(t, "n") >= number(t, "m"));
  // Where it leaves nothing else, the case itself.
  const auto only = grid({8}, [](host_problem& p, std::int64_t m, std::int64_t n, std::int64_t) {
    p.assume(m == 8 && n == 32);
  });
  const declared_problem one(only);
  for (const trial& t : first_of(trial_sequence(one, 0, false), 20)) REQUIRE(number(t, "m") == 8);
}

TEST_CASE("the same case gives the same trials, another seed others", "[suite]") {
  const auto definition = grid({8}, nothing);
  const declared_problem problem(definition);
  const auto texts = [&](std::uint64_t seed) {
    std::vector<std::string> all;
    for (const trial& t : first_of(trial_sequence(problem, seed, false), 200))
      all.push_back(to_string(replay_target{"p", "c", t}));
    return all;
  };
  CHECK(texts(0) == texts(0));
  CHECK(texts(0) != texts(1000));
}

TEST_CASE("simpler trials are in the domains, and each differs in one thing", "[suite]") {
  const auto definition = grid({8}, nothing);
  const declared_problem problem(definition);
  const trial_sequence sequence(problem, 0, true);
  trial failing{problem.values(), 9, attack::cancellation, {}};
  failing.values[0].second = std::int64_t{33};
  failing.values[1].second = std::int64_t{64};
  failing.layout.offset = 1;
  const std::vector<trial> simpler = sequence.simpler(failing);
  CHECK(simpler.size() > 20);
  bool attack_differs = false, seed_differs = false, offset_differs = false;
  for (const trial& t : simpler) {
    CHECK(number(t, "m") >= 1);
    CHECK(number(t, "n") % 4 == 0);
    CHECK(number(t, "n") >= 4);
    const int differences = (number(t, "m") != 33) + (number(t, "n") != 64) + (t.attack != failing.attack) +
                            (t.seed != failing.seed) + (t.layout.offset != 1);
    CHECK(differences == 1);
    attack_differs |= t.attack != failing.attack;
    seed_differs |= t.seed != failing.seed;
    offset_differs |= t.layout.offset != 1;
  }
  CHECK((attack_differs && seed_differs && offset_differs));
  const trial least{
      {{"m", std::int64_t{1}}, {"n", std::int64_t{4}}, {"k", std::int64_t{5}}, {"layout", "row"}}, 0};
  CHECK(sequence.simpler(least).empty());
}
