// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <set>
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

/// A format of reports. Its option is its name: --html FILE.
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

/// One report: what to write and where.
struct report_request {
  const report_format* format = nullptr;  ///< null for GitHub Actions, which has places of its own
  std::string path;                       ///< "-" for the standard output
};

/// The files of all reports, opened before a run so that one that cannot be written is found before the work.
/// What they hold is kept until there is something to replace it.
class report_files {
 public:
  /// Throws io_error for what cannot be written, usage_error for two reports in one file and for --github
  /// outside of GitHub Actions.
  explicit report_files(const std::vector<report_request>& requests) {
    std::set<std::string> paths;
    for (const report_request& request : requests) {
      if (request.format && !paths.insert(request.path).second)
        throw usage_error(std::string("--") + request.format->name + " " + request.path +
                          ": another report goes to the same file");
      one report{request.format, std::nullopt, std::nullopt};
      if (!request.format)
        report.summary.emplace();
      else if (request.path == "-")
        report.file.emplace(output_file::standard_output());
      else
        report.file.emplace(request.path, output_file::mode::keep);
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
    if (report.file) {
      report.file->rewrite(report.format->write(input));
      return;
    }
    const char* workspace = std::getenv("GITHUB_WORKSPACE");
    std::fputs(github_annotations(input, workspace ? workspace : "").c_str(), stdout);
    report.summary->write(input);
  }

  std::vector<one> reports_;
};

}  // namespace assay
