// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/samples_file.hpp"

#include <string>

#include "assay/core/error.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/records.hpp"

TEST_CASE("a samples file has every sample, in the order taken", "[report]") {
  const support::temporary_folder folder;
  const std::string path = folder / "samples.csv";
  assay::record r = support::full_record();
  r.device_id = "GPU-3";
  r.candidate = "the \"fast\" one, really";
  r.time->sample_times = {0.0, 0.001, 0.002};
  r.time->outliers = {2};
  {
    assay::samples_file file(path);
    file.on_record(r);
    file.on_record(support::record_with(assay::outcome::wrong));  // has no time
  }
  CHECK(support::contents(path) ==
        "backend,device_id,problem,case,candidate,sample,round,begin_s,raw_s,outlier\n"
        "\"host\",\"GPU-3\",\"saxpy\",\"n=65536 T=fp32\",\"the \"\"fast\"\" one, "
        "really\",0,0,0.000000000,1.5e-06,0\n"
        "\"host\",\"GPU-3\",\"saxpy\",\"n=65536 T=fp32\",\"the \"\"fast\"\" one, "
        "really\",1,1,0.001000000,2e-06,0\n"
        "\"host\",\"GPU-3\",\"saxpy\",\"n=65536 T=fp32\",\"the \"\"fast\"\" one, "
        "really\",2,2,0.002000000,2.5e-06,1\n");
}

TEST_CASE("a samples file that cannot be written is refused before the run", "[report]") {
  CHECK_THROWS_AS(assay::samples_file("/nowhere/samples.csv"), assay::io_error);
}
