// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "assay/report/detail_lines.hpp"
#include "assay/report/markup.hpp"
#include "assay/report/record_words.hpp"
#include "assay/report/report_input.hpp"
#include "assay/suite/replay.hpp"
#include "assay/verify/explain.hpp"

namespace assay {

/// The table of results: a row for each record, and one below it with what there is to say about it: why the
/// verdict is what it is, findings, where it is declared, and the command that repeats it. The script folds
/// those rows; without it all of them are in sight. A column that would be empty is left out.
class html_results {
 public:
  /// `program` is the command to replay with, as a shell takes it.
  html_results(const std::vector<record>& records, std::string program)
      : records_(records), program_(std::move(program)) {
    const auto add = [&](const char* title, bool number, auto cell_of) {
      const bool used = std::any_of(records.begin(), records.end(),
                                    [&](const record& r) { return !cell_of(r).html.empty(); });
      if (used) columns_.push_back({title, number, cell_of});
    };
    add("Case", false, [](const record& r) {
      const std::string axes = to_string(r.axes);
      return cell{"<span class=\"name\"><b><bdi>" + escape_markup(r.problem) + "</bdi></b>" +
                      (axes.empty() ? "" : " <bdi>" + escape_markup(axes) + "</bdi>") + "</span>",
                  {}};
    });
    add("Candidate", false, [](const record& r) {
      const char* role = r.role == candidate_role::baseline         ? " <i>baseline</i>"
                         : r.role == candidate_role::counterexample ? " <i>counterexample</i>"
                                                                    : "";
      return cell{"<span class=\"name\"><bdi>" + escape_markup(r.candidate) + "</bdi>" + role + "</span>",
                  {}};
    });
    add("Verdict", false, [](const record& r) {
      const toned_text words = verdict_words(r);
      return cell{"<span class=\"" + std::string(style_of(words.how)) + "\">" + mark_of(words.how) +
                      words.text + "</span>",
                  {}};
    });
    add("Time", true, [](const record& r) {
      if (!r.time) return cell{};
      return cell{two_parts(format_time(r.time->time()), " ±"), r.time->time().median};
    });
    add("SoL", true, [](const record& r) {
      const std::optional<double> share = r.sol_ratio();
      return share ? cell{format_share(*share) + bar(*share), *share} : cell{};
    });
    add("Speedup", true, [](const record& r) {
      return r.speedup ? cell{two_parts(format_speedup(*r.speedup), " ["), r.speedup->value} : cell{};
    });
    add("Bandwidth", true, [](const record& r) {
      const std::optional<double> rate = bandwidth(r);
      return rate ? cell{format_rate(*rate, "B/s"), *rate} : cell{};
    });
    add("Compute", true, [](const record& r) {
      const std::optional<double> rate = compute_rate(r);
      return rate ? cell{format_rate(*rate, "FLOP/s"), *rate} : cell{};
    });
    add("Bound by", false, [](const record& r) {
      return r.time && r.limit && r.limit->seconds ? cell{to_string(r.limit->binding), {}} : cell{};
    });
    add("Prepare", true, [](const record& r) {
      return r.prepare_seconds ? cell{format_time(*r.prepare_seconds), *r.prepare_seconds} : cell{};
    });
    add("Notes", false, [](const record& r) { return cell{escape_markup(note_codes(r)), {}}; });
  }

  [[nodiscard]] std::string to_text() const {
    std::string text =
        "<div class=\"wide\" role=\"region\" aria-label=\"Results\" tabindex=\"0\"><table id=\"results\">"
        "<caption class=\"unseen\">Each candidate at each case</caption><thead><tr>";
    for (const column& c : columns_)
      text += "<th scope=\"col\"" + std::string(c.number ? " class=\"n\"" : "") + ">" + c.title + "</th>";
    text += "</tr></thead><tbody>\n";
    for (std::size_t i = 0; i < records_.size(); ++i) text += row(i);
    return text + "</tbody></table></div>";
  }

 private:
  struct cell {
    std::string html;
    std::optional<double> sorted_by = {};
  };
  struct column {
    const char* title;
    bool number;
    std::function<cell(const record&)> cell_of;
  };

  static const char* style_of(tone how) {
    switch (how) {
      case tone::good: return "good";
      case tone::doubtful: return "doubtful";
      case tone::bad: return "bad";
      case tone::quiet: return "quiet";
      case tone::plain: break;
    }
    return "plain";
  }
  /// Never by colour alone.
  static std::string mark_of(tone how) {
    const char* sign = how == tone::good ? "✓" : how == tone::bad ? "✗" : how == tone::doubtful ? "?" : "";
    return *sign ? "<span aria-hidden=\"true\">" + std::string(sign) + "</span> " : "";
  }
  /// What comes from `from` on is set smaller.
  static std::string two_parts(const std::string& text, const std::string& from) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) return escape_markup(text);
    return escape_markup(text.substr(0, at)) + " <small>" + escape_markup(text.substr(at + 1)) + "</small>";
  }
  /// As long as the share, at most the whole; the number beside it is never cut.
  static std::string bar(double share) {
    char text[96];
    std::snprintf(text, sizeof text, "<span class=\"bar%s\" style=\"--v:%.1f%%\"></span>",
                  share > 1 ? " over" : "", std::clamp(share, 0.0, 1.0) * 100);
    return text;
  }

  std::string row(std::size_t at) const {
    const record& r = records_[at];
    const tone how = verdict_words(r).how;
    const bool attention = how == tone::bad || how == tone::doubtful;
    const std::string number = std::to_string(at);
    std::string text = "<tr id=\"r" + number + "\" class=\"row " + style_of(how) + "-row\">";
    bool first = true;
    for (const column& c : columns_) {
      const cell one = c.cell_of(r);
      char key[48] = "";
      if (one.sorted_by && std::isfinite(*one.sorted_by))
        std::snprintf(key, sizeof key, " data-v=\"%.6g\"", *one.sorted_by);
      const std::string style = c.number ? " class=\"n\"" : "";
      text +=
          first ? "<th scope=\"row\">" + one.html + "</th>" : "<td" + style + key + ">" + one.html + "</td>";
      first = false;
    }
    return text + "</tr>\n<tr id=\"m" + number + "\" class=\"more" + (attention ? " open" : "") +
           "\"><td colspan=\"" + std::to_string(columns_.size()) + "\"><div class=\"about\">" + details(r) +
           "</div></td></tr>\n";
  }

  std::string details(const record& r) const {
    std::string text;
    if (const std::string reason = verdict_reason(r); !reason.empty())
      text += "<p class=\"why\"><bdi>" + escape_markup(reason) + "</bdi></p>";
    for (const comparison& c : r.verdict.comparisons) {
      if (c.excerpt.empty()) continue;
      text += "<pre>";
      for (const std::string& line : format_excerpt(c, c.extents)) text += escape_markup(line) + "\n";
      text += "</pre>";
      break;
    }
    for (const finding& f : notable_findings(r))
      text += "<p><b>" + escape_markup(f.code) + "</b>: <bdi>" + escape_markup(f.message) + "</bdi></p>";
    if (const std::vector<std::string> lines = detail_lines(r); !lines.empty()) {
      text += "<ul>";
      for (const std::string& line : lines) text += "<li><bdi>" + escape_markup(line) + "</bdi></li>";
      text += "</ul>";
    }
    if (!r.file.empty())
      text += "<p class=\"quiet\">declared at <bdi>" + escape_markup(r.file) +
              "</bdi>:" + std::to_string(r.line) + "</p>";
    if (!r.replay.empty())
      text += "<p class=\"replay\"><code>" + escape_markup(program_ + r.replay) + "</code></p>";
    return text;
  }

  const std::vector<record>& records_;
  std::string program_;
  std::vector<column> columns_;
};

}  // namespace assay
