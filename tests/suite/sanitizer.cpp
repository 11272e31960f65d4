// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/sanitizer.hpp"

#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;

namespace {

// In the words of the tools of CUDA 11.5 to 13, as their users have published them.
const std::string memcheck_log = R"(========= COMPUTE-SANITIZER
========= Invalid __global__ read of size 4 bytes
=========     at saxpy(const float *, float *, int)+0x90 in saxpy.cu:72
=========     by thread (0,0,0) in block (3928,0,0)
=========     Access to 0x13097d6000 is out of bounds
=========     and is 1 bytes after the nearest allocation at 0x1309400000 of size 4,000,012 bytes
=========     Saved host backtrace up to driver entry point at kernel launch time
=========         Host Frame: main [0x8f0d] in a.out
=========
========= Invalid __global__ read of size 4 bytes
=========     at saxpy(const float *, float *, int)+0x90 in saxpy.cu:72
=========     by thread (1,0,0) in block (3928,0,0)
=========     Access to 0x13097d6004 is out of bounds
=========     and is 5 bytes after the nearest allocation at 0x1309400000 of size 4,000,012 bytes
=========
========= Invalid __global__ write of size 16 bytes
=========     at 0x270 in /usr/include/sync.h:81:other(float*)
=========     by thread (65,0,0) in block (0,0,0)
=========     Address 0x7bd889c03041 is misaligned
=========     Device Frame:/usr/include/sync.h:101:other(float*) [0x130]
========= Program hit cudaErrorUnknown (error 999) due to "unknown error" on CUDA API call to cudaMemcpy.
=========     Saved host backtrace up to driver entry point at error
========= Target application returned an error
========= ERROR SUMMARY: 769 errors
========= ERROR SUMMARY: 669 errors were not printed. Use --print-limit option to adjust the number of printed errors
)";
const std::string clean_log = "========= COMPUTE-SANITIZER\n========= ERROR SUMMARY: 0 errors\n";
const std::string racecheck_log = R"(========= COMPUTE-SANITIZER
========= Error: Race reported between Write access at buggy(float *, int)+0x580 in errors.cu:25
=========     and Read access at buggy(float *, int)+0x890 in errors.cu:31 [4080 hazards]
=========
========= Warning: Race reported between Write access at benign(float *)+0x10 in errors.cu:50
=========     and Write access at benign(float *)+0x10 in errors.cu:50 [2 hazards]
========= RACECHECK SUMMARY: 2 hazards displayed (1 error, 1 warning)
)";
const std::string synccheck_log = R"(========= COMPUTE-SANITIZER
========= Barrier error detected. Divergent thread(s) in block.
=========     at kernel(float *)+0xe0 in sync.cu:12
=========     by thread (0,0,0) in block (0,0,0)
========= ERROR SUMMARY: 1 error
)";
const std::string initcheck_log = R"(========= COMPUTE-SANITIZER
========= Uninitialized __global__ memory read of size 4 bytes
=========     at 0x100 in sum.cl:30:sum(const int *, int *)
=========     by thread (98,0,0) in block (194,0,0)
=========     Address 0x7fbbca800000
========= ERROR SUMMARY: 257 errors
)";

/// A folder with a script that is called compute-sanitizer, alone on PATH but for the system's folders.
struct fake_tool {
  support::temporary_folder folder;
  std::string path = folder.path() + ":/bin:/usr/bin";
  support::environment_variable on_path{"PATH", path.c_str()};

  /// The script has $log, the file to write to, and "$@", the program and its arguments.
  explicit fake_tool(const std::string& script) {
    const std::string file = folder / "compute-sanitizer";
    std::ofstream(file)
        << "#!/bin/sh\nlog=\nwhile [ $# -gt 0 ]; do\n  case $1 in\n    --log-file) log=$2; shift 2;;\n"
           "    --tool) tool=$2; shift 2;;\n    --*) shift 2;;\n    *) break;;\n  esac\ndone\n"
        << script << "\n";
    chmod(file.c_str(), 0700);
  }
  /// Writes this and ends with that exit code.
  static std::string writing(const std::string& log, int code) {
    return "cat > \"$log\" <<'END'\n" + log + "END\nexit " + std::to_string(code);
  }
};

record some_record() {
  record r;
  r.problem = "it's (odd)";
  r.backend = "cuda";
  r.candidate = "a b";
  r.axes = {{"n", axis_value(std::int64_t{64})}};
  r.seed = 7;
  r.verdict.outcome = outcome::correct;
  r.replay = "--as-before";
  return r;
}

record checked(const std::string& script, const std::vector<std::string>& tools = {"memcheck"},
               double timeout = 60.0, record r = some_record()) {
  const fake_tool fake(script);
  sanitizer(tools, timeout, "/bin/echo").check(r);
  return r;
}

}  // namespace

TEST_CASE("what memcheck says is read, alike errors together", "[suite]") {
  const sanitizer_report report = parse_sanitizer_log(memcheck_log);
  CHECK(report.total == 769);
  CHECK(report.failure.empty());
  REQUIRE(report.errors.size() == 2);
  CHECK(report.errors[0].count == 2);
  CHECK(
      report.errors[0].what ==
      "Invalid __global__ read of size 4 bytes, at saxpy(const float *, float *, int)+0x90 in saxpy.cu:72, "
      "by "
      "thread (0,0,0) in block (3928,0,0), Access to 0x13097d6000 is out of bounds, and is 1 bytes after the "
      "nearest allocation at 0x1309400000 of size 4,000,012 bytes");
  CHECK(report.errors[1].count == 1);
  CHECK(report.errors[1].what ==
        "Invalid __global__ write of size 16 bytes, at 0x270 in /usr/include/sync.h:81:other(float*), by "
        "thread "
        "(65,0,0) in block (0,0,0), Address 0x7bd889c03041 is misaligned");
}

TEST_CASE("what the other tools say is read", "[suite]") {
  const sanitizer_report races = parse_sanitizer_log(racecheck_log);
  CHECK(races.total == 1);
  REQUIRE(races.errors.size() == 1);
  CHECK(has(races.errors[0].what, "Race reported between Write access at buggy"));
  CHECK(has(races.errors[0].what, "and Read access at buggy(float *, int)+0x890 in errors.cu:31"));
  REQUIRE(races.warnings.size() == 1);
  CHECK(has(races.warnings[0], "benign"));

  const sanitizer_report barriers = parse_sanitizer_log(synccheck_log);
  CHECK(barriers.total == 1);
  REQUIRE(barriers.errors.size() == 1);
  CHECK(has(barriers.errors[0].what, "Barrier error detected. Divergent thread(s) in block., at kernel"));

  const sanitizer_report uninitialized = parse_sanitizer_log(initcheck_log);
  CHECK(uninitialized.total == 257);
  CHECK(uninitialized.errors.size() == 1);

  const sanitizer_report clean = parse_sanitizer_log(clean_log);
  CHECK(clean.total == 0);
  CHECK(clean.errors.empty());
}

TEST_CASE("a log that is no log has no total", "[suite]") {
  for (const std::string& text :
       {std::string(), std::string("garbage\n\n=\n==========\n"), std::string("========="),
        std::string("========= COMPUTE-SANITIZER\n"), std::string(1000, '\0')}) {
    const sanitizer_report report = parse_sanitizer_log(text);
    CHECK_FALSE(report.total);
  }
  const sanitizer_report early = parse_sanitizer_log(
      "========= COMPUTE-SANITIZER\n========= Error: Target application terminated before first instrumented "
      "API call\n");
  CHECK(has(early.failure, "terminated before first instrumented"));
  CHECK(early.errors.empty());
  // Cut off in the middle of an error: it is an error all the same.
  CHECK(parse_sanitizer_log(memcheck_log.substr(0, 120)).errors.size() == 1);
}

TEST_CASE("errors make a correct record invalid, with the finding", "[suite]") {
  const record r = checked(fake_tool::writing(memcheck_log, 3));
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(
      has(r.verdict.reason, "compute-sanitizer memcheck: Invalid __global__ read of size 4 bytes, at saxpy"));
  CHECK(has(r.verdict.reason, "and 1 more like it"));
  CHECK(has(r.replay, "--sanitize=memcheck"));
  REQUIRE(r.findings.size() == 2);
  CHECK(r.findings[0].level == severity::error);
  CHECK(r.findings[0].code == "sanitizer");
}

TEST_CASE("a record that was wrong stays wrong, with the finding", "[suite]") {
  record before = some_record();
  before.verdict = {outcome::wrong, "y: 3 elements", {}};
  const record r = checked(fake_tool::writing(memcheck_log, 3), {"memcheck"}, 60.0, before);
  CHECK(r.verdict.outcome == outcome::wrong);
  CHECK(r.verdict.reason == "y: 3 elements");
  CHECK(r.replay == "--as-before");
  CHECK(r.findings.size() == 2);
}

TEST_CASE("without errors a record stays as it was, and says so", "[suite]") {
  const record r = checked(fake_tool::writing(clean_log, 0), {"memcheck", "racecheck"});
  CHECK(r.verdict.outcome == outcome::correct);
  CHECK(r.replay == "--as-before");
  REQUIRE(r.findings.size() == 2);
  CHECK(r.findings[0].level == severity::note);
  CHECK(r.findings[0].message == "compute-sanitizer memcheck: no errors");
  CHECK(r.findings[1].message == "compute-sanitizer racecheck: no errors");
}

TEST_CASE("hazards that are only warnings do not make a record invalid", "[suite]") {
  const record r =
      checked(fake_tool::writing("========= Warning: Race reported between Write access at k\n"
                                 "========= RACECHECK SUMMARY: 1 hazard displayed (0 errors, 1 warning)\n",
                                 0),
              {"racecheck"});
  CHECK(r.verdict.outcome == outcome::correct);
  REQUIRE(r.findings.size() == 2);
  CHECK(r.findings[0].level == severity::warning);
}

TEST_CASE("errors that cannot be read are errors", "[suite]") {
  const record r = checked(fake_tool::writing("========= ERROR SUMMARY: 2 errors\n", 0));
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(has(r.verdict.reason, "2 errors"));
}

TEST_CASE("a tool that does not work is told, and proves nothing", "[suite]") {
  const struct {
    std::string script, words;
  } cases[] = {{"echo 'no device to sanitize' >&2; exit 5", "exit code 5: no device to sanitize"},
               {fake_tool::writing("rubbish\n", 0), "it came to no result (exit code 0)"},
               {fake_tool::writing(
                    "========= Error: No attachable process found.\n========= ERROR SUMMARY: 0 errors\n", 0),
                "No attachable process found"},
               {"kill -9 $$", "signal 9"}};
  for (const auto& [script, words] : cases) {
    CAPTURE(script);
    const record r = checked(script);
    CHECK(r.verdict.outcome == outcome::correct);
    REQUIRE(r.findings.size() == 1);
    CHECK(r.findings[0].code == "no-sanitizer");
    CHECK(r.findings[0].level == severity::warning);
    CAPTURE(r.findings[0].message);
    CHECK(has(r.findings[0].message, words));
  }
}

TEST_CASE("a tool that hangs is killed with all that it started, and what it found counts", "[suite]") {
  const auto start = std::chrono::steady_clock::now();
  const record r =
      checked("cat > \"$log\" <<'END'\n" + memcheck_log.substr(0, 500) + "\nEND\nsleep 1000 & sleep 1000",
              {"memcheck"}, 2.0);  // enough for what it writes
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(300));
  CHECK(r.verdict.outcome == outcome::invalid);
  REQUIRE(r.findings.size() == 2);
  CHECK(has(r.findings[1].message, "stopped after 2 s"));
}

TEST_CASE("the tool is given this program, the record's arguments, and each tensor apart", "[suite]") {
  const support::temporary_folder folder;
  const std::string file = folder / "arguments";
  static_cast<void>(checked("echo \"$tool\" > " + file + "; for a in \"$@\"; do echo \"$a\" >> " + file +
                                "; done; " + fake_tool::writing(clean_log, 0),
                            {"racecheck"}));
  CHECK(support::lines_of(support::contents(file)) ==
        std::vector<std::string>{"racecheck", "/bin/echo", "--as-before", "--no-isolate",
                                 "--separate-allocations", "--quiet", "--color", "never"});
}

TEST_CASE("other backends have no such tool", "[suite]") {
  record before = some_record();
  before.backend = "host";
  const record r = checked("exit 1", {"memcheck"}, 60.0, before);
  REQUIRE(r.findings.size() == 1);
  CHECK(r.findings[0].message == "compute-sanitizer memcheck: it is for CUDA, and this is host");
}

TEST_CASE("without the tool on PATH --sanitize is a usage error", "[suite]") {
  const support::temporary_folder empty;
  const support::environment_variable path("PATH", empty.path().c_str());
  CHECK(has(support::message_of([] { sanitizer({"memcheck"}); }), "compute-sanitizer was not found on PATH"));
  const support::environment_variable none("PATH", nullptr);
  CHECK_THROWS_AS(sanitizer({"memcheck"}), usage_error);
}
