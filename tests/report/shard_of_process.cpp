// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/shard_of_process.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/messages.hpp"

using namespace assay;
using support::has;
using support::message_of;

namespace {

std::string found(const command_line& options, const std::map<std::string, std::string>& variables) {
  const auto part = shard_of_process(options, [&](const char* name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  });
  return part ? part->shard.text() + " (" + part->why + ")" : "all";
}

const std::map<std::string, std::string> second_of_three = {{"PMI_RANK", "1"}, {"PMI_SIZE", "3"}};

}  // namespace

TEST_CASE("the command line says more than the environment", "[report]") {
  command_line options;
  CHECK(found(options, {}) == "all");
  CHECK(found(options, second_of_three) == "2/3 (PMI_RANK=1, PMI_SIZE=3)");
  options.part = shard{0, 4};
  CHECK(found(options, second_of_three) == "1/4 (--shard)");
  options = {};
  options.no_shard = true;
  CHECK(found(options, second_of_three) == "all");
}

TEST_CASE("what has no plan to cut is never cut", "[report]") {
  command_line options;
  for (const auto what : {command_line::action::list, command_line::action::dry_run}) {
    options.what = what;
    CHECK(found(options, second_of_three) != "all");
  }
  for (const auto what : {command_line::action::limits, command_line::action::ceilings,
                          command_line::action::self_test, command_line::action::serve}) {
    options.what = what;
    CHECK(found(options, second_of_three) == "all");
  }
  options = {};
  options.from = {"a.jsonl"};
  CHECK(found(options, second_of_three) == "all");
  options = {};
  options.replay.emplace();
  CHECK(found(options, second_of_three) == "all");
  options = {};
  options.worker.emplace();  // it gets items one by one
  CHECK(found(options, second_of_three) == "all");
}

TEST_CASE("who asks whether shards are understood is answered", "[report]") {
  const support::temporary_folder folder;
  for (const char* name : {"GTEST_SHARD_STATUS_FILE", "TEST_SHARD_STATUS_FILE"}) {
    const std::string path = folder / name;
    CHECK(found({}, {{name, path}}) == "all");
    CHECK(std::filesystem::exists(path));
    CHECK(has(message_of<io_error>([&] {
                found({}, {{name, folder / "no/such/folder"}});
              }),
              "no/such/folder"));
  }
}

TEST_CASE("names of files have the shard in the place of {shard}", "[report]") {
  command_line options;
  options.journal_path = "run-{shard}.jsonl";
  options.samples_path = "{shard}/{shard}.csv";
  options.reports = {{&report_formats[0], "a{shard}.html"}, {&report_formats[1], "plain.json"}};
  name_files_of_shard(options, {1, 4});
  CHECK(options.journal_path == "run-2of4.jsonl");
  CHECK(options.samples_path == "2of4/2of4.csv");
  CHECK(options.reports[0].path == "a2of4.html");
  CHECK(options.reports[1].path == "plain.json");
}
