// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/version.hpp"
#include "assay/isolation/worker_handles.hpp"
#include "assay/report/console.hpp"
#include "assay/report/device_facts_file.hpp"
#include "assay/report/exit_code.hpp"
#include "assay/report/measured_limits.hpp"
#include "assay/report/quantity.hpp"
#include "assay/report/read_records.hpp"
#include "assay/report/report_files.hpp"
#include "assay/score/gate.hpp"
#include "assay/score/parallel_check.hpp"
#include "assay/score/scorecard.hpp"
#include "assay/suite/device_choice.hpp"
#include "assay/suite/filter.hpp"
#include "assay/suite/memory_layout.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/suite/shard.hpp"
#include "assay/suite/trial.hpp"

namespace assay {

/// What the command line asks for.
struct command_line {
  enum class action { run, list, dry_run, limits, ceilings, self_test, serve, ctest_resources };
  action what = action::run;
  selection wanted;
  std::optional<replay_target> replay;  ///< instead of what is wanted
  run_options run;
  std::vector<gate> gates;
  std::vector<report_request> reports;
  std::string json_path;  ///< of what --limits and --ceilings write, which are no reports
  std::string journal_path, samples_path;
  bool resume = false;                     ///< the journal, where it holds something
  std::optional<shard> part;               ///< given; otherwise the environment may say it
  std::optional<std::size_t> shard_count;  ///< where the environment says which, but not of how many
  bool no_shard = false;                   ///< all, whatever the environment says
  std::string device_facts_path;
  std::vector<std::string> from;  ///< files of records to work on instead of a run
  bool allow_mixed = false;       ///< files, or a journal to be resumed, of different environments
  score_options scoring;
  bool scores = false;  ///< print all scores
  std::string save_baseline, compare_baseline;
  bool force = false;                    ///< save a baseline whatever the run came to
  std::string against;                   ///< another build, to be timed in turns with this one
  bool isolate = true;                   ///< run candidates in processes of their own, where that makes sense
  std::optional<double> timeout;         ///< s for which a candidate may be silent
  std::optional<worker_handles> worker;  ///< this process is one, for the one that started it
  device_choice devices;                 ///< to spread the cases over
  assay::parallel_timing parallel_timing = assay::parallel_timing::check;
  ceilings_storage ceilings;
  color_choice color = color_choice::automatic;
  bool quiet = false;
  bool require_devices = false;  ///< no pass where a backend has no device
};

/// A clock in Hz, or "base": that of the device's datasheet, which ncu locks to. Throws usage_error where the
/// device has none there.
[[nodiscard]] inline double parse_assumed_clock(const std::string& text,
                                                const std::optional<device_row>& device) {
  if (text != "base") return parse_quantity("--assume-clock", text, units::clock);
  if (!device) throw usage_error("--assume-clock base: needs --as-device, which says of what device");
  if (!device->base_clock)
    throw usage_error("--assume-clock base: the base clock of " + std::string(device->name) +
                      " is not known; give it as e.g. 1200MHz");
  return *device->base_clock;
}

/// "0,0.5,1": numbers that are not negative. Throws usage_error.
[[nodiscard]] inline std::vector<double> parse_thresholds(const std::string& option,
                                                          const std::string& text) {
  std::vector<double> values;
  std::istringstream parts(text + ",");
  for (std::string part; std::getline(parts, part, ',');) {
    char* end = nullptr;
    const double value = std::strtod(part.c_str(), &end);
    if (end == part.c_str() || *end || !std::isfinite(value) || value < 0)
      throw usage_error(option + " " + text + ": '" + part + "' is not a number of at least 0");
    values.push_back(value);
  }
  return values;
}

/// Throws usage_error when the text is no whole number from 0 to 2^64 − 1.
[[nodiscard]] inline std::uint64_t parse_seed(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size())
    throw usage_error("--seed " + text + ": expected a whole number from 0 to 18446744073709551615");
  return value;
}

/// Throws usage_error when the text is no whole number from 0 to 2^63 − 1.
[[nodiscard]] inline std::int64_t parse_count(const std::string& option, const std::string& text) {
  std::int64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size() || value < 0)
    throw usage_error(option + " " + text + ": expected a whole number, 0 or more");
  return value;
}

/// "" (above), "above" or "below". Throws usage_error.
[[nodiscard]] inline fence_side parse_fence(const std::string& text) {
  if (text.empty() || text == to_string(fence_side::above)) return fence_side::above;
  if (text == to_string(fence_side::below)) return fence_side::below;
  throw usage_error("--fence " + text + ": expected above or below");
}

/// "" (memcheck), or names of tools with commas between. Throws usage_error.
[[nodiscard]] inline std::vector<std::string> parse_sanitizer_tools(const std::string& text) {
  std::vector<std::string> tools;
  std::istringstream names(text.empty() ? "memcheck" : text);
  for (std::string name; std::getline(names, name, ',');) {
    if (name != "memcheck" && name != "racecheck" && name != "synccheck" && name != "initcheck")
      throw usage_error("--sanitize " + text +
                        ": expected some of memcheck, racecheck, synccheck, initcheck");
    tools.push_back(name);
  }
  return tools;
}

/// Reads the command line. Throws usage_error for what cannot be. Returns an exit code instead where the
/// answer is only to print something (--help, --version) or CLI11 has printed what is wrong.
[[nodiscard]] inline std::optional<exit_code> parse_command_line(int argc, const char* const* argv,
                                                                 command_line& result) {
  CLI::App app(
      "Runs the problems that this program was built with: each candidate is verified against the problem's\n"
      "oracle, timed, held against the speed of light of the device and compared with the baseline.");
  app.set_version_flag("--version", std::string("assay ") + version);

  bool list = false, dry_run = false, limits = false, verify_only = false, time_only = false, hot = false;
  bool ceilings = false, forget_ceilings = false;
  std::string problems, candidates, seed, precision, budget, color = "auto";
  std::string cache, mode, timer, locked, fence, sanitize;
  std::string fuzz, fuzz_time, oracle_seconds, replay;
  std::string as_device, assumed_clock, part, shard_count;
  std::vector<std::string> axes, gates, gate_files;
  bool self_test = false, serve = false;
  std::string fast_p, pass_at, margin;
  std::string timeout, worker, devices, parallel_timing;
  bool no_isolate = false, ctest_resources = false;

  app.add_flag("--list", list, "print the problems, their axes and candidates, and run nothing")
      ->group("What to run");
  app.add_flag("--dry-run", dry_run, "print the cases that would run, and run nothing")->group("What to run");
  app.add_flag(
         "--limits", limits,
         "print the least time of each case by layer and resource, and run nothing; with --as-device it\n"
         "needs no GPU")
      ->group("What to run");
  app.add_flag("--ceilings", ceilings,
               "measure what the devices of these problems can do, keep it, print it beside the limits that\n"
               "are known beforehand, and run nothing")
      ->group("What to run");
  app.add_flag("--ctest-resource-spec", ctest_resources,
               "print the GPUs here as the file that ctest --resource-spec-file reads, and run nothing")
      ->group("What to run");
  app.add_option("--problem", problems,
                 "only problems whose name matches this regular expression (POSIX extended)")
      ->type_name("REGEX")
      ->group("What to run");
  app.add_option("--candidate", candidates,
                 "only candidates whose name matches; the baseline stays, to compare with")
      ->type_name("REGEX")
      ->group("What to run");
  app.add_option("--axis", axes, "only these values of an axis: n=1024, n=16,64, n=1.., T=fp32 (repeatable)")
      ->type_name("NAME=VALUES")
      ->group("What to run")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);

  app.add_option(
         "--shard", part,
         "only the I-th of N parts of the cases, counted from 1, cut by estimated time. By itself where\n"
         "GoogleTest's variables, Slurm, MPI or Kubernetes say that this is one of several processes;\n"
         "{shard} in the name of a journal or report is then e.g. 1of4")
      ->type_name("I/N")
      ->group("What to run");
  app.add_option("--shard-count", shard_count,
                 "of how many, where the environment says only which (Kubernetes' JOB_COMPLETION_INDEX)")
      ->type_name("N")
      ->group("What to run")
      ->excludes("--shard");
  app.add_flag("--no-shard", result.no_shard, "all cases, whatever the environment says")
      ->group("What to run")
      ->excludes("--shard")
      ->excludes("--shard-count");

  app.add_option(
         "--replay", replay,
         "only this trial of one candidate, as a report prints it: the same values, shape and place in\n"
         "memory on any machine. Verifies, and takes times only where the verdict came up there")
      ->type_name("TRIAL")
      ->group("What to run");

  app.add_flag("--verify-only", verify_only, "prove candidates right or wrong, do not time them")
      ->group("How to run");
  app.add_flag("--time-only", time_only, "time without verifying; verdicts read 'unchecked'")
      ->group("How to run")
      ->excludes("--verify-only");
  app.add_option(
         "--cache", cache,
         "what a timed launch finds in the caches: cold (swept by reads before each launch), hot (as the\n"
         "last launch left them), rotate (another copy of the tensors each time, three times the cache\n"
         "in all), cold-dirty (overwritten by a memset before each launch, as nvbench does) [cold]")
      ->type_name("STATE")
      ->check(CLI::IsMember({"cold", "hot", "rotate", "cold-dirty"}))
      ->group("How to run");
  app.add_flag("--hot", hot, "short for --cache hot")->group("How to run")->excludes("--cache");
  app.add_option("--mode", mode,
                 "how candidates are launched: plain, graph (captured once, the graph is timed), throughput\n"
                 "(back to back, caches hot unless they rotate) [plain]")
      ->type_name("MODE")
      ->check(CLI::IsMember({"plain", "graph", "throughput"}))
      ->group("How to run");
  app.add_option("--timer", timer,
                 "events, or cupti: a second pass under CUPTI beside the events, for NVIDIA GPUs [events]")
      ->type_name("TIMER")
      ->check(CLI::IsMember({"events", "cupti"}))
      ->group("How to run");
  app.add_flag("--energy", result.run.measure.energy,
               "also find the energy of a launch, 0.6 s for each candidate")
      ->group("How to run");
  app.add_option(
         "--fence", fence,
         "verify once more with each tensor against an unmapped page, behind it (above) or in front of it\n"
         "(below), so that reads out of bounds are faults, too [above]")
      ->type_name("SIDE")
      ->expected(0, 1)
      ->group("How to run");
  app.add_option(
         "--sanitize", sanitize,
         "repeat the smallest case of each problem under compute-sanitizer, with these of its tools:\n"
         "memcheck, racecheck, synccheck, initcheck (which sees only what candidates allocate) [memcheck]")
      ->type_name("TOOLS")
      ->expected(0, 1)
      ->group("How to run");
  app.add_flag(
         "--profile", result.run.profile,
         "launch each candidate once, within the range assay_launch of NVTX or ROCTX, without verifying or\n"
         "timing it: to be run by ncu, nsys or rocprofv3")
      ->group("How to run");
  app.add_flag(
         "--ncu", result.run.ncu,
         "count with ncu the bytes, operations and stalls of each candidate that was timed, and put them\n"
         "beside what was declared and measured")
      ->group("How to run");
  app.add_flag("--no-isolate", no_isolate,
               "run candidates in this process, for debuggers and profilers; what crashes then ends the run")
      ->group("How to run");
  app.add_option(
         "--timeout", timeout,
         "how long a candidate may give no sign of life, before its process is ended and another one goes\n"
         "on; oracles and assay itself may ten times as long [60s and 1000 times the case's limit]")
      ->type_name("TIME")
      ->group("How to run")
      ->excludes("--no-isolate");
  app.add_option(
         "--devices", devices,
         "spread the cases over several GPUs of one kind, one process each: all, or numbers and UUIDs with\n"
         "commas between")
      ->type_name("LIST")
      ->group("How to run")
      ->excludes("--no-isolate");
  app.add_option(
         "--parallel-timing", parallel_timing,
         "with --devices, time on several of them at once: check whether others show in the times, yes, or\n"
         "no, verify in parallel and time alone [check]")
      ->type_name("HOW")
      ->check(CLI::IsMember({"check", "yes", "no"}))
      ->group("How to run")
      ->needs("--devices");
  app.add_flag("--separate-allocations", result.run.layout.separate,
               "give each tensor an allocation of its own, without red zones, for memory checkers")
      ->group("How to run");
  app.add_flag("--trust", result.run.trust,
               "do not look at the outputs of timed launches, and give all of them the same inputs")
      ->group("How to run");
  app.add_flag("--require-devices", result.require_devices,
               "exit code 4 instead of 0 where a selected problem's backend has no device; without it such\n"
               "problems are told and left out")
      ->group("How to run");
  app.add_flag("--require-locked-clocks", result.run.locked_clocks,
               "stop with exit code 2 unless the GPU's clock is known to be locked; on NVIDIA say where, by\n"
               "--locked-clock")
      ->group("How to run");
  app.add_option(
         "--locked-clock", locked,
         "where an administrator has locked the GPU's clock, e.g. 1500MHz, since NVIDIA's GPUs do not tell;\n"
         "implies --require-locked-clocks")
      ->type_name("CLOCK")
      ->group("How to run");
  app.add_option("--seed", seed, "of all input values [0]")->type_name("N")->group("How to run");
  app.add_option(
         "--fuzz", fuzz,
         "trials of each candidate beyond each case: neighbouring and small shapes within the domains of\n"
         "its axes, inputs made to show faults, other places in memory; 0 for none [16, for at most 1 s]")
      ->type_name("N")
      ->group("How to run");
  app.add_option("--fuzz-time", fuzz_time,
                 "trials of each case for so long, however many; with --fuzz, or so many")
      ->type_name("TIME")
      ->group("How to run");
  app.add_flag("--strict", result.run.fuzz.strict,
               "trials with subnormals, nearly the largest numbers, signed zeros, NaN and Inf, also where a\n"
               "problem does not declare that its candidates get them right")
      ->group("How to run");
  app.add_option(
         "--precision", precision,
         "stop timing when the median of the raw time is known to within this share; what the timer's own\n"
         "share adds to the interval of a net time does not shrink with samples [0.5%]")
      ->type_name("SHARE")
      ->group("How to run");
  app.add_option("--time-budget", budget,
                 "stop timing a candidate after this long, with the precision reached [1s]")
      ->type_name("TIME")
      ->group("How to run");
  app.add_option("--oracle-samples", result.run.oracle_samples,
                 "elements of a large output checked by a per-element oracle [4096]")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->group("How to run");
  app.add_option("--oracle-seconds", oracle_seconds,
                 "how long an oracle may take for a whole output, before a sample has to do [0.5s]")
      ->type_name("TIME")
      ->group("How to run");

  app.add_option("--as-device", as_device,
                 "hold times against the limits of this device instead of the one that runs, e.g. B200, or\n"
                 "'RTX 4090'")
      ->type_name("DEVICE")
      ->group("What to hold times against");
  app.add_option(
         "--assume-clock", assumed_clock,
         "hold times against the limits at this clock, e.g. 1500MHz; base: the base clock of --as-device")
      ->type_name("CLOCK")
      ->group("What to hold times against");
  app.add_option("--ceilings-cache", result.ceilings.path,
                 "where measured ceilings are kept [ceilings-DEVICE.json in assay below $XDG_CACHE_HOME]")
      ->type_name("FILE")
      ->group("What to hold times against");
  app.add_flag("--no-ceilings-cache", forget_ceilings,
               "neither read nor keep measured ceilings; without them, runs measure none")
      ->excludes("--ceilings-cache")
      ->group("What to hold times against");
  app.add_option("--device-facts", result.device_facts_path,
                 "figures of devices that add to those in the program or replace them, as JSON")
      ->type_name("FILE")
      ->group("What to hold times against");

  app.add_option(
         "--gate", gates,
         "a condition for exit code 0, [FILTER:] METRIC>=NUMBER [within SHARE] (repeatable). Of each\n"
         "candidate: sol, speedup, time, sol_score; of all cases: fast_P, sol_fast_P, geomean,\n"
         "geomean_time, pass@K. FILTER is a regular expression for 'PROBLEM AXES/CANDIDATE'. E.g.\n"
         "sol>=0.8, time<=120us, fast_1>=0.5, '^gemm .*/tiled$: speedup>=1 within 2%'. With --verify-only\n"
         "pass@K alone, which needs no times")
      ->type_name("CONDITION")
      ->group("What to tell")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  app.add_flag(
         "--explain", result.run.explain,
         "also print what bounds each candidate: the terms of its limit, the ridge points, its kernels'\n"
         "registers, shared memory and occupancy, and what would have to change to go faster; with --from,\n"
         "kernels only of records of a run with --explain")
      ->group("What to tell");
  app.add_option("--gates", gate_files, "conditions from a file, one a line, # begins a comment (repeatable)")
      ->type_name("FILE")
      ->group("What to tell")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  app.add_flag(
         "--scores", result.scores,
         "print the scores of all and by backend, device, problem and candidate; --json has them of each\n"
         "case, too, and the intervals of every group")
      ->group("What to tell");
  app.add_option("--fast-p", fast_p,
                 "the p of fast_p, with commas between; implies --scores [0,0.5,0.8,1,1.5,2]")
      ->type_name("LIST")
      ->group("What to tell");
  app.add_option("--pass-at", pass_at, "the k of pass@k, with commas between; implies --scores [1]")
      ->type_name("LIST")
      ->group("What to tell");
  app.add_option("--margin", margin,
                 "the least difference that matters, for faster, tied, slower, for baselines, --against,\n"
                 "--self-test and --devices [2%]")
      ->type_name("SHARE")
      ->group("What to tell");

  app.add_option(
         "--from", result.from,
         "run nothing: scores, gates, baselines and reports from these journals and documents; the limits\n"
         "are those of the records")
      ->type_name("FILE...")
      ->group("Earlier runs")
      ->expected(1, CLI::detail::expected_max_vector_size);
  app.add_flag("--allow-mixed", result.allow_mixed,
               "with --from and --resume: also where the environments differ")
      ->group("Earlier runs");
  app.add_option("--save-baseline", result.save_baseline,
                 "store the times of a run that passes, to compare later ones with")
      ->type_name("FILE")
      ->group("Earlier runs");
  app.add_flag("--force", result.force,
               "with --save-baseline: also where the run did not pass; replaces all that is stored")
      ->group("Earlier runs");
  app.add_option(
         "--compare-baseline", result.compare_baseline,
         "exit code 1 where a candidate is slower than stored by more than the margin, or the noise\n"
         "that --self-test stored with it where that is more, and still is with fresh rounds; 5 where\n"
         "there is no comparable baseline")
      ->type_name("FILE")
      ->group("Earlier runs");
  app.add_option(
         "--against", result.against,
         "time this build and another one of the same problems in turns, as child processes, and give\n"
         "exit code 1 where a candidate became slower by more than the margin")
      ->type_name("PROGRAM")
      ->group("Earlier runs")
      ->excludes("--compare-baseline");
  app.add_flag("--self-test", self_test,
               "measure each candidate against itself, in the same rounds and in separate ones: the noise\n"
               "floor and the false alarms of this machine; --save-baseline stores the floor as well")
      ->group("Earlier runs");
  app.add_flag("--serve", serve)->group("");      // what --against starts
  app.add_option("--worker", worker)->group("");  // what runs start, to run candidates in
  app.add_option("--journal", result.journal_path,
                 "append each record to this file as a line of JSON, as soon as it is complete")
      ->type_name("FILE")
      ->group("What to tell");
  app.add_flag("--resume", result.resume,
               "go on with the run whose journal --journal names, and measure nothing twice; begin it where\n"
               "there is no such file")
      ->needs("--journal")
      ->group("What to run");
  app.add_option("--samples", result.samples_path, "write every sample behind a record to this file, as CSV")
      ->type_name("FILE")
      ->group("What to tell");
  for (const report_format& format : report_formats)
    app.add_option_function<std::string>(
           std::string("--") + format.name,
           [&result, &format](const std::string& path) {
             result.reports.push_back({&format, path});
           },
           format.words)
        ->type_name("FILE")
        ->group(
            "Reports, written when all is done; - is the standard output, and the table then goes to the "
            "other");
  app.add_flag_callback(
         "--github", [&result] { result.reports.push_back({}); },
         "annotations, and the summary of this step of GitHub Actions")
      ->group(
          "Reports, written when all is done; - is the standard output, and the table then goes to the "
          "other");
  app.add_flag("--quiet", result.quiet, "print only what went wrong and the last line")
      ->group("What to tell");
  app.add_option("--color", color, "auto (on a terminal, unless NO_COLOR is set), always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group("What to tell");
  // A script whose variable is not set gives an empty value, and must not be taken to have given none.
  for (CLI::Option* option : app.get_options())
    if (option->get_expected_min() > 0)
      option->check([](const std::string& value) { return value.empty() ? "an empty value" : ""; });
  app.footer(
      "Exit codes: 0 pass, 1 gate not met or slower than before, 2 usage or file error, 3 verification "
      "failed,\n"
      "4 inconclusive, 5 baseline missing or of another environment, 6 nothing measured, 7 interrupted.");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? exit_code::pass : exit_code::usage;
  }
  if (list + dry_run + limits + ceilings + ctest_resources > 1)
    throw usage_error("--list, --dry-run, --limits, --ceilings and --ctest-resource-spec: choose one");
  // What is not named here would change nothing, and who gives it expects that it does.
  const auto take_only = [&](const std::string& with, std::initializer_list<std::string_view> options) {
    for (const CLI::Option* option : app.get_options()) {
      const std::string name = option->get_name();
      const bool report =
          name == "--github" ||
          std::any_of(std::begin(report_formats), std::end(report_formats),
                      [&](const report_format& format) { return name == std::string("--") + format.name; });
      if (option->count() > 0 && !report && std::find(options.begin(), options.end(), name) == options.end())
        throw usage_error(name + " has no effect with " + with);
    }
  };
  if (!result.from.empty())
    take_only("--from, which runs nothing",
              {"--from", "--allow-mixed", "--save-baseline", "--force", "--compare-baseline", "--gate",
               "--gates", "--explain", "--scores", "--fast-p", "--pass-at", "--margin", "--require-devices",
               "--quiet", "--color"});
  if (limits)
    take_only("--limits, which runs nothing",
              {"--limits", "--problem", "--candidate", "--axis", "--as-device", "--assume-clock",
               "--device-facts", "--locked-clock", "--ceilings-cache", "--no-ceilings-cache", "--color"});
  // Its table has no layer that is assumed.
  if (ceilings)
    take_only("--ceilings, which runs no candidate",
              {"--ceilings", "--problem", "--candidate", "--axis", "--device-facts", "--locked-clock",
               "--ceilings-cache", "--no-ceilings-cache", "--color"});
  result.what = list              ? command_line::action::list
                : dry_run         ? command_line::action::dry_run
                : limits          ? command_line::action::limits
                : ceilings        ? command_line::action::ceilings
                : self_test       ? command_line::action::self_test
                : serve           ? command_line::action::serve
                : ctest_resources ? command_line::action::ctest_resources
                                  : command_line::action::run;
  result.ceilings.keep = !forget_ceilings;
  limit_options& against = result.run.limits;
  if (!result.device_facts_path.empty()) against.facts = read_device_facts(result.device_facts_path);
  if (!as_device.empty()) against.as_device = device_named(as_device, against.facts, "--as-device");
  if (!assumed_clock.empty()) against.clock = parse_assumed_clock(assumed_clock, against.as_device);
  result.wanted.problems = name_filter("--problem", problems);
  result.wanted.candidates = name_filter("--candidate", candidates);
  for (const std::string& text : axes) result.wanted.axes.emplace_back(text);
  for (const std::string& text : gates) result.gates.push_back(parse_gate(text));
  for (const std::string& path : gate_files)
    for (gate& g : parse_gates(read_file(path), path)) result.gates.push_back(std::move(g));
  const auto refuse_gates_of_times = [&](const std::string& why) {
    for (const gate& g : result.gates)
      if (g.needs_times()) throw usage_error("--gate " + g.text + ": needs times, and " + why);
  };
  if (verify_only) refuse_gates_of_times("--verify-only takes none; pass@K needs none");
  if (time_only && !result.gates.empty())
    throw usage_error("--gate lets through what is right and fast, and --time-only verifies nothing");
  const auto without_times = verify_only ? "--verify-only" : !replay.empty() ? "--replay" : nullptr;
  for (const auto& [option, given] :
       {std::pair("--save-baseline", !result.save_baseline.empty()),
        std::pair("--compare-baseline", !result.compare_baseline.empty()),
        std::pair("--against", !result.against.empty()), std::pair("--self-test", self_test)})
    if (given && without_times)
      throw usage_error(std::string(option) + " needs the times of whole cases, and " + without_times +
                        " takes none");
    else if (given && time_only && std::string_view(option) != "--self-test")
      throw usage_error(std::string(option) +
                        " counts times of what is right, and --time-only verifies nothing");
  const auto refuse = [&](const char* with, std::initializer_list<const char*> options) {
    for (const char* option : options)
      if (app.count(option) > 0) throw usage_error(std::string(option) + " has no effect with " + with);
  };
  const char* const idle = list              ? "--list"
                           : dry_run         ? "--dry-run"
                           : ctest_resources ? "--ctest-resource-spec"
                                             : nullptr;
  if (idle)
    refuse(idle, {"--gate", "--gates", "--journal", "--samples", "--save-baseline", "--compare-baseline",
                  "--against", "--self-test", "--explain", "--scores", "--fast-p", "--pass-at", "--ncu",
                  "--profile", "--devices"});
  if (idle && !result.reports.empty())
    throw usage_error(std::string(idle) + " measures nothing and writes no report");
  for (const auto& [option, given] :
       {std::pair("--self-test", self_test), std::pair("--replay", !replay.empty())})
    if (given) refuse(option, {"--shard", "--shard-count", "--no-shard"});
  if (self_test)
    refuse("--self-test",
           {"--journal", "--samples", "--profile", "--ncu", "--fuzz", "--fuzz-time", "--strict", "--fence"});
  if (app.count("--profile") > 0)
    refuse("--profile",
           {"--explain", "--scores", "--fast-p", "--pass-at", "--save-baseline", "--compare-baseline",
            "--against", "--energy", "--timer", "--require-locked-clocks", "--locked-clock"});
  if (verify_only)
    refuse("--verify-only", {"--require-locked-clocks", "--locked-clock", "--energy", "--timer"});
  if (limits || ceilings) {
    for (const report_request& one : result.reports) {
      if (!one.format || std::string(one.format->name) != "json" || one.path == "-")
        throw usage_error("--limits and --ceilings write no report but --json FILE");
      result.json_path = one.path;
    }
  }
  if (result.allow_mixed && result.from.empty() && !result.resume)
    throw usage_error("--allow-mixed is for --from and --resume");
  if (!part.empty()) result.part = parse_shard(part);
  if (!shard_count.empty()) result.shard_count = parse_shard_number("--shard-count", shard_count, 1);
  if (result.force && result.save_baseline.empty()) throw usage_error("--force is for --save-baseline");
  if (self_test && (!result.compare_baseline.empty() || !result.against.empty() || !result.gates.empty()))
    throw usage_error("--self-test compares nothing but itself");
  if (!fast_p.empty()) result.scoring.p = parse_thresholds("--fast-p", fast_p);
  if (!pass_at.empty()) {
    result.scoring.k.clear();
    for (const double k : parse_thresholds("--pass-at", pass_at)) {
      if (k < 1 || k != std::floor(k) || k > 1e6)
        throw usage_error("--pass-at " + pass_at + ": expected whole numbers of at least 1");
      result.scoring.k.push_back(static_cast<int>(k));
    }
  }
  result.scores = result.scores || !fast_p.empty() || !pass_at.empty();
  if (!margin.empty()) result.scoring.margin = parse_quantity("--margin", margin, {{"%", 0.01}, {"", 1.0}});
  if (app.count("--fence") > 0) result.run.fence = parse_fence(fence);
  if (app.count("--sanitize") > 0) result.run.sanitizer_tools = parse_sanitizer_tools(sanitize);
  if (time_only && (result.run.fence || !result.run.sanitizer_tools.empty()))
    throw usage_error(std::string(result.run.fence ? "--fence" : "--sanitize") +
                      " verifies, and --time-only does not");
  result.run.verify = !time_only;
  result.run.time = !verify_only;
  measure_options& how = result.run.measure;
  if (mode == "graph") how.mode = launch_mode::graph;
  if (mode == "throughput") {
    how.mode = launch_mode::throughput;
    how.cache = cache_state::hot;
  }
  if (hot) how.cache = cache_state::hot;
  for (const cache_state state :
       {cache_state::cold, cache_state::hot, cache_state::rotate, cache_state::cold_dirty})
    if (cache == to_string(state)) how.cache = state;
  if (how.mode == launch_mode::throughput &&
      (how.cache == cache_state::cold || how.cache == cache_state::cold_dirty))
    throw usage_error("--mode throughput --cache " + cache +
                      ": launches back to back find what the one before left; choose hot or rotate");
  if (how.mode == launch_mode::graph && how.cache == cache_state::rotate)
    throw usage_error(
        "--mode graph --cache rotate: a captured graph keeps its addresses; choose another state");
  how.cupti = timer == "cupti";
  if (!locked.empty()) {
    result.run.locked_clocks = true;
    result.run.locked_clock = parse_quantity("--locked-clock", locked, {{"MHz", 1e6}, {"GHz", 1e9}});
  }
  if (verify_only && result.run.explain)
    throw usage_error("--explain needs times, and --verify-only takes none");
  if (verify_only && !result.samples_path.empty())
    throw usage_error("--samples needs times, and --verify-only takes none");
  if (!seed.empty()) result.run.seed = parse_seed(seed);
  if (time_only && (!fuzz.empty() || !fuzz_time.empty() || result.run.fuzz.strict))
    throw usage_error("--fuzz, --fuzz-time and --strict verify, and --time-only does not");
  if (!time_only) {
    // A few by default, so that a run stays short; who says how many gets them.
    if (fuzz.empty() && fuzz_time.empty()) {
      result.run.fuzz.trials = 16;
      result.run.fuzz.seconds = 1.0;
    }
    if (!fuzz.empty()) result.run.fuzz.trials = parse_count("--fuzz", fuzz);
    if (!fuzz_time.empty())
      result.run.fuzz.seconds =
          parse_quantity("--fuzz-time", fuzz_time, {{"s", 1.0}, {"ms", 1e-3}, {"min", 60.0}});
  }
  if (!replay.empty()) {
    if (list || dry_run || verify_only || time_only || !problems.empty() || !candidates.empty() ||
        !axes.empty() || !seed.empty() || !fuzz.empty() || !fuzz_time.empty() || result.run.fuzz.strict)
      throw usage_error("--replay says itself what to run: it goes with no other option that does");
    result.replay = parse_replay(replay);
    result.run.fuzz = {};
    result.run.time = result.replay->timed;
    result.run.seed = result.replay->trial.seed;
    if (result.replay->oracle_samples > 0) result.run.oracle_samples = result.replay->oracle_samples;
    if (result.replay->oracle_seconds) result.run.oracle_seconds = *result.replay->oracle_seconds;
    if (!result.run.time) {
      refuse_gates_of_times("this --replay takes none");
      if (!result.samples_path.empty() || result.run.explain)
        throw usage_error("--samples and --explain need times, and this --replay takes none");
    }
  }
  if (result.run.ncu && !result.run.time)
    throw usage_error("--ncu counts what was timed, and this run takes no times");
  if (result.run.profile) {
    if (verify_only || time_only || result.run.ncu || !result.run.sanitizer_tools.empty() ||
        result.run.fence || !result.gates.empty() || !result.samples_path.empty())
      throw usage_error(
          "--profile launches and neither verifies nor times: it goes with no option that asks for either");
    result.run.verify = result.run.time = false;
    result.run.fuzz = {};
  }
  if (!precision.empty())
    result.run.measure.precision = parse_quantity("--precision", precision, {{"%", 0.01}, {"", 1.0}});
  if (!oracle_seconds.empty())
    result.run.oracle_seconds =
        parse_quantity("--oracle-seconds", oracle_seconds, {{"s", 1.0}, {"ms", 1e-3}, {"min", 60.0}});
  if (!budget.empty())
    result.run.measure.time_budget = parse_quantity("--time-budget", budget, {{"s", 1.0}, {"ms", 1e-3}});
  result.isolate = !no_isolate;
  if (!devices.empty()) {
    result.devices = device_choice(devices);
    refuse("--devices", {"--profile", "--against", "--serve", "--ncu", "--sanitize"});
  }
  if (parallel_timing == "yes") result.parallel_timing = assay::parallel_timing::yes;
  if (parallel_timing == "no") result.parallel_timing = assay::parallel_timing::no;
  if (!timeout.empty())
    result.timeout = parse_quantity("--timeout", timeout, {{"s", 1.0}, {"ms", 1e-3}, {"min", 60.0}});
  if (!worker.empty()) result.worker = parse_worker_handles(worker);
  result.color = color == "always"  ? color_choice::always
                 : color == "never" ? color_choice::never
                                    : color_choice::automatic;
  return std::nullopt;
}

}  // namespace assay
