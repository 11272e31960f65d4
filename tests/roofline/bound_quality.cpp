// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/bound_quality.hpp"

#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/messages.hpp"

using namespace assay;
using support::has;

namespace {

/// A limit of `seconds` by DRAM.
limit of(double seconds, layer which = layer::hard, double uncertainty = 0) {
  limit l;
  l.seconds = seconds;
  l.which = which;
  l.terms.push_back({resource::dram, seconds * 1e12, 1e12, seconds, true, uncertainty});
  return l;
}

bound_quality quality(double bound, double reachable, std::optional<double> floor = std::nullopt) {
  return judge_bound(of(bound), {of(reachable, layer::measured)}, floor).quality;
}

}  // namespace

TEST_CASE("a bound is as good as it is near to what can be reached", "[roofline]") {
  CHECK(quality(0.95e-3, 1e-3) == bound_quality::narrow);
  CHECK(quality(0.901e-3, 1e-3) == bound_quality::narrow);
  CHECK(quality(0.89e-3, 1e-3) == bound_quality::ok);
  CHECK(quality(0.71e-3, 1e-3) == bound_quality::ok);
  CHECK(quality(0.69e-3, 1e-3) == bound_quality::loose);
  CHECK(quality(1e-9, 1e-3) == bound_quality::loose);
  CHECK(quality(1e-3, 0.9e-3) == bound_quality::narrow);  // a slower clock was measured at

  const judged_bound told = judge_bound(of(0.8e-3), {of(1e-3, layer::clock_adjusted)}, std::nullopt);
  CHECK(*told.tightness == Approx(0.8));
  CHECK(has(told.reason, "80.0%"));
  // The longest of what is known counts; what papers divide by does not.
  CHECK(judge_bound(of(0.95e-3), {of(1e-3, layer::clock_adjusted), of(2e-3, layer::measured)}, std::nullopt)
            .quality == bound_quality::loose);
  CHECK(judge_bound(of(0.95e-3), {of(1e-3, layer::clock_adjusted), of(2e-3, layer::datasheet)}, std::nullopt)
            .quality == bound_quality::narrow);
}

TEST_CASE("a bound near the time of an empty launch says less, and below it nothing", "[roofline]") {
  CHECK(quality(1e-3, 1e-3, 2e-6) == bound_quality::narrow);
  CHECK(quality(8e-6, 8e-6, 2e-6) == bound_quality::ok);
  CHECK(quality(3e-6, 3e-6, 2e-6) == bound_quality::loose);
  CHECK(quality(2e-6, 2e-6, 2e-6) == bound_quality::vacuous);
  const judged_bound tiny = judge_bound(of(1e-9), {}, 2e-6);
  CHECK(tiny.quality == bound_quality::vacuous);
  CHECK(has(tiny.reason, "an empty launch takes 2.00 µs"));
}

TEST_CASE("a bound of which not enough is known is not called narrow", "[roofline]") {
  const judged_bound alone = judge_bound(of(1e-3), {}, std::nullopt);
  CHECK(alone.quality == bound_quality::ok);
  CHECK(!alone.tightness);
  CHECK(has(alone.reason, "no clock-adjusted or measured limit"));
  CHECK(judge_bound(of(1e-3), {}, 1e-6).quality == bound_quality::ok);

  const judged_bound unsure =
      judge_bound(of(1e-3, layer::hard, 0.25), {of(1e-3, layer::measured)}, std::nullopt);
  CHECK(unsure.quality == bound_quality::loose);
  CHECK(has(unsure.reason, "uncertain by 25.0%"));

  limit partial = of(1e-3);
  partial.findings.push_back({"ceiling-absent", severity::warning, "no hard ceiling of tensor fp6 is known"});
  const judged_bound part = judge_bound(partial, {of(1e-3, layer::measured)}, std::nullopt);
  CHECK(part.quality == bound_quality::loose);
  CHECK(has(part.reason, "tensor fp6"));

  // What this device reaches says nothing of another one.
  const judged_bound assumed =
      judge_bound(of(1e-6, layer::assumed), {of(1e-3, layer::measured), of(1e-3, layer::hard)}, 1e-3);
  CHECK(assumed.quality == bound_quality::ok);
  CHECK(!assumed.tightness);
  // A measured bound is reachable by what measured it.
  CHECK(judge_bound(of(1e-3, layer::measured), {}, std::nullopt).quality == bound_quality::narrow);
  CHECK(judge_bound(of(1e-6, layer::measured), {}, 1e-6).quality == bound_quality::vacuous);

  CHECK(judge_bound(limit{}, {of(1e-3, layer::measured)}, 1e-6).quality == bound_quality::vacuous);
  // A measured layer that knows only launches tells nothing of the work.
  limit launches = of(1e-3, layer::measured);
  launches.binding = resource::launch;
  CHECK(!judge_bound(of(0.5e-3), {launches}, std::nullopt).tightness);
}
