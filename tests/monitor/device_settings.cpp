// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/monitor/device_settings.hpp"

#include "support/catch.hpp"

using namespace assay;

TEST_CASE("a device is described with what its library says, and nothing is made up") {
  device_info d;
  d.name = "GPU";
  device_state state;
  CHECK_FALSE(with_settings(d, state, {}).power_limit);
  CHECK_FALSE(with_settings(d, state, {}).clocks_locked);
  state.power_limit = 700.0;
  state.mig = false;
  state.clocks_locked = true;
  state.locked_clock = clock_range{1.5e9, 1.5e9};
  state.compute_partition = "SPX";
  const device_info known = with_settings(d, state, {});
  CHECK(known.name == "GPU");
  CHECK(known.power_limit == 700.0);
  CHECK(known.mig == false);
  CHECK(known.clocks_locked == true);
  CHECK(known.locked_clock == 1.5e9);
  CHECK(known.compute_partition == "SPX");
  state.locked_clock = clock_range{1.0e9, 1.5e9};  // a range is no clock
  CHECK_FALSE(with_settings(d, state, {}).locked_clock);
}

TEST_CASE("what only the user can tell of the lock counts") {
  const device_info d = with_settings({}, {}, 1.98e9);
  CHECK(d.clocks_locked == true);
  CHECK(d.locked_clock == 1.98e9);
}
