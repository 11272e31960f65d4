// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include "assay/report/csv.hpp"
#include "assay/report/output_file.hpp"
#include "assay/suite/run_observer.hpp"

namespace assay {

/// Writes every sample behind a record as a line of CSV, in the order taken, none left out. `begin_s` is when
/// the sample began, after the measurement of its case did; `raw_s` is what the events said, of one launch;
/// `outlier` is 0 or 1.
class samples_file final : public run_observer {
 public:
  explicit samples_file(const std::string& path) : file_(path, output_file::mode::replace) {
    file_.write("backend,device_id,problem,case,candidate,sample,round,begin_s,raw_s,outlier\n");
  }

  void on_record(const record& r) override {
    if (!r.time) return;
    const measurement& m = *r.time;
    std::vector<bool> outlier(m.samples.size());
    for (const std::size_t i : m.outliers) outlier[i] = true;
    std::string head;
    for (const std::string& name : {r.backend, r.device_id, r.problem, to_string(r.axes), r.candidate})
      head += csv_quoted(name) + ",";
    std::string lines;
    for (std::size_t i = 0; i < m.samples.size(); ++i) {
      char text[96];
      std::snprintf(text, sizeof text, "%zu,%d,%.9f,%.9g,%d\n", i, m.rounds[i], m.sample_times[i],
                    m.samples[i], outlier[i] ? 1 : 0);
      lines += head + text;
    }
    file_.write(lines);
  }

 private:
  output_file file_;
};

}  // namespace assay
