// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "assay/report/terminal.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/sharded_plan.hpp"

namespace assay {

namespace detail {

[[nodiscard]] inline std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace detail

/// What --list prints: problems with their axes and candidates, and the cases that are this process's, where
/// it runs a shard.
[[nodiscard]] inline std::string problem_list(const std::vector<std::unique_ptr<declared_problem>>& problems,
                                              const selection& wanted, const sharded_plan& plan = {}) {
  std::string text;
  const auto line = [&](const std::string& words) { text += visible(words) + "\n"; };
  for (const auto& p : problems) {
    const problem_definition& about = p->definition();
    if (!wanted.problems.admits(about.name)) continue;
    line(std::string(about.name) + " (" + about.backend + ", " + about.where.file + ":" +
         std::to_string(about.where.line) + ")");
    for (const axis& a : p->axes()) {
      std::string values;
      for (const auto& position : a.positions) {
        std::vector<std::string> together;
        for (const axis_value& value : position) together.push_back(to_string(value));
        const std::string one = detail::joined(together);
        values += " " + (position.size() > 1 ? "(" + one + ")" : one);
      }
      line("  axis " + detail::joined(a.names) + ":" + values);
    }
    for (const declared_candidate& c : p->candidates())
      line(std::string("  ") + to_string(c.role) + " " + c.name);
    if (plan.part.whole()) continue;
    std::string cases;
    for (const plan_item& item : plan.own())
      if (item.definition == &about)
        cases += (cases.empty() ? "" : "; ") + (item.values.empty() ? "its case" : to_string(item.values));
    if (!cases.empty()) line("  shard " + plan.part.text() + ": " + cases);
  }
  return text;
}

/// What --dry-run prints: cases with their candidates.
[[nodiscard]] inline std::string plan_text(const std::vector<plan_item>& plan) {
  std::string text;
  std::size_t candidates = 0;
  for (const plan_item& item : plan) {
    candidates += item.candidates.size();
    text += visible(std::string(item.definition->name) + (item.values.empty() ? "" : " ") +
                    to_string(item.values) + ": " + detail::joined(item.candidates)) +
            "\n";
  }
  return text + std::to_string(plan.size()) + " cases, " + std::to_string(candidates) +
         " candidates in all\n";
}

}  // namespace assay
