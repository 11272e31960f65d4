// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/device_table.hpp"

#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "support/catch.hpp"

using namespace assay;

static_assert(std::size(device_table) == 39);
static_assert(!by_resource{}[resource::dram] && !by_resource{}[resource::tensor_fp4]);

TEST_CASE("by_resource answers each resource with its own member", "[roofline]") {
  by_resource all;
  for (std::size_t i = 0; i < resource_count; ++i) all[static_cast<resource>(i)] = static_cast<double>(i);
  CHECK(all.dram == 0.0);
  CHECK(all.fp64 == 1.0);
  CHECK(all.sfu == 5.0);
  CHECK(all.tensor_fp16 == 8.0);
  CHECK(all.tensor_fp16_fp16 == 9.0);
  CHECK(all.tensor_bf16 == 10.0);
  CHECK(all.tensor_fp4 == 14.0);
  CHECK(all.l2 == 15.0);
  CHECK(all.shared_memory == 16.0);
  CHECK(all.link == 17.0);
  CHECK(all.launch == 18.0);
  for (std::size_t i = 0; i < resource_count; ++i) {
    CAPTURE(to_string(static_cast<resource>(i)));
    CHECK(all[static_cast<resource>(i)] == static_cast<double>(i));
  }
}

TEST_CASE("every row names itself once, its source, and quantities in SI units", "[roofline]") {
  std::set<std::string_view> names;
  for (const device_row& row : device_table) {
    CAPTURE(std::string(row.name));
    CHECK(names.insert(row.name).second);
    CHECK(!row.source.empty());
    CHECK(!row.architecture.empty());
    CHECK(row.units > 0);
    // A figure that was left in MHz, GB/s or Tflop/s would be far below these.
    if (row.boost_clock) CHECK((*row.boost_clock > 1e9 && *row.boost_clock < 4e9));
    if (row.base_clock) CHECK((*row.base_clock > 5e8 && *row.base_clock < row.boost_clock));
    CHECK((row.dies == 1 || (row.vendor == vendor::amd && row.units % row.dies == 0)));
    if (row.l2_bytes) CHECK((*row.l2_bytes >= 4 << 20 && *row.l2_bytes < 256 << 20));
    if (row.infinity_cache_bytes)
      CHECK((row.vendor == vendor::amd && *row.infinity_cache_bytes > row.l2_bytes));
    REQUIRE(row.peak.dram);
    CHECK((*row.peak.dram > 1e11 && *row.peak.dram < 1e13));
    for (std::size_t i = 1; i < resource_count; ++i)
      if (const auto peak = row.peak[static_cast<resource>(i)]) CHECK((*peak > 1e11 && *peak < 2e16));
    if (row.link_bandwidth) CHECK(*row.link_bandwidth > 1e11);
    if (row.power) CHECK((*row.power > 10 && *row.power < 3000));
  }
}

TEST_CASE("MI250X: each die is a device, and the whole is twice one", "[roofline]") {
  const device_row *die = nullptr, *whole = nullptr;
  for (const device_row& row : device_table) {
    if (row.name == "MI250X (per GCD)") die = &row;
    if (row.name == "MI250X (total, 2 GCD)") whole = &row;
  }
  REQUIRE((die && whole));
  CHECK(whole->units == 2 * die->units);
  CHECK(whole->dies == 2 * die->dies);
  CHECK(*whole->l2_bytes == 2 * *die->l2_bytes);
  CHECK(*whole->memory_bytes == 2 * *die->memory_bytes);
  CHECK(*whole->peak.dram == 2 * *die->peak.dram);
  CHECK(*whole->peak.tensor_bf16 == 2 * *die->peak.tensor_bf16);
}
