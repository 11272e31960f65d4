// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/tolerance.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "assay/verify/compare.hpp"
#include "support/catch.hpp"

namespace {

using assay::allowed_error;
using assay::dtype;
using assay::tolerance;

static_assert(tolerance().how == tolerance::kind::derived);
static_assert(tolerance().chain == 1);
static_assert(tolerance::accumulating(64).chain == 64);
static_assert(tolerance::accumulating(64).accumulator_of(dtype::bf16) == dtype::fp32);
static_assert(tolerance::accumulating(64).accumulator_of(dtype::fp64) == dtype::fp64);
static_assert(tolerance::accumulating(64, dtype::fp32).accumulator_of(dtype::fp64) == dtype::fp32);
static_assert(tolerance().accumulator_of(dtype::fp64) == dtype::fp64);
static_assert(tolerance::accumulating(64, dtype::fp16, true).accumulator == dtype::fp16);
static_assert(tolerance::accumulating(64, dtype::fp16, true).truncating);
static_assert(!tolerance::accumulating(64).truncating);
static_assert(tolerance::allclose(1e-3, 1e-2).absolute == 1e-3);
static_assert(tolerance::allclose(1e-3, 1e-2).relative == 1e-2);
static_assert(tolerance::exact().how == tolerance::kind::exact);

const double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("the derived bound is the formula of its source") {
  // By hand: u_o·|R| + η_o + L·η_acc + (16 + 3.5√L [+ L/8])·u_acc·hypot(R, rms).
  const tolerance by64 = tolerance::accumulating(64, dtype::fp32);
  CHECK(allowed_error(by64, dtype::bf16, 3.0, 4.0) == Approx(3 * 0x1p-8 + 0x1p-134 + 44 * 0x1p-24 * 5));
  CHECK(allowed_error(by64, dtype::fp16, -3.0, 4.0) == Approx(3 * 0x1p-11 + 0x1p-25 + 44 * 0x1p-24 * 5));
  CHECK(allowed_error(by64, dtype::fp32, 0.0, 4.0) == Approx(44 * 0x1p-24 * 4));
  const tolerance truncating = tolerance::accumulating(64, dtype::fp32, true);
  CHECK(allowed_error(truncating, dtype::fp32, 3.0, 4.0) == Approx(3 * 0x1p-24 + 52 * 0x1p-24 * 5));
  const tolerance in_half = tolerance::accumulating(16, dtype::fp16);
  CHECK(allowed_error(in_half, dtype::fp32, 3.0, 4.0) ==
        Approx(3 * 0x1p-24 + 30 * 0x1p-11 * 5 + 16 * 0x1p-24));
  CHECK(allowed_error(tolerance::accumulating(1, dtype::fp64), dtype::fp64, 3.0, 4.0) ==
        Approx(3 * 0x1p-53 + 19.5 * 0x1p-53 * 5));
}

TEST_CASE("without a named accumulator a double is held to sums of doubles") {
  for (const tolerance& bound : {tolerance(), tolerance::accumulating(1)}) {
    CHECK(allowed_error(bound, dtype::fp64, 3.0, 4.0) == Approx(3 * 0x1p-53 + 19.5 * 0x1p-53 * 5));
    CHECK(allowed_error(bound, dtype::fp32, 3.0, 4.0) == Approx(3 * 0x1p-24 + 19.5 * 0x1p-24 * 5));
    CHECK(allowed_error(bound, dtype::bf16, 3.0, 4.0) == Approx(3 * 0x1p-8 + 19.5 * 0x1p-24 * 5));
  }
}

TEST_CASE("the derived bound is never zero and grows with the chain") {
  for (const dtype type : {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16}) {
    CHECK(allowed_error({}, type, 0.0, 1.0) > 0.0);
    // Half the least subnormal of fp64 is no double.
    CHECK((type == dtype::fp64 || allowed_error({}, type, 0.0, 0.0) > 0.0));
    double last = 0.0;
    for (const std::int64_t chain : {1, 2, 100, 1 << 20}) {
      const double now = allowed_error(tolerance::accumulating(chain), type, 1.0, 1.0);
      CHECK(now > last);
      last = now;
    }
  }
}

TEST_CASE("whole numbers allow the nearest one whatever was accumulated") {
  for (const dtype type : {dtype::int8, dtype::int64, dtype::uint32, dtype::boolean}) {
    CHECK(allowed_error({}, type, 1e6, 1e6) == 0.5);
    CHECK(allowed_error(tolerance::accumulating(1 << 20), type, 1e6, 1e6) == 0.5);
  }
}

TEST_CASE("allclose and exact replace the derived bound") {
  for (const dtype type : {dtype::fp64, dtype::bf16, dtype::int32}) {
    CHECK(allowed_error(tolerance::allclose(0.5, 0.25), type, -8.0, 100.0) == 2.5);
    CHECK(allowed_error(tolerance::allclose(0.0, 0.0), type, -8.0, 100.0) == 0.0);
    CHECK(allowed_error(tolerance::exact(), type, -8.0, 100.0) == 0.0);
  }
}

TEST_CASE("the root mean square ignores what is not finite and does not overflow") {
  using assay::root_mean_square;
  CHECK(root_mean_square({}) == 0.0);
  CHECK(root_mean_square(std::vector<double>{0.0, 0.0}) == 0.0);
  CHECK(root_mean_square(std::vector<double>{3.0, -3.0}) == 3.0);
  CHECK(root_mean_square(std::vector<double>{1.0, 7.0}) == Approx(5.0));
  CHECK(root_mean_square(std::vector<double>{1.0, std::nan(""), infinity, -infinity, 7.0}) == Approx(5.0));
  CHECK(root_mean_square(std::vector<double>{std::nan(""), infinity}) == 0.0);
  CHECK(root_mean_square(std::vector<double>{1e300, 7e300}) == Approx(5e300));
  CHECK(root_mean_square(std::vector<double>{1e-300, 7e-300}) == Approx(5e-300));
}
