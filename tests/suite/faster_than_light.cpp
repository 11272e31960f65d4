// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <assay/suite/faster_than_light.hpp>
#include <optional>
#include <string>

#include "support/catch.hpp"

namespace {

/// A device of 1 TB/s, 100 T tensor operations a second and 10 MB of cache.
struct bench {
  assay::ceilings limits{assay::layer::hard, "test"};
  assay::device_info device;
  assay::record r;

  bench() {
    limits.set({assay::resource::dram, 1e12, "test"});
    limits.set({assay::resource::tensor_bf16, 1e14, "test"});
    limits.set({assay::resource::fp32, 1e13, "test"});
    device.last_level_bytes = 10'000'000;
    r.work.add_read(1e9);  // 1 ms
  }
  std::optional<assay::impossible_time> at(double median, double upper) {
    assay::measurement m;
    m.raw.median = median;
    m.raw.lower = median;
    m.raw.upper = upper;
    r.time = m;
    return assay::faster_than_light(r, limits, device);
  }
};

}  // namespace

TEST_CASE("a time above the limit is possible, one below it is not") {
  bench b;
  CHECK_FALSE(b.at(1.1e-3, 1.2e-3));
  REQUIRE(b.at(0.8e-3, 0.9e-3));
  const assay::impossible_time found = *b.at(0.8e-3, 0.9e-3);
  CHECK(found.seconds == 0.9e-3);
  CHECK(found.possible == Approx(1e-3));
  CHECK(found.beaten == assay::resource::dram);
  CHECK(found.describe() ==
        "faster than light: 900 µs for work that this device cannot do in less than 1.00 ms (DRAM)");
}

TEST_CASE("an interval that reaches the limit is not called impossible") {
  bench b;
  CHECK_FALSE(b.at(0.9e-3, 1.01e-3));
}

TEST_CASE("without a time, or with ceilings that are not hard, nothing is impossible") {
  bench b;
  CHECK_FALSE(assay::faster_than_light(b.r, b.limits, b.device));
  b.limits.which = assay::layer::measured;
  CHECK_FALSE(b.at(1e-9, 1e-9));
  b.limits.which = assay::layer::datasheet;
  CHECK_FALSE(b.at(1e-9, 1e-9));
}

TEST_CASE("output that fits the last-level cache proves nothing, output beyond it does") {
  bench b;
  b.r.work = {};
  b.r.work.add_written(10e6);
  CHECK_FALSE(b.at(1e-9, 1e-9));
  b.r.work.add_written(1e9);
  CHECK_FALSE(b.at(1.001e-3, 1.001e-3));
  CHECK(b.at(0.9e-3, 0.9e-3));
}

TEST_CASE("hot caches say nothing of DRAM, and matrix units bind as before") {
  bench b;
  b.r.work.add(assay::resource::tensor_bf16, 1e11);  // 1 ms
  assay::measurement m;
  m.cache = assay::cache_state::hot;
  m.raw.median = 0.5e-3;
  b.r.time = m;
  CHECK(assay::faster_than_light(b.r, b.limits, b.device));
  b.r.work = {};
  b.r.work.add_read(1e9);
  CHECK_FALSE(assay::faster_than_light(b.r, b.limits, b.device));
}

TEST_CASE("arithmetic that other units can do as well is not called impossible") {
  bench b;
  b.r.work = {};
  b.r.work.add(assay::resource::fp32, 1e10);  // 1 ms on the vector units, less by emulation on matrix units
  CHECK_FALSE(b.at(0.5e-3, 0.5e-3));
  // But no unit is faster than the fastest, whose rate is known to 0.
  CHECK_FALSE(b.at(0.11e-3, 0.11e-3));
  const auto found = b.at(0.09e-3, 0.09e-3);
  REQUIRE(found);
  CHECK(found->by_any_unit);
  CHECK(
      found->describe() ==
      "faster than light: 90.0 µs for work that this device cannot do in less than 100 µs (fp32, even on its "
      "fastest unit)");
  // Nominal operations (of a convolution that may be done by other algorithms) need not be done at all.
  b.r.work.nominal = true;
  CHECK_FALSE(b.at(0.09e-3, 0.09e-3));
}

TEST_CASE("a time is held against its own byte stream where it is nearly the limit, or nobody knows one") {
  bench b;
  const auto wants = [&] { return assay::wants_byte_stream(b.r, b.limits, b.device); };
  CHECK_FALSE(wants());  // no time
  (void)b.at(1.1e-3, 1.1e-3);
  CHECK_FALSE(wants());
  b.device.vendor = assay::vendor::nvidia;
  (void)b.at(1.03e-3, 1.03e-3);
  CHECK(wants());
  (void)b.at(1.1e-3, 1.1e-3);
  b.limits = assay::ceilings(assay::layer::hard, "unknown");
  CHECK(wants());
  b.device.vendor = assay::vendor::cpu;
  CHECK_FALSE(wants());
  b.device.vendor = assay::vendor::nvidia;
  b.r.time->cache = assay::cache_state::hot;
  CHECK_FALSE(wants());
  b.r.time->cache = assay::cache_state::cold;
  b.r.work = {};
  CHECK_FALSE(wants());
}
