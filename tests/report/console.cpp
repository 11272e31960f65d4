// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/console.hpp"

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"
#include "support/terminal.hpp"

using namespace assay;
using support::captured;
using support::environment_variable;
using support::full_record;
using support::has;
using support::lines_of;
using support::record_with;
using support::written;

namespace {

struct how {
  bool colored = false, brief = false;
};

/// What the console prints of these records.
written printed(const std::vector<record>& records, how as = {}) {
  return captured([&] {
    console shown("./bench", records.size(), as.colored, as.brief);
    for (const record& r : records) shown.on_record(r);
    shown.finish();
  });
}

record named(const std::string& problem, outcome what = outcome::correct) {
  record r = record_with(what);
  r.problem = problem;
  return r;
}

const std::string escape = "\x1b";

}  // namespace

TEST_CASE("a time is explained where that was asked for, whatever the record says of its launches",
          "[report]") {
  const record r = full_record();
  REQUIRE_FALSE(r.launch);
  const auto text = [&](bool brief, bool explain) {
    return captured([&] {
             console shown("./bench", 1, false, brief, explain);
             shown.on_record(r);
             shown.finish();
           })
        .out;
  };
  CHECK(has(text(false, true), "\n    term DRAM: "));
  CHECK_FALSE(has(text(false, false), "term DRAM"));
  CHECK_FALSE(has(text(true, true), "term DRAM"));
}

TEST_CASE("color is what was asked for", "[report]") {
  const support::temporary_folder folder;
  std::FILE* const file = std::fopen((folder / "a").c_str(), "w");
  REQUIRE(file != nullptr);
  const environment_variable none("NO_COLOR", nullptr);
  CHECK(wants_color(color_choice::always, file));
  CHECK_FALSE(wants_color(color_choice::never, file));
  {
    const environment_variable set("NO_COLOR", "1");
    CHECK(wants_color(color_choice::always, file));  // an option is nearer than the environment
  }
  std::fclose(file);
}

TEST_CASE("color is automatic on a terminal only", "[report]") {
  const support::temporary_folder folder;
  const environment_variable none("NO_COLOR", nullptr);
  std::FILE* const file = std::fopen((folder / "a").c_str(), "w");
  REQUIRE(file != nullptr);
  CHECK_FALSE(wants_color(color_choice::automatic, file));
  std::fclose(file);

  const support::terminal one;
  if (!one.stream()) return;
  CHECK(wants_color(color_choice::automatic, one.stream()));
  CHECK_FALSE(wants_color(color_choice::never, one.stream()));
}

TEST_CASE("NO_COLOR counts when it is set and not empty", "[report]") {
  const support::terminal one;
  if (!one.stream()) return;
  for (const char* value : {"1", "0", "anything"}) {
    const environment_variable set("NO_COLOR", value);
    CHECK_FALSE(wants_color(color_choice::automatic, one.stream()));
    CHECK(wants_color(color_choice::always, one.stream()));
  }
  const environment_variable empty("NO_COLOR", "");
  CHECK(wants_color(color_choice::automatic, one.stream()));
}

TEST_CASE("the console prints escapes only when colored, and never progress into a file", "[report]") {
  const auto definition = support::problem_named("saxpy", [](support::host_problem&) {});
  plan_item item;
  item.definition = &definition;
  for (const bool colored : {false, true}) {
    const written text = captured([&] {
      console shown("./bench", 1, colored, false);
      shown.on_device({}, {});
      shown.on_progress(0, item, "verify fast");
      shown.on_record(full_record());
      shown.on_record(record_with(outcome::wrong));
      shown.finish();
    });
    CHECK(has(text.out, escape) == colored);
    CHECK(text.err.empty());
  }
}

TEST_CASE("the table shows what a record has", "[report]") {
  const written text = printed({full_record()});
  CAPTURE(text.out);
  const std::vector<std::string> lines = lines_of(text.out);
  REQUIRE(lines.size() == 8);  // with what CUPTI and the energy counter said
  CHECK(lines[7] == "  throttled: the clock fell");
  CHECK(lines[1] == "saxpy");
  for (const char* title : {"case", "candidate", "verdict", "time", "prepare", "bandwidth", "compute",
                            "bound by", "SoL", "speedup", "notes"}) {
    CAPTURE(title);
    CHECK(has(lines[2], title));
  }
  for (const char* cell : {"n=65536 T=fp32", "fast", "correct", "1.00 µs ±50.0%", "500 ms", "12.0 MB/s",
                           "2.00 MFLOP/s", "DRAM", "50.0%", "2.00x [1.50, 2.50]", "throttled"}) {
    CAPTURE(cell);
    CHECK(has(lines[3], cell));
  }
  CHECK_FALSE(has(lines[3], "odd"));  // a note is not worth a column
}

TEST_CASE("the table leaves out what no record has", "[report]") {
  const written text = printed({record_with(outcome::correct)});
  CHECK(lines_of(text.out)[2] == "  case     candidate  verdict");
  CHECK(lines_of(text.out)[3] == "  n=65536  fast       correct");
}

TEST_CASE("a problem without axes has one case, which needs no column", "[report]") {
  record r = record_with(outcome::correct);
  r.axes.clear();
  CHECK(lines_of(printed({r}).out)[3] == "  fast       correct");
}

TEST_CASE("the name of a case is printed once", "[report]") {
  const std::vector<std::string> lines =
      lines_of(printed({record_with(outcome::correct, candidate_role::baseline, "slow"),
                        record_with(outcome::correct)})
                   .out);
  REQUIRE(lines.size() == 5);
  CHECK(lines[3] == "  n=65536  slow (baseline)  correct");
  CHECK(lines[4] == "           fast             correct");
}

TEST_CASE("each problem has a table, printed when the next one begins", "[report]") {
  const written text = captured([&] {
    console shown("./bench", 3, false, false);
    shown.on_record(named("first"));
    shown.on_record(named("first"));
    shown.on_record(named("second"));
  });
  const std::string& out = text.out;
  CHECK(has(out, "\nfirst\n"));
  CHECK(has(out, "\nsecond\n"));  // by the end of the console at the latest
  CHECK(out.find("\nfirst\n") == out.rfind("\nfirst\n"));
  CHECK(out.find("\nfirst\n") < out.find("\nsecond\n"));
}

TEST_CASE("whatever is not correct says why, where, and how to repeat it", "[report]") {
  for (const outcome what :
       {outcome::wrong, outcome::failed, outcome::invalid, outcome::suspect, outcome::unverifiable}) {
    const written text = printed({record_with(what)});
    CAPTURE(text.out);
    CHECK(has(text.out, to_string(what)));
    CHECK(has(text.out, "  saxpy n=65536, fast: a reason\n"));
    CHECK(has(text.out,
              "    declared at saxpy.cpp:42; replay: ./bench --replay 'saxpy|fast|n=65536|seed=0'\n"));
  }
  CHECK_FALSE(has(printed({record_with(outcome::correct)}).out, "replay"));
}

TEST_CASE("a time that is impossible is told with every question that was asked", "[report]") {
  record r = record_with(outcome::invalid);
  r.diagnosis.emplace();
  r.diagnosis->rungs = {{"warm-cache", rung_outcome::cleared, "it takes as long", {}},
                        {"bytes", rung_outcome::cause, "half is not read", {}}};
  const std::string text = printed({r}).out;
  CHECK(has(text, "    warm-cache: cleared: it takes as long\n    bytes: cause: half is not read\n"));
  r.verdict = {outcome::correct, "", {}};  // nearly too fast, and it was not
  CHECK_FALSE(has(printed({r}).out, "warm-cache"));
}

TEST_CASE("explanations are printed where they were asked for, and not when brief", "[report]") {
  record r = full_record();
  CHECK_FALSE(has(printed({r}).out, "to go faster"));
  r.launch.emplace();
  CHECK(has(printed({r}).out, "  saxpy n=65536 T=fp32, fast:\n    memory-bound"));
  CHECK(has(printed({r}).out, "to go faster"));
  CHECK_FALSE(has(printed({r}, {.brief = true}).out, "to go faster"));
}

TEST_CASE("a program whose path a shell would take apart is quoted in the replay", "[report]") {
  const written text = captured([&] {
    console shown("./my bench/it's", 1, false, false);
    shown.on_record(record_with(outcome::wrong));
  });
  CHECK(has(text.out, "replay: './my bench/it'\\''s' --replay"));
}

TEST_CASE("a counterexample is caught or not", "[report]") {
  const written caught = printed({record_with(outcome::wrong, candidate_role::counterexample, "broken")});
  CHECK(has(caught.out, "broken     caught"));
  CHECK(has(caught.out, "broken: a reason"));  // shows how it was caught
  CHECK_FALSE(has(caught.out, "replay"));

  const written passed = printed({record_with(outcome::correct, candidate_role::counterexample, "broken")});
  CHECK(has(passed.out, "broken     not caught"));
  CHECK(has(passed.out, "broken: verification did not reject it"));
  CHECK(has(passed.out, "replay"));

  const written failed = printed({record_with(outcome::failed, candidate_role::counterexample, "broken")});
  CHECK(has(failed.out, "broken     not caught"));
}

TEST_CASE("a counterexample that was not verified is neither caught nor not", "[report]") {
  const written text = printed({record_with(outcome::unchecked, candidate_role::counterexample, "broken")});
  CHECK(has(text.out, "broken     unchecked"));
}

TEST_CASE("a counterexample that breaks the rules is caught, as the exit code has it", "[report]") {
  const written text = printed({record_with(outcome::invalid, candidate_role::counterexample, "broken")});
  CHECK(has(text.out, "broken     caught"));
}

TEST_CASE("a brief console prints only what went wrong", "[report]") {
  const how brief{false, true};
  CHECK(printed({full_record()}, brief).out.empty());
  CHECK(printed({record_with(outcome::wrong, candidate_role::counterexample)}, brief).out.empty());
  const written wrong = printed({full_record(), record_with(outcome::wrong)}, brief);
  CHECK(wrong.out ==
        "  saxpy n=65536, fast: a reason\n"
        "    declared at saxpy.cpp:42; replay: ./bench --replay 'saxpy|fast|n=65536|seed=0'\n");
  CHECK(has(printed({record_with(outcome::correct, candidate_role::counterexample)}, brief).out,
            "verification did not reject it"));
}

TEST_CASE("a brief console does not introduce the device, but says when there is none", "[report]") {
  const written text = captured([] {
    console shown("./bench", 1, false, true);
    shown.on_device({}, {});
    shown.on_no_device("no CUDA device");
  });
  CHECK(text.out == "assay: no CUDA device\n");
}

TEST_CASE("the device is introduced with what it told", "[report]") {
  device_info info;
  info.name = "NVIDIA H200";
  info.architecture = "sm_90";
  info.vendor = vendor::nvidia;
  ceilings limits(layer::hard, info.name);
  const auto introduced = [&] {
    return captured([&] { console("./bench", 1, false, false).on_device(info, limits); }).out;
  };
  CHECK(introduced() == "device: NVIDIA H200 (sm_90)\n");
  info.multiprocessors = 132;
  info.max_clock = 1.98e9;
  info.memory_bytes = std::int64_t{140} << 30;
  info.driver_version = "13.0";
  info.runtime_version = "12.8";
  limits.set({resource::dram, 4.8e12, "test"});
  CHECK(
      introduced() ==
      "device: NVIDIA H200 (sm_90, 132 multiprocessors, 1980 MHz, 140 GiB); limits are hard, DRAM 4.80 TB/s; "
      "driver 13.0, runtime 12.8\n");
}

TEST_CASE("notes name what is worth a look", "[report]") {
  record sampled = record_with(outcome::correct);
  comparison c;
  c.elements = 100;
  c.checked = 10;
  sampled.verdict.comparisons.push_back(c);
  CHECK(has(printed({sampled}).out, "sampled"));

  record imprecise = full_record();
  imprecise.time->status = measurement_status::imprecise;
  CHECK(has(printed({imprecise}).out, "throttled, imprecise"));

  record drifting = full_record();
  drifting.time->findings.push_back({"drifting", severity::warning, "it drifts", {}});
  drifting.time->status = measurement_status::drifting;
  CHECK(has(printed({drifting}).out, "throttled, drifting"));
  CHECK_FALSE(has(printed({drifting}).out, "drifting, drifting"));
}

TEST_CASE("a time of zero prints no figure that is none", "[report]") {
  // A clock too coarse for the candidate.
  record r = full_record();
  r.time->net.reset();
  r.time->raw = {0.0, std::nullopt, std::nullopt, 0.95, 1};
  const written text = printed({r});
  CAPTURE(text.out);
  CHECK_FALSE(has(text.out, "inf"));
  CHECK_FALSE(has(text.out, "nan"));
}

TEST_CASE("what is to be said of the machine is said once a run, and how to change it", "[report]") {
  std::vector<record> records = {full_record(), full_record(), full_record()};
  records[2].problem = "another problem";
  for (record& r : records) {
    r.time->findings = {{"clocks-not-locked", severity::note, "not locked; lock with: sudo nvidia-smi", {}},
                        {"not-calibrated", severity::note, "as on every processor", {}},
                        {"clock-resolution", severity::note, "not of the machine", {}}};
  }
  records[2].time->findings.push_back({"not-calibrated", severity::warning, "no memory for it", {}});
  const written shown = printed(records);
  const std::string line = "  clocks-not-locked: not locked; lock with: sudo nvidia-smi\n";
  const std::size_t first = shown.out.find(line);
  REQUIRE(first != std::string::npos);
  CHECK(shown.out.find(line, first + 1) == std::string::npos);
  CHECK(has(shown.out, "  not-calibrated: no memory for it\n"));
  CHECK_FALSE(has(shown.out, "as on every processor"));
  CHECK_FALSE(has(shown.out, "not of the machine"));
  CHECK_FALSE(has(printed(records, {false, true}).out, line));
}

TEST_CASE("names cannot draw on the terminal", "[report]") {
  record r = record_with(outcome::wrong);
  // NOLINTNEXTLINE(misc-misleading-bidirectional)
  r.problem = r.candidate = r.file = "a\x1b[2J\u202Eb";
  r.verdict.reason = "first line\n\x1b]0;title\x07second line";
  const std::string out = printed({r}).out;
  CHECK_FALSE(has(out, escape));
  CHECK_FALSE(has(out, "\x07"));
  CHECK(has(out, "a\\x1b[2J\\u202eb"));
  CHECK(has(out, "first line\n\\x1b]0;title\\x07second line"));
}
