// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Leading dimensions, offsets and aliasing as factors of fuzzing: found, shrunk, replayed, and only tried
// where the problem permits them.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "assay/suite/run_case.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::host_problem;
using support::message_of;
using support::problem_named;
using support::record_of;
using support::run;
using support::verify_only;

namespace {

constexpr std::int64_t columns = 12;

/// Rows turned around, of any leading dimension, and in place where `aliased`. Right: "rows", which works in
/// place as well. Wrong, but in the layout of the case itself: "flat" for padded rows, "aligned" at odd
/// places, "restrict" where y lies on x.
problem_definition turned(bool padded, bool aliased, std::int64_t alignment) {
  return problem_named("turned", [=](host_problem& p) {
    const auto m = p.axis("m", {6}, at_least(1));
    const auto x = p.input<float>("x", {m, columns});
    const auto y = p.output<float>("y", {m, columns});
    if (padded) {
      p.any_leading_dimension(x);
      p.any_leading_dimension(y);
    }
    if (aliased) p.may_alias(y, x);
    p.alignment(alignment);
    p.oracle(
        y, [=](auto at, std::int64_t i) { return at(x)[i / columns * columns + columns - 1 - i % columns]; });
    const auto turn = [=](std::int64_t from_leading, std::int64_t to_leading, bool in_place) {
      for (std::int64_t i = 0; i < m; ++i) {
        const float* const from = x + i * from_leading;
        float* const to = y + i * to_leading;
        for (std::int64_t j = 0; j < columns / 2; ++j) {
          const float first = from[j], last = from[columns - 1 - j];
          to[columns - 1 - j] = first;
          to[j] = in_place ? last : from[columns - 1 - j];
        }
      }
    };
    p.candidate("rows", [=] { turn(x.leading_dimension(), y.leading_dimension(), true); });
    p.candidate("flat", [=] { turn(columns, columns, true); });
    p.candidate("aligned", [=] {
      if (reinterpret_cast<std::uintptr_t>(x.data()) % 16 == 0)
        turn(x.leading_dimension(), y.leading_dimension(), true);
    });
    p.candidate("restrict", [=] { turn(x.leading_dimension(), y.leading_dimension(), false); });
  });
}

run_options fuzzed(std::int64_t trials = 300) {
  run_options options = verify_only();
  options.fuzz.trials = trials;
  return options;
}

}  // namespace

TEST_CASE("what is wrong in one layout only is found, shrunk to it, and right elsewhere", "[suite]") {
  const struct {
    bool padded, aliased;
    std::int64_t alignment;
    const char* fails;
    const char* told;
  } cases[] = {{true, false, 256, "flat", "padding=1"},
               {false, false, 4, "aligned", "offset=1"},
               {false, true, 256, "restrict", "alias=yes"},
               {false, false, 256, "", ""}};
  for (const auto& c : cases) {
    CAPTURE(c.fails);
    for (const record& r : run(turned(c.padded, c.aliased, c.alignment), fuzzed())) {
      CAPTURE(r.candidate, r.verdict.reason, r.replay);
      const bool right = r.candidate != c.fails;
      CHECK((r.verdict.outcome == outcome::correct) == right);
      if (right) continue;
      REQUIRE(r.fuzz);
      CHECK(r.verdict.outcome != outcome::unverifiable);
      CHECK(has(r.replay, std::string("|") + c.told));
      const memory_layout& least = r.fuzz->smallest->layout;
      CHECK((least.offset != 0) + (least.padding != 0) + least.alias == 1);
      CHECK(r.fuzz->smallest->values[0].second == axis_value(std::int64_t{c.padded ? 2 : 1}));
    }
  }
}

TEST_CASE("a layout's replay line gives the verdict again", "[suite]") {
  const auto definition = turned(true, true, 4);
  for (const char* layout : {"", "|padding=1", "|offset=1|padding=8", "|alias=yes", "|padding=1|alias=yes"}) {
    for (const char* name : {"rows", "flat", "restrict"}) {
      const replay_target target =
          parse_replay("turned|" + std::string(name) + "|m=6|seed=5" + std::string(layout));
      const plan_item item{&definition, {}, target.trial.values, {name}, target.trial};
      const record r = case_run(device_of<host>(), support::some_ceilings(), item, verify_only(),
                                [](const std::string&) {})
                           .run()
                           .at(0);
      const std::string text = layout;
      const bool wrong = (has(text, "padding") && std::string(name) == "flat") ||
                         (has(text, "alias") && std::string(name) == "restrict");
      CAPTURE(layout, name, r.verdict.reason);
      CHECK((r.verdict.outcome == outcome::correct) == !wrong);
      CHECK(has(r.replay, text));
    }
  }
}

TEST_CASE("layouts are tried in pairs with all else, where the problem permits them", "[suite]") {
  for (const bool permitted : {true, false}) {
    const auto definition = turned(permitted, permitted, 4);
    const declared_problem problem(definition);
    trial_sequence sequence(problem, 1, false);
    std::set<std::int64_t> paddings;
    std::set<bool> aliases;
    std::set<std::pair<std::int64_t, bool>> both;
    while (!sequence.covered()) {
      const trial t = sequence.next();
      paddings.insert(t.layout.padding);
      aliases.insert(t.layout.alias);
      both.emplace(t.layout.padding, t.layout.alias);
    }
    CHECK(paddings == (permitted ? std::set<std::int64_t>{0, 1, 8} : std::set<std::int64_t>{0}));
    CHECK(aliases == (permitted ? std::set<bool>{false, true} : std::set<bool>{false}));
    CHECK(both.size() == (permitted ? 6 : 1));
  }
}

TEST_CASE("an input in another's place that a candidate changes by mistake is still seen", "[suite]") {
  // In place for x; w is an input that stays one.
  const auto definition = problem_named("sum", [](host_problem& p) {
    const auto n = p.axis("n", {16}, at_least(1));
    const auto x = p.input<float>("x", {n});
    const auto w = p.input<float>("w", {n});
    const auto y = p.output<float>("y", {n});
    p.may_alias(y, x);
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i] + at(w)[i]; });
    p.candidate("right", [=] {
      for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] + w[i];
    });
    p.candidate("changes w in place", [=] {
      for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] + w[i];
      if (y.data() == x.data()) const_cast<float&>(w[0]) += 1.0f;
    });
    p.candidate("does nothing in place", [=] {
      if (y.data() == x.data()) return;
      for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] + w[i];
    });
  });
  const std::vector<record> records = run(definition, fuzzed());
  CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
  CHECK(record_of(records, "changes w in place").verdict.outcome == outcome::invalid);
  CHECK(record_of(records, "does nothing in place").verdict.outcome == outcome::wrong);
}

TEST_CASE("aliases that cannot be are refused in words", "[suite]") {
  const auto refusal = [](auto body) {
    const auto definition = problem_named("aliases", [=](host_problem& p) {
      const auto x = p.input<float>("x", {4, 3});
      const auto z = p.input<float>("z", {12});
      const auto y = p.output<float>("y", {4, 3});
      const auto v = p.output<float>("v", {4, 3});
      p.oracle(y, [](auto, std::int64_t) { return 0.0; });
      p.oracle(v, [](auto, std::int64_t) { return 0.0; });
      p.candidate("none", [] {});
      body(p, x, y, v, z);
    });
    return message_of<usage_error>([&] { declared_problem problem(definition, {}, {}, 3); });
  };
  CHECK(has(refusal([](auto& p, auto, auto y, auto, auto z) { p.may_alias(y, z); }),
            "'y' may not lie on 'z': expected the same type and extents"));
  CHECK(has(refusal([](auto& p, auto x, auto y, auto v, auto) {
              p.may_alias(y, x);
              p.may_alias(v, x);
            }),
            "a second alias of 'x' or for 'v'"));
  CHECK(has(refusal([](auto& p, auto, auto, auto, auto z) { p.any_leading_dimension(z); }), "has no rows"));
}
