// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/tensor.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "support/catch.hpp"

using namespace assay;

namespace {

using input = tensor<const float>;
using output = tensor<float>;

template <class From, class To>
constexpr bool converts = std::is_convertible_v<From, To>;
template <class From, class To>
constexpr bool constructs = std::is_constructible_v<To, From>;

static_assert(converts<input, const float*>);
static_assert(converts<input, const void*>);
static_assert(!converts<input, float*>, "an input must not be written");
static_assert(!converts<input, void*>, "an input must not be written");
static_assert(!converts<input, const double*> && !converts<input, const int*>);

static_assert(converts<output, float*>);
static_assert(converts<output, const float*>);
static_assert(converts<output, void*> && converts<output, const void*>);
static_assert(!converts<output, double*> && !converts<output, std::int32_t*>);

static_assert(converts<workspace, void*>);
static_assert(converts<workspace, const void*>);
static_assert(!converts<workspace, float*>, "what a workspace holds is for the candidate to say");

// Elements that share bytes have no address; tf32 is a use of float.
static_assert(converts<tensor<fp4_e2m1>, std::uint8_t*> &&
              converts<tensor<const fp6_e2m3>, const std::uint8_t*>);
static_assert(!converts<tensor<const fp4_e2m1>, std::uint8_t*> && !converts<tensor<fp4_e2m1>, fp4_e2m1*>);
static_assert(converts<tensor<const tf32>, const float*> && !converts<tensor<const tf32>, float*>);

// A handle is no number and no truth value, not even when asked explicitly.
static_assert(!converts<input, bool> && !converts<output, bool> && !converts<workspace, bool>);
static_assert(!constructs<input, bool> && !constructs<output, bool> && !constructs<workspace, bool>);
static_assert(!converts<input, int> && !converts<output, std::int64_t> && !converts<workspace, int>);

// A handle comes from a declaration and cannot be made by accident.
static_assert(!std::is_default_constructible_v<input> && !std::is_default_constructible_v<workspace>);
static_assert(!converts<const tensor_slot*, output> && !converts<std::nullptr_t, output>);
static_assert(!converts<float*, output> && !converts<int, output>);
static_assert(!constructs<output, input> && !constructs<input, output>);

// Candidates copy handles by value, into kernels as well.
static_assert(std::is_trivially_copyable_v<input> && std::is_trivially_copyable_v<workspace>);
static_assert(sizeof(input) == sizeof(void*));

}  // namespace

TEST_CASE("a tensor handle follows its slot", "[suite]") {
  float first[4] = {}, second[2] = {};
  tensor_slot slot{first, 4, 7};
  const tensor<float> handle(&slot);
  const tensor<float> copy = handle;
  CHECK(static_cast<float*>(handle) == first);
  CHECK(handle.size() == 4);
  CHECK(handle.slot().id == 7);

  slot.data = second;
  slot.count = 2;
  CHECK(static_cast<float*>(copy) == second);
  CHECK(copy.data() == second);
  CHECK(copy.size() == 2);
}

TEST_CASE("an input handle gives the same address through a pointer to const", "[suite]") {
  float data[1] = {};
  const tensor_slot slot{data, 1, 0};
  const tensor<const float> handle(&slot);
  CHECK(static_cast<const float*>(handle) == data);
  CHECK(static_cast<const void*>(handle) == data);
  CHECK(handle.data() == data);
}

TEST_CASE("a handle gives its memory as another type when asked", "[suite]") {
  std::uint8_t data[2] = {0x12, 0x34};
  const tensor_slot slot{data, 4, 0};
  const tensor<const fp4_e2m1> packed(&slot);
  CHECK(packed.data() == data);
  CHECK(packed.size() == 4);
  CHECK(packed.data_as<const std::byte>() == reinterpret_cast<const std::byte*>(data));
}

TEST_CASE("a workspace follows its slot and counts bytes", "[suite]") {
  char data[16] = {};
  tensor_slot slot{nullptr, 16, -1};
  const workspace scratch(&slot);
  CHECK(scratch.data() == nullptr);
  slot.data = data;
  CHECK(static_cast<void*>(scratch) == data);
  CHECK(scratch.bytes() == 16);
}

TEST_CASE("the roles of tensors have names", "[suite]") {
  CHECK(std::string(to_string(tensor_role::input)) == "input");
  CHECK(std::string(to_string(tensor_role::output)) == "output");
  CHECK(std::string(to_string(tensor_role::inout)) == "inout");
}
