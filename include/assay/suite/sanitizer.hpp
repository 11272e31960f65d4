// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/suite/child_process.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/replay.hpp"

namespace assay {

/// What compute-sanitizer wrote.
struct sanitizer_report {
  /// One kind of error at one place of one kernel.
  struct error {
    std::string
        what;  ///< "Invalid __global__ read of size 4 bytes, at k(float*)+0x90 in a.cu:7, by thread …"
    std::int64_t count = 1;
  };
  std::vector<error> errors;
  std::vector<std::string> warnings;  ///< hazards that racecheck does not call errors
  std::optional<std::int64_t> total;  ///< errors by its last line; absent when it did not get there
  std::string failure;                ///< what it says of itself when it could not work
};

/// Reads the text that compute-sanitizer writes into --log-file, of any of its tools. In there every line
/// begins with "========="; behind one blank begins a message, behind more its details. (Compute Sanitizer's
/// manual, "Understanding Memcheck Errors" and the examples of the other tools. Its --xml is younger, and
/// differs by version.)
[[nodiscard]] inline sanitizer_report parse_sanitizer_log(const std::string& text) {
  const std::string prefix = "=========";
  sanitizer_report report;
  std::string head, place, details;           // of the message at hand; empty head: it is none of interest
  std::map<std::string, std::size_t> places;  // of each error by its first two lines; a log may hold many
  const auto finish = [&] {
    if (head.empty()) return;
    const std::string key = head + (place.empty() ? "" : ", " + place);
    if (head.starts_with("Warning:")) {
      report.warnings.push_back(key + details);
    } else {
      const auto [known, added] = places.try_emplace(key, report.errors.size());
      if (added)
        report.errors.push_back({key + details});
      else
        ++report.errors[known->second].count;
    }
    head.clear();
  };
  std::istringstream lines(text);
  bool skipping = false;  // what follows is a backtrace
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(prefix)) continue;
    line.erase(0, prefix.size());
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const std::size_t indent = line.find_first_not_of(' ');
    line.erase(0, indent);
    if (line.back() == '\r') line.pop_back();
    if (indent > 1) {
      skipping = skipping || line.starts_with("Saved host backtrace") || line.starts_with("Device Frame") ||
                 line.starts_with("Host Frame");
      if (head.empty() || skipping) continue;
      if (place.empty())
        place = line;
      else
        details += ", " + line;
      continue;
    }
    finish();
    place.clear();
    details.clear();
    skipping = false;
    if (const std::size_t at = line.find("ERROR SUMMARY: "); at == 0) {
      if (!report.total) report.total = std::strtoll(line.c_str() + 15, nullptr, 10);
    } else if (line.starts_with("RACECHECK SUMMARY: ")) {
      const std::size_t errors = line.find('(');
      if (!report.total && errors != std::string::npos)
        report.total = std::strtoll(line.c_str() + errors + 1, nullptr, 10);
    } else if (line.starts_with("Error: Race reported") || line.starts_with("Warning: Race reported")) {
      head = line;
    } else if (line.starts_with("Error: ") || line.starts_with("Internal Sanitizer Error")) {
      if (report.failure.empty()) report.failure = line;
    } else if (!line.starts_with("COMPUTE-SANITIZER") && !line.starts_with("Target application") &&
               !line.starts_with("Program hit") && !line.starts_with("Warning") &&
               !line.starts_with("LEAK SUMMARY") && !line.starts_with("The application")) {
      head = line;
    }
  }
  finish();
  return report;
}

/// Repeats records under NVIDIA's compute-sanitizer, in a process of its own: this same program with the
/// arguments that replay the record, verification only, each tensor an allocation of its own so that the tool
/// knows where it ends. Memory that assay poisons counts as written: initcheck sees only what a candidate
/// allocates itself.
class sanitizer {
 public:
  static constexpr const char* program_name = "compute-sanitizer";

  /// `tools`: of "memcheck", "racecheck", "initcheck", "synccheck". `timeout`: s for each run. `program`:
  /// what is run; this executable. Throws usage_error when compute-sanitizer is not on PATH.
  explicit sanitizer(std::vector<std::string> tools, double timeout = 300.0,
                     std::string program = this_program())
      : tools_(std::move(tools)),
        timeout_(timeout),
        program_(std::move(program)),
        executable_(find_on_path(program_name)) {
    if (executable_.empty())
      throw usage_error(
          "--sanitize: compute-sanitizer was not found on PATH; it comes with the CUDA toolkit");
  }

  /// Runs the tools over what the record tells of. Errors become findings and make a record that was correct
  /// invalid; that a tool did not work is a warning.
  void check(record& r) const {
    for (const std::string& tool : tools_) check(r, tool);
  }

 private:
  void check(record& r, const std::string& tool) const {
    const std::string name = std::string(program_name) + " " + tool;
    const auto failed = [&](const std::string& why) {
      r.findings.push_back({"no-sanitizer", severity::warning, name + ": " + why});
    };
    if (r.backend != "cuda") return failed("it is for CUDA, and this is " + r.backend);
    const tool_run run = run_tool(
        {executable_, "--tool", tool, "--report-api-errors", "no", "--print-limit", "1000"}, "--log-file",
        program_, r.replay + " --no-isolate --separate-allocations --quiet --color never", timeout_);
    if (!run.end) return failed(run.why_not);
    const sanitizer_report report = parse_sanitizer_log(run.log);
    for (const sanitizer_report::error& e : report.errors)
      blame(r, tool,
            name + ": " + e.what +
                (e.count > 1 ? ", and " + std::to_string(e.count - 1) + " more like it" : ""));
    for (const std::string& warning : report.warnings)
      r.findings.push_back({"sanitizer", severity::warning, name + ": " + warning});
    if (report.errors.empty() && report.total.value_or(0) > 0)
      blame(r, tool,
            name + ": " + std::to_string(*report.total) + " errors, in words that assay cannot read");
    if (!run.end->in_time)
      failed("stopped after " + std::to_string(static_cast<long>(timeout_)) + " s");
    else if (!report.failure.empty())
      failed(report.failure);
    else if (!report.total)
      failed("it came to no result (" + run.end->how() +
             (run.last_words.empty() ? "" : ": " + run.last_words) + ")");
    else if (report.errors.empty() && report.total == 0)
      r.findings.push_back({"sanitizer", severity::note, name + ": no errors"});
  }

  static void blame(record& r, const std::string& tool, const std::string& message) {
    r.findings.push_back({"sanitizer", severity::error, message});
    if (r.verdict.outcome != outcome::correct) return;
    r.verdict.outcome = outcome::invalid;
    r.verdict.reason = message;
    r.replay += " --sanitize=" + tool;
  }

  std::vector<std::string> tools_;
  double timeout_;
  std::string program_, executable_;
};

}  // namespace assay
