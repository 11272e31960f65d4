// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/declared_utilisation.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace assay;

namespace {

/// 1 TB/s, 4 TB/s of L2, 10 and 100 Tflop/s, 1.5 µs a launch.
ceilings round_numbers() {
  ceilings all(layer::clock_adjusted, "a device");
  all.set({resource::dram, 1e12, "test"});
  all.set({resource::l2, 4e12, "test"});
  all.set({resource::fp32, 10e12, "test"});
  all.set({resource::tensor_bf16, 100e12, "test"});
  all.set({resource::launch, 1 / 1.5e-6, "test"});
  return all;
}

}  // namespace

TEST_CASE("utilisation: the busiest memory and the busiest arithmetic of the declared work", "[roofline]") {
  work w;
  w.add_read(1e9).add(resource::l2, 8e9).add(resource::fp32, 5e9).add(resource::tensor_bf16, 10e9);
  const auto found = utilisation(speed_of_light(round_numbers(), w), 4e-3);
  REQUIRE(found);
  CHECK(*found->memory == Approx(0.5));     // 2 ms of L2, 1 ms of DRAM
  CHECK(*found->compute == Approx(0.125));  // 0.5 ms of fp32, 0.1 of tensor
  CHECK(found->efficiency() == Approx(0.5));
  // Faster than light is shown, not clamped.
  CHECK(utilisation(speed_of_light(round_numbers(), w), 1e-3)->efficiency() == Approx(2));
}

TEST_CASE("utilisation: what is not declared is absent, and a launch is neither", "[roofline]") {
  const auto copy = utilisation(speed_of_light(round_numbers(), work().add_read(1e9)), 2e-3);
  REQUIRE(copy);
  CHECK(!copy->compute);
  CHECK(copy->efficiency() == Approx(0.5));
  const auto arithmetic = utilisation(speed_of_light(round_numbers(), work().add(resource::fp32, 1e9)), 1e-3);
  REQUIRE(arithmetic);
  CHECK(!arithmetic->memory);

  const auto launches = speed_of_light(round_numbers(), work().add(resource::launch, 3));
  CHECK(!utilisation(launches, 1e-3));
  CHECK(!utilisation(limit{}, 1e-3));
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()})
    CHECK(!utilisation(speed_of_light(round_numbers(), work().add_read(1e9)), bad));
}
