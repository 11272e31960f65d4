// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/command_line.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::captured;
using support::has;
using support::message_of;

namespace {

struct parsed {
  command_line options;
  std::optional<exit_code> done;
  std::string out, err;
};

/// What these arguments mean. Lets usage_error through.
parsed parse(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"bench"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  parsed result;
  std::optional<usage_error> thrown;
  const support::written text = captured([&] {
    try {
      result.done = parse_command_line(static_cast<int>(argv.size()), argv.data(), result.options);
    } catch (const usage_error& e) {
      thrown = e;
    }
  });
  if (thrown) throw *thrown;
  result.out = text.out;
  result.err = text.err;
  return result;
}

command_line options_of(const std::vector<std::string>& arguments) {
  const parsed result = parse(arguments);
  CHECK_FALSE(result.done);
  return result.options;
}

/// What a user is told of a command line that must end with the exit code of bad usage.
std::string refusal(const std::vector<std::string>& arguments) {
  try {
    const parsed result = parse(arguments);
    CHECK(result.done == exit_code::usage);
    return result.err;
  } catch (const usage_error& e) {
    return e.what();
  }
}

const std::vector<std::string> every_option = {"--help",
                                               "--version",
                                               "--list",
                                               "--dry-run",
                                               "--limits",
                                               "--as-device",
                                               "--assume-clock",
                                               "--device-facts",
                                               "--explain",
                                               "--problem",
                                               "--candidate",
                                               "--axis",
                                               "--verify-only",
                                               "--time-only",
                                               "--hot",
                                               "--seed",
                                               "--precision",
                                               "--time-budget",
                                               "--oracle-samples",
                                               "--gate",
                                               "--html",
                                               "--json",
                                               "--markdown",
                                               "--junit",
                                               "--csv",
                                               "--google-benchmark",
                                               "--smaller-is-better",
                                               "--bmf",
                                               "--kernelbot",
                                               "--github",
                                               "--journal",
                                               "--quiet",
                                               "--color",
                                               "--cache",
                                               "--mode",
                                               "--timer",
                                               "--energy",
                                               "--samples",
                                               "--require-locked-clocks",
                                               "--locked-clock",
                                               "--fuzz",
                                               "--fuzz-time",
                                               "--strict",
                                               "--replay",
                                               "--fence",
                                               "--sanitize",
                                               "--separate-allocations",
                                               "--trust",
                                               "--gates",
                                               "--scores",
                                               "--fast-p",
                                               "--pass-at",
                                               "--margin",
                                               "--from",
                                               "--allow-mixed",
                                               "--save-baseline",
                                               "--force",
                                               "--compare-baseline",
                                               "--against",
                                               "--self-test",
                                               "--oracle-seconds"};

}  // namespace

TEST_CASE("without options everything runs", "[report]") {
  const command_line options = options_of({});
  CHECK(options.what == command_line::action::run);
  CHECK(options.wanted.problems.admits("anything"));
  CHECK(options.wanted.candidates.admits("anything"));
  CHECK(options.wanted.axes.empty());
  CHECK(options.run.verify);
  CHECK(options.run.time);
  CHECK(options.run.seed == 0);
  CHECK(options.run.oracle_samples == 4096);
  CHECK(options.run.oracle_seconds == 0.5);
  CHECK(options.run.measure.cache == cache_state::cold);
  CHECK(options.run.measure.precision == 0.005);
  CHECK(options.run.measure.time_budget == 1.0);
  CHECK(options.gates.empty());
  CHECK(options.reports.empty());
  CHECK(options.journal_path.empty());
  CHECK(options.color == color_choice::automatic);
  CHECK_FALSE(options.quiet);
}

TEST_CASE("options that choose what to do", "[report]") {
  CHECK(options_of({"--list"}).what == command_line::action::list);
  CHECK(options_of({"--dry-run"}).what == command_line::action::dry_run);
  CHECK(options_of({"--limits"}).what == command_line::action::limits);
  CHECK(has(refusal({"--list", "--dry-run"}), "choose one"));
  CHECK(has(refusal({"--list", "--limits"}), "choose one"));
  CHECK(has(refusal({"--limits", "--gate", "sol>=0.5"}), "--limits runs nothing"));
  CHECK(has(refusal({"--limits", "--from", "old.json"}), "--limits is for runs"));
}

TEST_CASE("options that choose what to hold times against", "[report]") {
  CHECK_FALSE(options_of({}).run.limits.as_device);
  CHECK_FALSE(options_of({}).run.limits.clock);
  const limit_options b200 = options_of({"--as-device", "B200", "--assume-clock", "1500MHz"}).run.limits;
  CHECK(b200.as_device->name == "B200");
  CHECK(b200.clock == 1.5e9);
  CHECK(options_of({"--assume-clock", "1.5 GHz"}).run.limits.clock == 1.5e9);
  CHECK(options_of({"--as-device", "L4", "--assume-clock", "base"}).run.limits.clock == 795e6);
  CHECK(has(refusal({"--as-device", "H100"}), "--as-device 'H100': could be any of: H100 SXM5"));
  CHECK(has(refusal({"--assume-clock", "base"}), "--assume-clock base: needs --as-device"));
  CHECK(has(refusal({"--as-device", "B200", "--assume-clock", "base"}), "base clock of B200 is not known"));
  CHECK(has(refusal({"--assume-clock", "1500"}), "--assume-clock 1500: expected a positive number"));
  CHECK(has(refusal({"--assume-clock", "-1GHz"}), "--assume-clock -1GHz"));

  const support::temporary_folder folder;
  std::ofstream(folder / "facts.json")
      << R"({"schema": 1, "devices": [{"name": "R100", "vendor": "nvidia", "architecture": "sm_110"}]})";
  CHECK(has(refusal({"--as-device", "R100"}), "'R100': unknown"));
  CHECK(options_of({"--as-device", "R100", "--device-facts", folder / "facts.json"})
            .run.limits.as_device->architecture == "sm_110");
}

TEST_CASE("options that choose what to run", "[report]") {
  const command_line options =
      options_of({"--problem", "^gemm$", "--candidate=fast", "--axis", "n=1..", "--axis", "T=fp32,bf16"});
  CHECK(options.wanted.problems.admits("gemm"));
  CHECK_FALSE(options.wanted.problems.admits("gemm 2"));
  CHECK(options.wanted.candidates.admits("faster"));
  CHECK_FALSE(options.wanted.candidates.admits("slow"));
  REQUIRE(options.wanted.axes.size() == 2);
  CHECK(options.wanted.axes[0].name() == "n");
  CHECK(options.wanted.axes[1].name() == "T");
  CHECK(options.wanted.axes[1].admits(axis_value("bf16")));
}

TEST_CASE("options that choose how to run", "[report]") {
  CHECK_FALSE(options_of({"--verify-only"}).run.time);
  CHECK(options_of({"--verify-only"}).run.verify);
  CHECK_FALSE(options_of({"--time-only"}).run.verify);
  CHECK(options_of({"--time-only"}).run.time);
  CHECK(options_of({"--hot"}).run.measure.cache == cache_state::hot);
  CHECK(options_of({"--seed", "18446744073709551615"}).run.seed == 18446744073709551615u);
  CHECK(options_of({"--precision", "2%"}).run.measure.precision == 0.02);
  CHECK(options_of({"--precision", "0.02"}).run.measure.precision == 0.02);
  CHECK(options_of({"--time-budget", "250ms"}).run.measure.time_budget == 0.25);
  CHECK(options_of({"--time-budget", "1.5s"}).run.measure.time_budget == 1.5);
  CHECK(options_of({"--oracle-samples", "17"}).run.oracle_samples == 17);
  CHECK(options_of({"--oracle-seconds", "3s"}).run.oracle_seconds == 3.0);
  CHECK(options_of({"--oracle-seconds", "20ms"}).run.oracle_seconds == 0.02);
}

TEST_CASE("options that choose how much is tried beyond the cases", "[report]") {
  const auto fuzz = [](const std::vector<std::string>& arguments) { return options_of(arguments).run.fuzz; };
  CHECK(fuzz({}).trials == 16);
  CHECK(fuzz({}).seconds == 1.0);
  CHECK_FALSE(fuzz({}).strict);
  CHECK(fuzz({"--fuzz", "1000"}).trials == 1000);
  CHECK_FALSE(fuzz({"--fuzz", "1000"}).seconds);  // as many as were asked for, however long it takes
  CHECK(fuzz({"--fuzz-time", "30s"}).seconds == 30.0);
  CHECK_FALSE(fuzz({"--fuzz-time", "30s"}).trials);
  CHECK(fuzz({"--fuzz-time", "250ms", "--fuzz", "5"}).seconds == 0.25);
  CHECK(fuzz({"--fuzz-time", "2min", "--fuzz", "5"}).seconds == 120.0);
  CHECK(fuzz({"--fuzz-time", "250ms", "--fuzz", "5"}).trials == 5);
  CHECK_FALSE(fuzz({"--fuzz", "0"}).wanted());
  CHECK(fuzz({"--strict"}).strict);
  CHECK(fuzz({"--strict"}).trials == 16);
  CHECK_FALSE(fuzz({"--time-only"}).wanted());
  for (const char* text : {"-1", "1.5", "many", "1e3", "9223372036854775808", " 1"}) {
    CAPTURE(text);
    CHECK(has(refusal({"--fuzz", text}), "--fuzz"));
  }
  for (const char* text : {"0s", "-1s", "30", "soon"}) {
    CAPTURE(text);
    CHECK(has(refusal({"--fuzz-time", text}), std::string("--fuzz-time ") + text));
  }
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--fuzz", "5"}, {"--fuzz-time", "5s"}, {"--strict"}}) {
    std::vector<std::string> arguments = {"--time-only"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    CHECK(has(refusal(arguments), "--time-only"));
  }
}

TEST_CASE("a replay says itself what to run", "[report]") {
  const command_line options =
      options_of({"--replay", "p|c|n=17|seed=5|attack=one-hot|samples=9", "--json", "file"});
  REQUIRE(options.replay);
  CHECK(options.replay->problem == "p");
  CHECK(options.replay->trial.attack == attack::one_hot);
  CHECK(options.run.seed == 5);
  CHECK(options.run.oracle_samples == 9);
  CHECK(options.run.verify);
  CHECK_FALSE(options.run.time);
  CHECK_FALSE(options.run.fuzz.wanted());
  CHECK(options_of({"--replay", "p|c||seed=0|timed=yes", "--gate", "sol>=0.1"}).run.time);
  CHECK(options_of({"--replay", "p|c||seed=0"}).run.oracle_samples == 4096);
  CHECK_FALSE(options_of({}).replay);
  CHECK(has(refusal({"--replay", "p|c"}), "--replay 'p|c'"));
  CHECK(has(refusal({"--replay", ""}), "--replay"));
  const std::vector<std::string> others[] = {
      {"--problem", "p"}, {"--candidate", "c"},  {"--axis", "n=1"}, {"--seed", "1"},
      {"--fuzz", "5"},    {"--fuzz-time", "1s"}, {"--verify-only"}, {"--time-only"},
      {"--list"},         {"--dry-run"},         {"--strict"},      {"--gate", "sol>=0.1"}};
  for (const std::vector<std::string>& more : others) {
    std::vector<std::string> arguments = {"--replay", "p|c||seed=0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    CAPTURE(more.front());
    CHECK(has(refusal(arguments), "--replay"));
  }
}

TEST_CASE("options that choose how to time", "[report]") {
  const auto timing = [](const std::vector<std::string>& arguments) {
    return options_of(arguments).run.measure;
  };
  CHECK(timing({"--cache", "cold"}).cache == cache_state::cold);
  CHECK(timing({"--cache", "hot"}).cache == cache_state::hot);
  CHECK(timing({"--cache", "rotate"}).cache == cache_state::rotate);
  CHECK(timing({"--cache", "cold-dirty"}).cache == cache_state::cold_dirty);
  CHECK(timing({}).mode == launch_mode::plain);
  CHECK(timing({"--mode", "graph"}).mode == launch_mode::graph);
  CHECK(timing({"--mode", "graph"}).cache == cache_state::cold);
  CHECK(timing({"--mode", "throughput"}).mode == launch_mode::throughput);
  CHECK(timing({"--mode", "throughput"}).cache == cache_state::hot);  // nothing else can be had
  CHECK(timing({"--mode", "throughput", "--cache", "rotate"}).cache == cache_state::rotate);
  CHECK_FALSE(timing({}).cupti);
  CHECK(timing({"--timer", "cupti"}).cupti);
  CHECK_FALSE(timing({"--timer", "events"}).cupti);
  CHECK_FALSE(timing({}).energy);
  CHECK(timing({"--energy"}).energy);
  CHECK(options_of({"--samples", "a.csv"}).samples_path == "a.csv");
  CHECK_FALSE(options_of({}).run.locked_clocks);
  CHECK(options_of({"--require-locked-clocks"}).run.locked_clocks);
  CHECK_FALSE(options_of({"--require-locked-clocks"}).run.locked_clock);
  CHECK(options_of({"--locked-clock", "1500MHz"}).run.locked_clocks);
  CHECK(options_of({"--locked-clock", "1.5GHz"}).run.locked_clock == 1.5e9);
}

TEST_CASE("ways to time that exclude each other are refused", "[report]") {
  CHECK(has(refusal({"--mode", "throughput", "--cache", "cold"}), "--mode throughput --cache cold"));
  CHECK(has(refusal({"--mode", "throughput", "--cache", "cold-dirty"}), "choose hot or rotate"));
  CHECK(has(refusal({"--mode", "graph", "--cache", "rotate"}), "keeps its addresses"));
  CHECK(has(refusal({"--hot", "--cache", "cold"}), "--hot"));
  CHECK(has(refusal({"--cache", "warm"}), "warm"));
  CHECK(has(refusal({"--mode", "fast"}), "fast"));
  CHECK(has(refusal({"--timer", "sundial"}), "sundial"));
  CHECK(has(refusal({"--locked-clock", "1500"}), "--locked-clock 1500"));
  CHECK(has(refusal({"--locked-clock", "fast"}), "MHz"));
  CHECK(has(refusal({"--samples", ""}), "empty"));
  CHECK(has(refusal({"--verify-only", "--samples", "a.csv"}), "--samples needs times"));
}

TEST_CASE("each format of reports has an option of its own name", "[report]") {
  std::vector<std::string> all = {"--github"};
  for (const report_format& format : report_formats) {
    const std::string option = std::string("--") + format.name;
    CAPTURE(option);
    const command_line options = options_of({option, "a file"});
    REQUIRE(options.reports.size() == 1);
    CHECK(options.reports[0].format == &format);
    CHECK(options.reports[0].path == "a file");
    CHECK(options_of({option, "-"}).reports.at(0).path == "-");
    CHECK(has(refusal({option}), option));
    CHECK(has(refusal({option, ""}), "empty"));
    CHECK(has(refusal({option, "a", option, "b"}), option));
    CHECK(has(parse({"--help"}).out, option + " FILE"));
    CHECK(has(parse({"--help"}).out, format.words));
    all.insert(all.end(), {option, format.name});
  }
  const command_line options = options_of(all);
  CHECK(options.reports.size() == std::size(report_formats) + 1);
  CHECK(std::count_if(options.reports.begin(), options.reports.end(),
                      [](const report_request& r) { return r.format == nullptr; }) == 1);
  CHECK(has(parse({"--help"}).out, "--github"));
}

TEST_CASE("options that choose what to tell", "[report]") {
  const command_line options = options_of({"--json", "a.json", "--journal", "a.jsonl", "--quiet", "--color",
                                           "never", "--gate", "sol>=0.8", "--gate", "time<=120us"});
  REQUIRE(options.reports.size() == 1);
  CHECK(options.reports[0].format->name == std::string("json"));
  CHECK(options.reports[0].path == "a.json");
  CHECK(options.journal_path == "a.jsonl");
  CHECK(options.quiet);
  CHECK(options.color == color_choice::never);
  REQUIRE(options.gates.size() == 2);
  CHECK(options.gates[0].text == "sol>=0.8");
  CHECK(options.gates[1].of == gate::metric::time);
  CHECK(options_of({"--color", "always"}).color == color_choice::always);
  CHECK(options_of({"--color", "auto"}).color == color_choice::automatic);
  CHECK(options_of({"--explain"}).run.explain);
  CHECK_FALSE(options_of({}).run.explain);
}

TEST_CASE("options of scores", "[report]") {
  const command_line plain = options_of({});
  CHECK_FALSE(plain.scores);
  CHECK(plain.scoring.margin == 0.02);
  CHECK(plain.scoring.p == std::vector<double>{0.0, 0.5, 0.8, 1.0, 1.5, 2.0});
  CHECK(options_of({"--scores"}).scores);
  const command_line options = options_of({"--fast-p", "0,1.25", "--pass-at", "1,5", "--margin", "5%"});
  CHECK(options.scores);
  CHECK(options.scoring.p == std::vector<double>{0.0, 1.25});
  CHECK(options.scoring.k == std::vector<int>{1, 5});
  CHECK(options.scoring.margin == Approx(0.05));
}

TEST_CASE("gates come from the line and from files, in that order", "[report]") {
  const support::temporary_folder folder;
  std::ofstream(folder / "gates") << "# all\nspeedup>=1 within 2%\n";
  std::ofstream(folder / "broken") << "speedup\n";
  const command_line options = options_of({"--gates", folder / "gates", "--gate", "sol>=0.8"});
  REQUIRE(options.gates.size() == 2);
  CHECK(options.gates[0].text == "sol>=0.8");
  CHECK(options.gates[1].text == "speedup>=1 within 2%");
  CHECK(has(refusal({"--gates", folder / "broken"}), "broken:1: speedup: no >= or <="));
  CHECK_THROWS_AS(options_of({"--gates", folder / "none"}), io_error);
  CHECK(has(refusal({"--gates", folder / "gates", "--verify-only"}), "--verify-only"));
}

TEST_CASE("options of earlier runs", "[report]") {
  const command_line options = options_of({"--from", "a.jsonl", "b.jsonl", "--allow-mixed", "--save-baseline",
                                           "b.json", "--force", "--compare-baseline", "c.json"});
  CHECK(options.from == std::vector<std::string>{"a.jsonl", "b.jsonl"});
  CHECK(options.allow_mixed);
  CHECK(options.force);
  CHECK(options.save_baseline == "b.json");
  CHECK(options.compare_baseline == "c.json");
  CHECK(options_of({"--from", "a", "--from", "b"}).from.size() == 2);
  CHECK(options_of({"--self-test"}).what == command_line::action::self_test);
  CHECK(options_of({"--serve"}).what == command_line::action::serve);
  CHECK(options_of({"--against", "./other"}).against == "./other");
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--from", "a", "--journal", "b"},
                                             {"--from", "a", "--samples", "b"},
                                             {"--from", "a", "--against", "b"},
                                             {"--from", "a", "--self-test"},
                                             {"--from", "a", "--problem", "b"},
                                             {"--from", "a", "--candidate", "b"},
                                             {"--from", "a", "--axis", "n=1"},
                                             {"--from", "a", "--list"},
                                             {"--allow-mixed"},
                                             {"--force"},
                                             {"--verify-only", "--save-baseline", "a"},
                                             {"--verify-only", "--compare-baseline", "a"},
                                             {"--verify-only", "--against", "a"},
                                             {"--verify-only", "--self-test"},
                                             {"--self-test", "--gate", "sol>=1"},
                                             {"--self-test", "--compare-baseline", "a"},
                                             {"--against", "a", "--compare-baseline", "b"},
                                             {"--fast-p", "1;2"},
                                             {"--fast-p", "1,,2"},
                                             {"--fast-p", "nan"},
                                             {"--pass-at", "0"},
                                             {"--pass-at", "1.5"},
                                             {"--margin", "0"},
                                             {"--margin", "x"}}) {
    CAPTURE(arguments);
    CHECK(refusal(arguments) != "");
  }
}

TEST_CASE("each malformed option is refused and named", "[report]") {
  const std::vector<std::vector<std::string>> malformed = {
      {"--problem", "("},
      {"--candidate", "[a"},
      {"--axis", "n"},
      {"--axis", "n=5..1"},
      {"--seed", "abc"},
      {"--seed", "-1"},
      {"--seed", "1.5"},
      {"--seed", "18446744073709551616"},
      {"--precision", "0"},
      {"--precision", "-1%"},
      {"--precision", "nan"},
      {"--precision", "inf"},
      {"--precision", "1 percent"},
      {"--precision", "%"},
      {"--time-budget", "10"},
      {"--time-budget", "s"},
      {"--time-budget", "0s"},
      {"--time-budget", "-1s"},
      {"--time-budget", "1h"},
      {"--time-budget", "1e999s"},
      {"--oracle-samples", "0"},
      {"--oracle-seconds", "0s"},
      {"--oracle-seconds", "-1s"},
      {"--oracle-seconds", "2"},
      {"--oracle-samples", "-5"},
      {"--oracle-samples", "many"},
      {"--gate", "sol"},
      {"--gate", "time<=5"},
      {"--gate", "beauty>=1"},
      {"--color", "sometimes"},
  };
  for (const std::vector<std::string>& arguments : malformed) {
    const std::string told = refusal(arguments);
    CAPTURE(arguments, told);
    CHECK(has(told, arguments[0]));
  }
}

TEST_CASE("an option without its value is refused and named", "[report]") {
  for (const char* option : {"--problem", "--candidate", "--axis", "--seed", "--precision", "--time-budget",
                             "--oracle-samples", "--oracle-seconds", "--gate", "--json", "--journal",
                             "--color", "--fuzz", "--fuzz-time", "--replay"}) {
    CAPTURE(option);
    CHECK(has(refusal({option}), option));
  }
}

TEST_CASE("an empty value is refused and not taken for no value", "[report]") {
  // As a script gives it whose variable is not set.
  for (const char* option : {"--problem", "--candidate", "--axis", "--seed", "--precision", "--time-budget",
                             "--oracle-samples", "--oracle-seconds", "--gate", "--json", "--journal",
                             "--color", "--fuzz", "--fuzz-time", "--replay"}) {
    CAPTURE(option);
    CHECK(has(refusal({option, ""}), option));
  }
}

TEST_CASE("an option twice is refused where only one can count", "[report]") {
  for (const char* option : {"--problem", "--candidate", "--json", "--journal"}) {
    CAPTURE(option);
    CHECK(has(refusal({option, "a", option, "b"}), option));
  }
}

TEST_CASE("what is no option is refused and named", "[report]") {
  CHECK(has(refusal({"--fast"}), "--fast"));
  CHECK(has(refusal({"gemm"}), "gemm"));
  CHECK(has(refusal({"--verify-only=perhaps"}), "--verify-only"));
  CHECK(has(refusal({"--verif"}), "--verif"));
}

TEST_CASE("options that exclude each other are refused", "[report]") {
  CHECK(has(refusal({"--verify-only", "--time-only"}), "--verify-only"));
  const std::string told = refusal({"--verify-only", "--gate", "sol>=0.5"});
  CHECK(has(told, "--gate"));
  CHECK(has(told, "--verify-only"));
  CHECK(has(refusal({"--verify-only", "--explain"}), "--explain needs times"));
}

TEST_CASE("the help mentions every option and the exit codes", "[report]") {
  for (const char* option : {"--help", "-h"}) {
    const parsed result = parse({option});
    CHECK(result.done == exit_code::pass);
    CHECK(result.err.empty());
    for (const std::string& one : every_option) {
      CAPTURE(one);
      CHECK(has(result.out, one));
    }
    for (const char* code : {"0 pass", "1 gate not met or slower", "2 usage", "3 verification failed",
                             "4 inconclusive", "5 baseline missing", "6 nothing measured"}) {
      CAPTURE(code);
      CHECK(has(result.out, code));
    }
  }
}

TEST_CASE("the help mentions no option that is not known", "[report]") {
  // Also keeps the list in this test complete.
  const std::string help = parse({"--help"}).out;
  for (std::size_t at = help.find("--"); at != std::string::npos; at = help.find("--", at + 2)) {
    const std::string word = help.substr(at, help.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at) - at);
    CAPTURE(word);
    CHECK(std::find(every_option.begin(), every_option.end(), word) != every_option.end());
  }
}

TEST_CASE("the version is told", "[report]") {
  const parsed result = parse({"--version"});
  CHECK(result.done == exit_code::pass);
  CHECK(result.out == std::string("assay ") + version + "\n");
}

TEST_CASE("a quantity is a positive number with one of its units", "[report]") {
  const std::vector<std::pair<std::string, double>> seconds = {{"s", 1.0}, {"ms", 1e-3}};
  CHECK(parse_quantity("--x", "2s", seconds) == 2.0);
  CHECK(parse_quantity("--x", "2ms", seconds) == 2e-3);
  CHECK(parse_quantity("--x", "1e-3s", seconds) == 1e-3);
  CHECK(parse_quantity("--x", "5", {{"%", 0.01}, {"", 1.0}}) == 5.0);
  CHECK(message_of([&] { (void)parse_quantity("--x", "2 x", seconds); }) ==
        "--x 2 x: expected a positive number with one of: s, ms");
  CHECK(has(message_of([] { (void)parse_quantity("--x", "a", {{"%", 0.01}, {"", 1.0}}); }), "%, no unit"));
}

TEST_CASE("the fence stands above unless it is said where", "[report]") {
  CHECK_FALSE(options_of({}).run.fence);
  CHECK(options_of({"--fence"}).run.fence == fence_side::above);
  CHECK(options_of({"--fence", "--verify-only"}).run.fence == fence_side::above);
  CHECK(options_of({"--fence=above"}).run.fence == fence_side::above);
  CHECK(options_of({"--fence=below"}).run.fence == fence_side::below);
  CHECK(options_of({"--fence", "below"}).run.fence == fence_side::below);
  CHECK(has(refusal({"--fence=beside"}), "--fence beside: expected above or below"));
  CHECK(has(refusal({"--fence", "--time-only"}), "--fence verifies, and --time-only does not"));
}

TEST_CASE("the sanitizer's tools are memcheck unless others are said", "[report]") {
  using tools = std::vector<std::string>;
  CHECK(options_of({}).run.sanitizer_tools.empty());
  CHECK(options_of({"--sanitize"}).run.sanitizer_tools == tools{"memcheck"});
  CHECK(options_of({"--sanitize", "--quiet"}).run.sanitizer_tools == tools{"memcheck"});
  CHECK(options_of({"--sanitize=racecheck,initcheck"}).run.sanitizer_tools ==
        tools{"racecheck", "initcheck"});
  CHECK(has(refusal({"--sanitize=memcheck,valgrind"}),
            "--sanitize memcheck,valgrind: expected some of memcheck"));
  CHECK(has(refusal({"--sanitize=memcheck,,racecheck"}), "expected some of"));
  CHECK(has(refusal({"--sanitize", "--time-only"}), "--sanitize verifies"));
}

TEST_CASE("tensors are apart when it is said", "[report]") {
  CHECK_FALSE(options_of({}).run.layout.separate);
  CHECK(options_of({"--separate-allocations"}).run.layout.separate);
}
