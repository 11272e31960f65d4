// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/core/launch_facts.hpp"

#include "support/catch.hpp"

using assay::kernel_facts;
using assay::multiprocessor_limits;

namespace {

/// An H200's.
multiprocessor_limits hopper() {
  multiprocessor_limits m;
  m.count = 132;
  m.threads = 2048;
  m.registers = 65536;
  m.shared_bytes = 233472;
  m.reserved_shared_bytes = 1024;
  m.blocks = 32;
  return m;
}
kernel_facts kernel(std::int64_t blocks, std::int64_t threads, int resident) {
  kernel_facts k;
  k.grid = {blocks, 1, 1};
  k.block = {threads, 1, 1};
  k.static_shared_bytes = 0;
  k.registers = 32;
  k.blocks_per_multiprocessor = resident;
  return k;
}

}  // namespace

TEST_CASE("occupancy, waves and tail follow from the blocks that fit", "[core]") {
  kernel_facts k = kernel(132 * 8 * 2, 256, 8);
  CHECK(k.occupancy(hopper()).value() == 1.0);
  CHECK(k.waves(hopper()).value() == 2.0);
  CHECK(k.tail_share(hopper()).value() == 0.0);
  k.grid = {132, 8, 2};
  k.grid[2] = 3;  // three waves
  CHECK(k.waves(hopper()).value() == 3.0);
  k = kernel(132 + 33, 256, 1);
  CHECK(k.occupancy(hopper()).value() == 0.125);
  CHECK(k.waves(hopper()).value() == 1.25);
  CHECK(k.tail_share(hopper()).value() == 0.375);  // 165 of 264 places are used
}

TEST_CASE("what is not told gives no figures", "[core]") {
  kernel_facts k = kernel(10, 256, 8);
  CHECK_FALSE(k.occupancy({}));
  CHECK_FALSE(k.waves({}));
  CHECK_FALSE(k.tail_share({}));
  CHECK(k.limited_by({}).empty());
  k.blocks_per_multiprocessor.reset();
  CHECK_FALSE(k.occupancy(hopper()));
  CHECK_FALSE(k.waves(hopper()));
  CHECK(k.limited_by(hopper()).empty());
  k.blocks_per_multiprocessor = 0;  // it does not fit at all
  CHECK(k.occupancy(hopper()).value() == 0.0);
  CHECK_FALSE(k.waves(hopper()));
  CHECK_FALSE(kernel(0, 256, 8).tail_share(hopper()));
}

TEST_CASE("what keeps another block away is named", "[core]") {
  CHECK(kernel(1, 256, 8).limited_by(hopper()) == "threads");
  CHECK(kernel(1, 32, 32).limited_by(hopper()) == "blocks");
  kernel_facts k = kernel(1, 128, 3);
  k.registers = 168;  // 128 x 168 = 21504 a block: 3 in 65536
  CHECK(k.limited_by(hopper()) == "registers");
  k = kernel(1, 128, 1);
  k.dynamic_shared_bytes = 200 << 10;
  CHECK(k.limited_by(hopper()) == "shared memory");
  // 116224 B twice is 232448: with what each block takes beyond that, no third fits, and two do.
  k.dynamic_shared_bytes = 115712;
  CHECK(k.limited_by(hopper()).empty());
  k.blocks_per_multiprocessor = 2;
  CHECK(k.limited_by(hopper()) == "shared memory");
}
