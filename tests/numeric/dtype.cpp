// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/numeric/dtype.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <type_traits>

#include "support/catch.hpp"

using assay::bits_of;
using assay::bytes_for;
using assay::dtype;

// Declaring a tensor needs no definition of its element type.
static_assert(assay::dtype_of<assay::fp8_e4m3fn>::value == dtype::fp8_e4m3fn);
static_assert(assay::dtype_of<assay::fp8_e5m2fnuz>::value == dtype::fp8_e5m2fnuz);
static_assert(assay::dtype_of<assay::e8m0>::value == dtype::e8m0);
static_assert(assay::dtype_of<assay::tf32>::value == dtype::tf32);
static_assert(assay::dtype_of<assay::fp6_e3m2>::value == dtype::fp6_e3m2);
static_assert(assay::dtype_of<assay::fp4_e2m1>::value == dtype::fp4_e2m1);
static_assert(assay::dtype_of<long>::value == dtype::int64);
static_assert(assay::dtype_of<long long>::value == dtype::int64);
static_assert(assay::dtype_of<std::uint16_t>::value == dtype::uint16);
static_assert(assay::dtype_of<bool>::value == dtype::boolean);

static_assert(std::is_same_v<assay::storage_of_t<const float>, const float>);
static_assert(std::is_same_v<assay::storage_of_t<assay::fp8_e5m2>, assay::fp8_e5m2>);
static_assert(std::is_same_v<assay::storage_of_t<assay::fp4_e2m1>, std::uint8_t>);
static_assert(std::is_same_v<assay::storage_of_t<const assay::fp6_e2m3>, const std::uint8_t>);
static_assert(std::is_same_v<assay::storage_of_t<const assay::tf32>, const float>);

// 4 and 6 bits, to the byte.
static_assert(bytes_for(dtype::fp4_e2m1, 0) == 0 && bytes_for(dtype::fp4_e2m1, 1) == 1);
static_assert(bytes_for(dtype::fp4_e2m1, 2) == 1 && bytes_for(dtype::fp4_e2m1, 3) == 2);
static_assert(bytes_for(dtype::fp6_e2m3, 1) == 1 && bytes_for(dtype::fp6_e2m3, 2) == 2);
static_assert(bytes_for(dtype::fp6_e2m3, 3) == 3 && bytes_for(dtype::fp6_e2m3, 4) == 3);
static_assert(bytes_for(dtype::fp6_e2m3, 5) == 4 && bytes_for(dtype::fp6_e2m3, 8) == 6);
static_assert(bytes_for(dtype::fp64, 3) == 24 && bytes_for(dtype::boolean, 3) == 3);
// As many as a size can count: no intermediate product overflows.
static_assert(bytes_for(dtype::fp6_e3m2, (std::int64_t{1} << 62) + 4) == (std::int64_t{3} << 60) + 3);

TEST_CASE("every type has a name of its own, a size and a family") {
  std::set<std::string> names;
  for (std::size_t i = 0; i < assay::dtype_count; ++i) {
    const auto type = static_cast<dtype>(i);
    CAPTURE(assay::to_string(type));
    CHECK(names.insert(assay::to_string(type)).second);
    CHECK_FALSE(std::string(assay::to_string(type)).empty());
    const int families = assay::is_floating(type) + assay::is_signed_integer(type) +
                         assay::is_unsigned_integer(type) + (type == dtype::boolean);
    CHECK(families == 1);
    CHECK(assay::is_packed(type) == (assay::packing_group(type) > 1));
    // A group fills whole bytes, and no smaller one does.
    for (int elements = 1; elements <= assay::packing_group(type); ++elements)
      CHECK((elements * bits_of(type) % 8 == 0) == (elements == assay::packing_group(type)));
    CHECK(bytes_for(type, 1000) == 1000 * bits_of(type) / 8);
  }
  CHECK(std::string(assay::to_string(static_cast<dtype>(assay::dtype_count))).empty());
}
