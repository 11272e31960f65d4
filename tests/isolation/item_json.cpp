// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/item_json.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/messages.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::message_of;

namespace {

const std::string where = "a test";

plan_item there_and_back(const plan_item& item, const std::vector<const problem_definition*>& known) {
  const json text = json::parse(to_text(item_to_json(item)));
  return read_item(json_place(text, where), known);
}

problem_definition two_axes() {
  return support::problem_named("two axes", [](support::host_problem& p) {
    const auto n = p.axis("n", {4, 8});
    p.axis("layout", {"row", "column, \"quoted\""});
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    p.candidate("one", [=] { y[0] = 1.0f; });
    p.candidate("an\nother", [=] { y[0] = 1.0f; });
  });
}

}  // namespace

TEST_CASE("items come back as they were", "[isolation]") {
  const problem_definition definition = two_axes();
  for (const plan_item& item : support::plan_of(definition)) {
    const plan_item back = there_and_back(item, {&definition});
    CHECK(back.definition == &definition);
    CHECK(back.positions == item.positions);
    CHECK(back.values == item.values);
    CHECK(back.candidates == item.candidates);
    CHECK_FALSE(back.trial);
  }
}

TEST_CASE("an item that is a trial comes back with all that differs", "[isolation]") {
  const problem_definition definition = two_axes();
  plan_item item = support::plan_of(definition).front();
  item.trial = trial{item.values, 0xffffffffffffffffu};
  item.trial->layout.offset = 4;
  const plan_item back = there_and_back(item, {&definition});
  REQUIRE(back.trial);
  CHECK(back.trial->seed == item.trial->seed);
  CHECK(back.trial->layout.offset == 4);
  CHECK(back.trial->values == item.values);
}

TEST_CASE("an item of a problem that is not there is refused", "[isolation]") {
  const problem_definition definition = two_axes();
  CHECK(has(message_of<io_error>([&] { (void)there_and_back(support::plan_of(definition).front(), {}); }),
            "a test: problem: this program has no problem 'two axes'"));
}

TEST_CASE("ceilings come back as they were", "[isolation]") {
  ceilings known(layer::assumed, "NVIDIA H200");
  known.set({resource::dram, 4.8e12, "a source", 0.02, std::nullopt, {{0.0, 3e12}, {0.5, 4e12}}});
  known.set({resource::fp32, HUGE_VAL, "no end", 0.0, 1.98e9});
  const json text = json::parse(to_text(to_json(known)));
  const ceilings back = read_ceilings(json_place(text, where));
  CHECK(back.which == layer::assumed);
  CHECK(back.device == "NVIDIA H200");
  REQUIRE(back.find(resource::dram));
  CHECK(back.find(resource::dram)->rate == 4.8e12);
  CHECK(back.find(resource::dram)->source == "a source");
  CHECK(back.find(resource::dram)->uncertainty == 0.02);
  CHECK_FALSE(back.find(resource::dram)->clock);
  REQUIRE(back.find(resource::dram)->by_mix.size() == 2);
  CHECK(back.find(resource::dram)->by_mix[1].rate == 4e12);
  REQUIRE(back.find(resource::fp32));
  CHECK(back.find(resource::fp32)->rate == HUGE_VAL);
  CHECK(back.find(resource::fp32)->clock == 1.98e9);
  CHECK_FALSE(back.find(resource::fp64));
}

TEST_CASE("the fingerprint tells programs with other problems apart", "[isolation]") {
  const problem_definition one = two_axes();
  problem_definition moved = one, built = one;
  ++moved.where.line;
  built.build = "other flags";
  CHECK(fingerprint({&one}) == fingerprint({&one}));
  CHECK(fingerprint({&one}) != fingerprint({&moved}));
  CHECK(fingerprint({&one}) != fingerprint({&built}));
  CHECK(fingerprint({&one}) != fingerprint({&one, &moved}));
  CHECK(fingerprint({}) != fingerprint({&one}));
}
