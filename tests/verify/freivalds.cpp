// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/freivalds.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "assay/verify/gemm_on_host.hpp"
#include "support/catch.hpp"

using namespace assay;

namespace {

/// A product and a result that claims to be it. The product itself is drawn, not computed: only its values
/// and errors matter here.
struct claim {
  std::int64_t rows, n, k = 4096;
  dtype type;
  tolerance bound = tolerance::accumulating(4096, dtype::fp32, true);
  double reference_spread = 0.0;  // of a calibrated tolerance
  std::vector<double> right, got;

  claim(std::int64_t rows_, std::int64_t n_, dtype type_) : rows(rows_), n(n_), type(type_) {
    right.resize(static_cast<std::size_t>(rows * n));
  }

  /// Normal values of root mean square 64, as a product of normal factors with k = 4096 has.
  claim& random(std::uint64_t seed) {
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal(0.0, 64.0);
    for (double& value : right) value = normal(engine);
    if (significand_bits(type) == 0)
      for (double& value : right) value = std::round(value);
    return *this;
  }
  /// What a correct kernel makes of it: errors of accumulation, and rounding to the type.
  claim& honest(std::uint64_t seed) {
    got = right;
    if (significand_bits(type) != 0 && type != dtype::fp64) {
      std::mt19937_64 engine(seed);
      std::uniform_real_distribution<double> shrink(0.0, 2e-5);  // accumulators truncate
      for (double& value : got) value *= 1.0 - shrink(engine);
    }
    round();
    return *this;
  }
  void round() {
    for (double& value : got) value = round_to(type, value);
  }
  [[nodiscard]] double& at(std::int64_t i, std::int64_t j) {
    return got[static_cast<std::size_t>(i * n + j)];
  }

  [[nodiscard]] freivalds_result check(std::uint64_t seed) const {
    const std::vector<double> signs = freivalds_signs(seed, n);
    const auto project = [&](const std::vector<double>& values, dtype as, std::vector<double>& sums,
                             double* squares) {
      std::vector<std::uint8_t> stored(values.size() * 8);
      for (std::size_t i = 0; i < values.size(); ++i)
        store_element(as, stored.data(), static_cast<std::int64_t>(i), values[i]);
      sums.resize(static_cast<std::size_t>(rows) * freivalds_vectors);
      project_on_host({{stored.data(), as, 0, rows, n, n, false}, signs.data(), sums.data(), squares});
    };
    std::vector<double> of_got, of_right, squares(static_cast<std::size_t>(rows) * 2);
    project(got, type, of_got, squares.data());
    project(right, dtype::fp64, of_right, nullptr);
    double sum = 0;
    for (const double v : of_right) sum += v * v;
    const double rms = std::sqrt(sum / static_cast<double>(of_right.size()) / static_cast<double>(n));
    return freivalds_check(of_got, of_right, squares,
                           freivalds_errors::of(make_rule(bound, type, rms, false, reference_spread), n, k));
  }
};

/// How many of `runs` claims have row 0 suspected after `spoil` changed them.
template <class Spoil>
int caught(int runs, std::int64_t rows, std::int64_t n, dtype type, Spoil spoil) {
  int found = 0;
  for (int run = 0; run < runs; ++run) {
    const auto seed = static_cast<std::uint64_t>(run);
    claim c(rows, n, type);
    c.random(seed).honest(seed + 1000);
    spoil(c);
    c.round();
    const freivalds_result result = c.check(seed + 5000);
    found += std::count(result.suspected.begin(), result.suspected.end(), 0) > 0;
  }
  return found;
}

}  // namespace

TEST_CASE("the signs are signs, even, and depend on the seed alone", "[verify]") {
  const std::vector<double> signs = freivalds_signs(3, 4096);
  REQUIRE(signs.size() == 4096 * freivalds_vectors);
  CHECK(std::all_of(signs.begin(), signs.end(), [](double s) { return s == 1.0 || s == -1.0; }));
  for (std::size_t v = 0; v < freivalds_vectors; ++v) {
    double sum = 0, product = 0;
    for (std::size_t j = 0; j < 4096; ++j) {
      sum += signs[j * freivalds_vectors + v];
      product +=
          signs[j * freivalds_vectors + v] * signs[j * freivalds_vectors + (v + 1) % freivalds_vectors];
    }
    CHECK(std::fabs(sum) < 5 * 64);  // five standard deviations
    CHECK(std::fabs(product) < 5 * 64);
  }
  CHECK(freivalds_signs(3, 4096) == signs);
  CHECK(freivalds_signs(4, 4096) != signs);
}

TEST_CASE("the factor is that of the tail's bound", "[verify]") {
  for (const std::int64_t rows : {1, 64, 4096, 1 << 20}) {
    const double f = freivalds_factor(rows), half = freivalds_vectors / 2.0;
    CHECK(half * (1 + std::log(f * f) - f * f) ==
          Approx(std::log(1e-9 / static_cast<double>(rows))).epsilon(1e-9));
  }
  CHECK(freivalds_factor(4096) == Approx(3.26).margin(0.01));
}

TEST_CASE("no row of a correct result is suspected, over 1400 results", "[verify]") {
  int runs = 0;
  for (const dtype type :
       {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16, dtype::int32, dtype::int8, dtype::fp32}) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      const std::int64_t shapes[][2] = {{64, 128}, {3, 257}, {65, 31}, {16, 1}};
      const auto& shape = shapes[seed % 4];
      claim c(shape[0], shape[1], type);
      c.random(seed * 7 + 1);
      if (type == dtype::int8)
        for (double& value : c.right) value = std::clamp(value, -128.0, 127.0);
      if (type == dtype::fp64) c.bound = tolerance::accumulating(4096);
      c.honest(seed * 7 + 2);
      const freivalds_result result = c.check(seed * 7 + 3);
      CAPTURE(to_string(type), seed, result.largest_row, result.largest_band);
      CHECK(result.suspected.empty());
      CHECK(result.largest_row < 1.0);
      if (shape[0] == 64) CHECK(result.largest_band < 0.6);
      ++runs;
    }
  }
  CHECK(runs == 1400);
}

TEST_CASE("no row is beyond its bound where all elements are rounded the same way, as far as can be",
          "[verify]") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    claim c(64, 96, dtype::bf16);
    // Half way between 1 and its neighbour: the largest relative error that there is, in every element.
    std::fill(c.right.begin(), c.right.end(), 1.0 + 0x1p-8 * (1 - 1e-9));
    c.got = c.right;
    c.round();
    CHECK(c.check(seed).largest_row < 1.0);
  }
}

TEST_CASE("exact results are never suspected, and differ by nothing", "[verify]") {
  claim c(32, 100, dtype::fp32);
  for (std::size_t i = 0; i < c.right.size(); ++i) c.right[i] = static_cast<double>(i % 17) - 8.0;
  c.got = c.right;
  CHECK(c.check(1).largest_row == 0.0);
  c.bound = tolerance::exact();
  CHECK(c.check(1).suspected.empty());
  std::fill(c.right.begin(), c.right.end(), 0.0);
  c.got = c.right;
  CHECK(c.check(1).suspected.empty());
}

TEST_CASE("one wrong element among 4096 of bf16 is caught when it is off by the root mean square",
          "[verify]") {
  CHECK(caught(50, 4, 4096, dtype::bf16, [](claim& c) { c.at(0, 1234) += 64.0; }) == 50);
  CHECK(caught(50, 4, 4096, dtype::bf16, [](claim& c) { c.at(0, 4095) -= 64.0; }) == 50);
}

TEST_CASE("the smallest error of one element that is caught, of the root mean square and n = 4096",
          "[verify]") {
  // What the header says: about factor·E. Well above it all are caught, well below it none.
  const auto off_by = [](double share) { return [share](claim& c) { c.at(0, 77) += 64.0 * share; }; };
  CHECK(caught(10, 32, 4096, dtype::bf16, off_by(0.7)) >= 9);
  CHECK(caught(10, 32, 4096, dtype::bf16, off_by(0.25)) == 0);
  CHECK(caught(10, 32, 4096, dtype::fp16, off_by(0.1)) >= 9);
  CHECK(caught(10, 32, 4096, dtype::fp16, off_by(0.03)) == 0);
  CHECK(caught(40, 4, 4096, dtype::fp32, off_by(0.02)) == 40);
}

TEST_CASE("one wrong whole number is caught", "[verify]") {
  CHECK(caught(40, 4, 4096, dtype::int32, [](claim& c) { c.at(0, 4000) += 1; }) == 40);
}

TEST_CASE("a k-tile of 64 that is missing from one tile of 128 columns is caught", "[verify]") {
  for (const dtype type : {dtype::bf16, dtype::fp16, dtype::fp32}) {
    CAPTURE(to_string(type));
    CHECK(caught(30, 4, 4096, type, [](claim& c) {
            std::mt19937_64 engine(9);
            std::normal_distribution<double> part(0.0, 64.0 * std::sqrt(64.0 / 4096.0));
            for (std::int64_t j = 256; j < 256 + 128; ++j) c.at(0, j) -= part(engine);
          }) == 30);
  }
}

TEST_CASE("a scale of 1.003 in one band of rows is caught, though each row is within its bound", "[verify]") {
  for (const dtype type : {dtype::bf16, dtype::fp16, dtype::fp32})
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      claim c(192, 256, type);
      c.random(seed);
      c.got = c.right;
      for (std::int64_t i = 64; i < 128; ++i)
        for (std::int64_t j = 0; j < c.n; ++j) c.at(i, j) *= 1.003;
      c.round();
      const freivalds_result result = c.check(seed + 100);
      CAPTURE(to_string(type), seed);
      REQUIRE_FALSE(result.suspected.empty());
      CHECK(std::all_of(result.suspected.begin(), result.suspected.end(),
                        [](std::int64_t row) { return row >= 64 && row < 128; }));
      if (type != dtype::bf16) continue;  // the others' bounds are tighter: each row shows it
      CHECK(result.largest_row < 1.0);
      CHECK(result.largest_band > 1.0);
      CHECK(result.suspected.size() == 4);  // the worst of the band
    }
}

TEST_CASE("NaN, infinities, zeros and rows in each other's place are suspected, the worst first",
          "[verify]") {
  claim c(100, 64, dtype::fp32);
  c.random(1).honest(2);
  c.at(3, 5) = std::numeric_limits<double>::quiet_NaN();
  CHECK(c.check(1).suspected == std::vector<std::int64_t>{3});
  c.at(99, 0) = std::numeric_limits<double>::infinity();
  CHECK(c.check(1).suspected == std::vector<std::int64_t>{3, 99});
  c.honest(2);
  for (std::int64_t j = 0; j < c.n; ++j) std::swap(c.at(10, j), c.at(11, j));
  c.at(50, 1) += 1e6;
  const std::vector<std::int64_t> swapped = c.check(1).suspected;
  REQUIRE(swapped.size() >= 3);
  CHECK(swapped[0] == 50);
  CHECK(std::count(swapped.begin(), swapped.end(), 10) == 1);
  CHECK(std::count(swapped.begin(), swapped.end(), 11) == 1);
  std::fill(c.got.begin(), c.got.end(), 0.0);
  CHECK(c.check(1).suspected.size() == 32);  // no more than can be computed
}

TEST_CASE("allclose is a bound of its own", "[verify]") {
  claim c(64, 128, dtype::bf16);
  c.random(5).honest(6);
  c.bound = tolerance::allclose(1e-2, 1e-2);
  CHECK(c.check(2).suspected.empty());
  c.bound = tolerance::allclose(1e-6, 1e-6);  // which bf16 cannot meet
  CHECK_FALSE(c.check(2).suspected.empty());
}

TEST_CASE("the bound of a row is that of its elements, whatever kind of tolerance", "[verify]") {
  tolerance structured = tolerance::gemm(1024);
  structured.structured = true;
  for (const dtype type : {dtype::fp64, dtype::fp32, dtype::bf16, dtype::fp8_e4m3fn, dtype::int32})
    for (const tolerance& bound :
         {tolerance::gemm(1024), structured, tolerance::gemm(1024).multiplying(dtype::tf32),
          tolerance::calibrated(3.0), tolerance::allclose(1e-3, 1e-2), tolerance::exact()}) {
      const compare_rule rule = make_rule(bound, type, 2.0, false, 1e-4);
      const freivalds_errors e = freivalds_errors::of(rule, 1, 1);
      CAPTURE(to_string(type), static_cast<int>(bound.how), bound.structured, bound.factors_named);
      CHECK(e.rms == 2.0);
      CHECK(e.spread == rule.spread);
      CHECK(e.relative >= 0.0);
      CHECK(e.absolute >= 0.0);
      // Of one column, with half a spacing at most as large as a rounding may be: what the element is
      // allowed.
      if (bound.how == tolerance::kind::exact) continue;
      for (const double value : {0.0, 1.0, 100.0}) {
        const double half = e.rounded ? unit_roundoff(type) * value + least_subnormal(type) / 2 : 0.0;
        const double beside = e.of_row(half * half, value * value) - rule.allowed(value);
        CHECK(std::fabs(beside) < 1e-14 * std::hypot(value, 2.0));  // what the check itself rounds
      }
    }
}

TEST_CASE("roundings of factors, calibrated bounds and structured inputs raise no suspicion", "[verify]") {
  // The errors of an fp32 product whose factors were rounded to tf32.
  const auto spoiled = [](claim& c) {
    std::mt19937_64 engine(4);
    std::uniform_real_distribution<double> error(-0x1p-9, 0x1p-9);
    c.got = c.right;
    for (double& value : c.got) value += 64.0 * error(engine);
    c.round();
  };
  claim c(128, 512, dtype::fp32);
  c.random(3);
  spoiled(c);
  CHECK(c.check(1).suspected.size() == 32);
  c.bound = c.bound.multiplying(dtype::tf32);
  CHECK(c.check(1).suspected.empty());
  c.bound = tolerance::calibrated(2.0);
  CHECK(c.check(1).suspected.size() == 32);  // of a reference without error
  c.reference_spread = 0x1p-9;
  CHECK(c.check(1).suspected.empty());

  // All errors of one sign, as many as the chain is long.
  c.reference_spread = 0.0;
  c.bound = tolerance::accumulating(1 << 18);
  c.got = c.right;
  for (double& value : c.got) value *= 1.0 - 0x1p-12;
  c.round();
  CHECK_FALSE(c.check(1).suspected.empty());
  c.bound.structured = true;
  CHECK(c.check(1).suspected.empty());
}
