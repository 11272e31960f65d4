// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/report/markup.hpp"
#include "assay/report/score_table.hpp"
#include "assay/score/scorecard.hpp"

namespace assay {

/// The scores of all records and of each group of them, as a table. Empty where there is nothing to score.
[[nodiscard]] inline std::string html_scores(const scorecard& card) {
  if (card.all.cases == 0) return "";
  std::string text =
      "<div class=\"wide\" role=\"region\" aria-label=\"Scores\" tabindex=\"0\"><table "
      "class=\"scores\"><thead><tr><th "
      "scope=\"col\">Of</th>"
      "<th scope=\"col\" class=\"n\">Cases solved</th>";
  for (const double p : card.options.p)
    if (!card.all.fast.empty())
      text += "<th scope=\"col\" class=\"n\">fast_" + detail::threshold_text(p) + "</th>";
  for (const char* title : {"Faster / tied / slower / ?", "Speedup", "SoL", "SoL score", "Time"})
    text += "<th scope=\"col\" class=\"n\">" + std::string(title) + "</th>";
  text += "</tr></thead><tbody>\n";

  detail::for_each_group(card, [&](const std::string& kind, const group_score& g) {
    const auto mean = [&](const std::optional<geometric_mean_estimate>& m,
                          const auto& format) -> std::string {
      if (!m) return "";
      std::string words = format(m->value);
      if (m->lower && m->upper)
        words += " <small>[" + format(*m->lower) + ", " + format(*m->upper) + "]</small>";
      return words + detail::left_out(m->values, g, " of ");
    };
    const auto cell = [&](const std::string& words) { text += "<td class=\"n\">" + words + "</td>"; };
    text += "<tr><th scope=\"row\">" +
            (g.name.empty() ? "<b>" + kind + "</b>" : kind + " <bdi>" + escape_markup(g.name) + "</bdi>") +
            "</th>";
    cell(std::to_string(g.solved) + " of " + std::to_string(g.cases));
    for (std::size_t i = 0; i < card.options.p.size() && !card.all.fast.empty(); ++i)
      cell(i < g.fast.size() ? format_share(*g.fast[i].share()) : "");
    cell(detail::change_counts(g, " / "));
    cell(mean(g.speedup, format_number));
    cell(mean(g.sol_ratio, [](double value) { return format_share(value); }));
    cell(g.mean_sol_score ? format_number(*g.mean_sol_score) + detail::left_out(g.sol_scores, g, " of ")
                          : "");
    cell(mean(g.seconds, [](double value) { return format_time(value); }));
    text += "</tr>\n";
  });
  return text +
         "</tbody></table></div><p class=\"note\">Each case counts once, with its best candidate. Speedup, "
         "SoL and time are "
         "geometric means, the SoL score is the arithmetic mean, in which a case that nobody solved counts "
         "as 0. In brackets: of how many cases a mean is that leaves some out.</p>\n";
}

}  // namespace assay
