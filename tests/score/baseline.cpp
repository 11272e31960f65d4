// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/score/baseline.hpp"

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;

namespace {

baseline of(const std::vector<record>& records) {
  baseline b;
  device_info d;
  d.name = "some CPU";
  b.where.devices = {d};
  for (const record& r : records) b.entries.push_back(to_baseline_entry(r));
  return b;
}

}  // namespace

TEST_CASE("an entry keeps what a later comparison needs") {
  const record r = full_record();
  const baseline_entry e = to_baseline_entry(r);
  CHECK(same_candidate(e, r));
  CHECK(e.net);
  CHECK(e.time.median == 1e-6);
  CHECK(e.rounds == std::vector<double>{1.5e-6, 2e-6, 2.5e-6});
  CHECK(e.clock == 1.5e9);
  record other = r;
  other.candidate = "other";
  CHECK_FALSE(same_candidate(e, other));
  other = r;
  other.axes[0].second = std::int64_t{1};
  CHECK_FALSE(same_candidate(e, other));
}

TEST_CASE("the entry of the same device is preferred") {
  record on_other = full_record();
  on_other.device = "another";
  const baseline b = of({on_other, full_record()});
  CHECK(find_entry(b, full_record()) == &b.entries[1]);
  CHECK(find_entry(b, on_other) == &b.entries[0]);
  CHECK(find_entry(of({on_other}), full_record()) != nullptr);  // to say that it is foreign
  CHECK(find_entry(of({}), full_record()) == nullptr);
}

TEST_CASE("each reason for which a time is foreign is told") {
  const record r = full_record();
  const baseline b = of({r});
  const device_info here = b.where.devices[0];
  const auto why = [&](const record& now, const device_info* device) {
    return foreign_reason(b, b.entries[0], device, now);
  };
  CHECK(why(r, &here).empty());
  device_info renamed = here;
  renamed.name = "another";
  CHECK(why(r, &renamed) == "device: some CPU there, another here");
  CHECK(why(r, nullptr) == "device: some CPU there, some CPU (not described) here");
  record now = r;
  now.build = "gcc 12.2 -Ofast";
  CHECK(why(now, &here) == "build: not known there, gcc 12.2 -Ofast here");
  now = r;
  now.time->cache = cache_state::hot;
  CHECK(why(now, &here) == "cache: cold there, hot here");
  now = r;
  now.time->mode = launch_mode::graph;
  CHECK(why(now, &here) == "mode: plain there, graph here");
  now = r;
  now.time->net.reset();
  CHECK(why(now, &here) == "times: net there, raw here");
}

TEST_CASE("the interval of two separate medians is that of their logarithms") {
  const paired_ratio same = ratio_of_estimates({1.0, 0.99, 1.01}, {1.0, 0.99, 1.01});
  CHECK(same.value == 1.0);
  CHECK(*same.lower == Approx(std::exp(-std::hypot(std::log(0.99), std::log(1.01)))));
  CHECK(*same.upper == Approx(std::exp(std::hypot(std::log(1.01), std::log(0.99)))));
  const paired_ratio exact = ratio_of_estimates({2.0, 2.0, 2.0}, {1.0, 1.0, 1.0});
  CHECK(exact.value == 2.0);
  CHECK(*exact.lower == 2.0);
  CHECK_FALSE(ratio_of_estimates({2.0}, {1.0, 0.9, 1.1}).lower);
  CHECK_FALSE(ratio_of_estimates({2.0, 1.9, 2.1}, {1.0, -0.1, 1.1}).upper);
  CHECK(ratio_of_estimates({2.0, 1.9, 2.1}, {1.0, -0.1, 1.1}).lower);
}

TEST_CASE("the interval of two separate medians holds the true ratio as often as it says") {
  // Lognormal round medians of 1 %, 27 rounds, no difference between runs.
  std::mt19937_64 engine(5);
  std::normal_distribution<double> noise(0.0, 0.01);
  int held = 0;
  constexpr int trials = 2000;
  for (int t = 0; t < trials; ++t) {
    std::vector<double> there, here;
    for (int i = 0; i < 27; ++i) {
      there.push_back(1.05 * std::exp(noise(engine)));
      here.push_back(std::exp(noise(engine)));
    }
    const paired_ratio r = ratio_of_estimates(median_of(there, 0.95, 0.0), median_of(here, 0.95, 0.0));
    held += *r.lower <= 1.05 && 1.05 <= *r.upper;
  }
  CHECK(held > 0.93 * trials);
  CHECK(held < 0.995 * trials);
}

TEST_CASE("the threshold is the margin or the noise, whichever is larger") {
  baseline b;
  CHECK(change_threshold(b, 0.02) == 0.02);
  b.noise = noise_floor{0.001, 0.05, 10};
  CHECK(change_threshold(b, 0.02) == 0.05);
  CHECK(change_threshold(b, 0.1) == 0.1);
}
