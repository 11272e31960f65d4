// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/measure/byte_stream.hpp"

#include <cmath>

#include "assay/backend/host_device.hpp"
#include "support/catch.hpp"
#include "support/fake_device.hpp"

using namespace assay;
using standing = stream_comparison::standing;

namespace {

measurement taking(double lower, double median, double upper) {
  measurement m;
  m.raw.median = median;
  m.raw.lower = lower;
  m.raw.upper = upper;
  return m;
}
standing of(double upper, double stream_lower, double scale = 1.0) {
  return compare_with_stream(taking(upper, upper, upper), {taking(stream_lower, 2.0, 3.0), scale, 0}).what;
}

}  // namespace

TEST_CASE("the best shape counts, for all bytes", "[measure]") {
  support::fake_device gpu;
  gpu.script.stream_rate = 0x1p20;
  gpu.script.best_stream_shape = 1;
  measure_options options;
  options.time_budget = 1e-3;
  const auto found = time_byte_stream(gpu, 4096, 4096, options);
  REQUIRE(found);
  CHECK(found->shape == 1);
  CHECK(found->scale == 1.0);
  CHECK(found->time.raw.median == 0x1p-7);
  CHECK(found->time.cache == cache_state::cold);
  CHECK(gpu.clean());
  // Whole words of 16 bytes, and one direction alone.
  CHECK(time_byte_stream(gpu, 1.0, 0.0, options)->time.raw.median == 0x1p-16);
  options.cache = cache_state::rotate;
  CHECK(time_byte_stream(gpu, 0.0, 4096, options)->time.raw.median == 0x1p-8);
}

TEST_CASE("where memory does not suffice a part stands for all", "[measure]") {
  support::fake_device gpu;
  gpu.script.stream_rate = 0x1p20;
  gpu.script.memory = 1 << 16;
  measure_options options;
  options.time_budget = 1e-3;
  const auto found = time_byte_stream(gpu, 1 << 17, 1 << 16, options);
  REQUIRE(found);
  CHECK(found->scale == 8.0);  // a quarter of 64 KiB is 16 KiB
  CHECK(found->time.raw.median == Approx(24.0 / 1024));
  CHECK(compare_with_stream(taking(0.2, 0.2, 0.2), *found).stream == Approx(0.1875).epsilon(0.01));
}

TEST_CASE("a device without a stream has no time of one", "[measure]") {
  support::fake_device gpu;
  CHECK_FALSE(time_byte_stream(gpu, 4096, 4096, {}));
  CHECK(gpu.clean());
  CHECK_THROWS_AS(time_byte_stream(gpu, -1, 0, {}), usage_error);
  CHECK_THROWS_AS(time_byte_stream(gpu, 0, std::nan(""), {}), usage_error);
  CHECK_THROWS_AS(time_byte_stream(gpu, INFINITY, 0, {}), usage_error);
}

TEST_CASE("a processor moves bytes as well", "[measure]") {
  measure_options options;
  options.time_budget = 1e-3;
  host_device processor;
  const auto found = time_byte_stream(processor, 1 << 22, 1 << 20, options);
  REQUIRE(found);
  CHECK(found->time.raw.median > 0);
}

TEST_CASE("a candidate is held against its stream end against end", "[measure]") {
  CHECK(of(1.00, 1.0) == standing::clear);
  CHECK(of(0.91, 1.0) == standing::clear);
  CHECK(of(0.89, 1.0) == standing::doubtful);
  CHECK(of(0.76, 1.0) == standing::doubtful);
  CHECK(of(0.74, 1.0) == standing::beyond);
  CHECK(of(1.50, 1.0, 2.0) == standing::doubtful);
  CHECK(of(1e-6, 9e-6) == standing::too_short);
  CHECK(of(1e-6, 9e-6, 2.0) == standing::beyond);
}

TEST_CASE("net times are compared where both are known, raw ones otherwise", "[measure]") {
  measurement fast = taking(1.0, 1.0, 1.0);
  byte_stream_time stream{taking(1.0, 1.0, 1.0), 1.0, 0};
  fast.net = estimate{0.5, 0.5, 0.5, 0.95, 10};
  CHECK(compare_with_stream(fast, stream).what == standing::clear);
  stream.time.net = estimate{0.9, 0.9, 0.9, 0.95, 10};
  CHECK(compare_with_stream(fast, stream).what == standing::beyond);
  CHECK(compare_with_stream(fast, stream).candidate == 0.5);
}

TEST_CASE("a stream without a time above 0 is held against nothing", "[measure]") {
  measurement fast = taking(1e-6, 1e-6, 1e-6);
  byte_stream_time stream{taking(2e-6, 2e-6, 2e-6), 1.0, 0};
  fast.net = estimate{-2e-7, -3e-7, -1e-7, 0.95, 10};
  stream.time.net = estimate{-1.51e-7, -2e-7, 1e-3, 0.95, 10};
  CHECK(compare_with_stream(fast, stream).what == standing::untimed);
  CHECK(of(-1.0, 0.0) == standing::untimed);  // its median is above 0, its lower end is not
  stream.time.net = estimate{0.0, 0.0, 0.0, 0.95, 10};
  CHECK(compare_with_stream(fast, stream).what == standing::untimed);
}
