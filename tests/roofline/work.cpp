// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work.hpp"

#include <limits>
#include <string>

#include "support/catch.hpp"

using namespace assay;

static_assert(default_resource(dtype::fp64) == resource::fp64);
static_assert(default_resource(dtype::fp32) == resource::fp32);
static_assert(default_resource(dtype::fp16) == resource::fp32);
static_assert(default_resource(dtype::bf16) == resource::fp32);
static_assert(default_resource(dtype::int8) == resource::int32);
static_assert(default_resource(dtype::uint64) == resource::int32);
static_assert(default_resource(dtype::boolean) == resource::int32);

TEST_CASE("work adds up by resource", "[roofline]") {
  work w;
  w.add(resource::fp32, 100)
      .add(resource::fp32, 20)
      .add(resource::tensor_bf16, 7)
      .add_read(64)
      .add_written(36);
  CHECK(w.amount(resource::fp32) == 120);
  CHECK(w.amount(resource::tensor_bf16) == 7);
  CHECK(w.amount(resource::fp64) == 0);
  CHECK(w.amount(resource::dram) == 100);
  CHECK(w.dram_bytes() == 100);
  CHECK(w.dram_bytes_read == 64);
  CHECK(w.dram_bytes_written == 36);
  CHECK_NOTHROW(w.validate());
}

TEST_CASE("amounts that cannot be are refused, by name, and change nothing", "[roofline]") {
  for (const double bad :
       {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    CAPTURE(bad);
    work w;
    CHECK_THROWS_AS(w.add(resource::fp32, bad), usage_error);
    CHECK_THROWS_AS(w.add_read(bad), usage_error);
    CHECK_THROWS_AS(w.add_written(bad), usage_error);
    CHECK(w.amount(resource::fp32) == 0);
    CHECK(w.dram_bytes() == 0);

    work assigned;
    assigned.dram_bytes_written = bad;
    CHECK_THROWS_AS(assigned.validate(), usage_error);
  }
  try {
    work().add(resource::tensor_fp8, -2);
    FAIL("a negative amount was taken");
  } catch (const usage_error& e) {
    const std::string message = e.what();
    CHECK(message.find("tensor fp8") != std::string::npos);
    CHECK(message.find("-2") != std::string::npos);
  }
}

TEST_CASE("DRAM bytes are read or written, never operations", "[roofline]") {
  CHECK_THROWS_AS(work().add(resource::dram, 8), usage_error);
  work assigned;
  assigned.operations[static_cast<std::size_t>(resource::dram)] = 8;
  CHECK_THROWS_AS(assigned.validate(), usage_error);
}
