// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/devices.hpp"
#include "assay/core/error.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/registry.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/suite/run_result.hpp"
#include "assay/suite/runner.hpp"

namespace assay {

namespace detail {

/// Problems in files that do not see the device refer to this function, and nobody else may make it.
[[gnu::used]] inline device& (*const host_device)() = &device_of<host>;

}  // namespace detail

/// The problem of that name. Throws usage_error where this program has none, with the names that it has.
[[nodiscard]] inline const problem_definition& find_problem(const std::string& name) {
  std::string known;
  for (const problem_definition* definition : all_problems()) {
    if (definition->name == name) return *definition;
    known += (known.empty() ? "'" : ", '") + std::string(definition->name) + "'";
  }
  throw usage_error("this program has no problem '" + name + "'" +
                    (known.empty() ? "; declare one with ASSAY_PROBLEM" : "; it has " + known));
}

/// Runs the selected cases of one problem of this program, in this process: a record for each case and
/// candidate, counterexamples among them. For tests and other harnesses; what a benchmark's main() does is
/// made of the same parts.
///
///   for (const assay::record& r : assay::run_problem("saxpy")) …
///
/// What becomes of a candidate is in its record, also where it took the device down. Throws usage_error for a
/// problem that is not there or has mistakes, and where nothing is selected; no_device where its backend has
/// no device.
[[nodiscard]] inline std::vector<record> run_problem(const std::string& name, const run_options& options = {},
                                                     const selection& wanted = {}) {
  std::vector<std::unique_ptr<declared_problem>> found;
  found.push_back(std::make_unique<declared_problem>(find_problem(name)));
  const std::vector<plan_item> plan = make_plan(found, wanted);
  if (plan.empty()) throw usage_error("nothing of the problem '" + name + "' is selected");
  run_result result = runner(options, {}).run(plan);
  if (!result.no_device.empty()) throw no_device(result.no_device.front());
  return std::move(result.records);
}

}  // namespace assay
