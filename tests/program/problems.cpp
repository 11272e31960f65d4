// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Problems that end in every way there is. run.py says what the program must make of them.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <thread>

namespace {

void twice(std::int64_t n, const float* x, float* y) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = 2.0f * x[i];
}

}  // namespace

ASSAY_PROBLEM("right", assay::host, p) {
  const auto n = p.axis("n", {64, 1000});
  p.axis("layout", {"row", "column"});
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.flops(static_cast<double>(n));
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.baseline("loop", [=] { twice(n, x, y); });
  p.candidate("same loop", [=] { twice(n, x, y); });
  p.candidate(
      "prepared", [] { return 2.0f; },
      [=](float& factor) {
        for (std::int64_t i = 0; i < n; ++i) y[i] = factor * x[i];
      });
  p.counterexample("forgets the last", [=] { twice(n - 1, x, y); });
}

ASSAY_PROBLEM("without a baseline", assay::host, p) {
  const auto x = p.input<float>("x", {64});
  const auto y = p.output<float>("y", {64});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("loop", [=] { twice(64, x, y); });
}

ASSAY_PROBLEM("wrong", assay::host, p) {
  const auto n = p.axis("n", {64});
  const auto x = p.input<float>("x", {n}, assay::uniform(0.5, 1.0));
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("right", [=] { twice(n, x, y); });
  p.candidate("one wrong element", [=] {
    twice(n, x, y);
    y[17] *= 1.5f;
  });
  p.candidate("throws", [] { throw std::runtime_error("no kernel for this shape"); });
  p.candidate("throws an int", [] { throw 42; });
  p.candidate("touches nothing", [] {});
  p.candidate("changes its input", [=] {
    twice(n, x, y);
    const_cast<float*>(x.data())[0] = 0.0f;
  });
  p.candidate("right once", [=, calls = 0]() mutable {
    if (calls++ < 3) twice(n, x, y);  // as often as verification launches it
  });
}

ASSAY_PROBLEM("it's (odd) [a|b] $HOME", assay::host, p) {
  p.axis("layout", {"row, major", "it's"});
  const auto y = p.output<float>("y", {4});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.candidate("no \"one's\" fault\\", [] {});
}

ASSAY_PROBLEM("accepted counterexample", assay::host, p) {
  const auto x = p.input<float>("x", {64});
  const auto y = p.output<float>("y", {64});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("loop", [=] { twice(64, x, y); });
  p.counterexample("not wrong", [=] { twice(64, x, y); });
}

ASSAY_PROBLEM("broken oracle", assay::host, p) {
  const auto x = p.input<float>("x", {64});
  const auto y = p.output<float>("y", {64});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i + 1]; });
  p.candidate("loop", [=] { twice(64, x, y); });
}

ASSAY_PROBLEM("too large", assay::host, p) {
  const auto n = p.axis("n", {std::int64_t{1} << 48, 64});
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("loop", [=] { twice(n, x, y); });
}

// So that there is time to kill the program half-way.
ASSAY_PROBLEM("slow", assay::host, p) {
  p.axis("n", {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
               21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40});
  const auto y = p.output<float>("y", {1});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.candidate("sleeps", [=] {
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
    *y = 1.0f;
  });
}
