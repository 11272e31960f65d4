// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/report/markdown.hpp"
#include "assay/report/markup.hpp"
#include "assay/report/output_file.hpp"
#include "assay/report/record_words.hpp"
#include "assay/report/report_input.hpp"

// GitHub Actions: annotations (workflow commands on the standard output) and the summary of a step
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
namespace assay {

/// What a step's summary may hold, in bytes.
inline constexpr std::size_t github_summary_limit = 1024 * 1024;

/// Annotations of one level that GitHub shows for a step; it drops the others without a word.
inline constexpr int github_annotation_limit = 10;

namespace detail {

/// The text after `::`, or with `property` that of file=, line= or title=.
[[nodiscard]] inline std::string escape_workflow_command(std::string_view text, bool property) {
  std::string result;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '%': result += "%25"; break;
      case '\r': result += "%0D"; break;
      case '\n': result += "%0A"; break;
      case ':': result += property ? "%3A" : ":"; break;
      case ',': result += property ? "%2C" : ","; break;
      default: result += c;
    }
  }
  return result;
}

/// GitHub attaches an annotation to a file of the repository, which the path has to be relative to.
[[nodiscard]] inline std::string path_in_repository(const std::string& file, const std::string& workspace) {
  if (workspace.empty()) return file;
  const std::string folder = workspace.back() == '/' ? workspace : workspace + "/";
  return file.compare(0, folder.size(), folder) == 0 ? file.substr(folder.size()) : file;
}

[[nodiscard]] inline std::string annotation(const char* level, const record* of, const std::string& title,
                                            const std::string& message, const std::string& workspace) {
  std::string place;
  if (of && !of->file.empty()) {
    place = "file=" + escape_workflow_command(path_in_repository(of->file, workspace), true) + ",";
    if (of->line > 0) place += "line=" + std::to_string(of->line) + ",";
  }
  return std::string("::") + level + " " + place + "title=" + escape_workflow_command(title, true) +
         "::" + escape_workflow_command(message, false) + "\n";
}

}  // namespace detail

/// A line for each candidate that is not right, each gate that is not met and each regression (errors), and
/// for each that could not be decided (warnings). GitHub shows ten of a level; of more, the tenth says how
/// many there are. `workspace` is the checkout, which paths below it are made relative to.
[[nodiscard]] inline std::string github_annotations(const report_input& input, const std::string& workspace) {
  std::vector<std::string> errors, warnings;
  const auto add = [&](bool error, const record* of, const std::string& title, const std::string& message) {
    (error ? errors : warnings)
        .push_back(detail::annotation(error ? "error" : "warning", of, title, message, workspace));
  };
  for (const record& r : input.records) {
    const toned_text verdict = verdict_words(r);
    if (verdict.how == tone::bad || verdict.how == tone::doubtful)
      add(verdict.how == tone::bad, &r, r.case_name() + ", " + r.candidate + ": " + verdict.text,
          verdict_reason(r));
  }
  for (const gate_result& g : input.gates)
    if (g.answer != gate_answer::met)
      add(g.answer == gate_answer::not_met, nullptr, "gate " + g.condition.text + ": " + to_string(g.answer),
          g.reason);
  for (const stored_comparison& c : input.comparisons) {
    const record& r = input.records.at(c.record);
    const std::string name = r.case_name() + ", " + r.candidate;
    if (!c.answer)
      add(false, &r, name + ": not comparable with the " + input.compared_with, c.reason);
    else if (c.answer->kind == change::slower || c.answer->kind == change::inconclusive)
      add(c.answer->kind == change::slower, &r,
          name + (c.answer->kind == change::slower ? ": slower than the " : ": inconclusive against the ") +
              input.compared_with,
          c.answer->reason);
  }
  for (const std::string& what : input.missing) add(false, nullptr, "assay: missing", what);
  if (!input.lost.empty()) add(true, nullptr, "assay stopped", input.lost);
  if (input.code != exit_code::pass && errors.empty() && warnings.empty())
    add(true, nullptr, "assay", to_string(input.code));

  std::string text;
  for (const auto* lines : {&errors, &warnings}) {
    const std::size_t shown =
        lines->size() <= github_annotation_limit ? lines->size() : github_annotation_limit - 1;
    for (std::size_t i = 0; i < shown; ++i) text += (*lines)[i];
    if (shown < lines->size())
      text += detail::annotation(
          lines == &errors ? "error" : "warning", nullptr, "assay",
          std::to_string(lines->size() - shown) + " more; the summary of this step has all of them",
          workspace);
  }
  return text;
}

/// The summary of the step that this process belongs to. Opened before a run. Throws usage_error where there
/// is none.
class github_summary {
 public:
  github_summary() : file_(path(), output_file::mode::append) {}

  /// Appends no more than the step may still hold.
  void write(const report_input& input) {
    std::error_code unknown;
    const std::uintmax_t used = std::filesystem::file_size(path(), unknown);
    const std::size_t room =
        unknown || used >= github_summary_limit ? 0 : github_summary_limit - static_cast<std::size_t>(used);
    if (const std::string text = to_markdown(input, room); text.size() <= room) file_.write(text);
  }

 private:
  static std::string path() {
    const char* name = std::getenv("GITHUB_STEP_SUMMARY");
    if (!name || !*name)
      throw usage_error("--github: GITHUB_STEP_SUMMARY is not set; this is for steps of GitHub Actions");
    return name;
  }
  output_file file_;
};

}  // namespace assay
