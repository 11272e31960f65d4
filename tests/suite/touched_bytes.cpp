// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/touched_bytes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "assay/suite/run_options.hpp"
#include "support/catch.hpp"
#include "support/fake_device.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::host_problem;

namespace {

constexpr std::int64_t n = 4096;

/// What the probe says of the one candidate that `body` declares.
template <class Body>
std::vector<untouched_share> probed(Body body, double seconds = 1.0) {
  const auto definition = support::problem_named("probed", body);
  declared_problem problem(definition);
  support::fake_device gpu;
  const run_options options;
  case_stage stage{gpu, options, problem};
  stage.memory = std::make_unique<case_memory>(gpu, problem, 0);
  case_entry entry;
  entry.candidate = &problem.candidates().front();
  return touch_probe(stage).run(entry, seconds);
}
double share_of(const std::vector<untouched_share>& all, const std::string& name) {
  for (const untouched_share& u : all)
    if (u.tensor == name) return u.share.share;
  throw std::logic_error("nothing is said of " + name);
}

}  // namespace

TEST_CASE("all of what makes a difference is found to be read, and all outputs written", "[suite]") {
  const auto found = probed([](host_problem& p) {
    const auto x = p.input<float>("x", {n});
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("it", [=] {
      for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] + 1.0f;
    });
  });
  REQUIRE(found.size() == 2);
  CHECK(found[0].probes == 48);
  CHECK(found[0].share.share == 0.0);
  CHECK(found[1].probes == 0);
  CHECK(found[1].share.lower == 0.0);
}

TEST_CASE("a strided half that is not read is found, whatever its layout", "[suite]") {
  const auto found = probed([](host_problem& p) {
    const auto a = p.input<float>("a", {64, 64});
    const auto b = p.input<float>("b", {64, 64});
    const auto y = p.output<float>("y", {1});
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("it", [=] {
      float sum = 0;
      for (int i = 0; i < 64; ++i)
        for (int j = 0; j < 32; ++j) sum += a[i * 64 + j] + b[j * 64 + i];
      *y = sum;
    });
  });
  CHECK(share_of(found, "a") == Approx(0.5).margin(0.15));
  CHECK(share_of(found, "b") == Approx(0.5).margin(0.15));
}

TEST_CASE("a maximum reads what it ignores when it is NaN or small", "[suite]") {
  const auto found = probed([](host_problem& p) {
    const auto x = p.input<float>("x", {n});
    const auto y = p.output<float>("y", {2});
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("it", [=] {
      float most = 0, least = 0;
      for (std::int64_t i = 0; i < n / 2; ++i) most = std::fmax(most, x[i]);
      for (std::int64_t i = n / 2; i < n; ++i) least = std::fmin(least, x[i]);
      y[0] = most;
      y[1] = least;
    });
  });
  CHECK(share_of(found, "x") == 0.0);
}

TEST_CASE("indices only ever get values of their declared fill", "[suite]") {
  int out_of_range = 0;
  const auto found = probed([&](host_problem& p) {
    const auto table = p.input<float>("table", {n});
    const auto at = p.input<std::int32_t>("at", {256}, integers(0, n - 1));
    const auto y = p.output<float>("y", {256});
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("it", [=, &out_of_range] {
      for (std::int64_t i = 0; i < 256; ++i) {
        out_of_range += at[i] < 0 || at[i] >= n;
        y[i] = table[std::clamp<std::int32_t>(at[i], 0, n - 1)];
      }
    });
  });
  CHECK(out_of_range == 0);
  CHECK(share_of(found, "at") == 0.0);
  // 256 gathered elements touch some 200 of 512 sectors.
  CHECK(share_of(found, "table") > 0.3);
  CHECK(share_of(found, "table") < 0.9);
}

TEST_CASE("what cannot be changed says nothing", "[suite]") {
  const auto found = probed([](host_problem& p) {
    const auto flags = p.input<std::int32_t>("flags", {64}, constant(3));
    const auto y = p.output<float>("y", {1});
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("it", [=] { *y = static_cast<float>(flags[0]); });
  });
  REQUIRE(found.size() == 1);  // the output
  CHECK(found[0].tensor == "y");
}

TEST_CASE("parts of an output that are left out are found, and what was inout is no output", "[suite]") {
  const auto found = probed([](host_problem& p) {
    const auto z = p.inout<float>("z", {n});
    const auto y = p.output<std::int32_t>("y", {n});
    p.oracle([=](auto at) {
      for (std::int64_t i = 0; i < n; ++i) at(y)[i] = at(z)[i] = 0.0;
    });
    p.candidate("it", [=] {
      for (std::int64_t i = 0; i < n; ++i) z[i] += 1.0f;
      for (std::int64_t i = 0; i < n / 4; ++i) y[i] = static_cast<std::int32_t>(0xA5A5A5A5);  // as the poison
    });
  });
  REQUIRE(found.size() == 2);
  CHECK(share_of(found, "z") == 0.0);
  CHECK(share_of(found, "y") == Approx(0.75).margin(0.01));
}

TEST_CASE("launches that do not repeat themselves cannot be asked", "[suite]") {
  CHECK(support::has(support::message_of<error>([] {
                       (void)probed([](host_problem& p) {
                         const auto y = p.output<float>("y", {1});
                         p.oracle(y, [](auto, std::int64_t) { return 0.0; });
                         p.candidate("it", [=, calls = 0]() mutable { *y = static_cast<float>(++calls); });
                       });
                     }),
                     "do not give the same bits"));
}

TEST_CASE("padded rows and small tensors are probed within their elements", "[suite]") {
  const auto found = probed([](host_problem& p) {
    const auto x = p.input<float>("x", {8, 3});
    p.leading_dimension(x, 5);
    const auto one = p.input<float>("one", {1});
    const auto y = p.output<float>("y", {8, 3});
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("it", [=] {
      for (int i = 0; i < 8; ++i)
        for (int j = 0; j < 3; ++j) y[i * 3 + j] = i < 4 ? x[i * 5 + j] + *one : *one;
    });
  });
  CHECK(share_of(found, "x") > 0.0);
  CHECK(share_of(found, "x") < 1.0);
  CHECK(share_of(found, "one") == 0.0);
}

TEST_CASE("without time nothing is tried", "[suite]") {
  const auto found = probed(
      [](host_problem& p) {
        const auto x = p.input<float>("x", {n});
        const auto y = p.output<float>("y", {1});
        p.oracle(y, [](auto, std::int64_t) { return 0.0; });
        p.candidate("it", [=] { *y = x[0]; });
      },
      0.0);
  REQUIRE(found.size() == 1);
  CHECK(found[0].tensor == "y");
}
