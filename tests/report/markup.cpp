// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/markup.hpp"

#include <string>

#include "support/catch.hpp"

using namespace assay;

TEST_CASE("what means something in markup is escaped", "[report]") {
  CHECK(escape_markup("</script> & \"x\" 'y'") == "&lt;/script&gt; &amp; &quot;x&quot; &#39;y&#39;");
  CHECK(escape_markup("plain µs 漢 \U0001F680\n\t") == "plain µs 漢 \U0001F680\n\t");
  CHECK(escape_markup("a\rb") == "a\u240Db");
}

TEST_CASE("what markup cannot hold is replaced", "[report]") {
  const std::string gone = replacement_character;
  for (const char* bad :
       {"\x01", "\x0b", "\x1b", "\x7f", "\xc2\x80", "\xef\xbf\xbe", "\xef\xbf\xbf", "\xff", "\xc3"})
    CHECK(escape_markup(bad) == gone);
  CHECK(escape_markup(std::string(1, '\0')) == gone);
  CHECK(escape_markup("\xc3(") == gone + "(");
  CHECK(escape_markup("\xed\xa0\x80") == gone + gone + gone);             // half of a surrogate pair
  CHECK(escape_markup("\xc0\xaf") == gone + gone);                        // an overlong slash
  CHECK(escape_markup("\xf4\x90\x80\x80") == gone + gone + gone + gone);  // above U+10FFFF
}

TEST_CASE("characters are read with their length", "[report]") {
  CHECK(character_at("a", 0).code == 'a');
  CHECK(character_at("µ", 0).code == 0xB5);
  CHECK(character_at("µ", 0).bytes == 2);
  CHECK(character_at("漢", 0).code == 0x6F22);
  CHECK(character_at("\U0001F680", 0).code == 0x1F680);
  CHECK(character_at("\U0001F680", 0).bytes == 4);
  CHECK_FALSE(character_at("µ", 1).valid);
  CHECK(character_at("\xe6\xbc", 0).bytes == 1);
}

TEST_CASE("bytes that are no UTF-8 are replaced, and nothing else", "[report]") {
  CHECK(valid_utf8("") == "");
  CHECK(valid_utf8("a\n\x01\u00E9\u6F22\U0001F680") == "a\n\x01\u00E9\u6F22\U0001F680");
  CHECK(valid_utf8("\xff"
                   "a\xc3(\xe2\x82") == "\uFFFDa\uFFFD(\uFFFD\uFFFD");
}
