// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/modality.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

namespace {

using assay::modes_of;
using assay::sample_mode;

class generator {
 public:
  explicit generator(std::uint64_t seed) : seed_(seed) {}
  double uniform() {  // in (0, 1]
    return 1.0 - assay::unit_interval(assay::random_bits(assay::random_at(seed_, 0, draw_++)));
  }
  double normal() { return std::sqrt(-2.0 * std::log(uniform())) * std::cos(6.283185307179586 * uniform()); }

 private:
  std::uint64_t seed_, draw_ = 0;
};

/// The times of a kernel of 20 µs, by what is drawn for each.
template <class Draw>
std::vector<double> times(int n, const Draw& draw) {
  std::vector<double> result;
  result.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) result.push_back(20e-6 * draw());
  return result;
}

}  // namespace

TEST_CASE("two levels of the clock are two modes with their centres and shares") {
  std::vector<double> samples(300);
  for (int i = 0; i < 300; ++i)
    samples[static_cast<std::size_t>(i)] = (i % 10 < 7 ? 20e-6 : 22e-6) + (i % 13) * 1e-8;
  const std::vector<sample_mode> modes = modes_of(samples, 32e-9);
  REQUIRE(modes.size() == 2);
  CHECK(modes[0].centre == Approx(20.06e-6).epsilon(0.001));
  CHECK(modes[1].centre == Approx(22.06e-6).epsilon(0.001));
  CHECK(modes[0].share == Approx(0.7));
  CHECK(modes[1].share == Approx(0.3));
}

TEST_CASE("three levels are three modes") {
  std::vector<double> samples(300);
  for (int i = 0; i < 300; ++i)
    samples[static_cast<std::size_t>(i)] = (20.0 + 2.0 * (i % 3) + 0.01 * (i % 17)) * 1e-6;
  const std::vector<sample_mode> modes = modes_of(samples, 0.0);
  REQUIRE(modes.size() == 3);
  for (const sample_mode& m : modes) CHECK(m.share == Approx(1.0 / 3));
}

TEST_CASE("few slow samples, however slow, are no mode, and more are one") {
  for (const int slow : {0, 1, 8, 15, 16, 40, 130, 200}) {
    CAPTURE(slow);
    std::vector<double> samples(400);
    for (int i = 0; i < 400; ++i)
      samples[static_cast<std::size_t>(i)] = (i < 400 - slow ? 20e-6 : 90e-6) * (1.0 + 0.001 * (i % 11));
    const std::vector<sample_mode> modes = modes_of(samples, 32e-9);
    CHECK(modes.size() == (slow >= 20 ? 2 : 1));
    double whole = 0.0;
    for (const sample_mode& m : modes) whole += m.share;
    CHECK(whole == Approx(1.0));
  }
}

TEST_CASE("levels less than a percent apart, or than the clock resolves, are one mode") {
  std::vector<double> close, far_apart;
  close.reserve(400);
  far_apart.reserve(400);
  for (int i = 0; i < 400; ++i) {
    close.push_back((i % 2 ? 20e-6 : 20.16e-6) + (i % 7) * 1e-9);
    far_apart.push_back((i % 2 ? 20e-6 : 20.5e-6) + (i % 7) * 1e-9);
  }
  CHECK(modes_of(close, 0.0).size() == 1);
  CHECK(modes_of(far_apart, 0.0).size() == 2);
  CHECK(modes_of(far_apart, 0.5e-6).size() == 1);
}

TEST_CASE("samples that are all the same are one mode, and no samples none") {
  const std::vector<sample_mode> modes = modes_of(std::vector<double>(50, 3e-6), 0.0);
  REQUIRE(modes.size() == 1);
  CHECK(modes[0].centre == 3e-6);
  CHECK(modes[0].share == 1.0);
  CHECK(modes_of(std::vector<double>(50, 3e-6), 1e-6).size() == 1);
  CHECK(modes_of(std::vector<double>{3e-6}, 0.0).size() == 1);
  CHECK(modes_of(std::vector<double>{3e-6, 4e-6, 5e-6}, 0.0).size() == 1);
  CHECK(modes_of({}, 0.0).empty());
}

TEST_CASE("modality refuses what has no logarithm") {
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_AS(modes_of(std::vector<double>{1.0, bad}, 0.0), assay::usage_error);
  CHECK_THROWS_AS(modes_of(std::vector<double>{1.0}, -1.0), assay::usage_error);
}

TEST_CASE("skewed samples are one mode and clocks 8 % apart are two") {
  const std::uint64_t seed = 2028;
  CAPTURE(seed);
  generator g(seed);
  const int trials = 40, n = 384;
  int false_alarms = 0, unimodal = 0, found = 0, bimodal = 0;
  const auto none = [&](const auto& draw) {
    for (int trial = 0; trial < trials; ++trial, ++unimodal)
      false_alarms += modes_of(times(n, draw), 32e-9).size() != 1;
  };
  const auto two = [&](double share) {
    for (int trial = 0; trial < trials; ++trial, ++bimodal) {
      const std::vector<sample_mode> modes = modes_of(
          times(n, [&] { return (1.0 + 0.01 * g.normal()) * (g.uniform() < share ? 1.08 : 1.0); }), 32e-9);
      found += modes.size() == 2 && std::fabs(modes[0].centre / 20e-6 - 1.0) < 0.005 &&
               std::fabs(modes[1].centre / 21.6e-6 - 1.0) < 0.01 && std::fabs(modes[1].share - share) < 0.1;
    }
  };
  none([&] { return 1.0 + 0.01 * g.normal(); });
  none([&] { return 1.0 - 0.02 * std::log(g.uniform()); });
  none([&] { return 1.0 + 0.02 * std::exp(g.normal()); });
  none([&] { return (1.0 + 0.01 * std::exp(0.5 * g.normal())) * (g.uniform() < 0.02 ? 3.0 : 1.0); });
  two(0.3);
  two(0.1);
  CAPTURE(false_alarms, unimodal, found, bimodal);
  CHECK(false_alarms <= 0.013 * unimodal);
  CHECK(found >= 0.97 * bimodal);
}
