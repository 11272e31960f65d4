// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/limit_table.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/messages.hpp"

using namespace assay;
using support::has;

namespace {

case_limits of(std::int64_t n, const work& w) {
  case_limits one;
  one.problem = "matmul";
  one.backend = "cuda";
  one.axes = {{"n", n}};
  one.device = "B200";
  one.work = w;
  limit_options wanted;
  wanted.clock = 1500e6;
  one.limits = known_layers(as_reported(device_named("B200")), wanted).limits(w);
  one.bound = judge_bound(one.limits.front(), {}, std::nullopt);
  return one;
}

work product() {
  return work().add(resource::tensor_fp4, 1e12).add(resource::sfu, 1e6).add_read(1e8).add_written(1e6);
}

}  // namespace

TEST_CASE("the table of limits has a row for each term of each layer", "[report]") {
  const std::string text = limit_tables({of(1, product())});
  CHECK(text ==
        "matmul, B200\n"
        "  case  layer      resource        amount          rate     time  uncertainty  kind  binds  bound\n"
        "  n=1   assumed    DRAM            101 MB     7.67 TB/s  13.2 µs       ±2.00%  soft\n"
        "                   SFU           1.00 Mop    3.55 Top/s   282 ns               soft\n"
        "                   tensor fp4  1.00 TFLOP  7.27 PFLOP/s   137 µs               soft  binds  ok\n"
        "        hard       DRAM            101 MB     7.67 TB/s  13.2 µs       ±2.00%  hard\n"
        "                   SFU           1.00 Mop    4.65 Top/s   215 ns       ±2.00%  soft\n"
        "                   tensor fp4  1.00 TFLOP  9.53 PFLOP/s   105 µs       ±2.00%  hard  binds\n"
        "        datasheet  DRAM            101 MB     7.67 TB/s  13.2 µs       ±2.00%  soft\n"
        "                   tensor fp4  1.00 TFLOP  9.00 PFLOP/s   111 µs       ±2.00%  soft  binds\n"
        "  ceiling-absent: no datasheet ceiling of SFU is known for NVIDIA B200, so this part of the work "
        "bounds nothing\n");
}

TEST_CASE("what is not known is said once, below the table", "[report]") {
  case_limits lost;
  lost.problem = "homeless";
  lost.axes = {{"n", std::int64_t{1}}};
  lost.absent = "no CUDA device";
  case_limits idle = of(3, work());
  const std::string text = limit_tables({of(1, product()), of(2, product()), idle, lost});
  CHECK(text.find("ceiling-absent") == text.rfind("ceiling-absent"));
  CHECK(has(text, "limit-absent: no work is declared"));
  CHECK(has(text, "\n\nhomeless\n  n=1: no CUDA device\n"));
  CHECK(has(text, "  n=2   assumed"));
  CHECK(limit_tables({}).empty());
}

TEST_CASE("where measured ceilings come from, or why there are none, is told once", "[report]") {
  case_limits kept = of(1, product()), none = of(2, product());
  kept.ceilings_file = "/cache/c.json";
  none.unmeasured = "none in /cache/c.json";
  CHECK(has(limit_tables({kept}), "\n  measured ceilings are kept in /cache/c.json\n"));
  const std::string text = limit_tables({none, none});
  CHECK(has(text, "\n  no measured ceilings: none in /cache/c.json\n"));
  CHECK(text.find("no measured") == text.rfind("no measured"));
  const json document = limits_to_json(environment(), {kept, none});
  CHECK(document["cases"][0]["ceilings_file"] == "/cache/c.json");
  CHECK(document["cases"][1]["unmeasured"] == "none in /cache/c.json");
  CHECK_FALSE(document["cases"][0].contains("unmeasured"));
}

TEST_CASE("names in the table of limits cannot draw on a terminal", "[report]") {
  case_limits one = of(1, product());
  one.problem = "red\x1b[31m\n";
  one.device = "B\x07";
  one.limits.front().findings.push_back({"odd", severity::note, "\x1b[2J", {}});
  const std::string text = limit_tables({one});
  CHECK(text.find("red\\x1b[31m\\n, B\\x07\n") == 0);
  CHECK(has(text, "  odd: \\x1b[2J\n"));
  CHECK_FALSE(has(text, "\x1b"));
  CHECK(has(limit_tables({one}, {true, {}}), "\x1b[1mcase"));
}

TEST_CASE("limits as JSON", "[report]") {
  case_limits lost;
  lost.problem = "homeless";
  lost.absent = "no CUDA device";
  const json document = json::parse(to_text(limits_to_json(environment(), {of(1, product()), lost})));
  CHECK(document["schema"] == json_schema);
  const json& one = document["cases"][0];
  CHECK(one["problem"] == "matmul");
  CHECK(one["device"] == "B200");
  CHECK(one["axes"] == json({{"n", 1}}));
  CHECK(one["work"]["operations"]["tensor fp4"] == 1e12);
  CHECK(one["work"]["dram_bytes_read"] == 1e8);
  CHECK(one["bound"]["quality"] == "ok");
  REQUIRE(one["limits"].size() == 3);
  CHECK(one["limits"][0]["layer"] == "assumed");
  CHECK(one["limits"][0]["binding"] == "tensor fp4");
  CHECK(one["limits"][1]["terms"][0]["hard"] == true);
  CHECK(one["limits"][1]["terms"][0]["uncertainty"] == 0.02);
  CHECK(document["cases"][1]["absent"] == "no CUDA device");
  CHECK_FALSE(document["cases"][1].contains("limits"));
}
