// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/time_rows.hpp"

#include <limits>

#include "support/catch.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;
using support::record_with;

TEST_CASE("a row's name says problem, axes and candidate", "[report]") {
  CHECK(row_name(full_record()) == "saxpy/n:65536/T:fp32/fast");
}

TEST_CASE("a name that would be double gets backend and device, then a number", "[report]") {
  record other = full_record(), again = full_record();
  other.device = "another";
  const std::vector<std::string> names =
      row_names({full_record(), other, again, record_with(outcome::correct)});
  CHECK(names == std::vector<std::string>{"saxpy/n:65536/T:fp32/fast (host, some CPU)",
                                          "saxpy/n:65536/T:fp32/fast (host, another)",
                                          "saxpy/n:65536/T:fp32/fast (host, some CPU) #2",
                                          "saxpy/n:65536/fast"});
}

TEST_CASE("a tracker of times sees times only", "[report]") {
  report_input input;
  record wrong = full_record(), zero = full_record(), never = full_record(), nan = full_record();
  wrong.verdict.outcome = outcome::wrong;
  zero.time->net->median = 0.0;
  nan.time->net->median = std::numeric_limits<double>::quiet_NaN();
  never.time.reset();
  input.records = {full_record(), wrong, zero, nan, never};
  const time_rows rows = time_rows_of(input);
  REQUIRE(rows.rows.size() == 1);
  CHECK(rows.rows[0].of == &input.records[0]);
  CHECK(rows.left_out.size() == 4);
}
