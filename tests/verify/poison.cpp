// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/poison.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "assay/numeric/element.hpp"
#include "support/catch.hpp"

namespace {

using assay::dtype;
using assay::holds_poison;
using assay::poison_byte;

constexpr dtype every_type[] = {dtype::fp64,         dtype::fp32,       dtype::fp16,     dtype::bf16,
                                dtype::int8,         dtype::int16,      dtype::int32,    dtype::int64,
                                dtype::uint8,        dtype::uint16,     dtype::uint32,   dtype::uint64,
                                dtype::boolean,      dtype::fp8_e4m3fn, dtype::fp8_e5m2, dtype::fp8_e4m3fnuz,
                                dtype::fp8_e5m2fnuz, dtype::e8m0};

}  // namespace

TEST_CASE("poison is a NaN in every floating type") {
  for (const dtype type : every_type) {
    if (!assay::is_floating(type)) continue;
    CAPTURE(assay::to_string(type));
    std::uint64_t memory = 0;
    std::memset(&memory, poison_byte(type), sizeof memory);
    CHECK(std::isnan(assay::load_element(type, &memory, 0)));
    CHECK(holds_poison(type, &memory, 0, poison_byte(type)));
  }
}

TEST_CASE("a NaN that arithmetic gives is not taken for poison") {
  volatile double zero = 0.0;
  volatile float small_zero = 0.0f;
  const double invalid[] = {zero / zero, -(zero / zero), std::sqrt(-1.0 - zero),
                            std::numeric_limits<double>::quiet_NaN()};
  for (std::int64_t i = 0; i < 4; ++i) CHECK_FALSE(holds_poison(dtype::fp64, invalid, i, 0xFF));
  const float small_invalid = small_zero / small_zero;
  CHECK_FALSE(holds_poison(dtype::fp32, &small_invalid, 0, 0xFF));
  for (const dtype type : {dtype::fp32, dtype::fp16, dtype::bf16}) {
    std::uint64_t memory = 0;
    assay::store_element(type, &memory, 0, invalid[1]);
    CHECK_FALSE(holds_poison(type, &memory, 0, 0xFF));
  }
  const std::uint32_t of_cuda = 0x7fffffff;  // what arithmetic gives on NVIDIA GPUs
  CHECK_FALSE(holds_poison(dtype::fp32, &of_cuda, 0, 0xFF));
}

TEST_CASE("poison of integers is none of the usual results") {
  for (const dtype type : every_type) {
    if (assay::is_floating(type)) continue;
    CAPTURE(assay::to_string(type));
    for (const double usual : {0.0, 1.0, -1.0, 127.0, 255.0, -128.0}) {
      std::uint64_t memory = 0;
      assay::store_element(type, &memory, 0, usual);
      CHECK_FALSE(holds_poison(type, &memory, 0, poison_byte(type)));
    }
  }
}

TEST_CASE("an element is poison only where every byte of it is") {
  for (const dtype type : every_type) {
    CAPTURE(assay::to_string(type));
    const std::uint8_t poison = poison_byte(type);
    const std::int64_t size = assay::bytes_for(type, 1);
    std::uint8_t memory[24];
    std::memset(memory, poison, sizeof memory);
    CHECK(holds_poison(type, memory, 1, poison));
    for (std::int64_t byte = 0; byte < 3 * size; ++byte) {
      memory[byte] ^= 1;  // outside of element 1 this says nothing of it
      CHECK(holds_poison(type, memory, 1, poison) == (byte < size || byte >= 2 * size));
      memory[byte] ^= 1;
    }
  }
}

TEST_CASE("the two poisons of a type without a NaN to spare share no byte, and the guard is none of them") {
  using assay::poison_variant;
  for (const dtype type : every_type) {
    CAPTURE(assay::to_string(type));
    const std::uint8_t first = poison_byte(type, poison_variant::first),
                       second = poison_byte(type, poison_variant::second);
    CHECK(first == poison_byte(type));
    CHECK((first == second) == assay::has_spare_nan(type));
    CHECK(assay::guard_byte != first);
    CHECK(assay::guard_byte != second);
  }
  CHECK(assay::workspace_poison_byte(poison_variant::first) !=
        assay::workspace_poison_byte(poison_variant::second));
}

TEST_CASE("what was never written is found whatever the poison, and what was written never is") {
  using assay::find_unwritten;
  using assay::poison_variant;
  for (const dtype type : every_type) {
    CAPTURE(assay::to_string(type));
    const std::int64_t count = 10, size = assay::bytes_for(type, 1);
    std::uint8_t first[80], second[80];
    std::memset(first, poison_byte(type, poison_variant::first), sizeof first);
    std::memset(second, poison_byte(type, poison_variant::second), sizeof second);
    CHECK(find_unwritten(type, first, second, count).count == count);
    CHECK(find_unwritten(type, first, second, 0).count == 0);
    if (!assay::has_spare_nan(type)) {
      // A kernel that writes one of the poisons writes it in both launches.
      CHECK(find_unwritten(type, first, first, count).count == 0);
      CHECK(find_unwritten(type, second, second, count).count == 0);
    }
    for (std::int64_t i = 0; i < count; ++i)
      if (i != 3 && i != 7) std::memset(first + i * size, 0, static_cast<std::size_t>(size));
    const assay::unwritten left = find_unwritten(type, first, second, count);
    CHECK(left.count == 2);
    CHECK(left.first == 3);
  }
}

TEST_CASE("of much that was never written, which threads share, the first is told and all are counted") {
  const dtype type = dtype::int8;
  const std::int64_t count = 1 << 19;
  std::vector<std::uint8_t> first(std::size_t{count}), second(std::size_t{count});
  for (std::size_t i = 1000; i < first.size(); i += 1000) {
    first[i] = poison_byte(type, assay::poison_variant::first);
    second[i] = poison_byte(type, assay::poison_variant::second);
  }
  const assay::unwritten left = assay::find_unwritten(type, first.data(), second.data(), count);
  CHECK(left.count == count / 1000);
  CHECK(left.first == 1000);
}
