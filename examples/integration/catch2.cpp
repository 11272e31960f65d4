// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A problem as a unit test of Catch2, v3 or v2. This file is linked with saxpy.cpp or saxpy.cu and with
// Catch2's main().
#include <assay/integration/catch2.hpp>

#if CATCH_VERSION_MAJOR >= 3
#include <catch2/catch_test_macros.hpp>
#endif

using namespace assay::catch2;

TEST_CASE("saxpy is right, for every n") {
  assay::run_options options;
  options.time = false;
  options.fuzz.trials = 20;  // beside the listed n
  CHECK_THAT(assay::run_problem("saxpy", options), is_correct());
}

TEST_CASE("saxpy is fast") {
  for (const assay::record& r : assay::run_problem("saxpy")) {
    if (r.role != assay::candidate_role::candidate) continue;
    CHECK_THAT(r, is_correct());
    CHECK_THAT(r, is_bound_by(assay::resource::dram));
    // A shared machine says little of speed. On a GPU of your own: reaches_sol(0.8),
    // faster_than_baseline(1.2).
    CHECK_THAT(r, faster_than_baseline(0.01));
  }
}
