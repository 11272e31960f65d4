// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The comparison on the GPU against the same on the host: which must agree on every verdict.
#include <assay/backend/cuda.hpp>
#include <assay/measure.hpp>
#include <assay/numeric/element.hpp>
#include <assay/numeric/random.hpp>
#include <assay/verify/compare.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "support/catch.hpp"

namespace {

using assay::compare_job;
using assay::compare_sums;
using assay::dtype;
using assay::tolerance;

assay::device& gpu() { return assay::device_of<assay::cuda>(); }

double uniform(std::uint64_t seed, std::uint64_t index) {
  return 2.0 * assay::unit_interval(assay::random_bits(assay::random_at(seed, 0, index))) - 1.0;
}

/// An output and what is right, on the host and on the GPU.
struct pair_of_arrays {
  dtype type;
  std::vector<std::uint8_t> got;
  std::vector<double> expected;
  assay::device_buffer got_there, expected_there;

  pair_of_arrays(dtype of, const std::vector<double>& values, const std::vector<double>& right,
                 std::int64_t offset = 0)
      : type(of),
        got(values.size() * 8 + 64),
        expected(right),
        got_there(gpu(), static_cast<std::int64_t>(got.size()) + offset),
        expected_there(gpu(), static_cast<std::int64_t>(right.size() * 8 + 8)),
        offset_(offset) {
    for (std::size_t i = 0; i < values.size(); ++i)
      assay::store_element(type, got.data(), static_cast<std::int64_t>(i), values[i]);
    send();
  }
  void send() {
    gpu().copy_to_device(there(), got.data(), static_cast<std::int64_t>(got.size()));
    if (!expected.empty())
      gpu().copy_to_device(expected_there.data(), expected.data(),
                           static_cast<std::int64_t>(expected.size() * 8));
  }
  [[nodiscard]] void* there() const { return static_cast<std::uint8_t*>(got_there.data()) + offset_; }
  [[nodiscard]] compare_job job(const tolerance& bound, std::int64_t row_length, int poison = -1) const {
    compare_job j;
    j.got = got.data();
    j.expected = expected.data();
    j.count = std::ssize(expected);
    j.row_length = row_length;
    j.rule = assay::make_rule(bound, type, assay::root_mean_square(expected), false, 0.0, poison);
    return j;
  }
  [[nodiscard]] compare_sums on_gpu(compare_job j, bool thorough) const {
    j.got = there();
    j.expected = static_cast<const double*>(expected_there.data());
    gpu().compare(j, 0, thorough);
    compare_sums sums;
    gpu().read_comparisons(&sums, 1);
    return sums;
  }

 private:
  std::int64_t offset_;
};

/// What is counted, and where.
void check_same_counts(const compare_sums& a, const compare_sums& b) {
  CHECK(a.checked == b.checked);
  CHECK(a.mismatched == b.mismatched);
  CHECK(a.not_a_number == b.not_a_number);
  CHECK(a.untouched == b.untouched);
  CHECK(a.first_mismatch == b.first_mismatch);
  CHECK(a.first_row == b.first_row);
  CHECK(a.last_row == b.last_row);
  CHECK(a.first_column == b.first_column);
  CHECK(a.last_column == b.last_column);
  CHECK(a.rows_modulo == b.rows_modulo);
  CHECK(a.columns_modulo == b.columns_modulo);
  CHECK(a.finite == b.finite);
}
void check_alike(const compare_sums& a, const compare_sums& b, bool thorough) {
  check_same_counts(a, b);
  const double some = thorough ? 1e-9 : 1e-4;
  CHECK(a.error2 == Approx(b.error2).epsilon(some));
  CHECK(a.expected2 == Approx(b.expected2).epsilon(some));
  CHECK(a.rounding2 == Approx(b.rounding2).epsilon(1e-3).margin(1e-30));
  CHECK(a.bias == Approx(b.bias).epsilon(1e-3).margin(1e-4 * std::sqrt(b.error2 * double(b.finite) + 1e-60)));
  if (b.mismatched > 0) {
    CHECK(a.worst == b.worst);
    CHECK((a.worst_got == b.worst_got || (std::isnan(a.worst_got) && std::isnan(b.worst_got))));
  }
  if (!thorough) return;
  CHECK(a.worst == b.worst);
  CHECK(a.largest_error == b.largest_error);
  CHECK(a.largest_relative == Approx(b.largest_relative));
  CHECK(a.largest_ulp == b.largest_ulp);
  CHECK(a.worst_tile_share == Approx(b.worst_tile_share));
  CHECK(a.worst_tile_row == b.worst_tile_row);
  CHECK(a.worst_tile_column == b.worst_tile_column);
}

/// Right and wrong elements of every kind, by both kernels.
void compare_here_and_there(dtype type, std::int64_t count, std::int64_t row_length, const tolerance& bound) {
  CAPTURE(assay::to_string(type), count, row_length, static_cast<int>(bound.how));
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> right, values;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto k = static_cast<std::uint64_t>(i);
    double value = uniform(1, k);
    if (i % 1000 == 17) value = 0.0;
    if (i % 1000 == 18) value = 1e-7 * uniform(2, k);  // subnormal in fp16
    if (!assay::is_floating(type)) value = std::floor(value * 100);
    if (type == dtype::boolean) value = i % 3 == 0;
    right.push_back(value);
    if (i % 5000 == 40) value += 1.0;
    if (assay::is_floating(type) && i % 30'000 == 41) value = std::nan("");
    if (assay::is_floating(type) && i % 30'000 == 42) value = -infinity;
    values.push_back(value);
  }
  pair_of_arrays arrays(type, values, right);
  for (const std::int64_t place : {count / 2, count - 1}) {  // never written
    const auto size = static_cast<std::size_t>(assay::bytes_for(type, 1));
    std::fill_n(arrays.got.begin() + static_cast<std::ptrdiff_t>(size) * place, size, 0xFF);
  }
  arrays.send();
  const compare_job job = arrays.job(bound, row_length, 0xFF);
  const compare_sums here = assay::compare_on_host(job);
  check_alike(arrays.on_gpu(job, true), here, true);
  check_alike(arrays.on_gpu(job, false), here, false);
}

}  // namespace

TEST_CASE("the GPU compares as the host does, thoroughly and at speed, right and wrong") {
  for (const dtype type : {dtype::fp32, dtype::bf16, dtype::int32})
    for (const std::int64_t count : {3, 257, 10'007})
      compare_here_and_there(type, count, 16, tolerance::accumulating(64));
}

TEST_CASE("the same for more types, sizes, rows and rules", "[exhaustive]") {
  for (const dtype type :
       {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16, dtype::int32, dtype::uint8, dtype::boolean})
    for (const std::int64_t count : {1, 2, 3, 31, 257, 4096, 100'003})
      for (const std::int64_t row_length : {1, 3, 16, 100, 200'000})
        for (const tolerance& bound :
             {tolerance::accumulating(64), tolerance::exact(), tolerance::allclose(1e-2, 1e-2)})
          compare_here_and_there(type, count, row_length, bound);
}

TEST_CASE("elements of every type are told apart on the GPU as on the host, whatever their bits") {
  constexpr std::int64_t count = 10'007;
  for (std::size_t t = 0; t < assay::dtype_count; ++t) {
    const auto type = static_cast<dtype>(t);
    if (type == dtype::boolean) continue;  // has two values
    CAPTURE(assay::to_string(type));
    std::vector<std::uint8_t> bits(count * 8);
    for (std::size_t i = 0; i < bits.size(); ++i)
      bits[i] = static_cast<std::uint8_t>(assay::random_bits(assay::random_at(7, 0, i)));
    if (type == dtype::tf32)  // without the bits of an fp32 that it has not
      for (std::size_t i = 0; i < bits.size(); i += 4) {
        bits[i] = 0;
        bits[i + 1] &= 0xE0;
      }
    std::vector<double> right;
    for (std::int64_t i = 0; i < count; ++i)
      right.push_back(assay::load_element(type, bits.data(), i % 100 == 99 ? i - 1 : i));
    pair_of_arrays arrays(type, {}, right);
    arrays.got.assign(bits.begin(), bits.end());
    arrays.got_there = assay::device_buffer(gpu(), static_cast<std::int64_t>(arrays.got.size()));
    arrays.send();
    const compare_job job = arrays.job(tolerance::exact(), 100);
    const compare_sums here = assay::compare_on_host(job);
    CHECK(here.mismatched > 50);  // of 100; a type of few bits has neighbours that are alike
    CHECK(here.mismatched <= 100);
    for (const bool thorough : {true, false}) check_same_counts(arrays.on_gpu(job, thorough), here);
  }
}

TEST_CASE("a right result is right on the GPU at every size, and one wrong element is found at every place") {
  for (const dtype type : {dtype::fp32, dtype::fp16, dtype::bf16}) {
    CAPTURE(assay::to_string(type));
    const std::int64_t count = 1'000'001;
    std::vector<double> right;
    for (std::int64_t i = 0; i < count; ++i) right.push_back(uniform(3, static_cast<std::uint64_t>(i)));
    pair_of_arrays arrays(type, right, right);
    const compare_job job = arrays.job(tolerance::gemm(1024), 1000, 0xFF);
    for (const bool thorough : {true, false}) {
      const compare_sums sums = arrays.on_gpu(job, thorough);
      CHECK(sums.checked == count);
      CHECK(assay::conclude_comparison("y", count, job.rule, sums).matches());
    }
    for (const std::int64_t place :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{511}, count / 3, count - 2, count - 1}) {
      CAPTURE(place);
      const double before = assay::load_element(type, arrays.got.data(), place);
      assay::store_element(type, arrays.got.data(), place, before + 0.25);
      arrays.send();
      for (const bool thorough : {true, false}) {
        const compare_sums sums = arrays.on_gpu(job, thorough);
        CHECK(sums.mismatched == 1);
        CHECK(sums.first_mismatch == place);
      }
      assay::store_element(type, arrays.got.data(), place, before);
    }
  }
}

TEST_CASE("a scale is seen in outputs of any magnitude") {
  // Each element is within its bound; all of them together are not, which squares in float could not tell.
  for (const dtype type : {dtype::fp32, dtype::bf16})
    for (const double magnitude : {1e-32, 1e-20, 1e-10, 1.0, 1e10, 1e18, 1e19, 1e30}) {
      CAPTURE(assay::to_string(type), magnitude);
      std::vector<double> right, scaled;
      for (std::uint64_t i = 0; i < 100'000; ++i) {
        right.push_back(magnitude * uniform(6, i));
        scaled.push_back(right.back() * (type == dtype::bf16 ? 1.003 : 1.0 + 0x1p-20));
      }
      for (const bool honest : {true, false}) {
        const pair_of_arrays arrays(type, honest ? right : scaled, right);
        const compare_job job = arrays.job(tolerance::elementwise(), 1000, 0xFF);
        const compare_sums here = assay::compare_on_host(job), there = arrays.on_gpu(job, false);
        CHECK(assay::conclude_comparison("y", 100'000, job.rule, here).matches() == honest);
        CHECK(assay::conclude_comparison("y", 100'000, job.rule, there).matches() == honest);
      }
    }
}

TEST_CASE("an fp16 that overflowed is not taken for the largest number") {
  std::vector<double> right(4096, 1.0), values(4096, 1.0);
  right[100] = 65'530.0;  // rounds to infinity
  values[100] = 65'504.0;
  right[200] = 65'000.0;
  values[200] = std::numeric_limits<double>::infinity();
  const pair_of_arrays arrays(dtype::fp16, values, right);
  for (const bool thorough : {true, false})
    CHECK(arrays.on_gpu(arrays.job(tolerance::allclose(1e-2, 1e-2), 64), thorough).mismatched == 2);
}

TEST_CASE("an output at any address is compared") {
  for (const dtype type : {dtype::fp32, dtype::bf16, dtype::fp64}) {
    const std::int64_t size = assay::bytes_for(type, 1);
    std::vector<double> right;
    for (std::uint64_t i = 0; i < 10'000; ++i) right.push_back(uniform(4, i));
    const pair_of_arrays arrays(type, right, right, size);
    const compare_job job = arrays.job(tolerance::elementwise(), 100);
    CHECK(arrays.on_gpu(job, false).mismatched == 0);
    CHECK(arrays.on_gpu(job, true).checked == 10'000);
  }
}

TEST_CASE("a sample is compared on the GPU by its indices") {
  std::vector<double> all;
  for (std::uint64_t i = 0; i < 10'000; ++i) all.push_back(uniform(5, i));
  const std::vector<std::int64_t> indices = {0, 17, 9'999, 5'000};
  std::vector<double> right;
  for (const std::int64_t i : indices) right.push_back(all[static_cast<std::size_t>(i)]);
  right[3] += 1.0;
  pair_of_arrays arrays(dtype::fp32, all, right);
  const assay::device_buffer there(gpu(), static_cast<std::int64_t>(indices.size() * 8));
  gpu().copy_to_device(there.data(), indices.data(), there.bytes());
  compare_job job = arrays.job(tolerance::elementwise(), 100);
  job.indices = static_cast<const std::int64_t*>(there.data());
  for (const bool thorough : {true, false}) {
    const compare_sums sums = arrays.on_gpu(job, thorough);
    CHECK(sums.checked == 4);
    CHECK(sums.mismatched == 1);
    CHECK(sums.first_mismatch == 5'000);
  }
}

TEST_CASE("slots keep what was compared until they are read") {
  std::vector<double> right(100, 1.0), wrong(100, 1.0);
  wrong[7] = 2.0;
  const pair_of_arrays a(dtype::fp32, right, right), b(dtype::fp32, wrong, right);
  compare_job one = a.job(tolerance::elementwise(), 10), other = b.job(tolerance::elementwise(), 10);
  one.got = a.there();
  other.got = b.there();
  one.expected = static_cast<const double*>(a.expected_there.data());
  other.expected = static_cast<const double*>(b.expected_there.data());
  for (int slot = 0; slot < assay::device::compare_slots; ++slot)
    gpu().compare(slot % 3 == 1 ? other : one, slot, slot % 2 == 0);
  std::vector<compare_sums> sums(assay::device::compare_slots);
  gpu().read_comparisons(sums.data(), assay::device::compare_slots);
  for (int slot = 0; slot < assay::device::compare_slots; ++slot)
    CHECK(sums[static_cast<std::size_t>(slot)].mismatched == (slot % 3 == 1 ? 1 : 0));
}
