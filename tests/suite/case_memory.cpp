// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/case_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <set>
#include <type_traits>
#include <vector>

#include "assay/verify/fill_value.hpp"
#include "support/catch.hpp"
#include "support/fake_device.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::fake_device;
using support::host_problem;
using support::problem_named;

namespace {

static_assert(!std::is_copy_constructible_v<case_memory> && !std::is_move_constructible_v<case_memory>);

problem_definition every_role() {
  return problem_named("memory", [](host_problem& p) {
    (void)p.input<float>("x", {1000}, uniform(0.0, 1.0));
    (void)p.inout<std::int32_t>("z", {10}, integers(1, 9));
    (void)p.output<double>("y", {100});
    (void)p.output<std::uint8_t>("mask", {100});
    (void)p.workspace(64);
    (void)p.output<float>("nothing", {0});
    p.oracle([](auto) {});
    p.candidate("none", [] {});
  });
}

/// Whether the tensor holds exactly what its fill says.
bool holds_its_fill(case_memory& memory, const declared_tensor& t, std::uint64_t seed) {
  const std::vector<std::uint8_t> bytes = memory.download(t);
  for (std::int64_t i = 0; i < t.slot.count; ++i)
    if (load_element(t.type, bytes.data(), i) !=
        fill_element(t.how, t.type, seed, static_cast<std::uint32_t>(t.slot.id), i, t.slot.count))
      return false;
  return true;
}

bool all_bytes_are(const void* data, std::int64_t count, std::uint8_t value) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  return std::all_of(bytes, bytes + count, [=](std::uint8_t b) { return b == value; });
}

}  // namespace

TEST_CASE("case memory binds every handle for as long as it lives", "[suite]") {
  const auto definition = every_role();
  fake_device device;
  declared_problem problem(definition);
  {
    const case_memory memory(device, problem, 1);
    for (const declared_tensor& t : problem.tensors()) CHECK(t.slot.data != nullptr);
    CHECK(problem.workspaces().front().data != nullptr);
    CHECK(device.live_allocations() == 2);  // the arena, and what inspections find
    CHECK(memory.seed() == 1);
  }
  for (const declared_tensor& t : problem.tensors()) CHECK(t.slot.data == nullptr);
  CHECK(problem.workspaces().front().data == nullptr);
  CHECK(device.live_allocations() == 0);
}

TEST_CASE("a reset fills what is read and poisons what is written", "[suite]") {
  const auto definition = every_role();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 5);
  const declared_tensor &x = problem.tensors()[0], &z = problem.tensors()[1], &y = problem.tensors()[2],
                        &mask = problem.tensors()[3];
  memory.reset();
  CHECK(holds_its_fill(memory, x, 5));
  CHECK_FALSE(holds_its_fill(memory, x, 6));
  CHECK(holds_its_fill(memory, z, 5));
  CHECK(all_bytes_are(y.slot.data, y.bytes(), 0xFF));
  CHECK(all_bytes_are(mask.slot.data, mask.bytes(), 0xA5));
  CHECK(all_bytes_are(problem.workspaces().front().data, 64, 0xFF));

  for (const declared_tensor* t : {&x, &z, &y, &mask})
    std::memset(t->slot.data, 0, static_cast<std::size_t>(t->bytes()));
  memory.reset();
  CHECK(holds_its_fill(memory, x, 5));
  CHECK(holds_its_fill(memory, z, 5));
  CHECK(all_bytes_are(y.slot.data, y.bytes(), 0xFF));
}

TEST_CASE("a restore brings back what a launch may change, and nothing else", "[suite]") {
  const auto definition = every_role();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 5);
  memory.reset();
  declared_tensor &x = problem.tensors()[0], &z = problem.tensors()[1], &y = problem.tensors()[2];
  for (const declared_tensor* t : {&x, &z, &y})
    std::memset(t->slot.data, 0, static_cast<std::size_t>(t->bytes()));
  std::memset(problem.workspaces().front().data, 0, 64);
  memory.restore();
  CHECK(all_bytes_are(x.slot.data, x.bytes(), 0));  // a changed input stays changed, and is found
  CHECK(holds_its_fill(memory, z, 5));
  CHECK(all_bytes_are(y.slot.data, y.bytes(), 0xFF));
  CHECK(all_bytes_are(problem.workspaces().front().data, 64, 0));  // what a prepare step wrote stays
}

TEST_CASE("a download is the raw elements", "[suite]") {
  const auto definition = every_role();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 5);
  memory.reset();
  static_cast<double*>(problem.tensors()[2].slot.data)[99] = 2.5;
  const std::vector<std::uint8_t> bytes = memory.download(problem.tensors()[2]);
  REQUIRE(bytes.size() == 800);
  CHECK(load_element(dtype::fp64, bytes.data(), 99) == 2.5);
  CHECK(memory.download(problem.tensors()[4]).empty());
}

TEST_CASE("a case that does not fit is refused and leaves nothing behind", "[suite]") {
  const auto definition = problem_named("large", [](host_problem& p) {
    (void)p.input<float>("x", {100});
    (void)p.output<float>("y", {1000});
    p.oracle([](auto) {});
    p.candidate("none", [] {});
  });
  fake_device device;
  device.script.memory = 3000;
  declared_problem problem(definition);
  CHECK_THROWS_AS(case_memory(device, problem, 0), out_of_memory);
  CHECK(device.live_allocations() == 0);
  for (const declared_tensor& t : problem.tensors()) CHECK(t.slot.data == nullptr);
}

TEST_CASE("a case whose tensors fit one by one but not together is refused before any is allocated",
          "[suite]") {
  // A processor lends more than it has, and kills whoever uses it.
  const auto definition = problem_named("two large", [](host_problem& p) {
    (void)p.input<std::uint8_t>("x", {600});
    (void)p.output<std::uint8_t>("y", {600});
    p.oracle([](auto) {});
    p.candidate("none", [] {});
  });
  fake_device device;
  device.script.memory = 1000;
  declared_problem problem(definition);
  CHECK_THROWS_AS(case_memory(device, problem, 0), out_of_memory);
  CHECK(device.calls("allocate") == 0);
}

TEST_CASE("copies of the tensors are filled alike and the handles go round them", "[suite]") {
  const auto definition = every_role();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 1);
  memory.reset();
  const declared_tensor& x = problem.tensors().front();
  const void* const first = x.slot.data;
  CHECK(memory.copies() == 1);
  memory.next_copy();
  CHECK(x.slot.data == first);  // there is only one

  memory.make_copies(20'000);
  REQUIRE(memory.copies() >= 3);
  CHECK(x.slot.data == first);
  std::set<const void*> places;
  for (std::size_t i = 0; i < memory.copies(); ++i) {
    CHECK(holds_its_fill(memory, x, 1));
    places.insert(x.slot.data);
    memory.next_copy();
    memory.restore();
    CHECK(holds_its_fill(memory, problem.tensors()[1], 1));
  }
  CHECK(places.size() == memory.copies());
  CHECK(x.slot.data == first);
}

TEST_CASE("copies that do not fit are refused", "[suite]") {
  const auto definition = every_role();
  fake_device device;
  device.script.memory = 1 << 20;
  declared_problem problem(definition);
  case_memory memory(device, problem, 1);
  CHECK_THROWS_AS(memory.make_copies(std::int64_t{1} << 30), out_of_memory);
}
