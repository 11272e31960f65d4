// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/device/compensated.hpp"

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace assay;

TEST_CASE("a pair is the exact sum, and the exact product", "[verify]") {
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<float> size(-20, 20);
  for (int i = 0; i < 10'000; ++i) {
    const float a = std::ldexp(size(engine), static_cast<int>(size(engine)));
    const float b = std::ldexp(size(engine), static_cast<int>(size(engine)) / 2);
    const float_pair sum = two_sum(a, b), product = two_product(a, b);
    CHECK(sum.value == a + b);
    CHECK(static_cast<double>(product.value) + static_cast<double>(product.error) ==
          static_cast<double>(a) * static_cast<double>(b));
    // The exact sum of two floats of these sizes has up to 60 bits: in parts.
    CHECK(static_cast<double>(sum.value) - static_cast<double>(a) - static_cast<double>(b) ==
          -static_cast<double>(sum.error));
  }
  const float_pair lost = two_sum(1.0f, 0x1p-40f);
  CHECK(lost.value == 1.0f);
  CHECK(lost.error == 0x1p-40f);
}

TEST_CASE("a compensated dot product keeps what one in fp32 loses", "[verify]") {
  std::mt19937_64 engine(2);
  std::normal_distribution<float> normal;
  compensated_sum sum, first_half, second_half;
  double exact = 0;
  float plain = 0;
  for (int j = 0; j < 16384; ++j) {
    const float a = normal(engine), b = normal(engine);
    exact += static_cast<double>(a) * static_cast<double>(b);
    plain += a * b;
    sum.add_product(a, b);
    (j % 2 ? first_half : second_half).add_product(a, b);
  }
  CHECK(std::fabs(sum.value() - exact) < 1e-10 * 128);  // of the size of the terms' sum
  CHECK(std::fabs(static_cast<double>(plain) - exact) > 1e-7 * 128);
  first_half.add(second_half);
  CHECK(std::fabs(first_half.value() - exact) < 1e-10 * 128);
}

TEST_CASE("a compensated sum survives cancellation", "[verify]") {
  compensated_sum sum;
  for (const float term : {1e8f, 1.0f, -1e8f, 1e-3f}) sum.add(term);
  CHECK(sum.value() == Approx(1.001).epsilon(1e-6));
}
