// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/journal.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "assay/report/output_file.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::contents;
using support::full_record;
using support::has;
using support::lines_of;
using support::message_of;
using support::numbered;
using support::record_with;
using support::temporary_folder;

namespace {

environment some_environment() {
  environment where;
  where.date = "2026-01-31T12:00:00Z";
  where.system = "some system";
  where.command_line = {"program", "--journal"};
  return where;
}

device_info some_device(const char* name) {
  device_info info;
  info.vendor = vendor::nvidia;
  info.name = name;
  return info;
}

const std::vector<plan_item>& some_plan() {
  static const std::vector<plan_item> plan = support::saxpy_plan();
  return plan;
}

journal_head some_head(const run_options& options = {}, shard part = {},
                       const std::vector<plan_item>& plan = some_plan()) {
  journal_head head = make_journal_head("saxpy_bench", options_to_json(options),
                                        cut_plan(plan, part, [](const plan_item&) { return 1.0; }));
  head.fingerprint = "a build";
  return head;
}

/// One case whole, one half.
void leave_a_cut_journal(const std::string& path) {
  journal lines(path, some_head(), some_environment());
  lines.work_on(some_plan());
  lines.on_device(some_device("first"), {});
  lines.on_record(numbered(1));
  lines.on_record(numbered(1, "other"));
  lines.on_item_done(0);
  lines.on_record(numbered(2, "fast", 11));
}

std::string refusal(const std::string& path, const journal_head& head,
                    journal::opening how = journal::opening::resume) {
  return message_of<usage_error>([&] { journal(path, head, some_environment(), how); });
}

void append(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::app) << text;
}

}  // namespace

TEST_CASE("a journal has a whole line in its file after each record", "[report]") {
  const temporary_folder folder;
  journal lines(folder / "a.jsonl", some_head(), some_environment());
  CHECK(json::parse(contents(folder / "a.jsonl"))["type"] == "run");
  for (std::size_t i = 1; i <= 3; ++i) {
    record r = record_with(outcome::correct);
    r.line = static_cast<std::int32_t>(i);
    lines.on_record(r);
    const std::string text = contents(folder / "a.jsonl");
    REQUIRE(text.back() == '\n');
    const std::vector<std::string> found = lines_of(text);
    REQUIRE(found.size() == i + 1);
    CHECK(json::parse(found.back()) == to_json(r));
  }
}

TEST_CASE("a journal tells the environment with the devices opened so far", "[report]") {
  const temporary_folder folder;
  {
    journal lines(folder / "a.jsonl", some_head(), some_environment());
    lines.on_device(some_device("first"), {});
    lines.on_record(full_record());
    lines.on_device(some_device("second"), {});
  }
  const std::vector<std::string> found = lines_of(contents(folder / "a.jsonl"));
  REQUIRE(found.size() == 4);
  const json first = json::parse(found[1]), second = json::parse(found[3]);
  CHECK(first["type"] == "environment");
  CHECK(first["system"] == "some system");
  CHECK(first["devices"].size() == 1);
  CHECK(json::parse(found[2])["type"] == "record");
  CHECK(second["devices"].size() == 2);
  CHECK(second["devices"][1]["name"] == "second");
}

TEST_CASE("a line of a journal is one line, whatever the names hold", "[report]") {
  const temporary_folder folder;
  journal lines(folder / "a.jsonl", some_head(), some_environment());
  record r = record_with(outcome::failed);
  r.candidate = "two\nlines\r\n\"and quotes\" \x01";
  r.verdict.reason = "not UTF-8: \xff\xfe";
  lines.on_record(r);
  const std::vector<std::string> found = lines_of(contents(folder / "a.jsonl"));
  REQUIRE(found.size() == 2);
  CHECK(json::parse(found[1])["candidate"] == r.candidate);
}

TEST_CASE("a head is read back as it was written", "[report]") {
  run_options options;
  options.seed = 18446744073709551615u;
  options.fence = fence_side::below;
  options.sanitizer_tools = {"memcheck"};
  options.fuzz.trials = 3;
  for (const shard part : {shard{}, shard{1, 2}}) {
    const json written = to_json(some_head(options, part));
    const std::string where = "a.jsonl:1";
    const journal_head head = read_journal_head(json_place(written, where));
    CHECK(to_text(to_json(head)) == to_text(written));
    CHECK(plan_differences(head, some_head(options, part)).empty());
  }
}

TEST_CASE("what there is of a head is checked", "[report]") {
  const std::string where = "a.jsonl:1";
  const auto error_of = [&](const auto& change) {
    json written = to_json(some_head({}, shard{1, 2}));
    change(written);
    return message_of<io_error>([&] { static_cast<void>(read_journal_head(json_place(written, where))); });
  };
  CHECK(has(error_of([](json& j) { j["schema"] = 2; }), "schema 2"));
  CHECK(has(error_of([](json& j) { j.erase("plan"); }), "a.jsonl:1: the key 'plan' is missing"));
  CHECK(has(error_of([](json& j) { j["options"] = 3; }), "options: expected an object"));
  CHECK(has(error_of([](json& j) { j["shard"]["index"] = 3; }),
            "shard.index: expected a whole number from 1 to 2"));
  CHECK(has(error_of([](json& j) { j["shard"]["index"] = 0; }), "shard.index"));
  CHECK(has(error_of([](json& j) { j["shard"]["count"] = 0; }), "shard.count"));
  CHECK(has(error_of([](json& j) { j["plan"][1]["shard"] = 3; }), "plan[1].shard"));
  CHECK(has(error_of([](json& j) { j["plan"][1]["candidates"] = "all"; }),
            "plan[1].candidates: expected a list"));
}

TEST_CASE("a file that holds records is not written to unless that is wanted", "[report]") {
  const temporary_folder folder;
  const std::string path = folder / "a.jsonl";
  leave_a_cut_journal(path);
  const std::string before = contents(path);
  const std::string why = refusal(path, some_head(), journal::opening::fresh);
  CHECK(has(why, path + ": the file holds 3 records of a run of 2026-01-31T12:00:00Z"));
  CHECK(has(why, "--resume goes on with it"));
  CHECK(contents(path) == before);
  // Neither is a file of another kind, resumed or not, with a newline at its end or without.
  for (const char* text : {"int main() {}\n", "int main() {}", "{\"records\": []}", "\n"}) {
    CAPTURE(text);
    const std::string other = folder / "other";
    std::filesystem::remove(other);
    append(other, text);
    CHECK(has(refusal(other, some_head(), journal::opening::fresh), "is no journal"));
    CHECK(has(
        message_of<error>([&] { journal(other, some_head(), some_environment(), journal::opening::resume); }),
        other));
    CHECK(contents(other) == text);
  }
}

TEST_CASE("a journal of a run that came to nothing is begun anew", "[report]") {
  const temporary_folder folder;
  const std::string path = folder / "a.jsonl";
  static_cast<void>(journal(path, some_head(), some_environment()));
  const std::string head = contents(path);
  static_cast<void>(journal(path, some_head(), some_environment()));
  CHECK(contents(path) == head);
  for (const std::size_t cut : {std::size_t{1}, std::size_t{5}, std::size_t{24}, head.size() / 2}) {
    for (const auto how : {journal::opening::fresh, journal::opening::resume}) {
      output_file(path, output_file::mode::replace).write(head.substr(0, cut));
      static_cast<void>(journal(path, some_head(), some_environment(), how));
      CHECK(contents(path) == head);
    }
  }
}

TEST_CASE("a journal is gone on with after what it has", "[report]") {
  const temporary_folder folder;
  const std::string path = folder / "a.jsonl";
  leave_a_cut_journal(path);
  const std::string before = contents(path);
  {
    journal lines(path, some_head(), some_environment(), journal::opening::resume);
    CHECK(contents(path) == before);
    CHECK(lines.has("saxpy", {{"n", std::int64_t{1}}}));
    CHECK_FALSE(lines.has("saxpy", {{"n", std::int64_t{2}}}));
    CHECK_FALSE(lines.has("saxpy", {{"n", std::int64_t{3}}}));
    CHECK_FALSE(lines.has("saxpy", {{"n", std::string("1")}}));
    CHECK(lines.before().records.size() == 3);
    lines.work_on({some_plan()[1], some_plan()[2]});
    lines.on_device(some_device("first"), {});
    lines.on_record(numbered(2, "fast", 22));
    lines.on_record(numbered(2, "other"));
    lines.on_item_done(0);
    lines.on_record(numbered(3));
    lines.on_record(numbered(3, "other"));
    lines.on_item_done(1);
  }
  CHECK(contents(path).rfind(before, 0) == 0);
  const stored_records stored = read_records({path});
  CHECK(stored.records.size() == 6);
  CHECK(stored.missing.empty());
  for (const record& r : stored.records)
    if (r.case_name() == "saxpy n=2" && r.candidate == "fast") CHECK(r.line == 22);  // and not 11
  const journal whole(path, some_head(), some_environment(), journal::opening::resume);
  for (const plan_item& item : some_plan()) CHECK(whole.has("saxpy", item.values));
}

TEST_CASE("a journal may be cut anywhere and is gone on with", "[report]") {
  const temporary_folder folder;
  const std::string path = folder / "a.jsonl";
  leave_a_cut_journal(path);
  const std::string whole = contents(path);
  std::set<std::size_t> cuts = {0, whole.size()};  // about the end of each line, and in the middle of it
  for (std::size_t begin = 0, end = 0; (end = whole.find('\n', begin)) != whole.npos; begin = end + 1)
    cuts.insert({begin + 1, (begin + end) / 2, end - 1, end, end + 1});
  for (const std::size_t cut : cuts) {
    CAPTURE(cut);
    output_file(path, output_file::mode::replace).write(whole.substr(0, cut));
    {
      journal lines(path, some_head(), some_environment(), journal::opening::resume);
      std::vector<plan_item> left;
      for (const plan_item& item : some_plan())
        if (!lines.has("saxpy", item.values)) left.push_back(item);
      lines.work_on(left);
      lines.on_device(some_device("first"), {});
      for (std::size_t i = 0; i < left.size(); ++i) {
        for (const char* candidate : {"fast", "other"})
          lines.on_record(numbered(std::get<std::int64_t>(left[i].values[0].second), candidate, 22));
        lines.on_item_done(i);
      }
    }
    const stored_records stored = read_records({path});
    CHECK(stored.records.size() == 6);
    CHECK(stored.missing.empty());
    CHECK(stored.notices.empty());  // the file was mended
  }
}

TEST_CASE("a fingerprint is of all of a file", "[report]") {
  const temporary_folder folder;
  const std::string path = folder / "program";
  const auto of = [&](const std::string& text) {
    output_file(path, output_file::mode::replace).write(text);
    return fingerprint_of_file(path);
  };
  std::string text(600'003, 'a');  // more than is read at once, and no whole words
  std::set<std::string> seen = {of(text)};
  CHECK(seen.contains(of(text)));
  for (const std::size_t place : {std::size_t{0}, std::size_t{7}, text.size() / 2, text.size() - 1}) {
    std::string changed = text;
    changed[place] = static_cast<char>(changed[place] ^ 0x80);
    CHECK(seen.insert(of(changed)).second);
  }
  CHECK(seen.insert(of(text + std::string(1, '\0'))).second);
  CHECK(seen.insert(of("")).second);
  CHECK(fingerprint_of_file(folder / "none").empty());
}

TEST_CASE("half a last line is dropped with a notice, and only it", "[report]") {
  const temporary_folder folder;
  const std::string path = folder / "a.jsonl";
  leave_a_cut_journal(path);
  const std::string before = contents(path);
  append(path, "{\"schema\":1,\"type\":\"rec");
  const journal lines(path, some_head(), some_environment(), journal::opening::resume);
  REQUIRE(lines.notices().size() == 1);
  CHECK(has(lines.notices()[0], "a.jsonl:7: half a line"));
  CHECK(contents(path) == before);
}

TEST_CASE("a journal of another run is refused with what differs, and left as it is", "[report]") {
  const temporary_folder folder;
  const std::string path = folder / "a.jsonl";
  leave_a_cut_journal(path);
  append(path, "{\"half");
  const std::string before = contents(path);
  run_options other;
  other.measure.cache = cache_state::hot;
  CHECK(has(refusal(path, some_head(other)), "a.jsonl is of another run: --cache: cold there, hot here"));
  other = {};
  other.fuzz.trials = 7;
  CHECK(has(refusal(path, some_head(other)), "--fuzz: not given there, 7 here"));
  CHECK(has(refusal(path, some_head({}, shard{0, 2})), "--shard: 1/1 there, 1/2 here"));
  std::vector<plan_item> plan = some_plan();
  plan[1].candidates.pop_back();
  CHECK(has(refusal(path, some_head({}, {}, plan)),
            "case 2 of the plan: 'saxpy n=2: fast, other' there, 'saxpy n=2: fast' here"));
  plan.resize(1);
  CHECK(has(refusal(path, some_head({}, {}, plan)),
            "case 2 of the plan: 'saxpy n=2: fast, other' there, nothing here"));
  journal_head build = some_head();
  build.fingerprint = "another build";
  CHECK(has(refusal(path, build), "fingerprint: a build there, another build here"));
  CHECK(contents(path) == before);
  CHECK_NOTHROW(journal(path, build, some_environment(), journal::opening::resume_elsewhere));
  // But no other plan, whatever is allowed.
  CHECK(has(refusal(path, some_head(other), journal::opening::resume_elsewhere), "--fuzz"));
}

TEST_CASE("a journal is gone on with on such a device only as it was begun on", "[report]") {
  const temporary_folder folder;
  const std::string path = folder / "a.jsonl";
  leave_a_cut_journal(path);
  const std::string before = contents(path);
  {
    journal lines(path, some_head(), some_environment(), journal::opening::resume);
    device_info slower = some_device("first");
    slower.power_limit = 300.0;
    CHECK(has(message_of<usage_error>([&] { lines.on_device(slower, {}); }),
              "power limit: not known there, 300 W here"));
    CHECK(has(message_of<usage_error>([&] { lines.on_device(some_device("second"), {}); }),
              "device: first there, second here"));
    CHECK(contents(path) == before);
    device_info processor;  // of another vendor, which the run had not come to
    processor.vendor = vendor::cpu;
    CHECK_NOTHROW(lines.on_device(processor, {}));
    device_info same = some_device("first");
    same.uuid = "another one of the kind";
    CHECK_NOTHROW(lines.on_device(same, {}));
  }
  journal lines(path, some_head(), some_environment(), journal::opening::resume_elsewhere);
  CHECK_NOTHROW(lines.on_device(some_device("second"), {}));
}

TEST_CASE("runs that were put together into one file are not gone on with", "[report]") {
  const temporary_folder folder;
  const std::string path = folder / "a.jsonl";
  leave_a_cut_journal(path);
  append(path, contents(path));
  CHECK(has(
      message_of<error>([&] { journal(path, some_head(), some_environment(), journal::opening::resume); }),
      "both hold"));
  const std::string two = folder / "two.jsonl";
  static_cast<void>(journal(two, some_head(), some_environment()));
  append(two, contents(two));
  CHECK(has(refusal(two, some_head()), "holds 2 runs"));
  const std::string headless = folder / "headless.jsonl";
  append(headless, to_text(to_json(some_environment())) + "\n");
  CHECK(has(refusal(headless, some_head()), "does not begin with the line"));
}

TEST_CASE("a journal has one writer", "[report]") {
  const temporary_folder folder;
  const std::string path = folder / "a.jsonl";
  leave_a_cut_journal(path);
  {
    const journal first(path, some_head(), some_environment(), journal::opening::resume);
    static_cast<void>(read_records({path}));  // closes another descriptor of the file, and loses no lock
    for (const auto how : {journal::opening::fresh, journal::opening::resume}) {
      const std::string why =
          message_of<io_error>([&] { journal(path, some_head(), some_environment(), how); });
      CHECK(has(why, path + " is being written by another process (process " + std::to_string(getpid())));
    }
  }
  CHECK_NOTHROW(journal(path, some_head(), some_environment(), journal::opening::resume));
}

TEST_CASE("a journal that cannot be written is an error that names it", "[report]") {
  const temporary_folder folder;
  const auto error_of = [&](const std::string& path) {
    return message_of<io_error>([&] { journal(path, some_head(), some_environment()); });
  };
  CHECK(
      has(error_of(folder / "no/such/folder/a.jsonl"), "no/such/folder/a.jsonl: No such file or directory"));
  CHECK(error_of(folder.path()) == "cannot write " + folder.path() + ": Is a directory");
  std::filesystem::create_directory(folder / "closed");
  std::filesystem::permissions(folder / "closed", std::filesystem::perms::owner_read);
  leave_a_cut_journal(folder / "read_only.jsonl");
  std::filesystem::permissions(folder / "read_only.jsonl", std::filesystem::perms::owner_read);
  {
    const support::bound_by_permissions bound;
    CHECK(has(error_of(folder / "closed/a.jsonl"), "closed/a.jsonl: Permission denied"));
    CHECK(has(error_of(folder / "read_only.jsonl"), "read_only.jsonl: Permission denied"));
  }
  if (std::filesystem::exists("/dev/full"))
    CHECK(error_of("/dev/full") == "cannot write /dev/full: No space left on device");
  CHECK(has(refusal("/dev/null", some_head()), "/dev/null is no file"));
  CHECK_NOTHROW(journal("/dev/null", some_head(), some_environment()).on_record(full_record()));
}

TEST_CASE("a line that does not fit is taken back, and what was there stays", "[report]") {
  const temporary_folder folder;
  const std::string path = folder / "a.jsonl";
  journal lines(path, some_head(), some_environment());
  lines.on_device(some_device("first"), {});
  lines.on_record(numbered(1));
  const std::string before = contents(path);
  rlimit usual{}, small{};
  getrlimit(RLIMIT_FSIZE, &usual);
  small = usual;
  small.rlim_cur = before.size() + 100;  // half of a record fits
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string why = message_of<io_error>([&] { lines.on_record(numbered(2)); });
  setrlimit(RLIMIT_FSIZE, &usual);
  CHECK(why == "cannot write " + path + ": File too large");
  CHECK(contents(path) == before);
  lines.on_record(numbered(2));  // there is room again
  std::signal(SIGXFSZ, ignored);
  CHECK(read_records({path}).records.size() == 2);
}
