// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/program.hpp"

#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::captured;
using support::full_record;
using support::has;
using support::record_with;

namespace {

constexpr outcome every_outcome[] = {outcome::correct,  outcome::wrong,   outcome::failed,
                                     outcome::invalid,  outcome::suspect, outcome::unverifiable,
                                     outcome::unchecked};

exit_code code_of(outcome what, candidate_role role = candidate_role::candidate) {
  return judge_records({record_with(what, role)});
}

/// The exit code of a run with these records and these answers of gates, and what it printed.
struct conclusion {
  exit_code code;
  std::string out;
};
conclusion concluded(report_input input, const std::vector<gate_answer>& answers = {}) {
  for (const gate_answer answer : answers) {
    gate_result g;
    g.condition.text = "sol>=0.8";
    g.answer = answer;
    g.reason = "because";
    input.gates.push_back(g);
  }
  const support::written text = captured([&] { conclude(input); });
  return {judge_run(input), text.out};
}
report_input result_of(std::vector<record> records) {
  report_input result;
  result.environments.emplace_back();
  result.planned = result.executed = records.size();
  result.records = std::move(records);
  return result;
}

}  // namespace

TEST_CASE("the verdict on a candidate gives the exit code", "[report]") {
  for (const candidate_role role : {candidate_role::candidate, candidate_role::baseline}) {
    CHECK(code_of(outcome::correct, role) == exit_code::pass);
    CHECK(code_of(outcome::wrong, role) == exit_code::verification_failed);
    CHECK(code_of(outcome::failed, role) == exit_code::verification_failed);
    CHECK(code_of(outcome::invalid, role) == exit_code::verification_failed);
    CHECK(code_of(outcome::suspect, role) == exit_code::inconclusive);
    CHECK(code_of(outcome::unverifiable, role) == exit_code::inconclusive);
    CHECK(code_of(outcome::unchecked, role) == exit_code::pass);
  }
}

TEST_CASE("a counterexample must be rejected by verification", "[report]") {
  constexpr candidate_role role = candidate_role::counterexample;
  CHECK(code_of(outcome::wrong, role) == exit_code::pass);
  CHECK(code_of(outcome::invalid, role) == exit_code::pass);
  CHECK(code_of(outcome::unchecked, role) == exit_code::pass);
  CHECK(code_of(outcome::correct, role) == exit_code::verification_failed);
  CHECK(code_of(outcome::failed, role) == exit_code::verification_failed);
}

TEST_CASE("a counterexample that nothing could judge leaves the run inconclusive", "[report]") {
  CHECK(code_of(outcome::unverifiable, candidate_role::counterexample) == exit_code::inconclusive);
  CHECK(code_of(outcome::suspect, candidate_role::counterexample) == exit_code::inconclusive);
}

TEST_CASE("the worst record decides, in any order", "[report]") {
  for (const outcome first : every_outcome)
    for (const outcome second : every_outcome) {
      const exit_code both = judge_records({record_with(first), record_with(second)});
      const exit_code one = code_of(first), other = code_of(second);
      const exit_code expected =
          one == exit_code::verification_failed || other == exit_code::verification_failed
              ? exit_code::verification_failed
          : one == exit_code::inconclusive || other == exit_code::inconclusive ? exit_code::inconclusive
                                                                               : exit_code::pass;
      CAPTURE(to_string(first), to_string(second));
      CHECK(both == expected);
    }
}

TEST_CASE("exit codes are what CI relies on", "[report]") {
  CHECK(static_cast<int>(exit_code::pass) == 0);
  CHECK(static_cast<int>(exit_code::gate_not_met) == 1);
  CHECK(static_cast<int>(exit_code::usage) == 2);
  CHECK(static_cast<int>(exit_code::verification_failed) == 3);
  CHECK(static_cast<int>(exit_code::inconclusive) == 4);
  CHECK(static_cast<int>(exit_code::no_baseline) == 5);
  CHECK(static_cast<int>(exit_code::nothing_measured) == 6);
}

TEST_CASE("the conclusion weighs records before gates, and what is not met before what is not known",
          "[report]") {
  using answer = gate_answer;
  const report_input right = result_of({record_with(outcome::correct)});
  const report_input wrong = result_of({record_with(outcome::correct), record_with(outcome::wrong)});
  const report_input unknown = result_of({record_with(outcome::unverifiable)});
  CHECK(concluded(right).code == exit_code::pass);
  CHECK(concluded(right, {answer::met}).code == exit_code::pass);
  CHECK(concluded(right, {answer::not_met}).code == exit_code::gate_not_met);
  CHECK(concluded(right, {answer::inconclusive}).code == exit_code::inconclusive);
  CHECK(concluded(right, {answer::inconclusive, answer::not_met}).code == exit_code::gate_not_met);
  CHECK(concluded(right, {answer::not_met, answer::inconclusive}).code == exit_code::gate_not_met);
  CHECK(concluded(right, {answer::met, answer::inconclusive}).code == exit_code::inconclusive);
  CHECK(concluded(wrong).code == exit_code::verification_failed);
  CHECK(concluded(wrong, {answer::not_met}).code == exit_code::verification_failed);
  CHECK(concluded(wrong, {answer::met}).code == exit_code::verification_failed);
  CHECK(concluded(unknown).code == exit_code::inconclusive);
  CHECK(concluded(unknown, {answer::met}).code == exit_code::inconclusive);
  CHECK(concluded(unknown, {answer::not_met}).code == exit_code::gate_not_met);
}

TEST_CASE("a backend without a device is a pass unless each is required to have one", "[report]") {
  report_input result = result_of({record_with(outcome::correct)});
  result.no_device = {"no CUDA device"};
  CHECK(judge_run(result) == exit_code::pass);
  result.devices_required = true;
  CHECK(judge_run(result) == exit_code::inconclusive);
  result.no_device.clear();
  CHECK(judge_run(result) == exit_code::pass);
}

TEST_CASE("nothing measured is no pass", "[report]") {
  const conclusion none = concluded({});
  CHECK(none.code == exit_code::nothing_measured);
  CHECK(has(none.out, "assay: nothing was measured"));
  CHECK(concluded({}, {gate_answer::met}).code == exit_code::nothing_measured);
}

TEST_CASE("a run that was cut short by a lost device is no pass", "[report]") {
  report_input result = result_of({record_with(outcome::correct)});
  result.planned = 2;
  result.lost = "the device was lost in saxpy";
  const conclusion end = concluded(result);
  CHECK(end.code == exit_code::verification_failed);
  CHECK(has(end.out, "assay: stopped: the device was lost in saxpy"));
  CHECK(has(end.out, "1 of 2 cases run"));
}

TEST_CASE("the last line counts cases, candidates and fast ones", "[report]") {
  record fast = full_record();
  record counterexample = record_with(outcome::wrong, candidate_role::counterexample, "broken");
  record baseline = record_with(outcome::correct, candidate_role::baseline, "slow");
  report_input result = result_of({fast, counterexample, baseline});
  result.planned = 5;
  result.executed = 4;
  const conclusion end = concluded(result);
  CHECK(end.out ==
        "\n4 of 5 cases run; 1 of 1 candidates correct; 16 fuzz trials; fast_1 100.0% (1 of 1); fast_2 0.00% "
        "(0 of 1)\n");
}

TEST_CASE("each gate is told with its reason", "[report]") {
  const conclusion end = concluded(result_of({record_with(outcome::correct)}),
                                   {gate_answer::met, gate_answer::not_met, gate_answer::inconclusive});
  CHECK(has(end.out, "gate sol>=0.8: met (because)\n"));
  CHECK(has(end.out, "gate sol>=0.8: not met (because)\n"));
  CHECK(has(end.out, "gate sol>=0.8: inconclusive (because)\n"));
}

TEST_CASE("a slower candidate is a gate that is not met, and a faster one is not", "[report]") {
  report_input input = result_of({record_with(outcome::correct)});
  const auto with = [&](change kind) {
    stored_comparison c;
    c.ratio = paired_ratio{0.5, 0.4, 0.6};
    c.answer = judged_change{kind, "because"};
    input.comparisons = {c};
    return concluded(input);
  };
  CHECK(with(change::slower).code == exit_code::gate_not_met);
  CHECK(has(with(change::slower).out, "saxpy n=65536, fast: slower 0.500x (because)\n"));
  CHECK(with(change::faster).code == exit_code::pass);
  CHECK(with(change::tied).code == exit_code::pass);
  CHECK(with(change::inconclusive).code == exit_code::inconclusive);
}

TEST_CASE("a foreign baseline is told, and outweighed by what is surely wrong", "[report]") {
  report_input input = result_of({record_with(outcome::correct)});
  stored_comparison c;
  c.foreign = true;
  c.reason = "baseline-foreign: ECC: yes there, no here";
  input.comparisons = {c};
  CHECK(concluded(input).code == exit_code::no_baseline);
  CHECK(has(concluded(input).out, "saxpy n=65536, fast: not comparable (baseline-foreign: ECC"));
  CHECK(concluded(input, {gate_answer::inconclusive}).code == exit_code::no_baseline);
  CHECK(concluded(input, {gate_answer::not_met}).code == exit_code::gate_not_met);
  input.records[0].verdict.outcome = outcome::wrong;
  CHECK(concluded(input).code == exit_code::verification_failed);
}

TEST_CASE("what is not in the baseline is counted, with the first", "[report]") {
  report_input input = result_of({record_with(outcome::correct), record_with(outcome::correct)});
  stored_comparison known, unknown;
  known.answer = judged_change{change::tied, "because"};
  unknown.record = 1;
  unknown.reason = "not in the baseline";
  input.comparisons = {known, unknown};
  CHECK(concluded(input).code == exit_code::pass);
  CHECK(has(concluded(input).out, "1 of 2 could not be compared (saxpy n=65536, fast: not in the baseline)"));
  input.comparisons = {unknown};
  CHECK(concluded(input).code == exit_code::no_baseline);
}

TEST_CASE("a comparison that was asked for and compared nothing is no pass", "[report]") {
  report_input input = result_of({record_with(outcome::correct, candidate_role::baseline)});
  CHECK(concluded(input).code == exit_code::pass);
  input.compared_with = "stored baseline";
  CHECK(concluded(input).code == exit_code::no_baseline);
  CHECK(has(concluded(input).out,
            "assay: nothing was compared: there is no time of a candidate that is right\n"));
  stored_comparison tied;
  tied.answer = judged_change{change::tied, "because"};
  input.comparisons = {tied};
  CHECK(concluded(input).code == exit_code::pass);
  CHECK_FALSE(has(concluded(input).out, "nothing was compared"));
  input.records.clear();
  input.empty_shard = true;  // has no part of the comparison
  CHECK(judge_run(input) == exit_code::pass);
}

namespace {

/// An engine whose fresh rounds are these.
class repeating_engine final : public plan_engine {
 public:
  explicit repeating_engine(record fresh) : fresh_(std::move(fresh)) {}
  run_result run(const std::vector<plan_item>&) override { return {}; }
  std::vector<record> repeat(const plan_item&, const run_options&, const std::string&) override {
    return {fresh_};
  }

 private:
  record fresh_;
};

}  // namespace

TEST_CASE("fresh rounds decide where they can be compared, and change nothing where they cannot",
          "[report]") {
  const auto taking = [](double seconds) {
    record r = full_record();
    r.time->net = {seconds, 0.999 * seconds, 1.001 * seconds, 0.95, 12};
    return r;
  };
  device_info cpu;
  cpu.name = "some CPU";
  const auto input_of = [&](const record& r) {
    report_input input = result_of({r});
    input.environments[0].devices = {cpu};
    return input;
  };
  const baseline stored = make_baseline(input_of(taking(1e-6)), std::nullopt, std::nullopt);
  const problem_definition saxpy{"saxpy", "host", {}, nullptr, nullptr, "", nullptr};
  const std::vector<plan_item> plan = {{&saxpy, {}, full_record().axes, {"fast"}, {}}};
  const auto after = [&](const record& fresh) {
    report_input input = input_of(taking(1.2e-6));
    hold_against(stored, input);
    REQUIRE(input.comparisons.at(0).answer->kind == change::slower);
    repeating_engine engine(fresh);
    confirm_with_fresh_rounds(engine, plan, {}, stored, input);
    return *input.comparisons[0].answer;
  };
  CHECK(after(taking(1.2e-6)).kind == change::slower);
  CHECK(after(taking(1e-6)).kind == change::tied);
  CHECK(has(after(taking(1e-6)).reason, "; with fresh rounds, after the first said slower"));
  record raw = taking(1e-6);  // whose overhead could not be calibrated this time
  raw.time->net.reset();
  CHECK(after(raw).kind == change::slower);
  CHECK(has(after(raw).reason,
            "; fresh rounds could not be compared: baseline-foreign: times: net there, raw here"));
}

TEST_CASE("what is missing of a stored run is told and leaves it inconclusive", "[report]") {
  report_input input = result_of({record_with(outcome::correct)});
  input.missing = {"saxpy n=3, fast"};
  CHECK(concluded(input).code == exit_code::inconclusive);
  CHECK(has(concluded(input).out, "assay: missing: saxpy n=3, fast\n"));
}

TEST_CASE("no count of failures makes an exit code", "[report]") {
  for (const std::size_t count : {1u, 2u, 255u, 256u, 257u, 512u}) {
    CHECK(judge_run(result_of(std::vector<record>(count, record_with(outcome::wrong)))) ==
          exit_code::verification_failed);
    report_input input = result_of(std::vector<record>(count, record_with(outcome::correct)));
    for (std::size_t i = 0; i < count; ++i) {
      input.comparisons.emplace_back();
      input.comparisons.back().record = i;
      input.comparisons.back().answer = judged_change{change::slower, ""};
    }
    CHECK(judge_run(input) == exit_code::gate_not_met);
  }
}

TEST_CASE("in what a stored baseline differs, and may, is told", "[report]") {
  report_input input = result_of({full_record()});
  input.soft_keys = {{"UUID", "GPU-1", "GPU-2"}};
  CHECK(has(concluded(input).out, "the baseline differs in UUID: GPU-1 there, GPU-2 here\n"));
}

TEST_CASE("a run that was interrupted says so whatever there is", "[report]") {
  report_input input = result_of({record_with(outcome::wrong)});
  input.interrupted = true;
  CHECK(judge_run(input) == exit_code::interrupted);
  input.records.clear();
  CHECK(judge_run(input) == exit_code::interrupted);
  CHECK(std::string(to_string(exit_code::interrupted)) == "interrupted");
}

TEST_CASE("a shard without cases passes, and a run without records does not", "[report]") {
  report_input input = result_of({});
  CHECK(judge_run(input) == exit_code::nothing_measured);
  input.empty_shard = true;
  CHECK(judge_run(input) == exit_code::pass);
}

TEST_CASE("names in what is concluded neither draw nor end lines", "[report]") {
  record r = full_record();
  r.candidate = "a\x1b[31m\nb";
  report_input input = result_of({r});
  input.comparisons.emplace_back();
  input.comparisons.back().answer = judged_change{change::slower, "by \x1b[5m"};
  const std::string out = concluded(input).out;
  CHECK(has(out, "a\\x1b[31m\\nb: slower (by \\x1b[5m)\n"));
}
