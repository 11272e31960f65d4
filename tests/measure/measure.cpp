// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/measure/measure.hpp"

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

#include "assay/score/speedup.hpp"
#include "support/catch.hpp"
#include "support/fake_device.hpp"

namespace {

using support::fake;
using support::fake_device;
using support::fresh_fake_device;

/// Time is never the reason to stop.
assay::measure_options patient() {
  assay::measure_options options;
  options.time_budget = 1e6;
  return options;
}

}  // namespace

TEST_CASE("measure gives the callable the stream of its backend") {
  fake_device& gpu = fresh_fake_device();
  fake_device* given = nullptr;
  const assay::measurement m = assay::measure<fake>(
      [&](fake_device* stream) {
        given = stream;
        stream->run(0x1p-12);
      },
      patient());
  CHECK(given == &gpu);
  CHECK(m.raw.median == 0x1p-12);
  CHECK(m.time().median == 0x1p-12);
  CHECK(m.status == assay::measurement_status::converged);
  CHECK(gpu.clean());
}

TEST_CASE("measure takes a callable without an argument and one that can only be moved") {
  fake_device& gpu = fresh_fake_device();
  CHECK(assay::measure<fake>([&] { gpu.run(0x1p-11); }, patient()).raw.median == 0x1p-11);
  auto owner = [&gpu, time = std::make_unique<double>(0x1p-10)] { gpu.run(*time); };
  CHECK(assay::measure<fake>(owner, patient()).raw.median == 0x1p-10);
  CHECK(assay::measure<fake>(std::move(owner), patient()).raw.median == 0x1p-10);
}

TEST_CASE("measure sweeps the caches unless they are to be hot") {
  fake_device& gpu = fresh_fake_device();
  const auto launch = [&] { gpu.run(0x1p-12, "launch"); };
  CHECK(assay::measure<fake>(launch, patient()).cache == assay::cache_state::cold);
  CHECK(gpu.calls("sweep_cache") == gpu.calls("launch"));

  gpu.reset();
  assay::measure_options hot = patient();
  hot.cache = assay::cache_state::hot;
  CHECK(assay::measure<fake>(launch, hot).cache == assay::cache_state::hot);
  CHECK(gpu.calls("sweep_cache") == 0);
}

TEST_CASE("measure throws when the callable fails") {
  fake_device& gpu = fresh_fake_device();
  CHECK_THROWS_WITH(assay::measure<fake>([] { throw std::runtime_error("no such plan"); }, patient()),
                    "measure: the callable failed: no such plan");
  CHECK_THROWS_AS(assay::measure<fake>([] { throw 1; }, patient()), assay::error);
  gpu.fail("synchronize", 2);
  CHECK_THROWS_WITH(assay::measure<fake>([&] { gpu.run(0x1p-12); }, patient()),
                    "measure: the callable failed: synchronize: fake_error (injected)");
  CHECK(gpu.clean());
}

TEST_CASE("measure lets a lost device through") {
  fake_device& gpu = fresh_fake_device();
  gpu.fail("synchronize", 5, support::fault::lost);
  try {
    static_cast<void>(assay::measure<fake>([&] { gpu.run(0x1p-12); }, patient()));
    FAIL("a lost device was not reported");
  } catch (const assay::device_error& e) {
    CHECK(e.lost());
  }
  CHECK(gpu.clean());
}

TEST_CASE("callables measured together have rounds in common and a paired speedup") {
  fake_device& gpu = fresh_fake_device();
  const auto both = assay::measure_together<fake>(
      patient(), [&] { gpu.run(0x1p-11); }, [&](fake_device* stream) { stream->run(0x1p-12); });
  REQUIRE(both.size() == 2);
  CHECK(both[0].raw.median == 0x1p-11);
  CHECK(both[1].raw.median == 0x1p-12);
  const assay::paired_ratio s = assay::paired_speedup(both[0], both[1]);
  CHECK(s.value == Approx(2.0));
  CHECK(s.rounds == 12);
}

TEST_CASE("a callable that rotates is given the number of each launch") {
  fake_device& gpu = fresh_fake_device();
  assay::measure_options options = patient();
  options.cache = assay::cache_state::rotate;
  std::size_t expected = 0;
  const auto m = assay::measure<fake>(
      [&](fake_device* stream, std::size_t launch) {
        CHECK(launch == expected++);
        stream->run(0x1p-12);
      },
      options);
  CHECK(m.cache == assay::cache_state::rotate);
  CHECK(gpu.calls("sweep_cache") == 0);
  CHECK_THROWS_AS(assay::measure<fake>([&] { gpu.run(0x1p-12); }, options), assay::usage_error);
}

TEST_CASE("caches overwritten before each launch are written and not swept") {
  fake_device& gpu = fresh_fake_device();
  assay::measure_options options = patient();
  options.cache = assay::cache_state::cold_dirty;
  CHECK(assay::measure<fake>([&] { gpu.run(0x1p-12, "launch"); }, options).cache ==
        assay::cache_state::cold_dirty);
  CHECK(gpu.calls("dirty_cache") == gpu.calls("launch"));
  CHECK(gpu.calls("sweep_cache") == 0);
}
