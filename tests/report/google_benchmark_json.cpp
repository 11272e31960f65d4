// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/google_benchmark_json.hpp"

#include <limits>

#include "support/catch.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;

TEST_CASE("a row has the time twice, in ns, and figures as counters", "[report]") {
  report_input input;
  input.records = {full_record()};
  const json row = to_google_benchmark_json(input)["benchmarks"].at(0);
  CHECK(row["name"] == "saxpy/n:65536/T:fp32/fast");
  CHECK(row["real_time"] == Approx(1000.0));
  CHECK(row["cpu_time"] == row["real_time"]);
  CHECK(row["time_unit"] == "ns");
  CHECK(row["run_type"] == "iteration");
  CHECK(row["time_lower"] == Approx(500.0));
  CHECK(row["sol"] == Approx(0.5));
  CHECK(row["speedup"] == 2.0);
  CHECK(row["label"] == "throttled, loose-bound, 1 trials skipped");
}

TEST_CASE("what strict readers ask of the context is there, without a host's name", "[report]") {
  report_input input;
  input.environments.emplace_back().devices.emplace_back().name = "NVIDIA H200";
  const json context = to_google_benchmark_json(input)["context"];
  for (const char* key : {"date", "host_name", "executable", "caches", "load_avg", "library_build_type",
                          "json_schema_version"}) {
    CAPTURE(key);
    CHECK(context.contains(key));
  }
  CHECK(context["host_name"] == "NVIDIA H200");
  CHECK_FALSE(context.contains("num_cpus"));  // it did not say
}

TEST_CASE("a wrong candidate is no row, and is told of", "[report]") {
  report_input input;
  record r = full_record();
  r.verdict.outcome = outcome::wrong;
  input.records = {r};
  const json document = to_google_benchmark_json(input);
  CHECK(document["benchmarks"].empty());
  CHECK(document["context"]["assay_left_out"] == json::array({"saxpy/n:65536/T:fp32/fast: wrong"}));
}

TEST_CASE("a counter that is no number is left out", "[report]") {
  report_input input;
  record r = full_record();
  r.speedup->value = std::numeric_limits<double>::quiet_NaN();
  r.time->net->upper = std::numeric_limits<double>::infinity();
  input.records = {r};
  const json row = to_google_benchmark_json(input)["benchmarks"].at(0);
  CHECK_FALSE(row.contains("speedup"));
  CHECK_FALSE(row.contains("time_upper"));
}
