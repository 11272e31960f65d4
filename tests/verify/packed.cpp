// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <vector>

#include "assay/numeric/element.hpp"
#include "assay/verify/compare.hpp"
#include "assay/verify/poison.hpp"
#include "support/catch.hpp"

using assay::dtype;

TEST_CASE("outputs of packed and of 8-bit types are compared element by element") {
  for (const dtype type :
       {dtype::fp4_e2m1, dtype::fp6_e2m3, dtype::fp6_e3m2, dtype::fp8_e4m3fn, dtype::fp8_e5m2,
        dtype::fp8_e4m3fnuz, dtype::fp8_e5m2fnuz, dtype::e8m0, dtype::tf32})
    for (const assay::tolerance& bound : {assay::tolerance(), assay::tolerance::exact()}) {
      CAPTURE(assay::to_string(type), static_cast<int>(bound.how));
      constexpr std::int64_t count = 11;
      std::vector<double> right;
      std::vector<std::uint64_t> memory(count);
      for (std::int64_t i = 0; i < count; ++i) {
        right.push_back(i % 3 == 0 ? 1.0 : i % 3 == 1 ? 2.0 : 4.0);
        assay::store_element(type, memory.data(), i, right.back());
      }
      const auto matches = [&] {
        return assay::compare("y", type, memory.data(), count, {right, {}}, bound).matches();
      };
      CHECK(matches());
      for (std::int64_t i = 0; i < count; ++i) {
        const double wrong = right[static_cast<std::size_t>(i)] == 4.0 ? 1.0 : 4.0;
        assay::store_element(type, memory.data(), i, wrong);
        const assay::comparison c = assay::compare("y", type, memory.data(), count, {right, {}}, bound);
        CHECK(c.mismatched == 1);
        REQUIRE(c.worst);
        CHECK(c.worst->index == i);
        CHECK(c.worst->got == wrong);
        assay::store_element(type, memory.data(), i, right[static_cast<std::size_t>(i)]);
      }
      CHECK(matches());
    }
}

TEST_CASE("a rounded narrow result is right by default and its neighbour is not") {
  for (const dtype type :
       {dtype::fp4_e2m1, dtype::fp6_e2m3, dtype::fp6_e3m2, dtype::fp8_e4m3fn, dtype::fp8_e5m2fnuz}) {
    CAPTURE(assay::to_string(type));
    const double expected = 1.1;
    std::uint64_t memory = 0;
    const auto matches = [&] {
      return assay::compare("y", type, &memory, 1, {{expected}, {}}, {}).matches();
    };
    assay::store_element(type, &memory, 0, expected);
    CHECK(matches());
    assay::store_element(type, &memory, 0, 3.0);
    CHECK_FALSE(matches());
  }
}

TEST_CASE("a packed element is poison only where its own bits are") {
  for (const dtype type : {dtype::fp4_e2m1, dtype::fp6_e2m3, dtype::fp6_e3m2}) {
    CAPTURE(assay::to_string(type));
    const std::uint8_t poison = assay::poison_byte(type);
    for (std::int64_t changed = 0; changed < 8; ++changed) {
      std::uint8_t memory[8];
      for (std::uint8_t& byte : memory) byte = poison;
      for (std::int64_t i = 0; i < 8; ++i) REQUIRE(assay::holds_poison(type, memory, i, poison));
      assay::store_element(type, memory, changed, -assay::load_element(type, memory, changed));
      for (std::int64_t i = 0; i < 8; ++i)
        REQUIRE(assay::holds_poison(type, memory, i, poison) == (i != changed));
    }
  }
}

TEST_CASE("where the type has a NaN every element of a poisoned output is one") {
  for (std::size_t t = 0; t < assay::dtype_count; ++t) {
    const auto type = static_cast<dtype>(t);
    CAPTURE(assay::to_string(type));
    if (!assay::has_nan(type)) continue;
    std::uint8_t memory[16];
    for (std::uint8_t& byte : memory) byte = assay::poison_byte(type);
    const double value = assay::load_element(type, memory, 1);
    CHECK(value != value);
  }
}
