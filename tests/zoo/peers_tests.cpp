// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The emulated peers: each must accept and reject what the harness that it stands for does.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "zoo/peers.hpp"

namespace {

/// Who accepts a candidate that gets (n, x, y) and is to make y = 2x: one letter for each peer, in their
/// order (KernelBench, torch, KernelBot, SOL-ExecBench), '-' for one that does not.
template <class Launch>
std::string who_accepts(Launch launch, assay::fill values = assay::uniform(0.5, 1.5)) {
  const auto definition = support::problem_named("p", [=](support::host_problem& p) {
    const std::int64_t n = 1000;
    const auto x = p.input<float>("x", {n}, values);
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
    p.candidate("c", [=, own = launch]() mutable { own(n, x.data(), y.data()); });
  });
  zoo::reference_values references;
  std::string result;
  const auto cases = support::plan_of(definition);
  for (const zoo::peer& p : zoo::peers)
    result += accepted(p, assay::device_of<assay::host>(), cases, references)
                  ? std::string(p.name).substr(0, 1)
                  : "-";
  return result;
}

void twice(std::int64_t n, const float* x, float* y) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = 2.0f * x[i];
}

}  // namespace

TEST_CASE("peers accept what is right", "[zoo]") { CHECK(who_accepts(twice) == "KtKS"); }

TEST_CASE("peers reject zeros, but where zeros are within their absolute tolerance", "[zoo]") {
  const auto zeros = [](std::int64_t n, const float*, float* y) { std::fill_n(y, n, 0.0f); };
  CHECK(who_accepts(zeros) == "----");
  CHECK(who_accepts(zeros, assay::uniform(1e-6, 4e-6)) ==
        "KtK-");  // SOL-ExecBench asks for one that is not zero
  CHECK(who_accepts(zeros, assay::uniform(1e-5, 4e-5)) == "K-K-");  // 1e-5 in torch
  CHECK(who_accepts(zeros, assay::uniform(1e-4, 4e-4)) == "--K-");  // 1e-4 in KernelBench
}

TEST_CASE("peers: one percent of garbage passes SOL-ExecBench alone, and NaN nobody", "[zoo]") {
  const auto spoiled = [](std::int64_t step, float value) {
    return [=](std::int64_t n, const float* x, float* y) {
      twice(n, x, y);
      for (std::int64_t i = 0; i < n; i += step) y[i] = value;
    };
  };
  CHECK(who_accepts(spoiled(100, 9.0f)) == "---S");
  CHECK(who_accepts(spoiled(90, 9.0f)) == "----");
  CHECK(who_accepts(spoiled(1000, std::numeric_limits<float>::quiet_NaN())) == "----");
  CHECK(who_accepts(spoiled(1000, std::numeric_limits<float>::infinity())) == "----");
}

TEST_CASE("peers see what they call again", "[zoo]") {
  const auto first_calls = [](int right) {
    return [=, calls = 0](std::int64_t n, const float* x, float* y) mutable {
      if (calls++ < right) twice(n, x, y);
    };
  };
  CHECK(who_accepts(first_calls(1)) == "-t--");
  CHECK(who_accepts(first_calls(5)) == "Kt--");
  CHECK(who_accepts(first_calls(48)) == "Kt-S");  // ten rounds and the timed calls up to the audited one
  CHECK(who_accepts(first_calls(47)) == "Kt--");
  CHECK(who_accepts(first_calls(101)) == "KtKS");
}

TEST_CASE("peers reject what throws", "[zoo]") {
  CHECK(who_accepts([](std::int64_t, const float*, float*) { throw assay::error("no"); }) == "----");
}

TEST_CASE("all_close is torch.isclose: infinities are close to themselves, NaN to nothing", "[zoo]") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(zoo::all_close({1.0, infinity}, {1.0, infinity}, {0, 0}));
  CHECK_FALSE(zoo::all_close({infinity}, {-infinity}, {1, 1}));
  CHECK_FALSE(zoo::all_close({1.0}, {infinity}, {1, 1}));
  CHECK_FALSE(zoo::all_close({NAN}, {NAN}, {1, 1}));
  CHECK(zoo::all_close({1.25}, {1.0}, {0.125, 0.125}));
  CHECK_FALSE(zoo::all_close({1.2500001}, {1.0}, {0.125, 0.125}));
}
