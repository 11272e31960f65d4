// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/block_scaled_tensor.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "assay/numeric/block_scaled_value.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/float8.hpp"
#include "assay/suite/case_memory.hpp"
#include "assay/suite/expected_values.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::host_problem;
using support::message_of;
using support::problem_named;

namespace {

using mxfp8_handle = block_scaled_tensor<mxfp8_e4m3>;
using nvfp4_handle = block_scaled_tensor<nvfp4>;

static_assert(std::is_same_v<decltype(std::declval<nvfp4_handle>().data()), const std::uint8_t*>);
static_assert(std::is_same_v<decltype(std::declval<nvfp4_handle>().scales()), const fp8_e4m3fn*>);
static_assert(std::is_same_v<decltype(std::declval<nvfp4_handle>().global_scale()), const float*>);
static_assert(std::is_same_v<decltype(std::declval<mxfp8_handle>().data()), const fp8_e4m3fn*>);
static_assert(std::is_same_v<decltype(std::declval<mxfp8_handle>().scales()), const e8m0*>);
static_assert(std::is_trivially_copyable_v<nvfp4_handle>);

/// y = a·x, a in a block-scaled format: what a kernel's author would write. `mistake` goes into the scale
/// that is used.
template <class Format>
problem_definition matrix_vector(std::int64_t rows, std::int64_t columns, scale_layout layout) {
  return problem_named("block-scaled", [=](host_problem& p) {
    const auto a = p.block_scaled_input<Format>("a", {rows, columns}, layout);
    const auto x = p.input<float>("x", {columns});
    const auto y = p.output<float>("y", {rows});
    p.tolerance(tolerance::accumulating(columns));
    p.oracle([=](auto at) {
      const auto A = at(a);
      const auto X = at(x);
      auto Y = at(y);
      for (std::int64_t row = 0; row < rows; ++row) {
        double sum = 0;
        for (std::int64_t k = 0; k < columns; ++k) sum += A[row * columns + k] * X[k];
        Y[row] = sum;
      }
    });
    const auto multiply = [=](scale_layout used, bool global, std::int64_t block_shift) {
      const void* elements = a.data();
      const void* scales = a.scales();
      float factor = 1.0f;
      if constexpr (Format::format.has_global)
        if (global) factor = *a.global_scale();
      for (std::int64_t row = 0; row < rows; ++row) {
        float sum = 0;
        for (std::int64_t k = 0; k < columns; ++k) {
          const std::int64_t blocks = blocks_of(Format::format, columns);
          const std::int64_t block = (k / Format::format.block + block_shift) % blocks;
          const double scale =
              load_element(Format::format.scale, scales, scale_index(used, row, block, blocks));
          sum +=
              static_cast<float>(load_element(Format::format.element, elements, row * columns + k) * scale) *
              factor * x[k];
        }
        y[row] = sum;
      }
    };
    p.candidate("right", [=] { multiply(layout, true, 0); });
    if (layout == scale_layout::swizzled)
      p.counterexample("takes the scales as linear", [=] { multiply(scale_layout::linear, true, 0); });
    p.counterexample("a block's neighbour's scale", [=] { multiply(layout, true, 1); });
    if (Format::format.has_global)
      p.counterexample("without the global scale", [=] { multiply(layout, false, 0); });
  });
}

template <class Format>
void check_matrix_vector() {
  for (const scale_layout layout : {scale_layout::linear, scale_layout::swizzled}) {
    CAPTURE(to_string(Format::format.element), Format::format.block, to_string(layout));
    for (const record& r : support::run(matrix_vector<Format>(33, 100, layout), support::verify_only())) {
      CAPTURE(r.candidate, r.verdict.reason);
      const bool right = r.candidate == "right";
      CHECK(r.verdict.outcome == (right ? outcome::correct : outcome::wrong));
    }
  }
}

}  // namespace

TEST_CASE("a kernel on block-scaled input is held against its effective values", "[suite]") {
  check_matrix_vector<mxfp8_e4m3>();
  check_matrix_vector<mxfp8_e5m2>();
  check_matrix_vector<mxfp6_e2m3>();
  check_matrix_vector<mxfp6_e3m2>();
  check_matrix_vector<mxfp4>();
  check_matrix_vector<nvfp4>();
}

TEST_CASE("a block-scaled input is two tensors, or three with a global scale", "[suite]") {
  const auto swizzled = matrix_vector<mxfp4>(130, 100, scale_layout::swizzled);
  declared_problem mx(swizzled);
  REQUIRE(mx.tensors().size() == 4);
  CHECK(mx.tensors()[0].name == "a");
  CHECK(mx.tensors()[0].bytes() == 130 * 50);
  CHECK(mx.tensors()[1].name == "a.scales");
  CHECK(mx.tensors()[1].type == dtype::e8m0);
  CHECK(mx.tensors()[1].bytes() == 2 * 512);
  CHECK(mx.tensors()[2].name == "x");

  const auto linear = matrix_vector<nvfp4>(130, 100, scale_layout::linear);
  declared_problem nv(linear);
  REQUIRE(nv.tensors().size() == 5);
  CHECK(nv.tensors()[1].bytes() == 130 * 7);
  CHECK(nv.tensors()[1].type == dtype::fp8_e4m3fn);
  CHECK(nv.tensors()[2].name == "a.global");
  CHECK(nv.tensors()[2].slot.count == 1);
}

TEST_CASE("scales are filled in their places, and zero bytes around them", "[suite]") {
  for (const auto& definition : {matrix_vector<mxfp4>(130, 100, scale_layout::swizzled),
                                 matrix_vector<nvfp4>(130, 100, scale_layout::swizzled)}) {
    declared_problem problem(definition);
    case_memory memory(device_of<host>(), problem, 5);
    memory.reset();
    const declared_tensor& scales = problem.tensors()[1];
    const std::vector<std::uint8_t> bytes = memory.download(scales);
    const std::int64_t blocks = scales.type == dtype::e8m0 ? 4 : 7;
    std::set<std::uint8_t> seen;
    std::int64_t padding = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      if (is_scale_padding(static_cast<std::int64_t>(i), 130, blocks))
        padding += bytes[i] == 0;
      else
        seen.insert(bytes[i]);
    CHECK(padding == static_cast<std::int64_t>(bytes.size()) - 130 * blocks);
    CHECK(seen.count(0) == 0);
    CHECK(seen.size() >= 9);  // 2^-4 … 2^4, or many e4m3fn numbers
  }
}

TEST_CASE("the oracle's view multiplies, and checks its indices", "[suite]") {
  const auto definition = problem_named("view", [](host_problem& p) {
    const auto a = p.block_scaled_input<nvfp4>("a", {3, 20}, scale_layout::swizzled);
    const auto y = p.output<double>("y", {60});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(a)[i]; });
    p.candidate("none", [] {});
  });
  declared_problem problem(definition);
  const expected_values expected(problem, 11, 64);
  case_memory memory(device_of<host>(), problem, 11);
  memory.reset();
  const std::vector<std::uint8_t> elements = memory.download(problem.tensors()[0]);
  const std::vector<std::uint8_t> scales = memory.download(problem.tensors()[1]);
  const std::vector<std::uint8_t> global = memory.download(problem.tensors()[2]);
  const auto factor = static_cast<float>(load_element(dtype::fp32, global.data(), 0));
  const block_scaled_matrix m{nvfp4::format,   scale_layout::swizzled, 20,
                              elements.data(), scales.data(),          factor};
  for (std::int64_t i = 0; i < 60; ++i)
    CHECK(expected.output(3).values[static_cast<std::size_t>(i)] == block_scaled_value(m, i));

  const auto past = problem_named("past", [](host_problem& p) {
    const auto a = p.block_scaled_input<mxfp8_e5m2>("a", {3, 20});
    const auto y = p.output<double>("y", {60});
    p.oracle(y, [=](auto at, std::int64_t i) { return at(a)[i + 1]; });
    p.candidate("none", [] {});
  });
  declared_problem beyond(past);
  CHECK(has(message_of<error>([&] { expected_values(beyond, 1, 64); }), "index 60 of 'a'"));
}

TEST_CASE("the mistakes of a block-scaled declaration are told with its name", "[suite]") {
  const auto declare = [](std::int64_t rows, std::int64_t columns, const char* second) {
    const auto definition = problem_named("mistakes", [=](host_problem& p) {
      p.block_scaled_input<nvfp4>("a", {rows, columns}, scale_layout::swizzled);
      const auto y = p.output<float>(second, {1});
      p.oracle(y, [](auto, std::int64_t) { return 0.0; });
      p.candidate("none", [] {});
    });
    return message_of<usage_error>([&] { declared_problem problem(definition); });
  };
  CHECK(has(declare(0, 0, "y"), "nothing was thrown"));
  CHECK(has(declare(1, 1, "y"), "nothing was thrown"));
  CHECK(has(declare(-1, 32, "y"), "tensor 'a' has an extent of -1"));
  CHECK(has(declare(4, -32, "y"), "tensor 'a' has an extent of -32"));
  CHECK(has(declare(4, 32, "a.scales"), "two tensors are named 'a.scales'"));
}
