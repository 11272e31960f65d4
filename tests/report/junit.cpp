// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/junit.hpp"

#include <limits>
#include <string>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;
using support::has;
using support::record_with;

namespace {

report_input input_of(std::vector<record> records, exit_code code) {
  report_input input;
  input.records = std::move(records);
  input.code = code;
  return input;
}
bool is_red(const std::string& xml) { return has(xml, "<failure") || has(xml, "<error"); }

}  // namespace

TEST_CASE("a run that passes is green, any other is red", "[report]") {
  for (const exit_code code :
       {exit_code::pass, exit_code::gate_not_met, exit_code::verification_failed, exit_code::inconclusive,
        exit_code::no_baseline, exit_code::nothing_measured}) {
    CAPTURE(to_string(code));
    CHECK(is_red(to_junit(input_of({full_record()}, code))) == (code != exit_code::pass));
    CHECK(is_red(to_junit(input_of({}, code))) == (code != exit_code::pass));
  }
}

TEST_CASE("wrong is a failure, broken and undecided an error", "[report]") {
  const auto of = [](outcome what, candidate_role role = candidate_role::candidate) {
    return to_junit(input_of({record_with(what, role)}, exit_code::verification_failed));
  };
  for (const outcome what : {outcome::wrong, outcome::invalid})
    CHECK(has(of(what), "failures=\"1\" errors=\"0\""));
  for (const outcome what : {outcome::failed, outcome::suspect, outcome::unverifiable})
    CHECK(has(of(what), "failures=\"0\" errors=\"1\""));
  CHECK(has(of(outcome::correct, candidate_role::counterexample), "type=\"not caught\""));
  CHECK(has(of(outcome::wrong), "replay: --replay"));
  CHECK(has(of(outcome::wrong), "declared at saxpy.cpp:42"));
}

TEST_CASE("a regression fails, what cannot be compared is skipped", "[report]") {
  report_input input = input_of({full_record(), full_record(), full_record()}, exit_code::gate_not_met);
  input.compared_with = "stored baseline";
  input.comparisons.push_back({0, {}, judged_change{change::slower, "7 % slower"}, ""});
  input.comparisons.push_back({1, {}, judged_change{change::faster, "7 % faster"}, ""});
  input.comparisons.push_back({2, {}, {}, "of another GPU"});
  const std::string xml = to_junit(input);
  CHECK(
      has(xml, "<testsuite name=\"stored baseline\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""));
  CHECK(has(xml, "<failure message=\"7 % slower\" type=\"regression\">"));
  CHECK(has(xml, "<skipped message=\"of another GPU\"/>"));
}

TEST_CASE("each gate is a test", "[report]") {
  report_input input = input_of({full_record()}, exit_code::gate_not_met);
  for (const gate_answer answer : {gate_answer::met, gate_answer::not_met, gate_answer::inconclusive}) {
    gate_result g;
    g.condition.text = "sol>=0.8";
    g.answer = answer;
    g.reason = "because";
    input.gates.push_back(g);
  }
  CHECK(has(to_junit(input),
            "<testsuite name=\"gates\" tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\""));
}

TEST_CASE("256 failures are 256", "[report]") {
  report_input input = input_of({}, exit_code::verification_failed);
  for (int i = 0; i < 256; ++i) input.records.push_back(record_with(outcome::wrong));
  CHECK(has(to_junit(input), "<testsuites name=\"assay\" tests=\"256\" failures=\"256\""));
}

TEST_CASE("times are in full, however long", "[report]") {
  record r = full_record();
  for (const double seconds : {0x1p100, std::numeric_limits<double>::max()}) {
    r.time->wall_seconds = seconds;
    const std::string xml = to_junit(input_of({r}, exit_code::pass));
    const std::size_t at = xml.rfind(" time=\"") + 7;
    CHECK(std::stod(xml.substr(at)) == seconds);
    CHECK(xml.substr(xml.find('"', at) - 7, 7) == ".000000");
  }
}
