// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/environment.hpp"
#include "assay/report/json.hpp"
#include "assay/report/output_file.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/runner.hpp"

namespace assay {

/// Appends one JSON line for each record as it is complete, after one for the environment, which also says
/// what the run is to measure. An interrupted run loses at most the line being written, and read_records()
/// tells what is missing.
class journal final : public run_observer {
 public:
  /// Throws io_error when the file cannot be written.
  journal(const std::string& path, environment where, const std::vector<plan_item>& plan = {})
      : file_(path, output_file::mode::append), environment_(std::move(where)), plan_(to_json(plan)) {
    if (ends_in_half_a_line(path)) file_.write("\n");
  }

  void on_device(const device_info& info, const ceilings&) override {
    environment_.devices.push_back(info);
    json object = to_json(environment_);
    if (!plan_.empty()) object["plan"] = std::exchange(plan_, json::array());  // once a run
    line(object);
  }
  void on_record(const record& r) override { line(to_json(r)); }

 private:
  /// As the journal of a run does that was killed while it wrote.
  static bool ends_in_half_a_line(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    return file && file.tellg() > 0 && file.seekg(-1, std::ios::end) && file.get() != '\n';
  }
  void line(const json& object) { file_.write(to_text(object) + "\n"); }

  output_file file_;
  environment environment_;
  json plan_;
};

}  // namespace assay
