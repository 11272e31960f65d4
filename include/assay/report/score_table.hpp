// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/report/text_table.hpp"
#include "assay/score/scorecard.hpp"

namespace assay {

namespace detail {

/// 1.5 as "1.5"
[[nodiscard]] inline std::string threshold_text(double p) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", p);
  return text;
}

/// row(kind, group) for all records, for each group where there are several, and for each candidate.
template <class Row>
void for_each_group(const scorecard& card, Row row) {
  row("all", card.all);
  const auto rows = [&](const char* kind, const std::vector<group_score>& groups, std::size_t least) {
    if (groups.size() >= least)
      for (const group_score& g : groups) row(kind, g);
  };
  rows("backend", card.backends, 2);
  rows("device", card.devices, 2);
  rows("problem", card.problems, 2);
  rows("candidate", card.names, 1);
}

/// How many cases are faster, tied, slower and undecided, or nothing where none was compared.
[[nodiscard]] inline std::string change_counts(const group_score& g, const std::string& between) {
  if (g.faster + g.tied + g.slower + g.undecided == 0) return "";
  return std::to_string(g.faster) + between + std::to_string(g.tied) + between + std::to_string(g.slower) +
         between + std::to_string(g.undecided);
}

/// " (2/3)" behind a mean of two out of three cases, nothing behind one of all.
[[nodiscard]] inline std::string left_out(std::int64_t counted, const group_score& g, const char* between) {
  if (counted == g.cases) return "";
  return " (" + std::to_string(counted) + between + std::to_string(g.cases) + ")";
}

/// fast_p for each p that was asked for, with Wilson's interval.
[[nodiscard]] inline std::string fast_p_table(const scorecard& card, const table_style& style) {
  using side = text_table::align;
  text_table table(
      {{"p", side::right}, {"cases over p x baseline", side::right}, {"cases over p of SoL", side::right}});
  const auto cell = [&](const std::vector<fast_p>& list, double p) -> std::string {
    for (const fast_p& score : list)
      if (score.p == p) {
        const share_estimate s = *score.interval(card.options.confidence);
        return format_share(s.share) + " [" + format_share(s.lower) + ", " + format_share(s.upper) + "] " +
               std::to_string(score.fast) + "/" + std::to_string(score.cases);
      }
    return "";
  };
  for (const double p : card.options.p)
    table.add({{threshold_text(p)}, {cell(card.all.fast, p)}, {cell(card.all.sol_fast, p)}});
  return table.to_text(style);
}

}  // namespace detail

/// The scores in two tables: fast_p with Wilson's interval, and a row for all records and for each group.
/// Intervals of geometric means are Student's t of the logarithms: both take the cases as a sample of those
/// that could be asked about. Behind a mean that leaves cases out stands of how many it is.
[[nodiscard]] inline std::string score_table(const scorecard& card, const table_style& style) {
  using side = text_table::align;
  std::vector<text_table::column> columns = {{"scores of"}, {""}, {"solved", side::right}};
  for (const double p : card.options.p) columns.push_back({"fast_" + detail::threshold_text(p), side::right});
  for (const char* title : {"faster/tied/slower/?", "speedup", "mean", "SoL", "SoL score", "time"})
    columns.push_back({title, side::right});
  for (const int k : card.options.k) columns.push_back({"pass@" + std::to_string(k), side::right});

  text_table table(columns);
  detail::for_each_group(card, [&](const char* kind, const group_score& g) {
    const auto mean = [&](const std::optional<geometric_mean_estimate>& m) -> std::string {
      if (!m) return "";
      std::string text = format_number(m->value);
      if (m->lower) text += " [" + format_number(*m->lower) + ", " + format_number(*m->upper) + "]";
      return text + detail::left_out(m->values, g, "/");
    };
    std::vector<text_table::cell> cells = {
        {kind}, {g.name}, {std::to_string(g.solved) + "/" + std::to_string(g.cases)}};
    for (std::size_t i = 0; i < card.options.p.size(); ++i)
      cells.push_back({g.fast.empty() ? "" : format_share(*g.fast[i].share())});
    cells.push_back({detail::change_counts(g, "/")});
    cells.push_back({mean(g.speedup)});
    cells.push_back({g.mean_speedup ? format_number(*g.mean_speedup) : ""});
    cells.push_back({mean(g.sol_ratio)});
    cells.push_back(
        {g.mean_sol_score ? format_number(*g.mean_sol_score) + detail::left_out(g.sol_scores, g, "/") : ""});
    cells.push_back({g.seconds ? format_time(g.seconds->value) : ""});
    for (const int k : card.options.k) {
      std::string text;
      for (const pass_score& p : g.pass)
        if (p.k == k && p.share) text = format_number(*p.share);
      cells.push_back({text});
    }
    table.add(std::move(cells));
  });
  return detail::fast_p_table(card, style) + "\n" + table.to_text(style);
}

}  // namespace assay
