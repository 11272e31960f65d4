// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/report_files.hpp"

#include <cstdio>
#include <fstream>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::captured;
using support::contents;
using support::has;
using support::temporary_folder;

namespace {

const report_format& format_of(const std::string& name) {
  for (const report_format& format : report_formats)
    if (name == format.name) return format;
  throw std::runtime_error("no format " + name);
}
report_input some_input() {
  report_input input;
  input.environments.emplace_back();
  input.records = {support::full_record()};
  return input;
}

}  // namespace

TEST_CASE("every format writes something, of anything", "[report]") {
  std::set<std::string> names;
  for (const report_format& format : report_formats) {
    CAPTURE(format.name);
    CHECK(names.insert(format.name).second);
    CHECK_FALSE(format.write(some_input()).empty());
    CHECK_FALSE(format.write({}).empty());
    CHECK(format.write(some_input()) == format.write(some_input()));
  }
}

TEST_CASE("a report that cannot be written is found before the work", "[report]") {
  const temporary_folder folder;
  CHECK_THROWS_AS(report_files({{&format_of("csv"), "/nowhere/a.csv"}}), io_error);
  CHECK(has(support::message_of<usage_error>([&] {
              report_files({{&format_of("csv"), folder / "a"}, {&format_of("html"), folder / "a"}});
            }),
            "another report goes to the same file"));
}

TEST_CASE("reports go to their files", "[report]") {
  const temporary_folder folder;
  report_files files({{&format_of("csv"), folder / "a.csv"}, {&format_of("bmf"), folder / "b.json"}});
  files.write(some_input());
  CHECK(contents(folder / "a.csv") == to_csv(some_input()));
  CHECK(contents(folder / "b.json") == to_text(to_bmf(some_input()), 2) + "\n");
}

TEST_CASE("the report of the run before stays until there is another, which replaces all of it", "[report]") {
  const temporary_folder folder;
  const std::string old(1 << 20, 'x');
  std::ofstream(folder / "a.csv") << old;
  {
    report_files files({{&format_of("csv"), folder / "a.csv"}});
    CHECK(contents(folder / "a.csv") == old);
  }
  CHECK(contents(folder / "a.csv") == old);
  report_files({{&format_of("csv"), folder / "a.csv"}}).write(some_input());
  CHECK(contents(folder / "a.csv") == to_csv(some_input()));
}

TEST_CASE("a report that fails does not keep the others from being written", "[report]") {
  if (std::FILE* full = std::fopen("/dev/full", "w"))
    std::fclose(full);
  else
    return;
  const temporary_folder folder;
  report_files files({{&format_of("bmf"), "/dev/full"}, {&format_of("csv"), folder / "a.csv"}});
  CHECK_THROWS_AS(files.write(some_input()), io_error);
  CHECK(contents(folder / "a.csv") == to_csv(some_input()));
}

TEST_CASE("a report on a standard output that is a file leaves there what was before", "[report]") {
  const support::written text = captured([] {
    std::printf("before\n");
    report_files({{&format_of("csv"), "-"}}).write(some_input());
  });
  CHECK(text.out == "before\n" + to_csv(some_input()));
}

TEST_CASE("a report on the standard output is alone there", "[report]") {
  const support::written text = captured([] {
    // The standard output is put back by captured().
    report_files files({{&format_of("csv"), "-"}});
    std::printf("the table\n");
    std::fflush(stdout);
    files.write(some_input());
  });
  CHECK(text.out == to_csv(some_input()));
  CHECK(text.err == "the table\n");
}

TEST_CASE("a comparison with another build is not called one with what was stored", "[report]") {
  report_input input = some_input();
  input.compared_with = "other build";
  input.comparisons.push_back({0, {}, judged_change{change::slower, "7 % slower"}, ""});
  CHECK(has(to_markdown(input), "- other build: "));
  CHECK(has(to_junit(input), "<testsuite name=\"other build\" tests=\"1\" failures=\"1\""));
  CHECK(has(github_annotations(input, ""), "slower than the other build"));
  CHECK(has(to_html(input), ">Against the other build</h3>"));
  for (const std::string& text : {to_markdown(input), to_junit(input), to_html(input)})
    CHECK_FALSE(has(text, "stored baseline"));
}
