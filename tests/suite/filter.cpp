// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/filter.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::message_of;

namespace {

bool admits(const std::string& filter, std::int64_t value) {
  return axis_filter(filter).admits(axis_value(value));
}
bool admits_name(const std::string& filter, const std::string& value) {
  return axis_filter(filter).admits(axis_value(value));
}

}  // namespace

TEST_CASE("an axis filter of one value admits that value", "[suite]") {
  CHECK(axis_filter("n=1024").name() == "n");
  CHECK(admits("n=1024", 1024));
  CHECK_FALSE(admits("n=1024", 1023));
  CHECK_FALSE(admits("n=1024", 10240));
  CHECK(admits("n=-3", -3));
  CHECK(admits_name("T=fp32", "fp32"));
  CHECK_FALSE(admits_name("T=fp32", "fp3"));
  CHECK_FALSE(admits_name("T=fp", "fp32"));
}

TEST_CASE("an axis filter of a list admits each of its values", "[suite]") {
  CHECK(admits("n=16,64", 16));
  CHECK(admits("n=16,64", 64));
  CHECK_FALSE(admits("n=16,64", 32));
  CHECK(admits_name("T=fp32,bf16", "bf16"));
  CHECK_FALSE(admits_name("T=fp32,bf16", "fp16"));
}

TEST_CASE("an axis filter of a range admits both of its ends", "[suite]") {
  CHECK(admits("n=1..64", 1));
  CHECK(admits("n=1..64", 64));
  CHECK_FALSE(admits("n=1..64", 0));
  CHECK_FALSE(admits("n=1..64", 65));
  CHECK(admits("n=5..5", 5));
  CHECK(admits("n=-3..-1", -2));
}

TEST_CASE("an axis filter of a range may have an open end", "[suite]") {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  CHECK(admits("n=1..", most));
  CHECK_FALSE(admits("n=1..", 0));
  CHECK(admits("n=..4096", least));
  CHECK(admits("n=..4096", 4096));
  CHECK_FALSE(admits("n=..4096", 4097));
  CHECK(admits("n=..", 0));
}

TEST_CASE("an axis filter mixes ranges and values", "[suite]") {
  CHECK(admits("n=1..4,100,1000..", 3));
  CHECK(admits("n=1..4,100,1000..", 100));
  CHECK(admits("n=1..4,100,1000..", 5000));
  CHECK_FALSE(admits("n=1..4,100,1000..", 99));
}

TEST_CASE("a range speaks of numbers, not of names", "[suite]") { CHECK_FALSE(admits_name("n=1..64", "32")); }

TEST_CASE("an axis filter reads a value that holds an equals sign", "[suite]") {
  CHECK(axis_filter("mode=a=b").name() == "mode");
  CHECK(admits_name("mode=a=b", "a=b"));
}

TEST_CASE("an axis filter admits a name that holds a comma", "[suite]") {
  CHECK(admits_name("layout=n,t", "n,t"));
  CHECK(admits_name("layout=n,t", "t"));
  CHECK_FALSE(admits_name("layout=n,t", "t,n"));
}

TEST_CASE("a name with dots in it is a name", "[suite]") {
  CHECK(admits_name("file=../a", "../a"));
  CHECK(admits_name("file=x,a..b", "a..b"));
  CHECK(admits_name("version=1..2", "1..2"));
  CHECK(admits_name("version=x,1..2", "1..2"));
  CHECK_FALSE(admits_name("file=../a", "a"));
  CHECK_NOTHROW(axis_filter("n=1..,7").expect_numbers());
}

TEST_CASE("an axis filter that is none says what was given and what was expected", "[suite]") {
  for (const char* text : {"", "n", "=1", "n=", "="}) {
    const std::string message = message_of([&] { axis_filter filter(text); });
    CAPTURE(text, message);
    CHECK(has(message, std::string("--axis ") + text + ":"));
    CHECK(has(message, "NAME=VALUES"));
  }
}

TEST_CASE("an axis filter with a malformed value is refused", "[suite]") {
  for (const char* text : {"n=1,", "n=,1", "n=1,,2"}) {
    const std::string message = message_of([&] { axis_filter filter(text); });
    CAPTURE(text, message);
    CHECK(has(message, text));
    CHECK(has(message, "empty value"));
  }
  for (const char* text :
       {"n=a..b", "n=1..x", "n=1...3", "n=1.5..2", "n=1..99999999999999999999", "n= 1..2"}) {
    const std::string message = message_of([&] { axis_filter(text).expect_numbers(); });
    CAPTURE(text, message);
    CHECK(has(message, text));
    CHECK(has(message, "is not a whole number"));
  }
  const std::string message = message_of([] { axis_filter filter("n=64..1"); });
  CHECK(has(message, "--axis n=64..1"));
  CHECK(has(message, "the range 64..1 is empty"));
}

TEST_CASE("a name filter searches anywhere in the name", "[suite]") {
  const name_filter filter("--problem", "max");
  CHECK(filter.admits("softmax"));
  CHECK(filter.admits("max pool"));
  CHECK_FALSE(filter.admits("gemm"));
}

TEST_CASE("a name filter is a regular expression", "[suite]") {
  const name_filter filter("--problem", "^(gemm|softmax)$");
  CHECK(filter.admits("gemm"));
  CHECK_FALSE(filter.admits("gemm 2"));
  CHECK(name_filter("--problem", "^row.+ [0-9]{2}$").admits("row softmax 16"));
}

TEST_CASE("an empty name filter admits everything", "[suite]") {
  CHECK(name_filter().admits("anything"));
  CHECK(name_filter("--problem", "").admits(""));
}

TEST_CASE("a name filter that is no regular expression says which option it came from", "[suite]") {
  for (const char* pattern : {"(", "[a", "*", "a{2"}) {
    const std::string message = message_of([&] { name_filter filter("--candidate", pattern); });
    CAPTURE(pattern, message);
    CHECK(has(message, std::string("--candidate ") + pattern));
    CHECK(has(message, "not a regular expression"));
  }
}
