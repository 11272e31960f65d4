// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/kernelbot.hpp"

#include <map>
#include <sstream>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;
using support::record_with;

namespace {

/// As KernelBot reads it: a line for each key.
std::map<std::string, std::string> keys(const report_input& input) {
  std::map<std::string, std::string> result;
  for (const std::string& line : support::lines_of(to_kernelbot(input))) {
    const std::size_t colon = line.find(": ");
    REQUIRE(colon != std::string::npos);
    result[line.substr(0, colon)] = line.substr(colon + 2);
  }
  return result;
}

}  // namespace

TEST_CASE("KernelBot's lines have the statistics of its own script", "[report]") {
  report_input input;
  input.records = {full_record()};
  const auto found = keys(input);
  CHECK(found.at("check") == "pass");
  CHECK(found.at("test-count") == "1");
  CHECK(found.at("test.0.status") == "pass");
  CHECK(found.at("test.0.spec") == "problem: saxpy; candidate: fast; n: 65536; T: fp32");
  CHECK(found.at("benchmark-count") == "1");
  CHECK(found.at("benchmark.0.runs") == "3");
  // 1.5, 2 and 2.5 µs, less 1 µs that the timer adds.
  CHECK(found.at("benchmark.0.mean") == "1000.000000");
  CHECK(found.at("benchmark.0.std") == "500.000000");
  CHECK(found.at("benchmark.0.err") == "288.675135");
  CHECK(found.at("benchmark.0.best") == "500.000000");
  CHECK(found.at("benchmark.0.worst") == "1500.000000");
}

TEST_CASE("KernelBot's check fails with any candidate, and takes no baseline for one", "[report]") {
  report_input input;
  input.records = {full_record(), record_with(outcome::wrong),
                   record_with(outcome::correct, candidate_role::baseline)};
  input.records[1].verdict.reason = "two\nlines";
  const auto found = keys(input);
  CHECK(found.at("check") == "fail");
  CHECK(found.at("test-count") == "2");
  CHECK(found.at("test.1.error") == "two\\nlines");
  CHECK(found.at("benchmark-count") == "1");
  CHECK(keys({}).at("check") == "fail");
}

TEST_CASE("what was not verified did not pass a test", "[report]") {
  report_input input;
  input.records = {full_record()};
  input.records[0].verdict.outcome = outcome::unchecked;
  auto found = keys(input);
  CHECK(found.at("test-count") == "0");
  CHECK(found.at("benchmark-count") == "1");
  CHECK(found.at("check") == "fail");
  input.records.push_back(full_record());
  found = keys(input);
  CHECK(found.at("test-count") == "1");
  CHECK(found.at("check") == "fail");
}
