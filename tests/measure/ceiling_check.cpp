// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/measure/ceiling_check.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "assay/backend/ceiling_probes.hpp"
#include "assay/numeric/element.hpp"
#include "support/catch.hpp"

namespace {

using assay::ceiling_expectation;
using assay::ceiling_job;
using assay::ceiling_kernel;
using assay::dtype;
using assay::matrix_shape;

/// Random elements.
std::vector<std::uint8_t> operands(dtype type, std::int64_t count) {
  std::vector<std::uint8_t> data(static_cast<std::size_t>(count * assay::bits_of(type) / 8));
  std::uint32_t state = 1;
  for (std::int64_t i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    const double value = (state >> 8) * 0x1p-23 - 1;
    assay::store_element(type, data.data(), i, type == dtype::int8 ? std::round(100 * value) : value);
  }
  return data;
}

ceiling_job matrix_job(ceiling_kernel kernel, dtype type, const matrix_shape& shape = {}) {
  ceiling_job job;
  job.probe.kernel = kernel;
  job.probe.type = type;
  job.probe.shape = shape;
  job.probe.blocks = 1;
  job.repeats = 2;
  return job;
}

double stored(double value) { return value; }
std::uint64_t bits(double value) {
  std::uint64_t word;
  std::memcpy(&word, &value, sizeof word);
  return word;
}

}  // namespace

TEST_CASE("the sum of a warp's products is that of whole matrices", "[measure]") {
  // mma.sync m16n8k16 of bf16: the places of elements by the PTX ISA, multiplied one by one.
  const matrix_shape shape{16, 8, 16, 32, 4, true, 4, 2, 2};
  ceiling_job job = matrix_job(ceiling_kernel::warp_matrix, dtype::bf16, shape);
  job.probe.threads = 32;
  const int lane_elements = 2 * (2 * 4 + 4 * 2);
  const std::vector<std::uint8_t> data = operands(dtype::bf16, 32 * lane_elements);
  double sum = 0.0;
  const auto at = [&](int lane, int unit, int j) {
    return stored(assay::load_element(dtype::bf16, data.data(), lane * lane_elements + unit * 2 + j));
  };
  for (int x = 0; x < 2; ++x)
    for (int y = 0; y < 4; ++y) {
      double a[16][16], b[16][8];
      for (int lane = 0; lane < 32; ++lane)
        for (int j = 0; j < 2; ++j) {
          for (int r = 0; r < 4; ++r)
            a[lane / 4 + 8 * (r % 2)][lane % 4 * 2 + j + 8 * (r / 2)] = at(lane, x * 4 + r, j);
          for (int r = 0; r < 2; ++r) b[lane % 4 * 2 + j + 8 * r][lane / 4] = at(lane, 8 + y * 2 + r, j);
        }
      for (int m = 0; m < 16; ++m)
        for (int n = 0; n < 8; ++n)
          for (int k = 0; k < 16; ++k) sum += a[m][k] * b[k][n];
    }
  const ceiling_expectation expected = assay::expect_ceiling(job, data.data());
  REQUIRE(expected.sums.size() == 1);
  CHECK(expected.group == 32);
  CHECK(expected.sums[0] == Approx(2 * sum).epsilon(1e-12));
}

TEST_CASE("the sum of a warpgroup's products is that of swizzled matrices", "[measure]") {
  using layout = assay::warpgroup_operands;
  ceiling_job job = matrix_job(ceiling_kernel::warpgroup_matrix, dtype::int8);
  const std::vector<std::uint8_t> data =
      operands(dtype::int8, std::int64_t{layout::block_bytes} * layout::variants);
  const ceiling_expectation expected = assay::expect_ceiling(job, data.data());
  REQUIRE(expected.sums.size() == 2);
  // The second warpgroup, by the products themselves: row r, 16-byte part c lies at c xor r mod 8.
  const auto* const a = reinterpret_cast<const std::int8_t*>(data.data()) + layout::stages * layout::a_bytes;
  const auto* const b =
      reinterpret_cast<const std::int8_t*>(data.data()) + 2 * layout::stages * layout::a_bytes;
  double sum = 0.0;
  for (int stage = 0; stage < layout::stages; ++stage)
    for (int k = 0; k < 128; ++k) {
      double rows = 0.0, columns = 0.0;
      const auto place = [&](int row) { return row * 128 + (k / 16 ^ row % 8) * 16 + k % 16; };
      for (int row = 0; row < 64; ++row) rows += a[stage * layout::a_bytes + place(row)];
      for (int row = 0; row < 256; ++row) columns += b[stage * layout::b_bytes + place(row)];
      sum += rows * columns;
    }
  CHECK(expected.sums[1] == 2 * sum);
}

TEST_CASE("results that are off are told", "[measure]") {
  ceiling_expectation expected;
  expected.what = ceiling_expectation::kind::real;
  expected.group = 2;
  expected.sums = {3.0, 5.0};
  expected.allowed = {0.1, 0.1};
  CHECK(ceiling_error(expected, nullptr, {bits(1), bits(2.05), bits(5), bits(0)}).empty());
  CHECK(ceiling_error(expected, nullptr, {bits(1), bits(2), bits(4), bits(0)}) ==
        "the sum of threads 2 to 3 is 4 and not 5 ± 0.1");
  CHECK_FALSE(ceiling_error(expected, nullptr, {bits(NAN), bits(2), bits(5), bits(0)}).empty());
  // Poison, as it is there when nothing was written, is a NaN.
  CHECK_FALSE(ceiling_error(expected, nullptr, std::vector<std::uint64_t>(4, ~0ull)).empty());

  expected.what = ceiling_expectation::kind::integer;
  expected.sums = {-1.0, 0x1p33 + 7};
  CHECK(ceiling_error(expected, nullptr, {0xFFFFFFFEu, 1, 7, 0}).empty());
  CHECK_FALSE(ceiling_error(expected, nullptr, {0xFFFFFFFEu, 2, 7, 0}).empty());

  expected.what = ceiling_expectation::kind::data;
  expected.after = {1, 2, 3};
  const std::uint8_t right[] = {1, 2, 3}, wrong[] = {1, 9, 3};
  CHECK(ceiling_error(expected, right, {}).empty());
  CHECK(ceiling_error(expected, wrong, {}) == "byte 1 of its data is 09 and not 02");
}

TEST_CASE("chains stay bounded and do not stand still", "[measure]") {
  for (const dtype type : {dtype::fp64, dtype::fp32, dtype::fp16}) {
    CAPTURE(to_string(type));
    ceiling_job job = matrix_job(ceiling_kernel::vector, type);
    job.probe.threads = 32;
    job.probe.amount = 2.0 * 32 * assay::ceiling_chains * assay::ceiling_steps;
    const std::vector<std::uint8_t> data = operands(dtype::fp32, assay::ceiling_words);
    job.repeats = 1;
    const double short_sum = assay::expect_ceiling(job, data.data()).sums.at(0);
    job.repeats = 2;
    const ceiling_expectation two = assay::expect_ceiling(job, data.data());
    CHECK(std::fabs(two.sums[0] - short_sum) > two.allowed[0]);
    job.repeats = 500;
    const double long_sum = assay::expect_ceiling(job, data.data()).sums.at(0);
    CHECK(std::isfinite(long_sum));
    CHECK(long_sum < 32 * assay::ceiling_chains * 100.0);
    CHECK(long_sum > 0);
  }
}

TEST_CASE("what is read is expected of each thread", "[measure]") {
  for (const ceiling_kernel kernel : {ceiling_kernel::l2, ceiling_kernel::shared_memory}) {
    ceiling_job job = matrix_job(kernel, dtype::uint32);
    job.probe.threads = 64;
    job.bytes = 1 << 16;
    const std::vector<std::uint8_t> data = operands(dtype::fp32, 1 << 14);
    const ceiling_expectation expected = assay::expect_ceiling(job, data.data());
    REQUIRE(expected.sums.size() == 64);
    CHECK(expected.group == 1);
    std::size_t zeros = 0;
    for (const double one : expected.sums) zeros += one == 0;
    CHECK(zeros < 4);
  }
}
