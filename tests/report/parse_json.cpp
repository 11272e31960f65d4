// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/parse_json.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/messages.hpp"

using assay::json;
using support::has;

namespace {

std::string complaint(const std::string& text) {
  std::string why;
  CHECK(assay::parse_json(text, why).is_null());
  return why;
}
std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("a document is read, and what is none is told without all of it", "[report]") {
  std::string why = "before";
  CHECK(assay::parse_json(R"({"a": [1, "[[{{:"]})", why) == json{{"a", {1, "[[{{:"}}});
  CHECK(why.empty());
  CHECK(has(complaint("{\"a\": }"), "parse error at line 1, column 7"));
  CHECK(has(complaint(""), "unexpected end of input"));
  CHECK(complaint("null") == "it is null");
  CHECK(has(complaint("1e999"), "number overflow"));
  CHECK(complaint("\"" + std::string(1'000'000, 'x')).size() < 300);
}

TEST_CASE("nesting that would overflow the stack is refused", "[report]") {
  std::string why;
  CHECK(assay::parse_json(repeated("[", 64) + repeated("]", 64), why).size() == 1);
  CHECK(has(complaint(repeated("[", 65) + repeated("]", 65)), "nested deeper than 64"));
  CHECK(has(complaint(repeated("[", 5'000'000)), "nested deeper than 64"));
  CHECK(has(complaint(repeated("{\"a\":", 1'000'000)), "nested deeper than 64"));
}

TEST_CASE("an object of so many keys that finding one takes minutes is refused", "[report]") {
  const auto keys = [](int count) {
    std::string text = "{";
    for (int i = 0; i < count; ++i) text += (i ? ",\"k" : "\"k") + std::to_string(i) + "\": \"a:b\"";
    return text + "}";
  };
  std::string why;
  CHECK(assay::parse_json(keys(1024), why).size() == 1024);
  CHECK(has(complaint(keys(1025)), "more than 1024 keys"));
  CHECK(has(complaint(keys(1'000'000)), "more than 1024 keys"));
}
