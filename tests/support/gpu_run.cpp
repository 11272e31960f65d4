// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "support/gpu_run.hpp"

#include <utility>

#include "assay/suite/runner.hpp"

std::vector<assay::record> support::run_item(const assay::plan_item& item, const assay::run_options& options,
                                             std::vector<assay::run_observer*> observers) {
  return assay::runner(options, std::move(observers)).run({item}).records;
}
