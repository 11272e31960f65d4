// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/core/callable.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "support/catch.hpp"

namespace {

using assay::callable;

static_assert(!std::is_copy_constructible_v<callable<void()>>);
static_assert(!std::is_copy_assignable_v<callable<void()>>);
static_assert(std::is_nothrow_move_constructible_v<callable<void()>>);
static_assert(std::is_nothrow_move_assignable_v<callable<void()>>);
static_assert(!std::is_convertible_v<int (*)(), callable<int()>>);  // only where it is asked for
static_assert(!std::is_convertible_v<callable<int()>, bool>);

int twice(int value) { return 2 * value; }

/// Counts how many of it are alive.
struct counted {
  explicit counted(int& alive) : alive_(&alive) { ++*alive_; }
  counted(const counted& other) : alive_(other.alive_) { ++*alive_; }
  counted& operator=(const counted&) = delete;
  ~counted() { --*alive_; }
  int operator()() const { return *alive_; }

 private:
  int* alive_;
};

}  // namespace

TEST_CASE("an empty callable says so") {
  const callable<int(int)> none;
  CHECK_FALSE(none);
  const callable<int(int)> some(&twice);
  CHECK(some);
}

TEST_CASE("a callable forwards arguments and result") {
  const callable<int(int)> function(&twice);
  CHECK(function(21) == 42);

  int value = 3;
  const callable<int&(int&)> identity([](int& x) -> int& { return x; });
  identity(value) = 4;
  CHECK(value == 4);

  const callable<std::unique_ptr<int>(std::unique_ptr<int>)> pass(
      [](std::unique_ptr<int> given) { return given; });
  CHECK(*pass(std::make_unique<int>(5)) == 5);
}

TEST_CASE("a callable keeps the state of what it holds") {
  const callable<int()> counter([count = 0]() mutable { return ++count; });
  CHECK(counter() == 1);
  CHECK(counter() == 2);
}

TEST_CASE("a callable holds what can only be moved and what is large or aligned") {
  const callable<int()> owner([p = std::make_unique<int>(7)] { return *p; });
  CHECK(owner() == 7);

  std::array<int, 1000> many{};
  many[999] = 9;
  const callable<int()> large([many] { return many[999]; });
  many[999] = 0;
  CHECK(large() == 9);

  struct alignas(128) aligned {
    bool operator()() const { return reinterpret_cast<std::uintptr_t>(this) % 128 == 0; }
  };
  const callable<bool()> at_its_place{aligned()};
  CHECK(at_its_place());
}

TEST_CASE("a callable moves what it holds and destroys it once") {
  int alive = 0;
  {
    callable<int()> first{counted(alive)};
    REQUIRE(alive == 1);
    callable<int()> second(std::move(first));
    CHECK(alive == 1);
    CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move): what is left is empty
    CHECK(second() == 1);

    callable<int()> third{counted(alive)};
    CHECK(alive == 2);
    third = std::move(second);
    CHECK(third() == alive);
    callable<int()>& itself = third;
    third = std::move(itself);
    CHECK(third);
    third = callable<int()>();
    second = callable<int()>();
    CHECK(alive == 0);
  }
  CHECK(alive == 0);
}

TEST_CASE("a callable lets exceptions through") {
  const callable<void()> thrower([] { throw std::runtime_error("from inside"); });
  CHECK_THROWS_WITH(thrower(), "from inside");
  CHECK(thrower);
}
