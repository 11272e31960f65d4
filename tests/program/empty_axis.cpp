// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Two mistakes in two problems, which are told together: an axis without values, and a body that throws.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <initializer_list>
#include <stdexcept>

ASSAY_PROBLEM("empty", assay::host, p) {
  const std::initializer_list<std::int64_t> sizes = {};
  const auto n = p.axis("n", sizes);
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.candidate("one", [=] { *y = 1.0f; });
}

ASSAY_PROBLEM("throws", assay::host, p) {
  p.axis("n", {1});
  throw std::runtime_error("no tables on this machine");
}
