// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Entries that say something else than what becomes of them, beside two that say the truth. must_fail.py says
// what the driver must make of each. With ZOO_UNLABELLED one says nothing at all.
#include <algorithm>
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <cstdint>
#include <cstdlib>

#include "exhibit.hpp"
#include "problems.hpp"

using zoo::check;

ASSAY_PROBLEM("twice", assay::host, p) {
  const auto t = zoo::twice(p, 1000);
  const auto right = [=] {
    for (std::int64_t i = 0; i < t.n; ++i) t.y[i] = 2.0f * t.x[i];
  };
  const auto zeros = [=] { std::fill_n(t.y.data(), t.n, 0.0f); };

  zoo::honest(p, "right", "nothing", right);
  zoo::bad(p, "zeros", {"constant output"}, zeros);

  zoo::honest(p, "zeros called honest", "nothing", zeros);
  zoo::bad(p, "right called wrong", {"constant output"}, right);
  zoo::bad(p, "zeros called invalid", {"constant output", zoo::invalid}, zeros);
  zoo::bad(p, "right called wrong for thorough settings", {"large values", zoo::wrong, check::fuzzed_values},
           right);
  zoo::bad(p, "right with a finding that it does not get",
           {"persisting L2 lines", zoo::noted, check::timing, "persisting-cache"}, right);
  if (std::getenv("ZOO_UNLABELLED")) p.candidate("says nothing", right);
}

ASSAY_PROBLEM("sums of rows", assay::host, p) {
  const auto t = zoo::labelled_sums(p, 32, 500);
  const auto sums = [=](auto sum) {
    for (std::int64_t r = 0; r < t.rows; ++r) {
      auto total = sum;
      for (std::int64_t i = 0; i < t.columns; ++i) total += t.x[r * t.columns + i];
      t.y[r] = static_cast<float>(total);
    }
  };
  zoo::honest(p, "in fp32", {"depends on the order of a sum", "order-sensitive"}, [=] { sums(0.0f); });
  zoo::honest(p, "in fp64 with the label of another", {"depends on the order of a sum", "order-sensitive"},
              [=] { sums(0.0); });
}
