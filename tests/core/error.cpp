// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/core/error.hpp"

#include <stdexcept>
#include <string>
#include <type_traits>

#include "support/catch.hpp"

static_assert(std::is_base_of_v<std::runtime_error, assay::error>);
static_assert(std::is_base_of_v<assay::error, assay::usage_error>);
static_assert(std::is_base_of_v<assay::error, assay::io_error>);
static_assert(std::is_base_of_v<assay::error, assay::no_device>);
static_assert(std::is_base_of_v<assay::error, assay::device_error>);
static_assert(std::is_base_of_v<assay::device_error, assay::out_of_memory>);
static_assert(!std::is_base_of_v<assay::device_error, assay::usage_error>);
static_assert(!std::is_convertible_v<std::string, assay::error>);
static_assert(std::is_nothrow_copy_constructible_v<std::runtime_error>);

TEST_CASE("an error says what it was given") {
  CHECK(std::string(assay::usage_error("--gate x").what()) == "--gate x");
  CHECK_THROWS_AS(throw assay::usage_error("bad"), assay::error);
}

TEST_CASE("a device error names the call with code and words and place") {
  const assay::device_error with_place("cudaFree(p)", "cudaErrorInvalidValue", "invalid argument", "a.cu:3");
  CHECK(std::string(with_place.what()) == "cudaFree(p): cudaErrorInvalidValue (invalid argument) at a.cu:3");
  CHECK(with_place.code() == "cudaErrorInvalidValue");
  CHECK_FALSE(with_place.lost());

  const assay::device_error lost("launch", "cudaErrorAssert", "assert triggered", "", true);
  CHECK(std::string(lost.what()) == "launch: cudaErrorAssert (assert triggered)");
  CHECK(lost.lost());
}

TEST_CASE("memory that ran out is a device error after which the device still works") {
  try {
    throw assay::out_of_memory("cudaMalloc(8 bytes)", "cudaErrorMemoryAllocation", "out of memory", "");
  } catch (const assay::device_error& e) {
    CHECK_FALSE(e.lost());
    CHECK(e.code() == "cudaErrorMemoryAllocation");
  }
}

TEST_CASE("a device error survives being copied") {
  const assay::device_error original("call", "code", "words", "place", true);
  const assay::device_error copy = original;  // NOLINT(performance-unnecessary-copy-initialization)
  CHECK(std::string(copy.what()) == original.what());
  CHECK(copy.code() == "code");
  CHECK(copy.lost());
}
