// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

#include "assay/report/markup.hpp"
#include "assay/report/record_words.hpp"
#include "assay/report/report_input.hpp"
#include "assay/report/summary_line.hpp"
#include "assay/suite/replay.hpp"

namespace assay {

namespace detail {

/// Text that Markdown shows as it is, on one line and within the cell of a table.
[[nodiscard]] inline std::string escape_markdown(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const utf8_character c = character_at(text, at);
    if (c.code == '\n' || c.code == '\r' || c.code == '\t')
      result += ' ';
    else if (!c.valid || !is_markup_character(c.code))
      result += replacement_character;
    else if (c.code == '&' || c.code == '<' || c.code == '>' || c.code == '|' || c.code == '@')
      result += "&#" + std::to_string(c.code) + ";";  // also where a backslash would not do: @ calls somebody
    else if (std::string_view("\\`*_[]~$#").find(text[at]) != std::string_view::npos)
      result += std::string("\\") + text[at];
    else
      result += text.substr(at, c.bytes);
    at += c.bytes;
  }
  return result;
}

/// A block of code, in a fence that is longer than any in the text.
[[nodiscard]] inline std::string markdown_code(std::string_view text) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = run > longest ? run : longest;
  }
  const std::string fence(longest < 3 ? 3 : longest + 1, '`');
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    const utf8_character c = character_at(text, at);
    shown += c.valid && is_markup_character(c.code) ? std::string(text.substr(at, c.bytes))
                                                    : replacement_character;
    at += c.bytes;
  }
  return fence + "sh\n" + shown + "\n" + fence + "\n";
}

/// Numbers and units need no escape that a reader would see in the source.
[[nodiscard]] inline std::string markdown_row(const record& r) {
  const auto cell = [](const std::string& text) { return " " + text + " |"; };
  const toned_text verdict = verdict_words(r);
  const std::string mark = verdict.how == tone::bad ? "❌ " : verdict.how == tone::doubtful ? "❔ " : "";
  const std::optional<double> bytes = bandwidth(r), operations = compute_rate(r), sol = r.sol_ratio();
  return "|" + cell(escape_markdown(r.case_name())) + cell(escape_markdown(candidate_words(r))) +
         cell(mark + verdict.text) + cell(r.time ? format_time(r.time->time()) : "") +
         cell(bytes ? format_rate(*bytes, "B/s") : "") +
         cell(operations ? format_rate(*operations, "FLOP/s") : "") +
         cell(r.time && r.limit && r.limit->seconds ? to_string(r.limit->binding) : "") +
         cell(sol ? format_share(*sol) : "") +
         cell(r.speedup ? escape_markdown(format_speedup(*r.speedup)) : "") +
         cell(escape_markdown(note_codes(r))) + "\n";
}

}  // namespace detail

/// GitHub-flavoured Markdown: the summary, gates, what went wrong with its replay, then the table. At most
/// `limit` bytes: where that is not enough, whole entries are left out from the end, and it says how many.
[[nodiscard]] inline std::string to_markdown(const report_input& input,
                                             std::size_t limit = std::string::npos) {
  using detail::escape_markdown;
  constexpr std::size_t room_for_the_rest = 256;  // of the sentence on what was left out
  std::string text = "## assay: " + std::string(to_string(input.code)) + "\n\n";
  const auto fits = [&](const std::string& more) {
    return limit == std::string::npos || text.size() + more.size() + room_for_the_rest <= limit;
  };
  std::size_t left_out = 0;
  const auto add = [&](const std::string& entry) {
    if (left_out == 0 && fits(entry))
      text += entry;
    else
      ++left_out;
  };

  add(escape_markdown(summary_line(input)) + "\n\n");
  if (!input.lost.empty()) add("Stopped: " + escape_markdown(input.lost) + "\n\n");
  for (const std::string& what : input.missing) add("- ❔ missing: " + escape_markdown(what) + "\n");
  if (!input.missing.empty()) add("\n");
  for (const std::string& why : input.no_device) add(escape_markdown(why) + "\n\n");
  for (const gate_result& g : input.gates)
    add(std::string(g.answer == gate_answer::met       ? "- ✅ "
                    : g.answer == gate_answer::not_met ? "- ❌ "
                                                       : "- ❔ ") +
        "gate " + escape_markdown(g.condition.text) + ": " + to_string(g.answer) + " (" +
        escape_markdown(g.reason) + ")\n");
  if (!input.gates.empty()) add("\n");
  for (const stored_comparison& c : input.comparisons) {
    if (c.answer && c.answer->kind == change::tied) continue;
    const record& r = input.records.at(c.record);
    add("- " + input.compared_with + ": " + escape_markdown(r.case_name() + ", " + r.candidate) + ": " +
        (c.answer ? to_string(c.answer->kind) : "not comparable") + " (" +
        escape_markdown(c.answer ? c.answer->reason : c.reason) + ")\n");
  }
  for (const key_difference& d : input.soft_keys)
    add("- " + input.compared_with + ": differs in " + escape_markdown(d.text()) + "\n");
  if (!input.comparisons.empty()) add("\n");

  const std::string program = input.environments.empty() || input.environments.front().command_line.empty()
                                  ? std::string()
                                  : shell_word(input.environments.front().command_line.front()) + " ";
  for (const record& r : input.records) {
    if (verdict_reason(r).empty() || is_caught(r)) continue;
    add("**" + escape_markdown(r.case_name() + ", " + r.candidate) + "**: " +
        escape_markdown(verdict_reason(r)) + "\n\n" + detail::markdown_code(program + r.replay) + "\n");
  }

  if (!input.records.empty())
    add("| case | candidate | verdict | time | bandwidth | compute | bound by | SoL | speedup | notes |\n"
        "| --- | --- | --- | ---: | ---: | ---: | --- | ---: | ---: | --- |\n");
  for (const record& r : input.records) add(detail::markdown_row(r));
  if (left_out)
    text += "\n" + std::to_string(left_out) + " more entries are left out: this summary may hold " +
            std::to_string(limit) + " bytes.\n";
  return text;
}

}  // namespace assay
