// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/markdown.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;
using support::has;
using support::lines_of;
using support::record_with;

TEST_CASE("a table has as many cells in each row, whatever is in a name", "[report]") {
  report_input input;
  record r = full_record();
  r.problem = "a|b\nc\\|d `e` <b> &amp; @f [g](h) *i* _j_";
  input.records = {r, full_record()};
  const std::vector<std::string> lines = lines_of(to_markdown(input));
  const auto pipes = [](const std::string& line) {
    int count = 0;
    for (std::size_t i = 0; i < line.size(); ++i) count += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    return count;
  };
  int rows = 0;
  for (const std::string& line : lines)
    if (!line.empty() && line[0] == '|') {
      ++rows;
      CHECK(pipes(line) == 11);
    }
  CHECK(rows == 4);
  CHECK_FALSE(has(to_markdown(input), "<b>"));
  CHECK_FALSE(has(to_markdown(input), "@f"));
}

TEST_CASE("what went wrong comes with the command that repeats it, in a fence that holds", "[report]") {
  report_input input;
  input.environments.emplace_back().command_line = {"./my bench"};
  record r = record_with(outcome::wrong);
  r.replay = "--replay '````'";
  input.records = {r};
  CHECK(has(to_markdown(input), "`````sh\n'./my bench' --replay '````'\n`````\n"));
}

TEST_CASE("a limit is kept, and what is left out counted", "[report]") {
  report_input input;
  for (int i = 0; i < 100; ++i) input.records.push_back(full_record());
  const std::string all = to_markdown(input);
  for (const std::size_t limit : {std::size_t{600}, std::size_t{2000}, all.size() - 1}) {
    const std::string text = to_markdown(input, limit);
    CAPTURE(limit);
    CHECK(text.size() <= limit);
    CHECK(has(text, "more entries are left out"));
  }
  CHECK(to_markdown(input, all.size() + 256) == all);
}

TEST_CASE("in what a stored baseline differs is told, whatever is in it", "[report]") {
  report_input input;
  input.compared_with = "stored baseline";
  input.soft_keys = {{"system", "Linux|6", "Linux 7"}};
  CHECK(has(to_markdown(input), "- stored baseline: differs in system: Linux&#124;6 there, Linux 7 here\n"));
}
