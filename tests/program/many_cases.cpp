// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Many small cases of several candidates each, for what happens in the middle of a run: journal.py and
// journal_kill.py end it there.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <cstdint>
#include <cstring>

ASSAY_PROBLEM("copy", assay::host, p) {
  const auto n = p.axis("n", {1, 7, 64, 100, 128, 1000, 1024, 2048, 4000, 4096});
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
  p.baseline("loop", [=] {
    for (std::int64_t i = 0; i < n; ++i) y[i] = x[i];
  });
  p.candidate("memcpy",
              [=] { std::memcpy(y.data(), x.data(), sizeof(float) * static_cast<std::size_t>(n)); });
  p.candidate("backwards", [=] {
    for (std::int64_t i = n; i-- > 0;) y[i] = x[i];
  });
  p.counterexample("all but one", [=] {
    for (std::int64_t i = 0; i + 1 < n; ++i) y[i] = x[i];
  });
}

ASSAY_PROBLEM("add", assay::host, p) {
  const auto rows = p.axis("rows", {1, 3, 16, 33});
  const auto columns = p.axis("columns", {1, 32, 100});
  const auto x = p.input<float>("x", {rows, columns});
  const auto y = p.inout<float>("y", {rows, columns});
  p.oracle(y, [=](auto at, std::int64_t i) { return at(y)[i] + at(x)[i]; });
  p.baseline("loop", [=] {
    for (std::int64_t i = 0; i < rows * columns; ++i) y[i] += x[i];
  });
  p.candidate("by columns", [=] {
    for (std::int64_t c = 0; c < columns; ++c)
      for (std::int64_t r = 0; r < rows; ++r) y[r * columns + c] += x[r * columns + c];
  });
}

ASSAY_PROBLEM("scale", assay::host, p) {
  const auto n = p.axis("n", {64, 1000});
  p.axis("layout", {"row", "column"});
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("multiply", [=] {
    for (std::int64_t i = 0; i < n; ++i) y[i] = 2.0f * x[i];
  });
  p.candidate("add", [=] {
    for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] + x[i];
  });
}
