// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/csv.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/records.hpp"

using namespace assay;

TEST_CASE("a line of CSV has a cell for each column, empty where there is no figure", "[report]") {
  report_input input;
  input.records = {support::full_record(), support::record_with(outcome::wrong)};
  const std::vector<std::string> lines = support::lines_of(to_csv(input));
  REQUIRE(lines.size() == 3);
  const auto commas = [](const std::string& line) {
    bool quoted = false;
    int count = 0;
    for (const char c : line) {
      quoted = quoted != (c == '"');
      count += c == ',' && !quoted;
    }
    return count;
  };
  CHECK(commas(lines[1]) == commas(lines[0]));
  CHECK(commas(lines[2]) == commas(lines[0]));
  CHECK(lines[2].find("\"a reason\",,,,,,") != std::string::npos);
}

TEST_CASE("a raw time is told from a net one by the cell that is empty", "[report]") {
  report_input input;
  input.records = {support::full_record(), support::full_record()};
  input.records[1].time->net.reset();
  input.records[1].time->cupti.reset();
  const std::vector<std::string> lines = support::lines_of(to_csv(input));
  CHECK(lines[0].find(",time_s,time_lower_s,time_upper_s,raw_s,net_s,cupti_s,cycles,joules,") !=
        std::string::npos);
  CHECK(lines[1].find(",1e-06,5e-07,1.5e-06,2e-06,1e-06,1.1e-06,1500,0.25,") != std::string::npos);
  CHECK(lines[2].find(",2e-06,1.5e-06,2.5e-06,2e-06,,,3000,0.25,") != std::string::npos);
}

TEST_CASE("quotes are doubled, and a file is UTF-8 whatever names are", "[report]") {
  CHECK(csv_quoted("a\"b,\nc") == "\"a\"\"b,\nc\"");
  CHECK(csv_quoted("wrong\x9b, \u00D7") == "\"wrong\uFFFD, \u00D7\"");
}
