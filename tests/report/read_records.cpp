// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/read_records.hpp"

#include <fstream>
#include <string>
#include <vector>

#include "assay/report/journal.hpp"
#include "assay/report/json_document.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"
#include "support/random_records.hpp"
#include "support/records.hpp"

using namespace assay;
using support::has;
using support::message_of;
using support::numbered;
using support::temporary_folder;

namespace {

environment some_environment(const std::string& gpu = "NVIDIA H200", double power = 700.0) {
  environment e;
  e.date = "2026-01-31T12:00:00Z";
  e.system = "Linux";
  e.command_line = {"./bench"};
  device_info d;
  d.vendor = vendor::nvidia;
  d.name = gpu;
  d.architecture = "sm_90";
  d.power_limit = power;
  e.devices = {d};
  return e;
}
std::string line(const json& object) { return to_text(object) + "\n"; }
void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::app) << text;
}
std::string journal_of(const std::vector<record>& records, const environment& where = some_environment()) {
  std::string text = line(to_json(where));
  for (const record& r : records) text += line(to_json(r));
  return text;
}
std::string refused(const std::string& text) {
  const temporary_folder folder;
  write(folder / "a.jsonl", text);
  return message_of<error>([&] { static_cast<void>(read_records({folder / "a.jsonl"})); });
}

}  // namespace

TEST_CASE("journals and documents are read as what they were", "[report]") {
  const temporary_folder folder;
  const std::vector<record> records = {numbered(1), numbered(2)};
  write(folder / "a.jsonl", journal_of(records));
  report_input input;
  input.environments = {some_environment()};
  input.records = records;
  input.planned = input.executed = 2;
  input.no_device = {"no HIP device"};
  write(folder / "a.json", to_text(to_json(input), 2));
  for (const char* name : {"a.jsonl", "a.json"}) {
    const stored_records stored = read_records({folder / name});
    REQUIRE(stored.records.size() == 2);
    for (std::size_t i = 0; i < 2; ++i)
      CHECK(to_text(to_json(stored.records[i])) == to_text(to_json(records[i])));
    REQUIRE(stored.environments.size() == 1);
    CHECK(to_text(to_json(stored.environments[0])) == to_text(to_json(some_environment())));
    CHECK(stored.planned == 2);
    CHECK(stored.executed == 2);
    CHECK(stored.missing.empty());
    CHECK(stored.notices.empty());
  }
  CHECK(read_records({folder / "a.json"}).no_device == std::vector<std::string>{"no HIP device"});
}

TEST_CASE("several journals are put together", "[report]") {
  const temporary_folder folder;
  write(folder / "a.jsonl", journal_of({numbered(1), numbered(1, "other")}));
  write(folder / "b.jsonl", journal_of({numbered(2)}));
  const stored_records stored = read_records({folder / "a.jsonl", folder / "b.jsonl"});
  CHECK(stored.records.size() == 3);
  CHECK(stored.executed == 2);
  CHECK(stored.environments.size() == 2);
}

TEST_CASE("half a last line is dropped with a notice, and nothing else of the file", "[report]") {
  const std::string whole = journal_of({numbered(1), numbered(2)});
  const std::size_t second = whole.rfind('\n', whole.size() - 2) + 1;
  for (const std::size_t cut : {second + 1, second + 20, (second + whole.size()) / 2, whole.size() - 2}) {
    const temporary_folder folder;
    write(folder / "a.jsonl", whole.substr(0, cut));
    const stored_records stored = read_records({folder / "a.jsonl"});
    CHECK(stored.records.size() == 1);
    REQUIRE(stored.notices.size() == 1);
    CHECK(has(stored.notices[0], "a.jsonl:3: half a line"));
  }
  const temporary_folder folder;  // the newline alone is lost
  write(folder / "a.jsonl", whole.substr(0, whole.size() - 1));
  CHECK(read_records({folder / "a.jsonl"}).records.size() == 2);
}

TEST_CASE("half a first line is a journal of nothing", "[report]") {
  const std::string head = to_text(to_json(journal_head{"saxpy_bench", "a build", json::object(), {}, {}}));
  for (const std::size_t cut : {std::size_t{1}, std::size_t{8}, std::size_t{25}, head.size() - 1}) {
    const temporary_folder folder;
    write(folder / "a.jsonl", head.substr(0, cut));
    const stored_records stored = read_records({folder / "a.jsonl"});
    CHECK(stored.records.empty());
    CHECK(has(stored.notices.at(0), "a.jsonl:1: half a line"));
  }
}

TEST_CASE("a broken line elsewhere is an error with its number", "[report]") {
  const std::string text = journal_of({numbered(1)}) + "not json\n" + line(to_json(numbered(2)));
  CHECK(has(refused(text), "a.jsonl:3: not a line of a journal"));
  CHECK(has(refused(journal_of({}) + "{\"schema\":1,\"type\":\"record\"}\n" + line(to_json(numbered(2)))),
            "a.jsonl:2: the key 'problem' is missing"));
  CHECK(has(refused(journal_of({}) + "[1]\n" + line(to_json(numbered(2)))), "a.jsonl:2: expected an object"));
}

TEST_CASE("files of another kind are refused by name", "[report]") {
  CHECK(has(refused("hello\n"), "a.jsonl: neither a journal nor a document"));
  CHECK(has(refused("{\"benchmarks\": []}"), "a.jsonl: JSON without records"));
  CHECK(has(refused("[1, 2]"), "a.jsonl: JSON without records"));
  CHECK(has(refused("{\n \"schema\": 1,\n \"records\": [\n"), "a.jsonl: neither"));
  CHECK(has(refused(line(to_json(numbered(1)))), "a.jsonl:1: a record before any environment"));
  CHECK(has(refused("{\"schema\":2,\"type\":\"environment\"}\n"), "schema 2"));
  const std::string missing =
      message_of<io_error>([] { static_cast<void>(read_records({"/nonexistent/a.jsonl"})); });
  CHECK(missing == "cannot read /nonexistent/a.jsonl: No such file or directory");
  const temporary_folder folder;
  CHECK(
      has(message_of<io_error>([&] { static_cast<void>(read_records({folder.path()})); }), "Is a directory"));
}

TEST_CASE("an empty file holds nothing, and that is told", "[report]") {
  const temporary_folder folder;
  write(folder / "a.jsonl", "");
  const stored_records stored = read_records({folder / "a.jsonl"});
  CHECK(stored.records.empty());
  CHECK(has(stored.notices.at(0), "a.jsonl: the file is empty"));
}

TEST_CASE("a line of a type that is not known is passed over with a notice", "[report]") {
  const temporary_folder folder;
  write(folder / "a.jsonl",
        journal_of({numbered(1)}) + "{\"schema\":1,\"type\":\"weather\"}\n" + line(to_json(numbered(2))));
  const stored_records stored = read_records({folder / "a.jsonl"});
  CHECK(stored.records.size() == 2);
  CHECK(has(stored.notices.at(0), "a.jsonl:3: a line of the type 'weather'"));
}

TEST_CASE("a candidate that was measured twice is refused with both places", "[report]") {
  const temporary_folder folder;
  record again = numbered(2);
  again.line += 1;
  write(folder / "a.jsonl", journal_of({numbered(1), numbered(2)}));
  write(folder / "b.jsonl", journal_of({again}));
  write(folder / "c.jsonl", journal_of({numbered(2)}));
  const auto refused_with = [&](const char* second) {
    return message_of<io_error>([&] {
      static_cast<void>(read_records({folder / "a.jsonl", folder / second}));
    });
  };
  const std::string why = refused_with("b.jsonl");
  CHECK(has(why, "a.jsonl:3 and "));
  CHECK(has(why, "b.jsonl:2 both hold saxpy n=2, fast"));
  CHECK(has(why, "which of two measurements counts"));
  CHECK(has(refused_with("c.jsonl"), "c.jsonl:2 both hold saxpy n=2, fast on "));
  CHECK(has(refused_with("c.jsonl"), ", one a copy of the other; leave one out"));
  CHECK(has(refused(journal_of({numbered(1)}) + journal_of({numbered(1)})), "both hold"));
}

TEST_CASE("what was measured again counts once", "[report]") {
  const auto mark = [](const char* type, std::int64_t n) {
    return line({{"schema", 1}, {"type", type}, {"problem", "saxpy"}, {"axes", {{"n", n}}}});
  };
  const auto fresh = [](std::int64_t n, const char* candidate) {
    record r = numbered(n, candidate);
    r.line = 99;
    return r;
  };
  const temporary_folder folder;
  const std::string cut = journal_of({numbered(1), numbered(1, "other"), numbered(2)});
  write(folder / "a.jsonl", cut + mark("again", 1) + line(to_json(fresh(1, "fast"))));
  const stored_records stored = read_records({folder / "a.jsonl"});
  REQUIRE(stored.records.size() == 2);
  CHECK(stored.records[0].case_name() == "saxpy n=2");
  CHECK(stored.records[1].line == 99);
  // Of its own file and run only.
  write(folder / "b.jsonl", journal_of({}) + mark("again", 1) + line(to_json(fresh(1, "fast"))));
  CHECK(has(message_of<io_error>([&] {
              static_cast<void>(read_records({folder / "a.jsonl", folder / "b.jsonl"}));
            }),
            "both hold saxpy n=1, fast"));
  CHECK(has(refused(cut + line(to_json(numbered(1)))), "both hold"));
  CHECK(has(refused(cut + "{\"schema\":1,\"type\":\"again\"}\n"), "a.jsonl:5: the key 'problem' is missing"));
  CHECK(has(refused(cut + "{\"schema\":2,\"type\":\"done\"}\n"), "schema 2"));
}

TEST_CASE("the same candidate on another device is no second measurement", "[report]") {
  const temporary_folder folder;
  record other = numbered(1);
  other.device = "another";
  write(folder / "a.jsonl", journal_of({numbered(1), other}));
  CHECK(read_records({folder / "a.jsonl"}).records.size() == 2);
}

TEST_CASE("files of different environments are refused unless that is wanted", "[report]") {
  const temporary_folder folder;
  write(folder / "a.jsonl", journal_of({numbered(1)}));
  write(folder / "b.jsonl", journal_of({numbered(2)}, some_environment("NVIDIA H200", 500.0)));
  write(folder / "c.jsonl", journal_of({numbered(3)}, some_environment("NVIDIA B200")));
  const std::string why = message_of<usage_error>([&] {
    static_cast<void>(read_records({folder / "a.jsonl", folder / "b.jsonl"}));
  });
  CHECK(has(why, "power limit: 700 W there, 500 W here"));
  CHECK(has(why, "--allow-mixed"));
  CHECK(has(message_of<usage_error>([&] {
              static_cast<void>(read_records({folder / "a.jsonl", folder / "c.jsonl"}));
            }),
            "device: NVIDIA H200 there, NVIDIA B200 here"));
  CHECK(read_records({folder / "a.jsonl", folder / "b.jsonl", folder / "c.jsonl"}, true).records.size() == 3);
}

TEST_CASE("a file of the host alone does not hide that two others are of different GPUs", "[report]") {
  const temporary_folder folder;
  environment host = some_environment();
  host.devices[0].vendor = vendor::cpu;
  host.devices[0].name = "some CPU";
  write(folder / "a.jsonl", journal_of({numbered(1)}, host));
  write(folder / "b.jsonl", journal_of({numbered(2)}));
  write(folder / "c.jsonl", journal_of({numbered(3)}, some_environment("NVIDIA B200")));
  CHECK(read_records({folder / "a.jsonl", folder / "b.jsonl"}).records.size() == 2);
  const std::string why = message_of<usage_error>([&] {
    static_cast<void>(read_records({folder / "a.jsonl", folder / "b.jsonl", folder / "c.jsonl"}));
  });
  CHECK(has(why, "b.jsonl:1 and "));
  CHECK(has(why, "c.jsonl:1 are of different environments: device: NVIDIA H200 there, NVIDIA B200 here"));
}

TEST_CASE("of two machines each has its own plan to fulfil", "[report]") {
  const temporary_folder folder;
  const auto begin = [&](const char* name, const std::vector<std::int64_t>& plan, const std::string& gpu,
                         const std::vector<std::int64_t>& done) {
    journal_head head{"saxpy_bench", "a build", json::object(), {}, {}};
    for (const std::int64_t n : plan) head.plan.push_back({"saxpy", {{"n", n}}, {"fast"}, 0});
    write(folder / name, line(to_json(head)) + line(to_json(some_environment(gpu))));
    for (const std::int64_t n : done) {
      record r = numbered(n);
      r.axes = {{"n", n}};
      r.device = gpu;
      write(folder / name, line(to_json(r)));
    }
  };
  const auto missing = [&](const char* first, const char* second) {
    return read_records({folder / first, folder / second}, true).missing;
  };
  begin("whole.jsonl", {1, 2, 3}, "NVIDIA H200", {1, 2, 3});
  begin("other.jsonl", {1, 2, 3}, "NVIDIA B200", {1, 2, 3});
  CHECK(missing("whole.jsonl", "other.jsonl").empty());
  begin("cut.jsonl", {1, 2, 3}, "NVIDIA B200", {1, 3});
  for (const auto& [first, second] :
       {std::pair("whole.jsonl", "cut.jsonl"), std::pair("cut.jsonl", "whole.jsonl")}) {
    const std::vector<std::string> found = missing(first, second);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0], "saxpy n=2, fast (planned in "));
    CHECK(has(found[0], "cut.jsonl:1)"));
  }
  // What was left to do of one run may be done on another machine, and on one of the same kind all of it.
  begin("rest.jsonl", {2}, "NVIDIA H200", {2});
  CHECK(missing("cut.jsonl", "rest.jsonl").empty());
  begin("same.jsonl", {1, 2, 3}, "NVIDIA B200", {2});
  CHECK(missing("cut.jsonl", "same.jsonl").empty());
  // A case that one measures again is not lost to the other.
  begin("again.jsonl", {1, 2, 3}, "NVIDIA B200", {1, 2, 3});
  write(folder / "again.jsonl",
        line({{"schema", 1}, {"type", "again"}, {"problem", "saxpy"}, {"axes", {{"n", 2}}}}));
  CHECK(missing("whole.jsonl", "again.jsonl").size() == 1);
}

TEST_CASE("what was planned and has no record is missing", "[report]") {
  const temporary_folder folder;
  journal_head head{"saxpy_bench", "a build", json::object(), {}, {}};
  for (const std::int64_t n : {1, 2, 3}) head.plan.push_back({"saxpy", {{"n", n}}, {"fast", "other"}, 0});
  const auto begin = [&](const std::string& name) {
    journal lines(folder / name, head, environment{});
    lines.on_device(some_environment().devices[0], {});
    device_info second;
    second.name = "CPU";
    lines.on_device(second, {});
    lines.on_record(numbered(1));
    lines.on_record(numbered(1, "other"));
    lines.on_record(numbered(2));
  };
  begin("a.jsonl");
  const stored_records stored = read_records({folder / "a.jsonl"});
  CHECK(stored.environments.size() == 1);
  CHECK(stored.environments.at(0).devices.size() == 2);
  CHECK(stored.planned == 3);
  CHECK(stored.executed == 2);
  CHECK(stored.missing ==
        std::vector<std::string>{"saxpy n=2, other", "saxpy n=3, fast", "saxpy n=3, other"});
  // Another file has the rest.
  write(folder / "b.jsonl", journal_of({numbered(2, "other"), numbered(3), numbered(3, "other")}));
  const stored_records whole = read_records({folder / "a.jsonl", folder / "b.jsonl"});
  CHECK(whole.missing.empty());
  CHECK(whole.executed == 3);
}

TEST_CASE("what a shard has not done, and what has no journal at all, is missing by name", "[report]") {
  const temporary_folder folder;
  journal_head head{"saxpy_bench", "a build", json::object(), {0, 3}, {}};
  for (std::size_t n = 0; n < 3; ++n)
    head.plan.push_back({"saxpy", {{"n", static_cast<std::int64_t>(n)}}, {"fast"}, n});
  write(folder / "1.jsonl", line(to_json(head)) + journal_of({numbered(0)}));
  head.part.index = 1;
  write(folder / "2.jsonl", line(to_json(head)));
  const stored_records stored = read_records({folder / "1.jsonl", folder / "2.jsonl"});
  CHECK(stored.planned == 3);
  CHECK(stored.executed == 1);
  CHECK(stored.missing ==
        std::vector<std::string>{"saxpy n=1, fast (shard 2/3)", "saxpy n=2, fast (shard 3/3)"});
  REQUIRE(stored.journals.size() == 2);
  CHECK(stored.journals[1].head.part == shard{1, 3});
}

TEST_CASE("journals of other kinds of times are refused unless that is wanted", "[report]") {
  const temporary_folder folder;
  const auto begin = [&](const char* name, const run_options& options, std::int64_t n) {
    const journal_head head{"saxpy_bench", "a build", options_to_json(options), {}, {}};
    write(folder / name, line(to_json(head)) + journal_of({numbered(n)}));
  };
  run_options hot, seed;
  hot.measure.cache = cache_state::hot;
  seed.seed = 7;
  begin("a.jsonl", {}, 1);
  begin("b.jsonl", hot, 2);
  begin("c.jsonl", seed, 3);
  const std::string why = message_of<usage_error>([&] {
    static_cast<void>(read_records({folder / "a.jsonl", folder / "b.jsonl"}));
  });
  CHECK(has(why, "b.jsonl:1 are of different options: --cache: cold there, hot here; --allow-mixed"));
  CHECK(read_records({folder / "a.jsonl", folder / "b.jsonl"}, true).records.size() == 2);
  CHECK(read_records({folder / "a.jsonl", folder / "c.jsonl"}).records.size() == 2);
}

TEST_CASE("a document of a run that was cut short says how much is missing", "[report]") {
  const temporary_folder folder;
  report_input input;
  input.environments = {some_environment()};
  input.records = {numbered(1)};
  input.planned = 5;
  input.executed = 1;
  input.lost = "the device was lost";
  write(folder / "a.json", to_text(to_json(input), 2));
  const stored_records stored = read_records({folder / "a.json"});
  CHECK(has(stored.missing.at(0), "4 of 5 cases of "));
  CHECK(stored.lost == "the device was lost");
  input.lost = "interrupted by SIGINT";
  input.interrupted = true;
  write(folder / "b.json", to_text(to_json(input), 2));
  const stored_records interrupted = read_records({folder / "b.json"});
  CHECK(has(interrupted.missing.at(0), "4 of 5 cases of "));
  CHECK(interrupted.lost.empty());  // nothing went wrong
}

TEST_CASE("no cut of a journal crashes the reader or invents a record", "[report]") {
  const std::string whole = journal_of({numbered(1), numbered(2), numbered(3)});
  const std::vector<std::string> lines = support::lines_of(whole);
  for (std::size_t cut = 0; cut < whole.size(); cut += 37) {
    const temporary_folder folder;
    write(folder / "a.jsonl", whole.substr(0, cut));
    std::size_t complete = 0, at = 0;
    for (const std::string& l : lines) {
      at += l.size();
      complete += at <= cut;
      ++at;
    }
    std::size_t found = 0;
    bool readable = true;
    try {
      found = read_records({folder / "a.jsonl"}).records.size();
    } catch (const error&) {
      readable = false;
    }
    CAPTURE(cut);
    CHECK(found == (complete ? complete - 1 : 0));
    CHECK(readable == (complete > 0 || cut == 0));  // where not even the environment is whole
  }
}
