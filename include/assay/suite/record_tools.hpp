// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "assay/suite/declared_problem.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/profiler.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/suite/sanitizer.hpp"

namespace assay {

/// Bytes of the tensors of a case. Absent where it cannot be declared, which its record will say.
[[nodiscard]] inline std::optional<double> tensor_bytes(const plan_item& item) {
  try {
    double bytes = 0;
    const declared_problem problem(*item.definition, item.positions);
    for (const declared_tensor& t : problem.tensors()) bytes += static_cast<double>(t.bytes());
    return bytes;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

/// Of each problem the case whose tensors have the fewest bytes: under a sanitizer kernels take long.
/// `bytes_of` tells them of an item, as tensor_bytes() does.
template <class BytesOf>
[[nodiscard]] std::set<std::size_t> smallest_cases(const std::vector<plan_item>& plan,
                                                   const BytesOf& bytes_of) {
  std::map<const problem_definition*, std::pair<double, std::size_t>> least;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const std::optional<double> bytes = bytes_of(plan[i]);
    if (!bytes) continue;
    const auto [at, added] = least.try_emplace(plan[i].definition, *bytes, i);
    if (*bytes < at->second.first) at->second = {*bytes, i};
  }
  std::set<std::size_t> chosen;
  for (const auto& [definition, found] : least) chosen.insert(found.second);
  return chosen;
}

/// The tools that look at a candidate once more when its record is there, each in a process of its own.
class record_tools {
 public:
  /// Throws usage_error when a sanitizer or ncu is wanted and there is none.
  explicit record_tools(const run_options& options) {
    if (!options.sanitizer_tools.empty()) sanitizer_.emplace(options.sanitizer_tools);
    if (options.ncu) profiler_.emplace();
  }

  [[nodiscard]] bool sanitizes() const { return sanitizer_.has_value(); }

  /// `smallest`: it is of the smallest case of its problem. `progress` is told what is being done.
  template <class Progress>
  void examine(record& r, bool smallest, const Progress& progress) const {
    if (sanitizer_ && smallest && r.role != candidate_role::counterexample) {
      progress("sanitize " + r.candidate);
      sanitizer_->check(r);
    }
    if (profiler_ && r.time) {
      progress("ncu " + r.candidate);
      profiler_->profile(r);
    }
  }

 private:
  std::optional<sanitizer> sanitizer_;
  std::optional<profiler> profiler_;
};

}  // namespace assay
