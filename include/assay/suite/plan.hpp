// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/filter.hpp"
#include "assay/suite/registry.hpp"
#include "assay/suite/trial.hpp"

namespace assay {

/// What the user wants of all there is.
struct selection {
  name_filter problems;
  name_filter candidates;
  std::vector<axis_filter> axes;
};

/// One unit of work: a case and its candidates. What executes it gives back one record for each candidate.
struct plan_item {
  const problem_definition* definition = nullptr;
  std::vector<std::size_t> positions;  ///< on each axis
  axis_values values;
  std::vector<std::string> candidates;  ///< that were selected, in the order of declaration
  /// What differs from the case as it is planned; its values are then those above, and its seed counts.
  std::optional<assay::trial> trial = {};
};

/// The problems of this program in the order of registration. Throws usage_error when two have one name.
[[nodiscard]] inline std::vector<const problem_definition*> all_problems() {
  std::vector<const problem_definition*> found;
  for (const problem_definition* d = registered_problems(); d; d = d->next) found.push_back(d);
  std::reverse(found.begin(), found.end());
  for (std::size_t i = 0; i < found.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (std::string(found[i]->name) == found[j]->name)
        throw usage_error("two problems are named '" + std::string(found[i]->name) +
                          "': " + found[j]->where.file + ":" + std::to_string(found[j]->where.line) +
                          " and " + found[i]->where.file + ":" + std::to_string(found[i]->where.line));
  return found;
}

/// Runs the body of every problem once that `admits` does not leave out. Throws one usage_error that names
/// all mistakes found.
template <class Admits>
[[nodiscard]] std::vector<std::unique_ptr<declared_problem>> discover(const Admits& admits) {
  std::vector<std::unique_ptr<declared_problem>> discovered;
  std::string mistakes;
  for (const problem_definition* definition : all_problems()) {
    if (!admits(*definition)) continue;
    try {
      discovered.push_back(std::make_unique<declared_problem>(*definition));
    } catch (const std::exception& e) {
      mistakes += (mistakes.empty() ? "" : "\n") + std::string(e.what());
    }
  }
  if (!mistakes.empty()) throw usage_error(mistakes);
  return discovered;
}
[[nodiscard]] inline std::vector<std::unique_ptr<declared_problem>> discover() {
  return discover([](const problem_definition&) { return true; });
}

namespace detail {

/// The names of what is to be verified and timed, as far as it is wanted.
[[nodiscard]] inline std::vector<std::string> wanted_candidates(const declared_problem& problem,
                                                                const selection& wanted) {
  std::vector<std::string> names;
  for (const declared_candidate& c : problem.candidates())
    if (c.role != candidate_role::reference && wanted.candidates.admits(c.name)) names.push_back(c.name);
  return names;
}

/// The same of one case, whose body may declare other candidates than the first: a kernel for multiples of
/// eight, say. What it cannot declare fails when it is run, in the record of each candidate of the first.
[[nodiscard]] inline std::vector<std::string> wanted_candidates(const declared_problem& first,
                                                                const std::vector<std::size_t>& positions,
                                                                const selection& wanted) {
  try {
    return wanted_candidates(declared_problem(first.definition(), positions), wanted);
  } catch (const usage_error&) {
    return wanted_candidates(first, wanted);
  }
}

/// Which filter of `wanted` speaks of an axis of the problem; throws usage_error where it asks names of one
/// that has numbers alone.
inline void note_known_axes(const declared_problem& problem, const selection& wanted,
                            std::vector<bool>& known) {
  for (std::size_t f = 0; f < wanted.axes.size(); ++f)
    for (const axis& a : problem.axes())
      for (std::size_t n = 0; n < a.names.size(); ++n) {
        if (a.names[n] != wanted.axes[f].name()) continue;
        known[f] = true;
        if (std::all_of(a.positions.begin(), a.positions.end(),
                        [&](const std::vector<axis_value>& position) { return position[n].index() == 0; }))
          wanted.axes[f].expect_numbers();
      }
}

}  // namespace detail

/// Every selected case, in an order that depends on the program and the selection alone: problems as
/// registered, axes as declared, the last axis varying fastest. Each case has the candidates that its own run
/// of the body declares, or those of the problem where `may_run(definition, positions)` says that it must not
/// run. Throws usage_error for an axis that no selected problem has.
template <class MayRun>
[[nodiscard]] std::vector<plan_item> make_plan(
    const std::vector<std::unique_ptr<declared_problem>>& discovered, const selection& wanted,
    const MayRun& may_run) {
  std::vector<plan_item> plan;
  std::vector<bool> axis_known(wanted.axes.size(), wanted.axes.empty());
  for (const auto& problem : discovered) {
    if (!wanted.problems.admits(problem->definition().name)) continue;
    const std::vector<axis>& axes = problem->axes();
    const std::size_t planned = plan.size();
    std::vector<std::size_t> positions(axes.size(), 0);
    for (bool more = true; more;) {
      plan_item item{&problem->definition(), positions, {}, {}};
      for (std::size_t a = 0; a < axes.size(); ++a)
        for (std::size_t n = 0; n < axes[a].names.size(); ++n)
          item.values.emplace_back(axes[a].names[n], axes[a].positions[positions[a]][n]);
      const bool admitted = std::all_of(wanted.axes.begin(), wanted.axes.end(), [&](const axis_filter& f) {
        for (const auto& [name, value] : item.values)
          if (name == f.name()) return f.admits(value);
        return true;  // a problem without this axis is not what the filter speaks of
      });
      if (admitted)
        item.candidates = may_run(problem->definition(), positions)
                              ? detail::wanted_candidates(*problem, positions, wanted)
                              : detail::wanted_candidates(*problem, wanted);
      if (!item.candidates.empty()) plan.push_back(std::move(item));

      more = false;
      for (std::size_t a = axes.size(); a-- > 0 && !more;) {
        more = ++positions[a] < axes[a].positions.size();
        if (!more) positions[a] = 0;
      }
    }
    if (plan.size() > planned || !detail::wanted_candidates(*problem, wanted).empty())
      detail::note_known_axes(*problem, wanted, axis_known);
  }
  for (std::size_t f = 0; f < axis_known.size() && f < wanted.axes.size(); ++f)
    if (!axis_known[f])
      throw usage_error("--axis " + wanted.axes[f].name() +
                        "=…: no selected problem has an axis of that name");
  return plan;
}
[[nodiscard]] inline std::vector<plan_item> make_plan(
    const std::vector<std::unique_ptr<declared_problem>>& discovered, const selection& wanted) {
  return make_plan(discovered, wanted,
                   [](const problem_definition&, const std::vector<std::size_t>&) { return true; });
}

/// The item that repeats what a replay line says. Throws usage_error where this program has no such problem,
/// candidate or case.
[[nodiscard]] inline plan_item replay_item(const std::vector<std::unique_ptr<declared_problem>>& discovered,
                                           const replay_target& target) {
  const auto found = std::find_if(discovered.begin(), discovered.end(), [&](const auto& problem) {
    return problem->definition().name == target.problem;
  });
  if (found == discovered.end())
    throw usage_error("--replay: this program has no problem '" + target.problem +
                      "'; --list prints what there is");
  const axis_values& known = (*found)->values();
  for (const auto& [name, value] : target.trial.values)
    if (std::none_of(known.begin(), known.end(),
                     [&, wanted = name](const auto& k) { return k.first == wanted; }))
      throw usage_error("--replay: problem '" + target.problem + "' has no axis '" + name + "'");
  for (const auto& [name, value] : known)
    if (std::none_of(target.trial.values.begin(), target.trial.values.end(),
                     [&, wanted = name](const auto& given) { return given.first == wanted; }))
      throw usage_error("--replay: no value for axis '" + name + "' of problem '" + target.problem + "'");
  const declared_problem problem((*found)->definition(), {}, target.trial.values);
  const bool declared =
      std::any_of(problem.candidates().begin(), problem.candidates().end(), [&](const declared_candidate& c) {
        return c.name == target.candidate && c.role != candidate_role::reference;
      });
  if (!declared)
    throw usage_error("--replay: problem '" + target.problem + "' has no candidate '" + target.candidate +
                      "' to be verified at " + to_string(problem.values()));
  plan_item item{&(*found)->definition(), {}, problem.values(), {target.candidate}, target.trial};
  item.trial->values = problem.values();  // in the order of declaration
  return item;
}

}  // namespace assay
