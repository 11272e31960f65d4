// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/json_document.hpp"

#include "support/catch.hpp"
#include "support/records.hpp"

using namespace assay;

TEST_CASE("the document has everything that the run left", "[report]") {
  report_input input;
  input.environments.emplace_back().system = "some system";
  input.records = {support::full_record(), support::record_with(outcome::wrong)};
  input.planned = 3;
  input.executed = 2;
  input.no_device = {"no CUDA device"};
  input.missing = {"a case"};
  input.lost = "the device was lost";
  input.code = exit_code::verification_failed;
  gate_result g;
  g.condition.text = "sol>=0.8";
  g.answer = gate_answer::not_met;
  g.reason = "because";
  input.gates = {g};
  input.comparisons.push_back(
      {0, paired_ratio{0.9, 0.89, 0.91, 0.95, 12}, judged_change{change::slower, "slower"}, ""});
  input.comparisons.push_back({1, {}, {}, "of another GPU", true});
  const json document = json::parse(to_text(to_json(input), 2));
  CHECK(document["schema"] == json_schema);
  CHECK(document["environments"][0]["system"] == "some system");
  REQUIRE(document["records"].size() == 2);
  CHECK(document["records"][0] == to_json(support::full_record()));
  CHECK(document["scores"]["all"]["cases"] == 2);
  CHECK(document["planned"] == 3);
  CHECK(document["executed"] == 2);
  CHECK(document["exit_code"] == 3);
  CHECK(document["gates"] ==
        json::array({{{"condition", "sol>=0.8"}, {"answer", "not met"}, {"reason", "because"}}}));
  CHECK(document["comparisons"][0]["answer"] == "slower");
  CHECK(document["comparisons"][0]["ratio"]["lower"] == 0.89);
  CHECK(document["comparisons"][1]["answer"] == "not comparable");
  CHECK(document["comparisons"][1]["foreign"] == true);
  CHECK(document["no_device"] == json::array({"no CUDA device"}));
  CHECK(document["missing"] == json::array({"a case"}));
  CHECK(document["lost"] == "the device was lost");
}

TEST_CASE("the document of an uneventful run has no keys for what did not happen", "[report]") {
  report_input input;
  input.records = {support::record_with(outcome::correct)};
  for (const char* key : {"gates", "comparisons", "missing", "no_device", "lost"}) {
    CAPTURE(key);
    CHECK_FALSE(to_json(input).contains(key));
  }
  CHECK(to_json(report_input{})["records"] == json::array());
}
