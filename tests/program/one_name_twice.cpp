// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A mistake: two problems of one name.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>

ASSAY_PROBLEM("saxpy", assay::host, p) {
  const auto y = p.output<float>("y", {1});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.candidate("one", [=] { *y = 1.0f; });
}

ASSAY_PROBLEM("saxpy", assay::host, p) {
  const auto y = p.output<float>("y", {1});
  p.oracle(y, [](auto, std::int64_t) { return 2.0; });
  p.candidate("two", [=] { *y = 2.0f; });
}
