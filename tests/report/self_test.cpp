// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/self_test.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "assay/suite/runner.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::has;

TEST_CASE("the noise floor is the largest departure from 1, to either side", "[report]") {
  const record r = support::full_record();
  const self_test_result result = judge_self_test(
      {{r, {1.001, 0.99, 1.02}, {0.8, 0.7, 0.9}}, {r, {0.98, 0.97, 0.99}, {1.01, 1.0, 1.02}}}, 0.02);
  CHECK(result.noise.same_rounds == Approx(1 / 0.98 - 1));
  CHECK(result.noise.separate_rounds == Approx(0.25));
  CHECK(result.noise.comparisons == 2);
  CHECK(result.false_alarms_same == 1);
  CHECK(result.beyond_margin_same == 0);
  CHECK(result.false_alarms_separate == 1);
  CHECK(result.beyond_margin_separate == 1);
  const std::string text = self_test_text(result, 0.02, {});
  CHECK(has(text, "noise floor: 2.04% in the same rounds, 25.0% in separate ones"));
  CHECK(has(text, "in the same rounds 1 of 2 intervals leave 1 out, 0 of 2 are called changed beyond 2.00%"));
}

TEST_CASE("every acceptable candidate is held against itself", "[report]") {
  const auto definition = support::problem_named("self", [](support::host_problem& p) {
    p.axis("n", {1, 2});
    const auto y = p.output<float>("y", {64});
    p.oracle(y, [](auto, std::int64_t) { return 1.0; });
    const auto fill = [=] {
      for (std::int64_t i = 0; i < y.size(); ++i) y[i] = 1.0f;
    };
    p.baseline("loop", fill);
    p.candidate("same loop", fill);
    p.candidate("wrong", [] {});
  });
  run_result records;
  const run_options twins = twin_options(support::quick());
  runner engine(twins, {});
  const self_test_result result = run_self_test(support::plan_of(definition), twins, 0.02, engine, records);
  REQUIRE(result.comparisons.size() == 4);
  for (const self_comparison& c : result.comparisons) {
    CHECK(c.of.candidate != "wrong");
    CHECK(c.same_rounds.rounds > 0);
    CHECK(c.separate_rounds.value > 0.0);
  }
  CHECK(records.records.size() == 12);
}

namespace {

/// A run of one candidate twice, with this speedup of the second.
class twin_engine final : public plan_engine {
 public:
  explicit twin_engine(double speedup) : speedup_(speedup) {}
  run_result run(const std::vector<plan_item>&) override {
    run_result result;
    result.records = {support::full_record(), support::full_record()};
    result.records[1].speedup = paired_ratio{speedup_, {}, {}};
    return result;
  }
  std::vector<record> repeat(const plan_item&, const run_options&, const std::string&) override {
    return {support::full_record()};
  }

 private:
  double speedup_;
};

}  // namespace

TEST_CASE("a twin whose time could not be told from none is no noise", "[report]") {
  const problem_definition saxpy{"saxpy", "host", {}, nullptr, nullptr, "", nullptr};
  const std::vector<plan_item> plan = {{&saxpy, {}, support::full_record().axes, {"fast"}, {}}};
  const auto compared = [&](double speedup) {
    twin_engine engine(speedup);
    run_result records;
    return run_self_test(plan, {}, 0.02, engine, records).comparisons.size();
  };
  CHECK(compared(1.01) == 1);
  CHECK(compared(HUGE_VAL) == 0);  // a baseline cannot hold it, nor a threshold be it
  CHECK(compared(-1.0) == 0);
}

TEST_CASE("of nothing there is no noise", "[report]") {
  const self_test_result result = judge_self_test({}, 0.02);
  CHECK(result.noise.comparisons == 0);
  CHECK(result.noise.separate_rounds == 0.0);
}
