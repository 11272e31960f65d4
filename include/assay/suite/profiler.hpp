// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sstream>
#include <string>
#include <utility>

#include "assay/core/error.hpp"
#include "assay/suite/child_process.hpp"
#include "assay/suite/ncu_csv.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// Counts what a record's candidate does, with NVIDIA's ncu, in a process of its own: this same program with
/// the arguments that replay the record, and --profile. Clocks are left as they are: ncu would lock them to
/// the base clock.
class profiler {
 public:
  static constexpr const char* program_name = "ncu";

  /// `timeout`: s for each run. `program`: what is run; this executable. Throws usage_error when ncu is not
  /// on PATH.
  explicit profiler(double timeout = 300.0, std::string program = this_program())
      : timeout_(timeout), program_(std::move(program)), executable_(find_on_path(program_name)) {
    if (executable_.empty())
      throw usage_error("--ncu: ncu was not found on PATH; it comes with the CUDA toolkit (Nsight Compute)");
  }

  /// Adds the profile to a record; where there is none, the finding says why.
  void profile(record& r) const {
    const auto failed = [&](const std::string& why) {
      r.findings.push_back({"no-profile", severity::warning, std::string("ncu: ") + why});
    };
    if (r.backend != "cuda") return failed("it is for CUDA, and this is " + r.backend);
    const tool_run run =
        run_tool({executable_, "--clock-control", "none", "--profile-from-start", "off", "--csv", "--page",
                  "raw", "--print-units", "base", "--metrics", ncu_metrics::all()},
                 "--log-file", program_, r.replay + " --profile --quiet --color never", timeout_);
    if (!run.end) return failed(run.why_not);
    if (run.log.find("ERR_NVGPUCTRPERM") != std::string::npos ||
        run.last_words.find("ERR_NVGPUCTRPERM") != std::string::npos)
      return failed(
          "this user may not read the GPU's counters (ERR_NVGPUCTRPERM): run as root, or let an "
          "administrator "
          "load the driver with NVreg_RestrictProfilingToAdminUsers=0");
    if (!run.end->in_time)
      return failed("stopped after " + std::to_string(static_cast<long>(timeout_)) + " s");
    try {
      r.profile = parse_ncu_csv(run.log);
    } catch (const error& e) {
      const std::string words = complaint(run.log);
      failed(std::string(e.what()) + " (" + run.end->how() + (words.empty() ? "" : "; " + words) +
             (run.last_words.empty() ? "" : "; " + run.last_words) + ")");
    }
  }

 private:
  /// The first error or warning in what ncu wrote.
  static std::string complaint(const std::string& log) {
    std::istringstream lines(log);
    std::string first;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("==ERROR==")) return line.substr(0, 500);
      if (first.empty() && line.starts_with("==WARNING==")) first = line.substr(0, 500);
    }
    return first;
  }

  double timeout_;
  std::string program_, executable_;
};

}  // namespace assay
