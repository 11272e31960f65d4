// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/profiler.hpp"

#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "assay/report/profile_words.hpp"
#include "support/catch.hpp"
#include "support/fake_device.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"

namespace {

using assay::profiler;
using assay::record;
using assay::resource;
using support::has;

/// A folder with a script that is called ncu, alone on PATH but for the system's folders.
struct fake_ncu {
  support::temporary_folder folder;
  std::string path = folder.path() + ":/bin:/usr/bin";
  support::environment_variable on_path{"PATH", path.c_str()};

  /// The script has $log, the file to write to, and "$@", the program and its arguments.
  explicit fake_ncu(const std::string& script) {
    const std::string file = folder / "ncu";
    std::ofstream(file) << "#!/bin/sh\nlog=\nwhile [ $# -gt 0 ]; do\n  case $1 in\n    --log-file) log=$2; "
                           "shift 2;;\n    --csv) shift;;\n    --*) shift 2;;\n    *) break;;\n  "
                           "esac\ndone\n"
                        << script << "\n";
    chmod(file.c_str(), 0700);
  }
};

const std::string table = R"("ID","Kernel Name","dram__bytes_read.sum","gpu__time_duration.sum")"
                          "\n"
                          R"("","","byte","ns")"
                          "\n"
                          R"("0","saxpy","1024","2000")"
                          "\n";

std::string writing(const std::string& log, int code) {
  return "cat > \"$log\" <<'END'\n" + log + "END\nexit " + std::to_string(code);
}

record some_record() {
  record r;
  r.problem = "saxpy";
  r.backend = "cuda";
  r.candidate = "a b";
  r.verdict.outcome = assay::outcome::correct;
  r.replay = "--as-before";
  return r;
}

record profiled(const std::string& script, double timeout = 60.0, record r = some_record()) {
  const fake_ncu fake(script);
  profiler(timeout, "/bin/echo").profile(r);
  return r;
}

}  // namespace

TEST_CASE("what ncu counted is put into the record", "[suite]") {
  const record r = profiled(writing(table, 0));
  REQUIRE(r.profile);
  CHECK(r.profile->bytes_read == 1024.0);
  CHECK(*r.profile->seconds == Approx(2e-6));
  CHECK(r.findings.empty());
  CHECK(r.verdict.outcome == assay::outcome::correct);
}

TEST_CASE("ncu is given this program, the record's arguments and --profile", "[suite]") {
  const support::temporary_folder folder;
  const std::string file = folder / "arguments";
  static_cast<void>(profiled("for a in \"$@\"; do echo \"$a\" >> " + file + "; done; " + writing(table, 0)));
  CHECK(support::lines_of(support::contents(file)) ==
        std::vector<std::string>{"/bin/echo", "--as-before", "--profile", "--quiet", "--color", "never"});
}

TEST_CASE("that ncu may not read counters is told plainly", "[suite]") {
  for (const std::string& script :
       {writing("==ERROR== ERR_NVGPUCTRPERM - The user does not have permission to access counters\n", 1),
        std::string("echo '==ERROR== ERR_NVGPUCTRPERM'; exit 1")}) {
    const record r = profiled(script);
    CHECK_FALSE(r.profile);
    REQUIRE(r.findings.size() == 1);
    CHECK(r.findings[0].code == "no-profile");
    CHECK(r.findings[0].level == assay::severity::warning);
    CHECK(has(r.findings[0].message, "may not read the GPU's counters"));
  }
}

TEST_CASE("an ncu that does not work is told, and changes nothing", "[suite]") {
  const struct {
    std::string script, words;
  } cases[] = {{"echo 'no device to profile' >&2; exit 5", "exit code 5; no device to profile"},
               {writing("==WARNING== No kernels were profiled.\n", 0), "No kernels were profiled"},
               {writing("==WARNING== a\n==ERROR== The application returned an error code (3)\n", 3),
                "exit code 3; ==ERROR== The application returned"},
               {writing("\"ID\",\"x\"\n\"\",\"\n", 0), "within quotes"},
               {"kill -9 $$", "signal 9"}};
  for (const auto& [script, words] : cases) {
    CAPTURE(script);
    const record r = profiled(script);
    CHECK_FALSE(r.profile);
    REQUIRE(r.findings.size() == 1);
    CAPTURE(r.findings[0].message);
    CHECK(has(r.findings[0].message, words));
    CHECK(r.verdict.outcome == assay::outcome::correct);
  }
  const record slow = profiled("sleep 1000 & sleep 1000", 0.2);
  REQUIRE(slow.findings.size() == 1);
  CHECK(has(slow.findings[0].message, "stopped after 0 s"));
}

TEST_CASE("ncu is for CUDA, and has to be there", "[suite]") {
  record before = some_record();
  before.backend = "hip";
  const record r = profiled("exit 1", 60.0, before);
  REQUIRE(r.findings.size() == 1);
  CHECK(r.findings[0].message == "ncu: it is for CUDA, and this is hip");

  const support::temporary_folder empty;
  const support::environment_variable path("PATH", empty.path().c_str());
  CHECK(has(support::message_of([] { profiler(); }), "ncu was not found on PATH"));
}

TEST_CASE("a profile is told beside what was declared", "[report]") {
  record r = some_record();
  CHECK(assay::profile_words(r).empty());
  r.profile.emplace();
  r.profile->tool = "ncu";
  r.profile->kernels = {"a", "b"};
  r.profile->bytes_read = 1100;
  r.profile->bytes_written = 512;
  r.profile->operations = {{resource::fp32, 4000.0}, {resource::fp64, 0.0}, {resource::tensor_bf16, 8.0}};
  r.profile->seconds = 2e-6;
  r.profile->clock = 1.5e9;
  r.profile->stalls = {{"long_scoreboard", 7.5}, {"wait", 1.25}, {"barrier", 0.0}};
  r.work.add_read(1000);
  r.work.add(resource::fp32, 4000);
  const std::vector<std::string> lines = assay::profile_words(r);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "ncu: DRAM: read 1.07 KiB (declared +10.0%), wrote 512 B (none declared)");
  CHECK(lines[1] == "ncu: operations: fp32 4000 (declared +0.0%), tensor bf16 8 (none declared)");
  CHECK(lines[2] == "ncu: 2.00 µs in 2 kernels, 1500 MHz");
  CHECK(lines[3] == "ncu: cycles that a warp waits for each instruction: long_scoreboard 7.50, wait 1.25");
}

TEST_CASE("a profile launches each candidate once in its range, and neither verifies nor times", "[suite]") {
  int first = 0, second = 0, refused = 0;
  const auto definition = support::problem_named("p", [&](support::host_problem& p) {
    const auto x = p.output<float>("x", {16});
    p.oracle(x, [](auto, std::int64_t) { return 1.0; });
    p.baseline("first", [&] { ++first; });
    p.candidate("second", [&] { ++second; });
    p.counterexample("third", [&] { ++refused; });
    p.candidate("throws", [] { throw std::runtime_error("no"); });
  });
  assay::run_options options = support::quick();
  options.profile = true;
  options.verify = options.time = false;
  const std::vector<record> records = support::run(definition, options);
  CHECK(first == 1);
  CHECK(second == 1);
  CHECK(refused == 0);
  CHECK(support::record_of(records, "second").verdict.outcome == assay::outcome::unchecked);
  CHECK_FALSE(support::record_of(records, "second").time);
  CHECK(support::record_of(records, "throws").verdict.outcome == assay::outcome::failed);
}
