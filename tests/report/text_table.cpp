// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/text_table.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"

using namespace assay;

namespace {

using side = text_table::align;

bool has_escape(const std::string& text) { return text.find('\x1b') != std::string::npos; }

/// Without the ANSI sequences, which end in 'm'.
std::string plain(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b')
      i = text.find('m', i);
    else
      result += text[i];
  }
  return result;
}

}  // namespace

TEST_CASE("columns are as wide as their widest cell and aligned to their side", "[report]") {
  text_table table({{"case"}, {"time", side::right}});
  table.add({{"n=1"}, {"1 s"}});
  table.add({{"n=1000"}, {"100 s"}});
  CHECK(table.to_text() ==
        "  case     time\n"
        "  n=1       1 s\n"
        "  n=1000  100 s\n");
}

TEST_CASE("characters of several bytes keep columns aligned", "[report]") {
  text_table table({{"time", side::right}, {"note"}});
  table.add({{"1.00 µs ±2%"}, {"a"}});
  table.add({{"10.0 ms ±2%"}, {"b"}});
  CHECK(table.to_text() ==
        "         time  note\n"
        "  1.00 µs ±2%  a\n"
        "  10.0 ms ±2%  b\n");
}

TEST_CASE("a column that is empty in every row is left out", "[report]") {
  text_table table({{"case"}, {"prepare"}, {"notes"}});
  table.add({{"a"}, {""}, {"x"}});
  table.add({{"b"}, {""}, {""}});
  CHECK(table.to_text() ==
        "  case  notes\n"
        "  a     x\n"
        "  b\n");
}

TEST_CASE("a column that is empty in some rows stays", "[report]") {
  text_table table({{"case"}, {"time"}, {"notes"}});
  table.add({{"a"}, {""}, {"x"}});
  table.add({{"b"}, {"1 s"}, {""}});
  CHECK(table.to_text() ==
        "  case  time  notes\n"
        "  a           x\n"
        "  b     1 s\n");
}

TEST_CASE("a row may end early", "[report]") {
  text_table table({{"case"}, {"time"}});
  table.add({{"a"}});
  table.add({{"b"}, {"1 s"}});
  CHECK(table.to_text() ==
        "  case  time\n"
        "  a\n"
        "  b     1 s\n");
}

TEST_CASE("no line ends in blanks", "[report]") {
  text_table table({{"a"}, {"b"}});
  table.add({{"long cell"}, {""}});
  table.add({{"x"}, {"y"}});
  for (const std::string& line : support::lines_of(table.to_text())) CHECK(line.back() != ' ');
}

TEST_CASE("styles are written only when asked for, and take no width", "[report]") {
  text_table table({{"verdict"}, {"time", side::right}});
  table.add({{"correct", "\x1b[32m"}, {"1 s"}});
  table.add({{"wrong", "\x1b[31m"}, {"10 s", "\x1b[2m"}});
  CHECK_FALSE(has_escape(table.to_text()));
  const std::string colored = table.to_text({true});
  CHECK(has_escape(colored));
  CHECK(colored.find("\x1b[32mcorrect\x1b[0m") != std::string::npos);
  CHECK(colored.find("\x1b[2m10 s\x1b[0m") != std::string::npos);
  CHECK(plain(colored) == table.to_text());
}

TEST_CASE("an empty cell has no style", "[report]") {
  text_table table({{"a"}, {"b"}});
  table.add({{"", "\x1b[31m"}, {"x"}});
  table.add({{"y"}, {"x"}});
  CHECK(table.to_text({true}).find("\x1b[31m") == std::string::npos);
}

TEST_CASE("a table knows whether it has rows", "[report]") {
  text_table table({{"a"}});
  CHECK(table.empty());
  table.add({{"x"}});
  CHECK_FALSE(table.empty());
}

TEST_CASE("a table wider than the terminal is folded, and nothing is cut off", "[report]") {
  text_table table({{"case"}, {"verdict"}, {"time", side::right}, {"notes"}});
  table.add({{"n=1"}, {"correct"}, {"12.3 us"}, {"sampled"}});
  table.add({{"n=1000"}, {"wrong"}, {""}, {""}});
  const std::string wide =
      "  case    verdict     time  notes\n"
      "  n=1     correct  12.3 us  sampled\n"
      "  n=1000  wrong\n";
  CHECK(table.to_text() == wide);
  CHECK(table.to_text({false, 35}) == wide);
  CHECK(table.to_text({false, 28}) ==
        "  case    verdict     time\n"
        "      notes\n"
        "  n=1     correct  12.3 us\n"
        "      sampled\n"
        "  n=1000  wrong\n");
  for (const std::size_t width : {0u, 1u, 8u, 12u, 20u}) {
    const std::string narrow = table.to_text({false, width});
    CAPTURE(width, narrow);
    for (const char* word :
         {"case", "verdict", "time", "notes", "n=1", "correct", "12.3 us", "sampled", "n=1000", "wrong"})
      CHECK(support::has(narrow, word));
    if (width >= 13)
      for (const std::string& line : support::lines_of(narrow)) CHECK(display_width(line) <= width);
  }
}

TEST_CASE("a name cannot draw on the terminal", "[report]") {
  text_table table({{"name"}, {"after"}});
  table.add({{"a\x1b[2Jb\nc"}, {"x"}});
  CHECK(table.to_text() ==
        "  name          after\n"
        "  a\\x1b[2Jb\\nc  x\n");
  CHECK_FALSE(has_escape(table.to_text()));
}
