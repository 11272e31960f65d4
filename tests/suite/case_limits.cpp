// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/case_limits.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/fake_device.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::fake_device;
using support::has;
using support::host_problem;
using support::plan_of;
using support::problem_named;

namespace {

limit_options as(const char* device) {
  limit_options wanted;
  wanted.as_device = device_named(device);
  return wanted;
}

std::vector<case_limits> find_all(const problem_definition& definition, const limit_options& wanted,
                                  const kept_ceilings_finder& kept = {}) {
  run_options options;
  options.limits = wanted;
  limit_finder finder(options, kept);
  std::vector<case_limits> found;
  for (const plan_item& item : plan_of(definition)) found.push_back(finder.find(item));
  return found;
}

/// On a device that is not there.
problem_definition homeless() {
  problem_definition definition = problem_named("homeless", [](host_problem& p) {
    const auto n = p.axis("n", {std::int64_t{1} << 20, std::int64_t{1} << 30});
    (void)p.input<float>("x", {n});
    const auto y = p.output<float>("y", {n});
    p.flops(2e15, resource::tensor_fp6);
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("it", [=] { (void)y; });
  });
  definition.open_device = []() -> device& { throw no_device("no CUDA device: there is none"); };
  return definition;
}

}  // namespace

TEST_CASE("limits of a named device need no device at all, and no memory", "[suite]") {
  const std::vector<case_limits> found = find_all(homeless(), as("B200"));
  REQUIRE(found.size() == 2);
  CHECK(found[0].problem == "homeless");
  CHECK(found[0].device == "B200");
  CHECK(found[0].absent.empty());
  CHECK(found[0].work.dram_bytes() == 2 * 4.0 * (1 << 20));
  REQUIRE(found[0].limits.size() == 2);
  CHECK(found[0].limits[0].which == layer::hard);
  CHECK(found[0].limits[1].which == layer::datasheet);
  CHECK(found[0].limits[0].binding == resource::tensor_fp6);
  CHECK(*found[0].limits[0].seconds == Approx(2e15 / (148 * 16384 * 1965e6)));
  CHECK(found[0].bound->quality == bound_quality::ok);
  CHECK(to_string(found[1].axes) == "n=1073741824");
}

TEST_CASE("an assumed clock comes first, beside what the device can do at its highest", "[suite]") {
  limit_options wanted = as("B200");
  wanted.clock = 1500e6;
  const case_limits found = find_all(homeless(), wanted).at(0);
  REQUIRE(found.limits.size() == 3);
  CHECK(found.limits[0].which == layer::assumed);
  CHECK(*found.limits[0].seconds == Approx(2e15 / (148 * 16384 * 1500e6)));
  CHECK(found.limits[1].which == layer::hard);
}

TEST_CASE("without a device and without a name there is a reason, and what would help", "[suite]") {
  for (const case_limits& found : find_all(homeless(), {})) {
    CHECK(found.limits.empty());
    CHECK(!found.bound);
    CHECK(found.absent == "no CUDA device: there is none; --as-device says whose limits are wanted");
  }
}

TEST_CASE("a rate that the device lacks is said, and the bound is loose", "[suite]") {
  const case_limits found = find_all(homeless(), as("H200")).at(0);
  REQUIRE(!found.limits.empty());
  CHECK(found.limits[0].binding == resource::dram);
  CHECK(has(found.limits[0].findings.at(0).message, "tensor fp6"));
  CHECK(found.bound->quality == bound_quality::loose);
}

TEST_CASE("limits of a problem of the processor are measured ones", "[suite]") {
  const case_limits found = find_all(problem_named("host",
                                                   [](host_problem& p) {
                                                     const auto y = p.output<float>("y", {1000});
                                                     p.oracle(y, [](auto, std::int64_t) { return 0.0; });
                                                     p.candidate("it", [=] { (void)y; });
                                                   }),
                                     {})
                                .at(0);
  REQUIRE(found.limits.size() == 1);
  CHECK(found.limits[0].which == layer::measured);
  CHECK(found.limits[0].seconds);
}

TEST_CASE("ceilings that were measured before are a layer of their own, with the file that holds them",
          "[suite]") {
  static fake_device gpu;
  gpu.reset();
  gpu.script.info.name = "some GPU";
  problem_definition definition = homeless();
  definition.open_device = []() -> device& { return gpu; };
  int asked = 0;
  const auto with = [&](const kept_ceilings& before) {
    return find_all(definition, {}, [&asked, before](device& target, const device_info& info) {
      CHECK(&target == &gpu);
      CHECK(info.name == "some GPU");
      ++asked;
      return before;
    });
  };
  measured_ceiling dram{.name = "DRAM copy", .which = resource::dram};
  dram.basis = ceiling_basis::measured;
  dram.rate = 1e12;
  measured_ceiling launch{.name = "launch", .which = resource::launch};
  launch.basis = ceiling_basis::measured;
  launch.rate = 1e6;
  const std::vector<case_limits> found = with({device_ceilings{{dram, launch}, 1.0}, "there.json", ""});
  CHECK(asked == 1);  // once for a device
  REQUIRE(found.size() == 2);
  const limit& measured = found[0].limits.back();
  CHECK(measured.which == layer::measured);
  REQUIRE(measured.terms.size() == 2);
  CHECK(measured.terms[0].rate == 1e12);
  CHECK(measured.terms[1].seconds == 1e-6);
  CHECK(found[1].ceilings_file == "there.json");
  CHECK(found[1].unmeasured.empty());

  const case_limits none = with({{}, "there.json", "there.json: is no JSON"}).at(0);
  CHECK(none.ceilings_file.empty());
  CHECK(none.unmeasured == "there.json: is no JSON");
  for (const limit& one : none.limits) CHECK(one.which != layer::measured);

  // What was measured here says nothing of a device that is only named.
  asked = 0;
  CHECK(find_all(homeless(), as("B200"),
                 [&](device&, const device_info&) {
                   ++asked;
                   return kept_ceilings{};
                 })
            .at(0)
            .ceilings_file.empty());
  CHECK(asked == 0);
}

TEST_CASE("a case that cannot be declared has its reason", "[suite]") {
  const auto definition = problem_named("odd", [](host_problem& p) {
    const auto n = p.axis("n", {2, 3});
    const auto y = p.output<float>("y", {n});
    if (n == 3) throw std::runtime_error("only even sizes");
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("it", [=] { (void)y; });
  });
  const std::vector<case_limits> found = find_all(definition, as("B200"));
  CHECK(found.at(0).absent.empty());
  CHECK(has(found.at(1).absent, "only even sizes"));
}
