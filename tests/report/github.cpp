// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/github.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::environment_variable;
using support::has;
using support::lines_of;
using support::record_with;

namespace {

report_input failing(int records) {
  report_input input;
  for (int i = 0; i < records; ++i) input.records.push_back(record_with(outcome::wrong));
  input.code = exit_code::verification_failed;
  return input;
}

}  // namespace

TEST_CASE("an annotation names file, line and what is wrong", "[report]") {
  report_input input = failing(1);
  input.records[0].file = "/checkout/kernels/a,b:c.cu";
  input.records[0].verdict.reason = "50% wrong\r\n::error::not a command";
  CHECK(github_annotations(input, "/checkout") ==
        "::error file=kernels/a%2Cb%3Ac.cu,line=42,title=saxpy n=65536%2C fast%3A wrong::50%25 "
        "wrong%0D%0A::error::not a command\n");
  CHECK(has(github_annotations(input, "/check"), "file=/checkout/kernels"));
  CHECK(lines_of(github_annotations(input, "")).size() == 1);
}

TEST_CASE("ten annotations of a level, the last of which counts the rest", "[report]") {
  CHECK(lines_of(github_annotations(failing(10), "")).size() == 10);
  const std::vector<std::string> lines = lines_of(github_annotations(failing(256), ""));
  REQUIRE(lines.size() == 10);
  CHECK(has(lines.back(), "247 more"));
}

TEST_CASE("a run that passes has no annotations, any other has at least one", "[report]") {
  report_input input;
  input.records = {record_with(outcome::correct)};
  CHECK(github_annotations(input, "").empty());
  input.code = exit_code::no_baseline;
  CHECK(has(github_annotations(input, ""), "::error title=assay::baseline missing"));
}

TEST_CASE("what is undecided is a warning", "[report]") {
  report_input input;
  input.records = {record_with(outcome::unverifiable)};
  input.code = exit_code::inconclusive;
  CHECK(has(github_annotations(input, ""), "::warning file=saxpy.cpp,line=42,"));
}

TEST_CASE("an annotation says what a candidate is beside what it is compared with", "[report]") {
  report_input input;
  input.records = {record_with(outcome::correct)};
  input.compared_with = "stored baseline";
  stored_comparison compared;
  compared.answer = judged_change{change::slower, "it took 5 % longer"};
  input.comparisons = {compared};
  const std::string slower = github_annotations(input, "");
  CHECK(has(slower, "::error "));
  CHECK(has(slower, "slower than the stored baseline::it took 5 %25 longer"));
  input.comparisons[0].answer->kind = change::inconclusive;
  const std::string undecided = github_annotations(input, "");
  CHECK(has(undecided, "::warning "));
  CHECK(has(undecided, "inconclusive against the stored baseline"));
}

TEST_CASE("the summary is appended, and keeps to what a step may hold", "[report]") {
  const support::temporary_folder folder;
  const environment_variable path("GITHUB_STEP_SUMMARY", (folder / "summary").c_str());
  {
    output_file before(folder / "summary", output_file::mode::replace);
    before.write("before\n");
    github_summary().write(failing(3));
  }
  CHECK(has(support::contents(folder / "summary"), "before\n## assay: verification failed"));
  github_summary().write(failing(9000));
  const std::string text = support::contents(folder / "summary");
  CHECK(text.size() <= github_summary_limit);
  CHECK(text.size() > github_summary_limit / 2);
  CHECK(has(text, "more entries are left out"));
  for (int i = 0; i < 3; ++i) github_summary().write(failing(9000));
  CHECK(support::contents(folder / "summary").size() <= github_summary_limit);
}

TEST_CASE("outside of GitHub Actions there is no summary to write", "[report]") {
  for (const char* value : {static_cast<const char*>(nullptr), ""}) {
    const environment_variable path("GITHUB_STEP_SUMMARY", value);
    CHECK(has(support::message_of<usage_error>([] { github_summary summary; }),
              "GITHUB_STEP_SUMMARY is not set"));
  }
}
