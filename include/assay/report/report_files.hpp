// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/report/bmf.hpp"
#include "assay/report/csv.hpp"
#include "assay/report/github.hpp"
#include "assay/report/google_benchmark_json.hpp"
#include "assay/report/html.hpp"
#include "assay/report/json_document.hpp"
#include "assay/report/junit.hpp"
#include "assay/report/kernelbot.hpp"
#include "assay/report/markdown.hpp"
#include "assay/report/output_file.hpp"
#include "assay/report/report_input.hpp"
#include "assay/report/smaller_is_better.hpp"

namespace assay {

/// A format that --report can write.
struct report_format {
  const char* name;
  const char* words;  ///< what it is, for --help
  std::string (*write)(const report_input&);
};

inline constexpr report_format report_formats[] = {
    {"html", "one self-contained page with plots", [](const report_input& in) { return to_html(in); }},
    {"json", "everything in one document (docs/schema/assay.json)",
     [](const report_input& in) { return to_text(to_json(in), 2) + "\n"; }},
    {"markdown", "summary, failures and table", [](const report_input& in) { return to_markdown(in); }},
    {"junit", "JUnit XML", to_junit},
    {"csv", "a line for each record", to_csv},
    {"google-benchmark", "JSON as Google Benchmark's",
     [](const report_input& in) { return to_text(to_google_benchmark_json(in), 2) + "\n"; }},
    {"smaller-is-better", "JSON for github-action-benchmark",
     [](const report_input& in) { return to_text(to_smaller_is_better(in), 2) + "\n"; }},
    {"bmf", "JSON for Bencher", [](const report_input& in) { return to_text(to_bmf(in), 2) + "\n"; }},
    {"kernelbot", "lines as KernelBot's evaluation writes them", to_kernelbot},
};

/// One --report: what to write and where.
struct report_request {
  const report_format* format = nullptr;  ///< null for GitHub Actions, which has places of its own
  std::string path;                       ///< "-" for the standard output

  [[nodiscard]] bool to_standard_output() const { return format && path == "-"; }
};

/// "html=report.html", "csv=-" or "github". Throws usage_error.
[[nodiscard]] inline report_request parse_report(const std::string& text) {
  if (text == "github") return {};
  const std::size_t at = text.find('=');
  const std::string name = text.substr(0, at);
  std::string expected = "github";
  for (const report_format& format : report_formats) {
    if (name == format.name) {
      if (at == std::string::npos || at + 1 == text.size())
        throw usage_error("--report " + text + ": expected a file, " + name +
                          "=FILE, or - for the standard output");
      return {&format, text.substr(at + 1)};
    }
    expected += std::string(", ") + format.name + "=FILE";
  }
  throw usage_error("--report " + text + ": expected one of " + expected);
}

/// What --help says of them.
[[nodiscard]] inline std::string report_help() {
  std::string text =
      "write a report when all is done (repeatable). FILE may be - for the standard output; the table then\n"
      "goes to the standard error.";
  for (const report_format& format : report_formats)
    text += std::string("\n") + format.name + "=FILE: " + format.words;
  return text + "\ngithub: annotations, and the summary of this step of GitHub Actions";
}

/// The files of all reports, opened before a run so that one that cannot be written is found before the work.
class report_files {
 public:
  /// Throws io_error for what cannot be written, usage_error for two reports on the standard output and for
  /// `github` outside of GitHub Actions.
  explicit report_files(const std::vector<report_request>& requests) {
    int on_standard_output = 0;
    for (const report_request& request : requests) {
      one report{request.format, std::nullopt, std::nullopt};
      if (!request.format)
        report.summary.emplace();
      else if (!request.to_standard_output())
        report.file.emplace(request.path, output_file::mode::replace);
      else if (++on_standard_output > 1)
        throw usage_error("--report: only one report can go to the standard output");
      reports_.push_back(std::move(report));
    }
  }

  /// Writes all of them, also when one fails; then throws what the first failure threw.
  void write(const report_input& input) {
    std::exception_ptr first;
    for (one& report : reports_) try {
        write(report, input);
      } catch (const std::exception&) {
        if (!first) first = std::current_exception();
      }
    if (first) std::rethrow_exception(first);
  }

 private:
  struct one {
    const report_format* format;
    std::optional<output_file> file;
    std::optional<github_summary> summary;
  };

  static void write(one& report, const report_input& input) {
    if (report.summary) {
      const char* workspace = std::getenv("GITHUB_WORKSPACE");
      print(github_annotations(input, workspace ? workspace : ""));
      report.summary->write(input);
    } else if (report.file) {
      report.file->write(report.format->write(input));
    } else {
      print(report.format->write(input));
    }
  }
  static void print(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
      throw io_error("cannot write to the standard output");
  }

  std::vector<one> reports_;
};

}  // namespace assay
