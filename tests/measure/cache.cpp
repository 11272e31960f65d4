// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/measure/cache.hpp"

#include <cstdint>

#include "support/catch.hpp"
#include "support/fake_device.hpp"

namespace {

using support::fake_device;

constexpr std::int64_t cache = 1 << 20;

void script_cache(fake_device& gpu, std::int64_t sweep_needed) {
  gpu.script.empty_seconds = 0x1p-21;
  gpu.script.info.last_level_bytes = cache;
  gpu.script.sweep_needed = sweep_needed;
}

void prove(fake_device& gpu) {
  assay::sample_timer timer(gpu);
  assay::prove_sweep(gpu, timer, 0.25);
}

}  // namespace

TEST_CASE("a proof that fails leaves no half of it behind, and is made again") {
  for (const int k : {1, 5, 40}) {
    CAPTURE(k);
    fake_device gpu;
    script_cache(gpu, 2 * cache);
    gpu.fail("read_bytes", k);
    CHECK_THROWS_AS(prove(gpu), assay::device_error);
    CHECK(gpu.sweep.bytes == 0);
    CHECK_FALSE(gpu.sweep.swept_seconds);
    prove(gpu);
    CHECK(gpu.sweep.proven);
    CHECK(gpu.sweep.bytes >= 2 * cache);
  }
}

TEST_CASE("a first time stamp that fails is taken again with the next sample") {
  fake_device gpu;
  assay::sample_timer timer(gpu);
  gpu.fail("record_event");
  CHECK_THROWS_AS(timer.take({}), assay::device_error);
  CHECK(timer.take({}).seconds >= 0.0);
}

TEST_CASE("the sweep grows until a probe reads as slowly as it can") {
  for (const std::int64_t needed : {cache / 2, cache, 2 * cache, 5 * cache / 2}) {
    CAPTURE(needed);
    fake_device gpu;
    script_cache(gpu, needed);
    prove(gpu);
    CHECK(gpu.sweep.proven);
    CHECK(gpu.sweep.bytes >= needed);
    CHECK(gpu.sweep.bytes <= 3 * cache);
    REQUIRE((gpu.sweep.hot_seconds && gpu.sweep.swept_seconds && gpu.sweep.empty_seconds));
    CHECK(*gpu.sweep.swept_seconds == Approx(2 * *gpu.sweep.hot_seconds));
    CHECK(gpu.live_allocations() == 0);
  }
}

TEST_CASE("a sweep that does not empty the cache is not proven") {
  fake_device gpu;
  script_cache(gpu, 16 * cache);  // even four times the cache empties a quarter of it
  prove(gpu);
  CHECK_FALSE(gpu.sweep.proven);
  CHECK(gpu.sweep.bytes == 3 * cache);
}

TEST_CASE("a probe that no sweep makes slower proves nothing") {
  fake_device gpu;
  script_cache(gpu, 0);  // all reads take the same
  prove(gpu);
  REQUIRE((gpu.sweep.hot_seconds && gpu.sweep.swept_seconds));
  CHECK(*gpu.sweep.swept_seconds == Approx(*gpu.sweep.hot_seconds));
  CHECK_FALSE(gpu.sweep.proven);
}

TEST_CASE("where half the last level fits in no cache, half of L2 is the probe") {
  for (const std::int64_t cached : {cache / 8, cache / 32}) {
    CAPTURE(cached);
    fake_device gpu;
    script_cache(gpu, cache);
    gpu.script.info.l2_bytes = cache / 4;
    gpu.script.most_cached = cached;
    prove(gpu);
    CHECK(gpu.sweep.proven == (cached == cache / 8));
    CHECK(gpu.sweep.bytes == (gpu.sweep.proven ? 3 * cache / 2 : 3 * cache));
  }
}

TEST_CASE("a probe that stays in a cache is not proven by a smaller one") {
  fake_device gpu;
  script_cache(gpu, 16 * cache);
  gpu.script.info.l2_bytes = cache / 4;
  prove(gpu);
  CHECK_FALSE(gpu.sweep.proven);
  CHECK(gpu.calls("allocate") == 1);
}

TEST_CASE("what could not be proven is tried again with later calls, and not for ever") {
  for (const bool wakes : {false, true}) {
    CAPTURE(wakes);
    fake_device gpu;
    script_cache(gpu, 0);
    prove(gpu);
    CHECK_FALSE(gpu.sweep.proven);
    if (wakes) script_cache(gpu, cache);
    prove(gpu);
    CHECK(gpu.sweep.proven == wakes);
    prove(gpu);
    const int sweeps = gpu.calls("sweep_cache");
    prove(gpu);
    CHECK(gpu.calls("sweep_cache") == sweeps);
  }
}

TEST_CASE("the sweep is proven once, and not where there are no kernels or no cache is known") {
  fake_device gpu;
  script_cache(gpu, cache);
  prove(gpu);
  const int sweeps = gpu.calls("sweep_cache");
  prove(gpu);
  CHECK(gpu.calls("sweep_cache") == sweeps);

  fake_device plain;
  plain.script.info.last_level_bytes = cache;
  prove(plain);
  CHECK(plain.calls("sweep_cache") == 0);
  CHECK_FALSE(plain.sweep.swept_seconds);

  fake_device unknown;
  unknown.script.empty_seconds = 0x1p-21;
  prove(unknown);
  CHECK(unknown.calls("sweep_cache") == 0);
}

TEST_CASE("memory to rotate through is three times the last level") {
  assay::device_info info;
  CHECK(assay::rotation_bytes(info) > 0);
  info.l2_bytes = 10;
  CHECK(assay::rotation_bytes(info) == 30);
  info.last_level_bytes = 100;
  CHECK(assay::rotation_bytes(info) == 300);
}

TEST_CASE("the sweep's self-test is not misled by a device that wakes up meanwhile") {
  for (const int slow_reads : {1, 5, 20, 29, 40, 100, 1000}) {
    CAPTURE(slow_reads);
    fake_device gpu;
    script_cache(gpu, 2 * cache);
    gpu.script.slow_reads = slow_reads;
    prove(gpu);
    CHECK(gpu.sweep.proven);
    CHECK(gpu.sweep.bytes >= 2 * cache);
    CHECK(gpu.sweep.bytes <= 3 * cache);
  }
}
