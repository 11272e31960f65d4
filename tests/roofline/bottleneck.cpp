// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/bottleneck.hpp"

#include <optional>
#include <string>

#include "support/catch.hpp"

using namespace assay;

namespace {

/// 1 ms on that resource.
limit bound_by(resource which) {
  ceilings all(layer::hard, "a device");
  all.set({which, 1e12, "test"});
  work w;
  if (which == resource::dram)
    w.add_read(1e9);
  else
    w.add(which, 1e9);
  return speed_of_light(all, w);
}

}  // namespace

TEST_CASE("a kernel near its limit is bound by what the limit is made of", "[roofline]") {
  const auto at_80 = [](resource which) { return find_bottleneck(1.25e-3, bound_by(which), 1e-6); };
  CHECK(at_80(resource::dram) == bottleneck::memory);
  CHECK(at_80(resource::l2) == bottleneck::memory);
  CHECK(at_80(resource::shared_memory) == bottleneck::memory);
  CHECK(at_80(resource::sfu) == bottleneck::special_functions);
  CHECK(at_80(resource::link) == bottleneck::link);
  CHECK(at_80(resource::fp32) == bottleneck::compute);
  CHECK(at_80(resource::tensor_bf16) == bottleneck::compute);
}

TEST_CASE("far from its limit a kernel waits, and a short one launches", "[roofline]") {
  const limit l = bound_by(resource::dram);
  CHECK(find_bottleneck(1e-3 / 0.61, l, 1e-6) == bottleneck::memory);
  CHECK(find_bottleneck(1e-3 / 0.59, l, 1e-6) == bottleneck::latency);
  CHECK(find_bottleneck(1e-3 / 0.59, l, std::nullopt) == bottleneck::latency);
  CHECK(find_bottleneck(2e-3, l, 1.0e-3) == bottleneck::launch);
  CHECK(find_bottleneck(2e-3, l, 0.99e-3) == bottleneck::latency);
  CHECK(find_bottleneck(0.99e-3, l, 0.9e-3) == bottleneck::beyond);
}

TEST_CASE("without a limit nobody knows", "[roofline]") {
  CHECK(find_bottleneck(1.0, std::nullopt, std::nullopt) == bottleneck::unknown);
  CHECK(find_bottleneck(1.0, limit{}, 1e-6) == bottleneck::unknown);
  CHECK(find_bottleneck(1.0, limit{}, 0.7) == bottleneck::launch);
  CHECK(std::string(to_string(bottleneck::unknown)) == "unknown");
  CHECK(std::string(to_string(bottleneck::memory)) == "memory");
}

TEST_CASE("the ridge lies where both roofs bind alike", "[roofline]") {
  ceilings all(layer::hard, "a device");
  all.set({resource::dram, 4e12, "test"});
  all.set({resource::tensor_bf16, 1000e12, "test"});
  work w;
  w.add_read(1e9).add_written(1e9).add(resource::tensor_bf16, 100e9).add(resource::sfu, 1e9);
  const auto found = ridges_of(speed_of_light(all, w));  // of SFU no ceiling is known
  REQUIRE(found.size() == 1);
  CHECK(found[0].operations == resource::tensor_bf16);
  CHECK(found[0].point == Approx(250));
  CHECK(found[0].intensity == Approx(50));
  work arithmetic;
  arithmetic.add(resource::tensor_bf16, 1e9);
  CHECK(ridges_of(speed_of_light(all, arithmetic)).empty());
  CHECK(ridges_of({}).empty());
}
