// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/command_line.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
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
  if (thrown) throw usage_error(*thrown);
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

const std::vector<std::string> every_option = {"--against",
                                               "--allow-mixed",
                                               "--as-device",
                                               "--assume-clock",
                                               "--axis",
                                               "--bmf",
                                               "--cache",
                                               "--candidate",
                                               "--ceilings",
                                               "--ceilings-cache",
                                               "--color",
                                               "--compare-baseline",
                                               "--csv",
                                               "--ctest-resource-spec",
                                               "--device-facts",
                                               "--devices",
                                               "--dry-run",
                                               "--energy",
                                               "--explain",
                                               "--fast-p",
                                               "--fence",
                                               "--force",
                                               "--from",
                                               "--fuzz",
                                               "--fuzz-time",
                                               "--gate",
                                               "--gates",
                                               "--github",
                                               "--google-benchmark",
                                               "--help",
                                               "--hot",
                                               "--html",
                                               "--journal",
                                               "--json",
                                               "--junit",
                                               "--kernelbot",
                                               "--limits",
                                               "--list",
                                               "--locked-clock",
                                               "--margin",
                                               "--markdown",
                                               "--mode",
                                               "--ncu",
                                               "--no-ceilings-cache",
                                               "--no-isolate",
                                               "--no-shard",
                                               "--oracle-samples",
                                               "--oracle-seconds",
                                               "--parallel-timing",
                                               "--pass-at",
                                               "--precision",
                                               "--problem",
                                               "--profile",
                                               "--quiet",
                                               "--replay",
                                               "--require-devices",
                                               "--require-locked-clocks",
                                               "--resume",
                                               "--resource-spec-file",
                                               "--samples",
                                               "--sanitize",
                                               "--save-baseline",
                                               "--scores",
                                               "--seed",
                                               "--self-test",
                                               "--separate-allocations",
                                               "--shard",
                                               "--shard-count",
                                               "--smaller-is-better",
                                               "--strict",
                                               "--time-budget",
                                               "--time-only",
                                               "--timeout",
                                               "--timer",
                                               "--trust",
                                               "--verify-only",
                                               "--version"};

/// Options but for these, reports, and what other options bring along, each with a value it takes.
std::vector<std::vector<std::string>> needless(const std::vector<std::string>& but) {
  const std::vector<std::vector<std::string>> all = {{"--against", "a"},
                                                     {"--as-device", "B200"},
                                                     {"--assume-clock", "1500MHz"},
                                                     {"--axis", "n=1"},
                                                     {"--cache", "hot"},
                                                     {"--candidate", "a"},
                                                     {"--ceilings"},
                                                     {"--ceilings-cache", "a"},
                                                     {"--color", "never"},
                                                     {"--compare-baseline", "a"},
                                                     {"--ctest-resource-spec"},
                                                     {"--device-facts", "a"},
                                                     {"--devices", "all"},
                                                     {"--dry-run"},
                                                     {"--energy"},
                                                     {"--explain"},
                                                     {"--fast-p", "1"},
                                                     {"--fence"},
                                                     {"--fuzz", "1"},
                                                     {"--fuzz-time", "1s"},
                                                     {"--gate", "sol>=0.5"},
                                                     {"--gates", "a"},
                                                     {"--hot"},
                                                     {"--journal", "a"},
                                                     {"--limits"},
                                                     {"--list"},
                                                     {"--locked-clock", "1500MHz"},
                                                     {"--margin", "2%"},
                                                     {"--mode", "graph"},
                                                     {"--ncu"},
                                                     {"--no-ceilings-cache"},
                                                     {"--no-isolate"},
                                                     {"--no-shard"},
                                                     {"--oracle-samples", "1"},
                                                     {"--oracle-seconds", "1s"},
                                                     {"--pass-at", "1"},
                                                     {"--precision", "1%"},
                                                     {"--problem", "a"},
                                                     {"--profile"},
                                                     {"--quiet"},
                                                     {"--replay", "a|b|n=1|seed=0"},
                                                     {"--require-devices"},
                                                     {"--require-locked-clocks"},
                                                     {"--samples", "a"},
                                                     {"--sanitize"},
                                                     {"--save-baseline", "a"},
                                                     {"--scores"},
                                                     {"--seed", "1"},
                                                     {"--self-test"},
                                                     {"--separate-allocations"},
                                                     {"--shard", "1/2"},
                                                     {"--shard-count", "2"},
                                                     {"--strict"},
                                                     {"--time-budget", "1s"},
                                                     {"--time-only"},
                                                     {"--timeout", "1s"},
                                                     {"--timer", "cupti"},
                                                     {"--trust"},
                                                     {"--verify-only"}};
  std::vector<std::vector<std::string>> rest;
  for (const std::vector<std::string>& one : all)
    if (std::find(but.begin(), but.end(), one.front()) == but.end()) rest.push_back(one);
  return rest;
}

}  // namespace

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

TEST_CASE("a shard is of a run, and a journal is what is gone on with", "[report]") {
  CHECK_FALSE(options_of({}).part);
  CHECK(options_of({"--shard", "2/4"}).part == shard{1, 4});
  CHECK(options_of({"--shard-count", "4"}).shard_count == 4u);
  CHECK(options_of({"--journal", "a", "--resume"}).resume);
  CHECK(options_of({"--journal", "a", "--resume", "--allow-mixed"}).allow_mixed);
  CHECK(has(refusal({"--resume"}), "--journal"));
  CHECK(has(refusal({"--allow-mixed"}), "--allow-mixed is for --from and --resume"));
  CHECK(has(refusal({"--shard", "2/1"}), "there is no shard 2/1"));
  CHECK(has(refusal({"--shard-count", "0"}), "--shard-count is '0'"));
  for (const std::vector<std::string>& other :
       std::vector<std::vector<std::string>>{{"--no-shard"},
                                             {"--shard-count", "2"},
                                             {"--limits"},
                                             {"--ceilings"},
                                             {"--self-test"},
                                             {"--replay", "a|b|n=1|seed=0"},
                                             {"--from", "a"}}) {
    std::vector<std::string> arguments = {"--shard", "1/2"};
    arguments.insert(arguments.end(), other.begin(), other.end());
    CAPTURE(other.front());
    CHECK(has(refusal(arguments), "--shard"));
  }
}

TEST_CASE("an option without its value is refused and named", "[report]") {
  for (const char* option : {"--problem", "--candidate", "--axis", "--seed", "--precision", "--time-budget",
                             "--oracle-samples", "--oracle-seconds", "--gate", "--json", "--journal",
                             "--color", "--fuzz", "--fuzz-time", "--replay", "--shard", "--shard-count"}) {
    CAPTURE(option);
    CHECK(has(refusal({option}), option));
  }
}

TEST_CASE("an empty value is refused and not taken for no value", "[report]") {
  // As a script gives it whose variable is not set.
  for (const char* option : {"--problem", "--candidate", "--axis", "--seed", "--precision", "--time-budget",
                             "--oracle-samples", "--oracle-seconds", "--gate", "--json", "--journal",
                             "--color", "--fuzz", "--fuzz-time", "--replay", "--shard", "--shard-count"}) {
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

TEST_CASE("a gate that needs no times is for runs that take none, and others are refused by name",
          "[report]") {
  CHECK(options_of({"--verify-only", "--gate", "pass@1>=0.5"}).gates.size() == 1);
  for (const char* metric : {"sol", "speedup", "sol_score", "fast_0", "sol_fast_0.5", "geomean"}) {
    const std::string gate = std::string(metric) + ">=0.5";
    CHECK(refusal({"--verify-only", "--gate", "pass@1>=0.5", "--gate", gate}) ==
          "--gate " + gate + ": needs times, and --verify-only takes none; pass@K needs none");
  }
  CHECK(has(refusal({"--verify-only", "--gate", "time<=1s"}), "--gate time<=1s: needs times"));
  CHECK(
      has(refusal({"--verify-only", "--gate", "geomean_time<=1s"}), "--gate geomean_time<=1s: needs times"));

  const std::string trial = "p|c||seed=3";
  CHECK(options_of({"--replay", trial, "--gate", "pass@1>=1"}).gates.size() == 1);
  CHECK(refusal({"--replay", trial, "--gate", "sol>=0.5"}) ==
        "--gate sol>=0.5: needs times, and this --replay takes none");
  CHECK(has(refusal({"--replay", trial, "--explain"}), "--explain need times"));
}

TEST_CASE("what has no effect on records of earlier runs is refused", "[report]") {
  const std::string all =
      "--from a --allow-mixed --save-baseline b --force --compare-baseline c --gate sol>=0.5 --explain "
      "--scores --fast-p 1 --pass-at 1 --margin 2% --require-devices --quiet --color never";
  std::istringstream words(all);
  CHECK(options_of({std::istream_iterator<std::string>(words), {}}).run.explain);
  for (const report_format& format : report_formats)
    CHECK(options_of({"--from", "a", std::string("--") + format.name, "b"}).reports.size() == 1);
  CHECK(options_of({"--from", "a", "--github"}).reports.size() == 1);
  for (const std::vector<std::string>& other :
       needless({"--from", "--allow-mixed", "--save-baseline", "--force", "--compare-baseline", "--gate",
                 "--gates", "--explain", "--scores", "--fast-p", "--pass-at", "--margin", "--require-devices",
                 "--quiet", "--color"})) {
    std::vector<std::string> arguments = {"--from", "a"};
    arguments.insert(arguments.end(), other.begin(), other.end());
    CAPTURE(arguments);
    CHECK(refusal(arguments) == other.front() + " has no effect with --from, which runs nothing");
  }
}

TEST_CASE("what has no effect on limits and ceilings is refused", "[report]") {
  const std::vector<std::string> both = {
      "--limits",         "--ceilings",          "--list", "--dry-run",      "--ctest-resource-spec",
      "--problem",        "--candidate",         "--axis", "--device-facts", "--locked-clock",
      "--ceilings-cache", "--no-ceilings-cache", "--color"};
  std::vector<std::string> with_device = both;
  with_device.insert(with_device.end(), {"--as-device", "--assume-clock"});
  for (const auto& [action, uses] : {std::pair("--limits", with_device), std::pair("--ceilings", both)}) {
    const std::vector<std::string> some = {action, "--problem",      "a",       "--axis",
                                           "n=1",  "--locked-clock", "1500MHz", "--ceilings-cache",
                                           "f",    "--json",         "g"};
    CHECK(options_of(some).json_path == "g");
    for (const std::vector<std::string>& other : needless(uses)) {
      std::vector<std::string> arguments = {action};
      arguments.insert(arguments.end(), other.begin(), other.end());
      CAPTURE(arguments);
      CHECK(has(refusal(arguments), other.front() + " has no effect with " + action + ", which runs no"));
    }
    CHECK(has(refusal({action, "--html", "h"}), "write no report but --json FILE"));
  }
  CHECK(options_of({"--limits", "--as-device", "B200", "--assume-clock", "1500MHz"}).run.limits.clock ==
        1.5e9);
}

TEST_CASE("options that exclude each other are refused", "[report]") {
  CHECK(has(refusal({"--verify-only", "--time-only"}), "--verify-only"));
  CHECK(has(refusal({"--verify-only", "--explain"}), "--explain needs times"));
  CHECK(has(refusal({"--time-only", "--gate", "sol>=0.5"}), "--time-only verifies nothing"));
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
                             "4 inconclusive", "5 baseline missing", "6 nothing measured", "7 interrupted"}) {
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

TEST_CASE("a replay asks the oracle as the run did that it repeats", "[report]") {
  const std::string trial = "p|c||seed=3";
  CHECK(options_of({"--replay", trial}).run.oracle_seconds == run_options().oracle_seconds);
  CHECK(options_of({"--replay", trial + "|seconds=2.5"}).run.oracle_seconds == 2.5);
  CHECK(options_of({"--replay", trial + "|seconds=2.5", "--oracle-seconds", "1s"}).run.oracle_seconds == 1.0);
}
