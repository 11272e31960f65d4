// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Readers of text that somebody else wrote, given megabytes of it. tests/fuzz has the small ones.
#include <fstream>
#include <string>

#include "assay/report/baseline_file.hpp"
#include "assay/report/device_facts_file.hpp"
#include "assay/report/read_records.hpp"
#include "assay/score/gate.hpp"
#include "assay/suite/ncu_csv.hpp"
#include "assay/suite/sanitizer.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/messages.hpp"
#include "support/records.hpp"

using namespace assay;
using support::has;
using support::message_of;

namespace {

constexpr std::size_t large = 2'000'000;
constexpr std::size_t readable = 2000;  // bytes of an error

std::string repeated(const std::string& text) {
  std::string all;
  while (all.size() < large) all += text;
  return all;
}

}  // namespace

TEST_CASE("a journal may have long lines, and none that is too long to be refused in words", "[report]") {
  const support::temporary_folder folder;
  const auto read = [&](const std::string& text) {
    std::ofstream(folder / "large.jsonl", std::ios::binary) << text;
    return read_records({folder / "large.jsonl"});
  };
  const std::string environment_line = to_text(to_json(environment())) + "\n";
  record r = support::full_record();
  r.verdict.reason = std::string(large, 'x');
  const stored_records seen = read(environment_line + to_text(to_json(r)) + "\n");
  REQUIRE(seen.records.size() == 1);
  CHECK(seen.records[0].verdict.reason.size() == large);

  const std::string record_line = to_text(to_json(support::full_record()));
  for (const std::string& line :
       {std::string(large, 'x'), "\"" + std::string(large, 'x'), repeated("[1,"), repeated("{\"a\":"),
        "{\"type\": \"record\", \"schema\": " + repeated("9")}) {
    const std::string message = message_of<io_error>(
        [&] { static_cast<void>(read(environment_line + line + "\n" + record_line + "\n")); });
    CAPTURE(message.substr(0, readable));
    CHECK(has(message, "large.jsonl:2: "));
    CHECK(message.size() < readable);
  }
}

TEST_CASE("large baselines and device facts that are none are refused in words", "[report]") {
  for (const std::string& text :
       {std::string(large, 'x'), "\"" + repeated("x") + "\"", repeated("["), "[" + repeated("1,") + "1]",
        "{\"schema\": 1, \"devices\": [{\"name\": \"" + repeated("x") + "\"}]}",
        "{\"schema\": " + repeated("1") + "}"}) {
    for (const std::string& message :
         {message_of<io_error>([&] { static_cast<void>(parse_baseline(text, "some.json")); }),
          message_of<io_error>([&] { static_cast<void>(parse_device_facts(text, "some.json")); })}) {
      CAPTURE(message.substr(0, readable));
      CHECK(has(message, "some.json: "));
      CHECK(message.size() < readable);
    }
  }
}

TEST_CASE("large gate files are read or refused in words", "[score]") {
  CHECK(parse_gates(repeated("sol>=0.8\n"), "gates.txt").size() == (large + 8) / 9);
  for (const std::string& text :
       {repeated("x"), repeated("x") + ": sol>=0.8", "sol>=" + repeated("1"),
        "sol>=1 within " + repeated("9"), std::string("x{1,30000}: sol>=1"), repeated("(") + ":sol>=1"}) {
    const std::string message = message_of([&] { static_cast<void>(parse_gates(text, "gates.txt")); });
    CAPTURE(message.substr(0, readable));
    CHECK(has(message, "gates.txt:1: "));
    CHECK(message.size() < readable);
  }
}

TEST_CASE("large logs of tools are read", "[suite]") {
  const std::string head = "\"ID\",\"Kernel Name\",\"gpu__time_duration.sum\"\n\"\",\"\",\"ns\"\n";
  CHECK(parse_ncu_csv(head + "\"0\",\"" + repeated("k") + "\",\"1\"\n").kernels.at(0).size() == large);
  CHECK(parse_ncu_csv(head + repeated("\"0\",\"k\",\"1\"\n")).seconds.value() > 0);
  CHECK_THROWS_AS(static_cast<void>(parse_ncu_csv(head + "\"0\"" + repeated(",") + "\n")), error);
  CHECK_THROWS_AS(static_cast<void>(parse_ncu_csv(head + "\"" + repeated("k"))), error);

  std::string log;
  for (int i = 0; i < 50'000; ++i)
    log += "========= Invalid read of size 4\n=========     at kernel" + std::to_string(i) + "\n";
  CHECK(parse_sanitizer_log(log).errors.size() == 50'000);
  CHECK(parse_sanitizer_log(repeated("=")).errors.size() <= 1);
}
