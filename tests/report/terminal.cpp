// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/terminal.hpp"

#include <cstdio>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/terminal.hpp"

using namespace assay;
using support::environment_variable;

TEST_CASE("the width of a text is what a terminal shows", "[report]") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("12.3 µs") == 7);
  CHECK(display_width("±0.4%") == 5);
  CHECK(display_width("漢字") == 4);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("\U0001F680") == 2);
  CHECK(display_width("\xff\xfe") == 2);  // each a replacement
}

TEST_CASE("what is not a letter is made visible", "[report]") {
  CHECK(visible("plain µs ± 漢") == "plain µs ± 漢");
  CHECK(visible("\x1b[31mred\x07") == "\\x1b[31mred\\x07");
  CHECK(visible(std::string("a\0b", 3)) == "a\\x00b");
  CHECK(visible("a\r\n\tb") == "a\\r\\n\\tb");
  CHECK(visible("a\nb", true) == "a\nb");
  // NOLINTNEXTLINE(misc-misleading-bidirectional)
  CHECK(visible("\u202Eevil") == "\\u202eevil");
  CHECK(visible("\u2028") == "\\u2028");
  CHECK(visible("\xc2\x9b"
                "31m") == "\\u009b31m");  // CSI as one character
  CHECK(visible("\xff\xc3(") == "\\xff\\xc3(");
}

TEST_CASE("ASCII has a likeness or an escape for everything", "[report]") {
  CHECK(to_ascii("12.3 µs ±0.4%") == "12.3 us +-0.4%");
  CHECK(to_ascii("2 × 3 ≥ 5 → 漢 \U0001F680") == "2 x 3 >= 5 -> \\u6f22 \\U0001f680");
  CHECK(to_ascii("\xff") == "\\xff");
  CHECK(to_ascii("\x1b[32mcorrect\x1b[0m") == "\x1b[32mcorrect\x1b[0m");  // styles stay
}

TEST_CASE("only a terminal has a width and a locale", "[report]") {
  const support::temporary_folder folder;
  std::FILE* const file = std::fopen((folder / "a").c_str(), "w");
  REQUIRE(file != nullptr);
  const environment_variable columns("COLUMNS", "40"), locale("LC_ALL", "C");
  CHECK_FALSE(terminal_width(file));
  CHECK_FALSE(is_ascii_terminal(file));
  std::fclose(file);
}

TEST_CASE("a terminal tells its width, unless COLUMNS does", "[report]") {
  const support::terminal one(100);
  if (!one.stream()) return;
  {
    const environment_variable columns("COLUMNS", nullptr);
    CHECK(terminal_width(one.stream()) == 100u);
  }
  {
    const environment_variable columns("COLUMNS", "40");
    CHECK(terminal_width(one.stream()) == 40u);
  }
  const environment_variable columns("COLUMNS", "wide");
  CHECK(terminal_width(one.stream()) == 100u);
}

TEST_CASE("the first variable of the locale that is set decides", "[report]") {
  const support::terminal one(80);
  if (!one.stream()) return;
  const environment_variable all("LC_ALL", ""), type("LC_CTYPE", nullptr);
  for (const char* name : {"en_US.UTF-8", "C.utf8", "de_DE.utf-8"}) {
    const environment_variable language("LANG", name);
    CHECK_FALSE(is_ascii_terminal(one.stream()));
    const environment_variable first("LC_ALL", "C");
    CHECK(is_ascii_terminal(one.stream()));
  }
  for (const char* name : {"C", "POSIX", "de_DE.ISO-8859-1"}) {
    const environment_variable language("LANG", name);
    CHECK(is_ascii_terminal(one.stream()));
  }
  const environment_variable language("LANG", nullptr);
  CHECK(is_ascii_terminal(one.stream()));
}

TEST_CASE("no colour on a dumb terminal", "[report]") {
  const support::terminal one(80);
  if (!one.stream()) return;
  const environment_variable none("NO_COLOR", nullptr);
  const environment_variable kind("TERM", "dumb");
  CHECK_FALSE(wants_color(color_choice::automatic, one.stream()));
  CHECK(wants_color(color_choice::always, one.stream()));
}

TEST_CASE("a line cannot draw, and what went wrong goes to standard error", "[report]") {
  const support::written text = support::captured([] {
    say(stdout, "a\x1b[31m\nb ×");
    print(stdout, "\x1b[1mstyled\x1b[0m\n");
    complain("no \x07");
  });
  CHECK(text.out == "a\\x1b[31m\nb ×\n\x1b[1mstyled\x1b[0m\n");
  CHECK(text.err == "assay: no \\x07\n");
}

TEST_CASE("tables are as wide as the terminal and coloured as it is wished", "[report]") {
  const support::terminal one(100);
  if (!one.stream()) return;
  const environment_variable columns("COLUMNS", nullptr), none("NO_COLOR", nullptr), kind("TERM", "xterm");
  const table_style style = style_of(one.stream(), color_choice::automatic);
  CHECK(style.colored);
  CHECK(style.width == 100u);
  CHECK_FALSE(style_of(one.stream(), color_choice::never).colored);
}
