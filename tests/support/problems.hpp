// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Problems for tests: definitions made from lambdas, which stay out of the global registry, and what runs
// them.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/devices.hpp"
#include "assay/backend/host.hpp"
#include "assay/core/error.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/run_case.hpp"
#include "support/fake_device.hpp"
#include "support/messages.hpp"

namespace support {

using host_problem = assay::problem<assay::host>;

/// A definition whose body is `body(host_problem&)`. Each lambda of a program has room for one body: a call
/// with another value of the same type replaces it.
template <class Body>
[[nodiscard]] assay::problem_definition problem_named(
    const char* name, Body body, assay::source_location where = assay::source_location::current()) {
  static std::optional<Body> kept;
  kept.emplace(std::move(body));
  return {name, "host", where, &assay::device_of<assay::host>, [](assay::declaration& target) {
            host_problem typed(target);
            (*kept)(typed);
          }};
}

/// Verified and timed, for as short a time as may be.
[[nodiscard]] inline assay::run_options quick() {
  assay::run_options options;
  options.measure.cache = assay::cache_state::hot;
  options.measure.time_budget = 1e-3;
  return options;
}
[[nodiscard]] inline assay::run_options verify_only() {
  assay::run_options options = quick();
  options.time = false;
  return options;
}

/// Ceilings that nobody measured: 100 GB/s and 100 GFLOP/s.
[[nodiscard]] inline assay::ceilings some_ceilings(assay::layer which = assay::layer::measured) {
  assay::ceilings limits(which, "test");
  limits.set({assay::resource::dram, 1e11, "test"});
  limits.set({assay::resource::fp32, 1e11, "test"});
  return limits;
}

/// What make_plan() works on, for these definitions alone.
[[nodiscard]] inline std::vector<std::unique_ptr<assay::declared_problem>> discovered(
    const std::vector<const assay::problem_definition*>& definitions) {
  std::vector<std::unique_ptr<assay::declared_problem>> problems;
  for (const assay::problem_definition* d : definitions)
    problems.push_back(std::make_unique<assay::declared_problem>(*d));
  return problems;
}
[[nodiscard]] inline std::vector<assay::plan_item> plan_of(const assay::problem_definition& definition,
                                                           const assay::selection& wanted = {}) {
  return assay::make_plan(discovered({&definition}), wanted);
}

/// Three cases, n = 1, 2, 3, of the problem "saxpy" with the candidates "fast" and "other"; or of those
/// wanted.
[[nodiscard]] inline std::vector<assay::plan_item> saxpy_plan(const assay::selection& wanted = {}) {
  static const assay::problem_definition definition = problem_named("saxpy", [](host_problem& p) {
    p.axis("n", {1, 2, 3});
    const auto y = p.output<float>("y", {1});
    p.oracle(y, [](auto, std::int64_t) { return 0.0; });
    p.candidate("fast", [] {});
    p.candidate("other", [] {});
  });
  return plan_of(definition, wanted);
}

/// The records of all selected cases of a definition, run on the host.
[[nodiscard]] inline std::vector<assay::record> run(const assay::problem_definition& definition,
                                                    const assay::run_options& options = quick(),
                                                    const assay::selection& wanted = {},
                                                    const assay::ceiling_layers& limits = some_ceilings(),
                                                    assay::device& target = assay::device_of<assay::host>()) {
  std::vector<assay::record> records;
  for (const assay::plan_item& item : plan_of(definition, wanted))
    for (assay::record& r : assay::case_run(target, limits, item, options, [](const std::string&) {}).run())
      records.push_back(std::move(r));
  return records;
}

/// The one record of that candidate.
[[nodiscard]] inline const assay::record& record_of(const std::vector<assay::record>& records,
                                                    const std::string& candidate) {
  const assay::record* found = nullptr;
  for (const assay::record& r : records)
    if (r.candidate == candidate) {
      if (found) throw assay::error("two records of '" + candidate + "'");
      found = &r;
    }
  if (!found) throw assay::error("no record of '" + candidate + "'");
  return *found;
}

/// Takes the registered problems off the list for its lifetime.
class empty_registry {
 public:
  empty_registry() : saved_(std::exchange(assay::registered_problems(), nullptr)) {}
  empty_registry(const empty_registry&) = delete;
  empty_registry& operator=(const empty_registry&) = delete;
  ~empty_registry() { assay::registered_problems() = saved_; }

 private:
  assay::problem_definition* saved_;
};

}  // namespace support
