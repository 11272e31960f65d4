// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Errors that no single element shows: a right kernel's pass as a whole, faults that move every element a
// little do not.
#include <cmath>
#include <cstdint>
#include <vector>

#include "assay/numeric/element.hpp"
#include "assay/numeric/random.hpp"
#include "assay/numeric/ulp.hpp"
#include "assay/verify/compare.hpp"
#include "support/catch.hpp"

namespace {

using assay::comparison;
using assay::dtype;
using assay::tolerance;

double uniform(std::uint64_t seed, std::uint64_t index) {
  return 2.0 * assay::unit_interval(assay::random_bits(assay::random_at(seed, 0, index))) - 1.0;
}

std::vector<double> random_values(std::size_t count, std::uint64_t seed) {
  std::vector<double> values;
  for (std::uint64_t i = 0; i < count; ++i) values.push_back(uniform(seed, i));
  return values;
}

comparison against(dtype type, const std::vector<double>& got, const std::vector<double>& right,
                   const tolerance& bound, std::int64_t row_length) {
  std::vector<std::uint64_t> memory(got.size() + 1);
  for (std::size_t i = 0; i < got.size(); ++i)
    assay::store_element(type, memory.data(), static_cast<std::int64_t>(i), got[i]);
  return assay::compare("y", type, memory.data(), std::ssize(got), {right, {}, 1.0}, bound, std::nullopt,
                        row_length);
}

}  // namespace

TEST_CASE("results that are rightly rounded pass as a whole, in every type and number") {
  for (const dtype type : {dtype::fp32, dtype::fp16, dtype::bf16})
    for (const std::size_t count : {63u, 64u, 65u, 256u, 4096u, 100'000u})
      for (const std::int64_t row_length : {1, 7, 16, 100, 4096}) {
        CAPTURE(assay::to_string(type), count, row_length);
        const std::vector<double> right = random_values(count, count);
        std::vector<double> got;
        // What accumulation in fp32 adds comes before the rounding.
        for (std::size_t i = 0; i < count; ++i) got.push_back(right[i] + 4 * 0x1p-24 * uniform(9, i));
        CHECK(against(type, got, right, tolerance::accumulating(64), row_length).matches());
      }
}

TEST_CASE("a scale of 1.003 is a bias, of 1.0001 too in fp32") {
  for (const dtype type : {dtype::fp16, dtype::bf16}) {
    CAPTURE(assay::to_string(type));
    const std::vector<double> right = random_values(10'000, 1);
    std::vector<double> got = right;
    for (double& value : got) value *= 1.003;
    const comparison c = against(type, got, right, tolerance::accumulating(64), 100);
    CHECK_FALSE(c.matches());
    if (type == dtype::bf16) {  // in fp16 elements tell as well
      CHECK(c.mismatched < 10'000);
      CHECK((c.failed != comparison::aggregate::met || c.mismatched > 0));
    }
  }
}

TEST_CASE("what moves every element within its bound is caught by mean or size") {
  const std::vector<double> right = random_values(10'000, 2);
  std::vector<double> biased, wide;
  for (std::size_t i = 0; i < right.size(); ++i) {
    const double half_place = assay::unit_in_last_place(dtype::bf16, right[i]) / 2;
    // The near ties away from zero: few places wrong, all in one direction.
    const double nearest = assay::round_to(dtype::bf16, right[i]);
    const double short_by = std::fabs(right[i]) - std::fabs(nearest);
    const bool move = short_by > 0.8 * half_place && std::fabs(right[i]) > 1.3 * 0x1p8 * half_place;
    biased.push_back(move ? nearest + std::copysign(2 * half_place, nearest) : nearest);
    // Rounded, then one place off now and then, towards the side that is still within the bound.
    const double rounded = assay::round_to(dtype::bf16, right[i]);
    const double other = rounded + (rounded < right[i] ? 2 : -2) * half_place;
    wide.push_back(std::fabs(other - right[i]) <= 0x1p-8 * std::fabs(right[i]) ? other : rounded);
  }
  const comparison mean = against(dtype::bf16, biased, right, tolerance::accumulating(64), 100);
  CHECK(mean.mismatched == 0);
  CHECK(mean.failed == comparison::aggregate::bias);
  CHECK(mean.aggregate_seen > mean.aggregate_allowed);
  const comparison size = against(dtype::bf16, wide, right, tolerance::accumulating(64), 100);
  CHECK(size.mismatched == 0);
  CHECK(size.failed == comparison::aggregate::rms);
  CHECK_FALSE(size.matches());
}

TEST_CASE("one bad tile among many is found and named") {
  const std::int64_t columns = 512, rows = 512;
  const std::vector<double> right = random_values(static_cast<std::size_t>(rows * columns), 3);
  // As far off as each element may be.
  std::vector<double> worse = right;
  for (std::int64_t r = 64; r < 80; ++r)
    for (std::int64_t k = 32; k < 48; ++k) {
      const auto i = static_cast<std::size_t>(r * columns + k);
      const double rounded = assay::round_to(dtype::bf16, right[i]);
      const double place = assay::unit_in_last_place(dtype::bf16, right[i]);
      const double other = rounded + (rounded < right[i] ? place : -place);
      worse[i] = std::fabs(other - right[i]) <= 0x1p-8 * std::fabs(right[i]) ? other : rounded;
    }
  const comparison bad = against(dtype::bf16, worse, right, tolerance::accumulating(64), columns);
  CHECK(bad.mismatched == 0);
  REQUIRE(bad.failed == comparison::aggregate::tile);
  REQUIRE(bad.where);
  CHECK(bad.where->first_row == 64);
  CHECK(bad.where->first_column == 32);
}

TEST_CASE("subnormal results and those that are exact are no false alarm") {
  std::vector<double> tiny, whole;
  for (std::size_t i = 0; i < 5000; ++i) {
    tiny.push_back(uniform(4, i) * 0x1p-20);  // fp16 is subnormal below 2^-14
    whole.push_back(std::floor(100 * uniform(5, i)));
  }
  for (const dtype type : {dtype::fp16, dtype::bf16, dtype::fp32}) {
    CHECK(against(type, tiny, tiny, tolerance::elementwise(), 50).matches());
    CHECK(against(type, whole, whole, tolerance::elementwise(), 50).matches());
  }
}

TEST_CASE("allclose, exact and a rounded reference have no aggregates") {
  using assay::make_rule;
  CHECK(make_rule(tolerance::elementwise(), dtype::bf16, 1.0).aggregates);
  CHECK(make_rule(tolerance::calibrated(), dtype::bf16, 1.0, false, 0.01).aggregates);
  CHECK_FALSE(make_rule(tolerance::allclose(1e-2, 1e-2), dtype::bf16, 1.0).aggregates);
  CHECK_FALSE(make_rule(tolerance::exact(), dtype::bf16, 1.0).aggregates);
  CHECK_FALSE(make_rule(tolerance::elementwise(), dtype::bf16, 1.0, true).aggregates);
  CHECK_FALSE(make_rule(tolerance::elementwise(), dtype::int32, 1.0).aggregates);
}

TEST_CASE("a comparison tells the figures of the errors and where they lie") {
  std::vector<double> right(64 * 64, 2.0), got(64 * 64, 2.0);
  for (std::size_t row = 0; row < 64; ++row) got[row * 64 + 15] = got[row * 64 + 31] = 3.0;
  const comparison c = against(dtype::fp32, got, right, tolerance::elementwise(), 64);
  CHECK(c.mismatched == 128);
  CHECK(c.largest_error == 1.0);
  CHECK(c.largest_relative == 0.5);
  CHECK(c.largest_ulp == 0x1p22);
  CHECK(c.rms_error == Approx(std::sqrt(128.0 / 4096)));
  REQUIRE(c.cosine);
  CHECK(*c.cosine > 0.99);
  CHECK(*c.cosine < 1.0);
  REQUIRE(c.where);
  CHECK(c.where->first_row == 0);
  CHECK(c.where->last_row == 63);
  CHECK(c.where->first_column == 15);
  CHECK(c.where->last_column == 31);
  CHECK(c.where->column_period == 16);
  CHECK(c.where->column_remainder == 15);
  CHECK(c.where->row_period == 1);
  REQUIRE(c.excerpt.size() == 8);
  CHECK(c.excerpt.front().index == 8);
  CHECK(c.excerpt.front().right);
  CHECK_FALSE(c.excerpt.back().right);
  CHECK(c.excerpt.back().got == 3.0);
}
