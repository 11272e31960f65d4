// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/case_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
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
    CHECK(memory.bound_seed() == 1);
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

  memory.make_copies(memory.copies_for(20'000));
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

TEST_CASE("more copies leave those that are there where they are", "[suite]") {
  const auto definition = every_role();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 1);
  const declared_tensor& x = problem.tensors()[0];
  memory.make_copies(3);
  memory.bind(2);
  const void* const third = x.slot.data;
  memory.bind(0);
  memory.make_copies(7);
  REQUIRE(memory.copies() == 7);
  memory.bind(2);
  CHECK(x.slot.data == third);
  for (std::size_t i = 0; i < memory.copies(); ++i) {
    memory.bind(i);
    CHECK(holds_its_fill(memory, x, 1));
  }
}

TEST_CASE("copies that do not fit are refused", "[suite]") {
  const auto definition = every_role();
  fake_device device;
  device.script.memory = 1 << 20;
  declared_problem problem(definition);
  case_memory memory(device, problem, 1);
  CHECK_THROWS_AS(memory.make_copies(std::int64_t{1} << 30), out_of_memory);
}

// Red zones and inputs.

namespace {

/// Two inputs, an output, and a workspace, of sizes that are no multiples of 256.
problem_definition guarded() {
  return problem_named("guarded", [](host_problem& p) {
    (void)p.input<float>("a", {1001}, uniform(0.0, 1.0));
    (void)p.input<std::int8_t>("b", {77});
    const auto c = p.output<float>("c", {999});
    (void)p.workspace(100);
    p.alignment(4);
    p.alignment(c, 16);
    p.oracle([](auto) {});
    p.candidate("none", [] {});
  });
}

std::uint8_t* bytes_of(const declared_problem& problem, std::size_t tensor) {
  return static_cast<std::uint8_t*>(problem.tensors()[tensor].slot.data);
}

}  // namespace

TEST_CASE("a launch that keeps to its tensors leaves the memory clean", "[suite]") {
  const auto definition = guarded();
  for (const memory_layout& layout :
       {memory_layout{}, memory_layout{.offset = 1}, memory_layout{.offset = 40},
        memory_layout{.separate = true}, memory_layout{.fence = true},
        memory_layout{.fence = true, .side = fence_side::below}}) {
    CAPTURE(layout.offset, layout.separate, layout.fence, to_string(layout.side));
    fake_device device;
    device.script.has_fences = true;
    declared_problem problem(definition);
    {
      case_memory memory(device, problem, 1, layout);
      memory.reset();
      CHECK(memory.check().clean());
      std::memset(problem.tensors()[2].slot.data, 1, 999 * 4);
      std::memset(problem.workspaces()[0].data, 1, 100);
      CHECK(memory.check().clean());
      CHECK(holds_its_fill(memory, problem.tensors()[0], 1));
    }
    CHECK(device.clean() == (device.live_allocations() == 0));
    CHECK(device.live_allocations() == 0);
  }
}

TEST_CASE("tensors begin where their alignment permits, and no further off", "[suite]") {
  const auto definition = guarded();
  fake_device device;
  declared_problem problem(definition);
  const auto offsets = [&](std::int64_t offset) {
    const case_memory memory(device, problem, 1, {.offset = offset});
    std::vector<std::uintptr_t> found;
    for (const declared_tensor& t : problem.tensors())
      found.push_back(reinterpret_cast<std::uintptr_t>(t.slot.data) % 256);
    CHECK(reinterpret_cast<std::uintptr_t>(problem.workspaces()[0].data) % 256 == 0);
    return found;
  };
  CHECK(offsets(0) == std::vector<std::uintptr_t>{0, 0, 0});
  CHECK(offsets(1) == std::vector<std::uintptr_t>{4, 4, 16});
  CHECK(offsets(36) == std::vector<std::uintptr_t>{36, 36, 48});
  CHECK_THROWS_AS(offsets(-1), usage_error);
}

TEST_CASE("each byte written around a tensor or workspace is found, and told with its place", "[suite]") {
  const auto definition = guarded();
  for (const std::int64_t offset : {0, 1}) {
    fake_device device;
    declared_problem problem(definition);
    case_memory memory(device, problem, 1, {.offset = offset});
    memory.reset();
    struct target {
      const char* name;
      std::uint8_t* data;
      std::int64_t bytes;
    };
    for (const target& t :
         {target{"'a'", bytes_of(problem, 0), 4004}, target{"'b'", bytes_of(problem, 1), 77},
          target{"'c'", bytes_of(problem, 2), 3996},
          target{"the workspace", static_cast<std::uint8_t*>(problem.workspaces()[0].data), 100}})
      for (const std::int64_t away : {1, 2, 16, 1000, 4096}) {
        CAPTURE(offset, t.name, away);
        t.data[-away] ^= 1;
        memory_check found = memory.check();
        REQUIRE(found.damage.size() == 1);
        CHECK(found.changed_inputs.empty());
        CHECK(found.damage[0].name == t.name);
        CHECK(found.damage[0].where == red_zone_damage::place::before);
        CHECK(found.damage[0].bytes == 1);
        CHECK(found.damage[0].first == -away);
        CHECK(found.describe() == "wrote 1 byte before " + std::string(t.name) + ", the first at byte " +
                                      std::to_string(-away) + " from its beginning");
        memory.restore_inputs();
        CHECK(memory.check().clean());

        std::memset(t.data + t.bytes + away - 1, 0, 8);
        found = memory.check();
        REQUIRE(found.damage.size() == 1);
        CHECK(found.damage[0].name == t.name);
        CHECK(found.damage[0].where == red_zone_damage::place::behind);
        CHECK(found.damage[0].bytes == 8);
        CHECK(found.damage[0].first == away - 1);
        memory.reset();
        CHECK(memory.check().clean());
      }
  }
}

TEST_CASE("far beyond the red zone a write is seen only where it hits something", "[suite]") {
  const auto definition = guarded();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 1);
  memory.reset();
  *bytes_of(problem, 2) = 1;  // one tensor's neighbour is another: an output, which anybody may write
  CHECK(memory.check().clean());
  *bytes_of(problem, 1) ^= 1;
  const memory_check found = memory.check();
  CHECK(found.damage.empty());
  CHECK(found.changed_inputs == std::vector<std::string>{"b"});
}

TEST_CASE("a write of the guard's own byte is not seen", "[suite]") {
  const auto definition = guarded();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 1);
  memory.reset();
  bytes_of(problem, 0)[-1] = guard_byte;
  CHECK(memory.check().clean());
}

TEST_CASE("a changed input is found by its digest, one that was changed back is not", "[suite]") {
  const auto definition = guarded();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 1);
  memory.reset();
  bytes_of(problem, 0)[4003] ^= 0x80;
  CHECK(memory.check().changed_inputs == std::vector<std::string>{"a"});
  CHECK(memory.check().describe() == "changed the input a");
  bytes_of(problem, 1)[0] ^= 1;
  CHECK(memory.check().changed_inputs == std::vector<std::string>{"a", "b"});
  bytes_of(problem, 0)[4003] ^= 0x80;
  bytes_of(problem, 1)[0] ^= 1;
  CHECK(memory.check().clean());
}

TEST_CASE("a check is one launch and one copy", "[suite]") {
  const auto definition = guarded();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 1);
  memory.reset();
  device.clear_log();
  (void)memory.check();
  CHECK(device.log() == std::vector<std::string>{"inspect", "copy_to_host"});
}

TEST_CASE("several checks can be enqueued before they are read", "[suite]") {
  const auto definition = guarded();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 1);
  memory.make_copies(memory.copies_for(30'000));
  REQUIRE(memory.copies() >= 3);
  for (std::size_t copy = 0; copy < 3; ++copy) {
    memory.bind(copy);
    bytes_of(problem, copy)[-1] ^= 1;
    memory.enqueue_check(copy);
    bytes_of(problem, copy)[-1] ^= 1;  // too late
  }
  const char* const names[] = {"'a'", "'b'", "'c'"};
  for (const std::size_t copy : {2u, 0u, 1u}) {
    const memory_check found = memory.read_check(copy);
    REQUIRE(found.damage.size() == 1);
    CHECK(found.damage[0].name == names[copy]);
  }
}

TEST_CASE("copies have red zones and digests of their own", "[suite]") {
  const auto definition = guarded();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 1);
  memory.reset();
  memory.make_copies(memory.copies_for(30'000));
  for (std::size_t copy = 0; copy < memory.copies(); ++copy) {
    CAPTURE(copy);
    memory.bind(copy);
    CHECK(memory.check().clean());
    bytes_of(problem, 0)[0] ^= 1;
    bytes_of(problem, 2)[999 * 4] = 0;
    const memory_check found = memory.check();
    CHECK(found.changed_inputs == std::vector<std::string>{"a"});
    CHECK(found.damage.size() == 1);
    memory.bind((copy + 1) % memory.copies());
    CHECK(memory.check().clean());
    memory.bind(copy);
    memory.restore_inputs();
  }
}

TEST_CASE("the second variant poisons what has no NaN with other bytes", "[suite]") {
  const auto definition = every_role();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 5);
  memory.reset(poison_variant::second);
  CHECK(all_bytes_are(problem.tensors()[2].slot.data, 800, 0xFF));
  CHECK(all_bytes_are(problem.tensors()[3].slot.data, 100, 0x5A));
  CHECK(all_bytes_are(problem.workspaces().front().data, 64, 0x5A));
  memory.restore();
  CHECK(all_bytes_are(problem.tensors()[3].slot.data, 100, 0xA5));
}

TEST_CASE("cases that follow one another find the arena's memory, and nothing in it", "[suite]") {
  const auto definition = guarded();
  fake_device device;
  memory_arena arena(device);
  const void* place = nullptr;
  for (int i = 0; i < 3; ++i) {
    declared_problem problem(definition);
    case_memory memory(arena, problem, 1);
    if (i > 0) CHECK(problem.tensors()[0].slot.data == place);
    place = problem.tensors()[0].slot.data;
    CHECK(all_bytes_are(place, 4004, guard_byte));
    memory.reset();
    bytes_of(problem, 2)[-7] = 0;  // what one case breaks is whole for the next
  }
  CHECK(device.calls("allocate") == 2);
}

TEST_CASE("a case that needs more than the arena has gets more, and all of it counts as free", "[suite]") {
  const auto definition = guarded();
  fake_device device;
  device.script.memory = 80'000;
  memory_arena arena(device);
  (void)arena.take(50'000);
  arena.give_back();
  declared_problem problem(definition);
  const case_memory memory(arena, problem, 1);
  CHECK(device.live_allocations() == 2);
}

TEST_CASE("fences: the last or the first byte of a tensor touches the unmapped page", "[suite]") {
  const auto definition = guarded();
  fake_device device;
  device.script.has_fences = true;
  declared_problem problem(definition);
  {
    case_memory memory(device, problem, 1, {.fence = true});
    memory.reset();
    const auto end_of = [&](std::size_t i) {
      return (reinterpret_cast<std::uintptr_t>(bytes_of(problem, i)) +
              static_cast<std::uintptr_t>(problem.tensors()[i].bytes())) %
             4096;
    };
    CHECK(end_of(0) == 0);         // 4004 bytes, aligned to 4
    CHECK(end_of(1) == 4096 - 3);  // 77 bytes
    CHECK(end_of(2) == 4096 - 4);  // 3996 bytes, aligned to 16
    CHECK(memory.fence_slack() ==
          std::vector<std::pair<std::string, std::int64_t>>{{"'b'", 3}, {"'c'", 4}, {"the workspace", 156}});
    bytes_of(problem, 1)[77] = 0;  // no fault, but seen
    bytes_of(problem, 2)[-1] = 0;
    CHECK(memory.check().damage.size() == 2);
  }
  {
    case_memory memory(device, problem, 1, {.fence = true, .side = fence_side::below});
    memory.reset();
    for (std::size_t i = 0; i < 3; ++i)
      CHECK(reinterpret_cast<std::uintptr_t>(bytes_of(problem, i)) % 256 == 0);
    CHECK(memory.fence_slack().empty());
    bytes_of(problem, 1)[77] = 0;
    CHECK(memory.check().damage.size() == 1);
  }
  device.script.has_fences = false;
  CHECK_THROWS_AS(case_memory(device, problem, 1, {.fence = true}), usage_error);
}

TEST_CASE("apart, each tensor is an allocation of its size and nothing more", "[suite]") {
  const auto definition = guarded();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 1, {.separate = true});
  memory.reset();
  CHECK(device.live_allocations() == 5);  // four and what inspections find
  bytes_of(problem, 0)[0] ^= 1;
  CHECK(memory.check().changed_inputs == std::vector<std::string>{"a"});
}

// Padded rows.

namespace {

/// 5 rows of 3 elements, 8 apart, in each role; and integers, which have no NaN.
problem_definition with_padded_rows() {
  return problem_named("padded", [](host_problem& p) {
    const auto a = p.input<float>("a", {5, 3});
    const auto b = p.input<std::int32_t>("b", {5, 3});
    const auto c = p.inout<double>("c", {5, 3});
    const auto d = p.output<float>("d", {5, 3});
    p.leading_dimension(a, 8);
    p.leading_dimension(b, 8);
    p.leading_dimension(c, 8);
    p.leading_dimension(d, 8);
    p.oracle([](auto) {});
    p.candidate("none", [] {});
  });
}

}  // namespace

TEST_CASE("padded rows hold what their fill says, and gaps that are neither it nor poison of an output",
          "[suite]") {
  const auto definition = with_padded_rows();
  for (const memory_layout& layout :
       {memory_layout{}, memory_layout{.separate = true}, memory_layout{.fence = true}}) {
    fake_device device;
    device.script.has_fences = true;
    declared_problem problem(definition);
    case_memory memory(device, problem, 3, layout);
    memory.reset();
    CHECK(memory.check().clean());
    const std::uint8_t gaps[] = {0xFF, guard_byte, 0xFF, guard_byte};
    for (std::size_t i = 0; i < 4; ++i) {
      CAPTURE(i);
      const declared_tensor& t = problem.tensors()[i];
      CHECK(t.bytes() == 15 * bytes_for(t.type, 1));
      CHECK(t.memory_bytes() == (4 * 8 + 3) * bytes_for(t.type, 1));
      for (std::int64_t row = 0; row < 5; ++row) {
        for (std::int64_t column = 0; column < 3; ++column) {
          if (t.role == tensor_role::output)
            CHECK(holds_poison(t.type, t.slot.data, row * 8 + column, 0xFF));
          else
            CHECK(load_element(t.type, t.slot.data, row * 8 + column) ==
                  fill_element(t.how, t.type, 3, static_cast<std::uint32_t>(i), row * 3 + column, 15));
        }
        if (row < 4)
          CHECK(all_bytes_are(bytes_of(problem, i) + (row * 8 + 3) * bytes_for(t.type, 1),
                              5 * bytes_for(t.type, 1), gaps[i]));
      }
      if (t.role != tensor_role::output) CHECK(holds_its_fill(memory, t, 3));
    }
  }
}

TEST_CASE("each byte written between rows is found and told with its place", "[suite]") {
  const auto definition = with_padded_rows();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 3);
  memory.reset();
  for (std::size_t i = 0; i < 4; ++i)
    for (const std::int64_t row : {0, 3})
      for (const bool first : {true, false}) {
        const std::int64_t size = bytes_for(problem.tensors()[i].type, 1);
        const std::int64_t at = (row * 8 + (first ? 3 : 8)) * size - (first ? 0 : 1);
        CAPTURE(i, row, at);
        bytes_of(problem, i)[at] ^= 1;
        const memory_check found = memory.check();
        REQUIRE(found.damage.size() == 1);
        CHECK(found.changed_inputs.empty());
        CHECK(found.damage[0].where == red_zone_damage::place::gaps);
        CHECK(found.damage[0].bytes == 1);
        CHECK(found.damage[0].first == at);
        CHECK(found.describe() == "wrote 1 byte between the rows of '" + problem.tensors()[i].name +
                                      "', the first at byte " + std::to_string(at) + " from its beginning");
        memory.reset();
        CHECK(memory.check().clean());
      }
  // In a row it is a change of the input; behind the last row there is no gap.
  bytes_of(problem, 0)[4 * 32] ^= 1;
  CHECK(memory.check().changed_inputs == std::vector<std::string>{"a"});
  memory.reset();
  bytes_of(problem, 3)[4 * 32 + 12] = 0;
  CHECK(memory.check().describe() == "wrote 1 byte behind 'd', the first at byte 0 from its end");
}

TEST_CASE("padded tensors are downloaded without their gaps", "[suite]") {
  const auto definition = with_padded_rows();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 3);
  memory.reset();
  const declared_tensor& d = problem.tensors()[3];
  for (int i = 0; i < 15; ++i) static_cast<float*>(d.slot.data)[i / 3 * 8 + i % 3] = static_cast<float>(i);
  CHECK(memory.check().clean());
  const std::vector<std::uint8_t> bytes = memory.download(d);
  REQUIRE(bytes.size() == 60);
  for (int i = 0; i < 15; ++i) CHECK(load_element(dtype::fp32, bytes.data(), i) == i);
}

TEST_CASE("copies of padded tensors are padded", "[suite]") {
  const auto definition = with_padded_rows();
  fake_device device;
  declared_problem problem(definition);
  case_memory memory(device, problem, 3);
  memory.reset();
  memory.make_copies(memory.copies_for(5000));
  REQUIRE(memory.copies() > 2);
  for (std::size_t copy = 0; copy < memory.copies(); ++copy) {
    memory.bind(copy);
    memory.restore();
    CHECK(memory.check().clean());
    CHECK(holds_its_fill(memory, problem.tensors()[0], 3));
  }
}
