// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/journal.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::contents;
using support::has;
using support::lines_of;
using support::message_of;
using support::record_with;
using support::temporary_folder;

namespace {

environment some_environment() {
  environment where;
  where.system = "some system";
  where.command_line = {"program", "--journal"};
  return where;
}

device_info some_device(const char* name) {
  device_info info;
  info.name = name;
  return info;
}

}  // namespace

TEST_CASE("a journal has a line on disk after each record", "[report]") {
  const temporary_folder folder;
  journal lines(folder / "a.jsonl", some_environment());
  CHECK(contents(folder / "a.jsonl").empty());
  for (std::size_t i = 1; i <= 3; ++i) {
    record r = record_with(outcome::correct);
    r.line = static_cast<std::int32_t>(i);
    lines.on_record(r);
    const std::string text = contents(folder / "a.jsonl");
    REQUIRE(text.back() == '\n');
    const std::vector<std::string> found = lines_of(text);
    REQUIRE(found.size() == i);
    CHECK(json::parse(found.back()) == to_json(r));
  }
}

TEST_CASE("a journal tells the environment with the devices opened so far", "[report]") {
  const temporary_folder folder;
  {
    journal lines(folder / "a.jsonl", some_environment());
    lines.on_device(some_device("first"), {});
    lines.on_record(support::full_record());
    lines.on_device(some_device("second"), {});
  }
  const std::vector<std::string> found = lines_of(contents(folder / "a.jsonl"));
  REQUIRE(found.size() == 3);
  const json first = json::parse(found[0]), second = json::parse(found[2]);
  CHECK(first["type"] == "environment");
  CHECK(first["system"] == "some system");
  CHECK(first["devices"].size() == 1);
  CHECK(json::parse(found[1])["type"] == "record");
  CHECK(second["devices"].size() == 2);
  CHECK(second["devices"][1]["name"] == "second");
}

TEST_CASE("a line of a journal is one line, whatever the names hold", "[report]") {
  const temporary_folder folder;
  journal lines(folder / "a.jsonl", some_environment());
  record r = record_with(outcome::failed);
  r.candidate = "two\nlines\r\n\"and quotes\" \x01";
  r.verdict.reason = "not UTF-8: \xff\xfe";
  lines.on_record(r);
  const std::vector<std::string> found = lines_of(contents(folder / "a.jsonl"));
  REQUIRE(found.size() == 1);
  CHECK(json::parse(found[0])["candidate"] == r.candidate);
}

TEST_CASE("a journal is appended to", "[report]") {
  const temporary_folder folder;
  journal(folder / "a.jsonl", some_environment()).on_record(record_with(outcome::correct));
  journal(folder / "a.jsonl", some_environment()).on_record(record_with(outcome::wrong));
  CHECK(lines_of(contents(folder / "a.jsonl")).size() == 2);
}

TEST_CASE("a journal that ends in half a line is continued on a new one", "[report]") {
  // The run before was killed while it wrote.
  const temporary_folder folder;
  output_file(folder / "a.jsonl", output_file::mode::replace).write("{\"schema\":1,\"type\":\"rec");
  journal(folder / "a.jsonl", some_environment()).on_record(record_with(outcome::correct));
  const std::vector<std::string> found = lines_of(contents(folder / "a.jsonl"));
  REQUIRE(found.size() == 2);
  CHECK(json::parse(found[1])["type"] == "record");
}

TEST_CASE("a journal that cannot be written is an error that names it", "[report]") {
  const temporary_folder folder;
  const std::string missing = folder / "no/such/folder/a.jsonl";
  CHECK(has(message_of<io_error>([&] { journal lines(missing, {}); }), missing));
  CHECK(has(message_of<io_error>([&] { journal lines(folder.path(), {}); }), folder.path()));
  if (!std::filesystem::exists("/dev/full")) return;
  journal full("/dev/full", {});
  CHECK(has(message_of<io_error>([&] { full.on_record(record_with(outcome::correct)); }), "/dev/full"));
  CHECK(has(message_of<io_error>([&] { full.on_device({}, {}); }), "/dev/full"));
}
