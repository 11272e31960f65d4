// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/compare_builds.hpp"

#include <fstream>
#include <string>
#include <vector>

#include "assay/report/json.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::has;
using support::temporary_folder;

namespace {

constexpr double margin = 0.1;  // the tick of the clock is 3 % of their times

/// Candidates "first" and "second" of one case.
report_input two_candidates() {
  report_input input;
  input.records = {support::full_record(), support::full_record()};
  input.records[0].candidate = "first";
  input.records[1].candidate = "second";
  return input;
}

/// Gives the answers in the files of a folder, each so many times, and ends.
struct answers {
  temporary_folder folder;

  explicit answers(const report_input& input) {
    for (const record& r : input.records) std::ofstream(folder / r.candidate) << to_text(to_json(r)) << "\n";
  }
  [[nodiscard]] std::string give(const std::string& candidate, int times) const {
    return "for i in $(seq " + std::to_string(times) + "); do read question; cat '" + folder / candidate +
           "'; done; ";
  }
};

}  // namespace

TEST_CASE("builds are compared in turns, candidate by candidate", "[report]") {
  report_input input = two_candidates();
  const answers files(input);
  const std::string script = files.give("first", 12) + files.give("second", 12);
  worker_process other("/bin/sh", {"-c", script}), own("/bin/sh", {"-c", script});
  std::vector<std::string> told;
  compare_builds(other, own, input, margin, 20.0, [&](const record& r) { told.push_back(r.candidate); });
  CHECK(told == std::vector<std::string>{"first", "second"});
  REQUIRE(input.comparisons.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(input.comparisons[i].record == i);
    REQUIRE(input.comparisons[i].answer);
    CHECK(input.comparisons[i].answer->kind == change::tied);
  }
}

TEST_CASE("a build that dies loses the comparison at hand and none before it", "[report]") {
  report_input input = two_candidates();
  const answers files(input);
  worker_process other("/bin/sh", {"-c", files.give("first", 12) + files.give("second", 3) + "exit 3"});
  worker_process own("/bin/sh", {"-c", files.give("first", 12) + files.give("second", 12)});
  const std::string why = support::message_of<error>(
      [&] { compare_builds(other, own, input, margin, 20.0, [](const record&) {}); });
  CHECK(has(why, "/bin/sh ended (exit code 3) before it"));
  REQUIRE(input.comparisons.size() == 1);
  CHECK(input.records[input.comparisons.front().record].candidate == "first");
}
