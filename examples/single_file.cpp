// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Everything in one file, without CMake and without a GPU. This file includes assay/main.hpp itself:
//   g++ -std=c++20 -O2 -I include examples/single_file.cpp -o single_file -pthread
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <assay/main.hpp>
#include <cstring>

ASSAY_PROBLEM("copy (host)", assay::host, p) {
  const auto n = p.axis("n", {1 << 16, 1 << 22});
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
  p.candidate("memcpy", [=] { std::memcpy(y, x, static_cast<std::size_t>(n) * sizeof(float)); });
}
