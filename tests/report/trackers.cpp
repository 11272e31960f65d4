// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <set>
#include <string>

#include "assay/report/bmf.hpp"
#include "assay/report/smaller_is_better.hpp"
#include "support/catch.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;

TEST_CASE("BMF has latency in ns with its interval, and ratios", "[report]") {
  report_input input;
  input.records = {full_record()};
  const json benchmark = to_bmf(input)["saxpy/n:65536/T:fp32/fast"];
  CHECK(benchmark["latency"]["value"] == Approx(1000.0));
  CHECK(benchmark["latency"]["lower_value"] == Approx(500.0));
  CHECK(benchmark["latency"]["upper_value"] == Approx(1500.0));
  CHECK(benchmark["sol"]["value"] == Approx(0.5));
  CHECK(benchmark["sol"]["lower_value"] == Approx(1.0 / 3));
  CHECK(benchmark["sol"]["upper_value"] == Approx(1.0));
  CHECK(benchmark["speedup"]["value"] == 2.0);
}

TEST_CASE("BMF's names are at most 1024 long and stay apart", "[report]") {
  report_input input;
  for (const char* end : {"a", "b"}) {
    record r = full_record();
    r.candidate = std::string(2000, 'x') + end;
    input.records.push_back(r);
    r.candidate = std::string(1011, 'x') + "\U0001F680\U0001F680" + end;
    input.records.push_back(r);
  }
  const json document = to_bmf(input);
  CHECK(document.size() == 4);
  for (const auto& [name, measures] : document.items()) CHECK(name.size() <= 1024);
  CHECK(json::parse(to_text(document)) == document);  // no character was cut in two
}

TEST_CASE("BMF leaves out what is no number", "[report]") {
  report_input input;
  record r = full_record();
  r.speedup->value = std::numeric_limits<double>::quiet_NaN();
  r.time->net->lower = -std::numeric_limits<double>::infinity();
  input.records = {r};
  const json benchmark = to_bmf(input)["saxpy/n:65536/T:fp32/fast"];
  CHECK_FALSE(benchmark.contains("speedup"));
  CHECK_FALSE(benchmark["latency"].contains("lower_value"));
}

TEST_CASE("customSmallerIsBetter has a value in ns and the interval in words", "[report]") {
  report_input input;
  input.records = {full_record()};
  const json entry = to_smaller_is_better(input).at(0);
  CHECK(entry["name"] == "saxpy/n:65536/T:fp32/fast");
  CHECK(entry["unit"] == "ns");
  CHECK(entry["value"] == Approx(1000.0));
  CHECK(entry["range"] == "± 500");
  CHECK(entry["extra"] ==
        "correct\n50.0% of the speed of light\nspeedup 2.00x [1.50, 2.50]\nthrottled, loose-bound, 1 trials "
        "skipped");
  CHECK(to_smaller_is_better({}) == json::array());
}
