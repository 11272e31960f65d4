// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/json.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "support/catch.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;
using support::record_with;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// As a reader of the file gets it.
json round_trip(const json& document) { return json::parse(to_text(document)); }

/// Whether any value in the document is null.
bool has_null(const json& value) {
  if (value.is_null()) return true;
  if (value.is_structured())
    for (const auto& part : value)
      if (has_null(part)) return true;
  return false;
}

}  // namespace

TEST_CASE("a record survives the round trip through text", "[report]") {
  const record r = full_record();
  const json read = round_trip(to_json(r));
  CHECK(read == to_json(r));
  CHECK(read["schema"] == json_schema);
  CHECK(read["type"] == "record");
  CHECK(read["problem"] == "saxpy");
  CHECK(read["backend"] == "host");
  CHECK(read["device"] == "some CPU");
  CHECK(read["axes"] == json({{"n", 65536}, {"T", "fp32"}}));
  CHECK(read["candidate"] == "fast");
  CHECK(read["role"] == "candidate");
  CHECK(read["file"] == "saxpy.cpp");
  CHECK(read["line"] == 42);
  CHECK(read["seed"] == 7);
  CHECK(read["verdict"]["outcome"] == "correct");
  CHECK(read["verdict"]["comparisons"][0]["output"] == "y");
  CHECK(read["verdict"]["comparisons"][0]["checked"] == 65536);
  CHECK(read["verdict"]["comparisons"][0]["worst"] ==
        json({{"index", 17}, {"got", 1.5}, {"expected", 1.25}, {"allowed", 0.5}}));
  CHECK(read["prepare_seconds"] == 0.5);
  CHECK(read["time"]["raw"]["median"] == 2e-6);
  CHECK(read["time"]["raw"]["lower"] == 1.5e-6);
  CHECK(read["time"]["raw"]["upper"] == 2.5e-6);
  CHECK(read["time"]["raw"]["confidence"] == 0.95);
  CHECK(read["time"]["raw"]["samples"] == 6);
  CHECK(read["time"]["net"]["median"] == 1e-6);
  CHECK(read["time"]["status"] == "converged");
  CHECK(read["time"]["cache"] == "cold");
  CHECK(read["time"]["gated"] == true);
  CHECK(read["time"]["samples"] == json({1.5e-6, 2e-6, 2.5e-6}));
  CHECK(read["time"]["rounds"] == json({0, 1, 2}));
  CHECK(read["time"]["warmup_launches"] == 3);
  CHECK(read["time"]["mode"] == "plain");
  CHECK(read["time"]["launches_per_sample"] == 1);
  CHECK(read["time"]["calibration"]["overhead"] == 1e-6);
  CHECK(read["time"]["timer_uncertainty"] == 1e-7);
  CHECK(read["time"]["tick"] == 32e-9);
  CHECK(read["time"]["kernels"] == 1);
  CHECK(read["time"]["host_time"] == 3e-6);
  CHECK(read["time"]["clock"] == 1.5e9);
  CHECK(read["time"]["cycles"] == 1500.0);
  CHECK(read["time"]["cupti"]["median"] == 1.1e-6);
  CHECK(read["time"]["energy"] == json({{"joules", 0.25}, {"uncertainty", 0.125}}));
  CHECK(read["time"]["sample_times"] == json({0.0, 0.5, 1.0}));
  CHECK(read["time"]["outliers"] == json({2}));
  CHECK(read["time"]["findings"][0]["code"] == "throttled");
  CHECK(read["time"]["findings"][0]["severity"] == "warning");
  CHECK(read["time"]["findings"][0]["numbers"]["clock"] == 1e9);
  CHECK(read["work"]["dram_bytes_read"] == 8);
  CHECK(read["work"]["dram_bytes_written"] == 4);
  CHECK_FALSE(read["work"].contains("nominal"));
  CHECK(read["work"]["operations"] == json({{"fp32", 2.0}}));
  CHECK(read["limit"]["seconds"] == 0.5e-6);
  CHECK(read["limit"]["binding"] == "DRAM");
  CHECK(read["limit"]["layer"] == "measured");
  CHECK(read["limit"]["terms"][0]["rate"] == 2.4e7);
  CHECK(read["limit"]["terms"][0]["uncertainty"] == 0.01);
  CHECK(read["other_limits"].size() == 1);
  CHECK(read["other_limits"][0]["layer"] == "clock-adjusted");
  CHECK(read["bound"] == json({{"quality", "loose"}, {"reason", "it is far away"}, {"tightness", 0.5}}));
  CHECK(read["sol_ratio_at_clock"] == 0.75);
  CHECK(read["declared_utilisation"] ==
        json({{"layer", "clock-adjusted"}, {"efficiency", 0.75}, {"memory", 0.75}}));
  CHECK(read["sol_ratio"] == 0.5);
  CHECK(read["speedup"] ==
        json({{"value", 2.0}, {"lower", 1.5}, {"upper", 2.5}, {"confidence", 0.95}, {"rounds", 0}}));
  CHECK(read["findings"][0]["message"] == "something odd");
  CHECK(read["replay"] == "--replay 'saxpy|fast|n=65536|seed=0'");
  CHECK(read["fuzz"] ==
        json({{"trials", 16}, {"skipped", 1}, {"seconds", 0.25}, {"skip_reason", "no memory"}}));
}

TEST_CASE("why a time is impossible is there, rung by rung, where it was looked into", "[report]") {
  record r = full_record();
  CHECK_FALSE(to_json(r).contains("diagnosis"));
  r.diagnosis.emplace();
  r.diagnosis->rungs = {{"warm-cache", rung_outcome::cleared, "as long", {{"larger_sweep_seconds", 0.5}}},
                        {"bytes", rung_outcome::cause, "half is not read", {}}};
  const json read = round_trip(to_json(r))["diagnosis"];
  CHECK(read["answer"] == "half is not read");
  CHECK(read["rungs"][0] == json({{"rung", "warm-cache"},
                                  {"outcome", "cleared"},
                                  {"message", "as long"},
                                  {"numbers", {{"larger_sweep_seconds", 0.5}}}}));
  CHECK(read["rungs"][1]["outcome"] == "cause");
  CHECK_FALSE(read["rungs"][1].contains("numbers"));
}

TEST_CASE("an explanation has what launches consist of, and figures only where they are known", "[report]") {
  record r = full_record();
  CHECK_FALSE(to_json(r).contains("explanation"));
  r.launch.emplace();
  r.launch->copies = 1;
  r.launch->kernels.emplace_back().name = "saxpy";
  r.launch->kernels.emplace_back().registers = 40;
  r.launch->kernels[1].blocks_per_multiprocessor = 2;
  r.launch->multiprocessor.count = 4;
  const json read = round_trip(to_json(r))["explanation"];
  CHECK(read["bottleneck"] == "memory");  // 75 % of what its clock allows
  CHECK(read["text"].size() > 2);
  CHECK(read["launch"]["copies"] == 1);
  CHECK(read["launch"]["kernels"][0]["name"] == "saxpy");
  CHECK(read["launch"]["kernels"][0]["grid"] == json({1, 1, 1}));
  CHECK_FALSE(read["launch"]["kernels"][0].contains("registers"));
  CHECK_FALSE(read["launch"]["kernels"][0].contains("waves"));
  CHECK(read["launch"]["kernels"][1]["waves"] == 0.125);
  CHECK(read["launch"]["kernels"][1]["tail_share"] == 0.875);
  CHECK_FALSE(has_null(read));
  r.launch.emplace().absent = "no graphs";
  CHECK(round_trip(to_json(r))["explanation"]["launch"]["absent"] == "no graphs");
}

TEST_CASE("a record of a fuzzed failure has the first trial and the smallest", "[report]") {
  record r = record_with(outcome::wrong);
  CHECK(round_trip(to_json(r)).count("fuzz") == 0);
  r.fuzz.emplace();
  r.fuzz->trials = 3;
  r.fuzz->shrink_tries = 12;
  r.fuzz->first = trial{{{"n", std::int64_t{1025}}, {"T", "fp32"}}, 3, attack::one_hot, memory_layout{1}};
  r.fuzz->smallest = trial{{{"n", std::int64_t{1}}, {"T", "fp32"}}, 0};
  const json read = round_trip(to_json(r))["fuzz"];
  CHECK(read["first_failure"] ==
        json({{"axes", {{"n", 1025}, {"T", "fp32"}}}, {"seed", 3}, {"attack", "one-hot"}, {"offset", 1}}));
  CHECK(read["smallest_failure"] ==
        json({{"axes", {{"n", 1}, {"T", "fp32"}}}, {"seed", 0}, {"attack", "as-declared"}}));
  CHECK(read["shrink_tries"] == 12);
}

TEST_CASE("doubles survive the round trip bit for bit", "[report]") {
  for (const double value : {0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, -0.0, 65535.9999999999})
    CHECK(round_trip(to_json(value)).get<double>() == value);
}

TEST_CASE("a seed survives the round trip whole", "[report]") {
  record r = record_with(outcome::correct);
  r.seed = std::numeric_limits<std::uint64_t>::max();
  CHECK(round_trip(to_json(r))["seed"].get<std::uint64_t>() == r.seed);
}

TEST_CASE("figures that could not be had have no key", "[report]") {
  const json read = round_trip(to_json(record_with(outcome::wrong)));
  for (const char* key : {"prepare_seconds", "time", "limit", "other_limits", "bound", "sol_ratio",
                          "sol_ratio_at_clock", "declared_utilisation", "speedup"}) {
    CAPTURE(key);
    CHECK_FALSE(read.contains(key));
  }
  CHECK_FALSE(read["work"].contains("operations"));
  CHECK_FALSE(has_null(read));
}

TEST_CASE("absent parts of figures have no key", "[report]") {
  record r = full_record();
  r.time->raw.lower.reset();
  r.time->raw.upper.reset();
  r.time->net.reset();
  r.limit->seconds.reset();
  r.speedup->lower.reset();
  r.speedup->upper.reset();
  r.verdict.comparisons[0].worst.reset();
  const json read = round_trip(to_json(r));
  CHECK_FALSE(read["time"]["raw"].contains("lower"));
  CHECK_FALSE(read["time"]["raw"].contains("upper"));
  CHECK_FALSE(read["time"].contains("net"));
  CHECK_FALSE(read["limit"].contains("seconds"));
  CHECK_FALSE(read["limit"].contains("binding"));
  CHECK_FALSE(read.contains("sol_ratio"));
  CHECK_FALSE(read["speedup"].contains("lower"));
  CHECK_FALSE(read["verdict"]["comparisons"][0].contains("worst"));
  CHECK_FALSE(has_null(read));
}

TEST_CASE("a reason is there when there is one", "[report]") {
  CHECK(to_json(record_with(outcome::wrong))["verdict"]["reason"] == "a reason");
  CHECK_FALSE(to_json(record_with(outcome::correct))["verdict"].contains("reason"));
}

TEST_CASE("how a comparison's reference was found is there when it is told", "[report]") {
  record r = full_record();
  CHECK_FALSE(to_json(r)["verdict"]["comparisons"][0].contains("method"));
  r.verdict.comparisons[0].method = "freivalds × 8 + 64 rows";
  CHECK(to_json(r)["verdict"]["comparisons"][0]["method"] == "freivalds × 8 + 64 rows");
}

TEST_CASE("numbers that JSON cannot hold become strings", "[report]") {
  CHECK(to_json(not_a_number) == json("NaN"));
  CHECK(to_json(-not_a_number) == json("NaN"));
  CHECK(to_json(infinity) == json("Infinity"));
  CHECK(to_json(-infinity) == json("-Infinity"));
  CHECK(to_json(1.5) == json(1.5));
}

TEST_CASE("numbers that JSON cannot hold become strings wherever they are", "[report]") {
  record r = full_record();
  for (const double odd : {not_a_number, infinity, -infinity}) {
    r.verdict.comparisons[0].worst->got = odd;
    r.verdict.comparisons[0].worst->expected = odd;
    r.verdict.comparisons[0].worst->allowed = odd;
    r.verdict.comparisons[0].largest_error = odd;
    r.prepare_seconds = odd;
    r.time->raw.median = odd;
    r.time->raw.upper = odd;
    r.time->net->lower = odd;
    r.time->wall_seconds = odd;
    r.time->samples[1] = odd;
    r.time->findings[0].numbers[0].second = odd;
    r.work.dram_bytes_read = odd;
    r.work.operations[static_cast<std::size_t>(resource::fp32)] = odd;
    r.limit->seconds = odd;
    r.limit->terms[0].amount = odd;
    r.limit->terms[0].rate = odd;
    r.limit->terms[0].seconds = odd;
    r.speedup->value = odd;
    r.speedup->upper = odd;
    const json read = round_trip(to_json(r));
    const json expected = to_json(odd);
    CHECK_FALSE(has_null(read));
    CHECK(read["verdict"]["comparisons"][0]["worst"]["got"] == expected);
    CHECK(read["prepare_seconds"] == expected);
    CHECK(read["time"]["raw"]["median"] == expected);
    CHECK(read["time"]["net"]["lower"] == expected);
    CHECK(read["time"]["samples"] == json({1.5e-6, expected, 2.5e-6}));
    CHECK(read["work"]["dram_bytes_read"] == expected);
    CHECK(read["work"]["operations"]["fp32"] == expected);
    CHECK(read["limit"]["terms"][0]["rate"] == expected);
    CHECK(read["speedup"]["value"] == expected);
  }
}

TEST_CASE("text that is no UTF-8 is written with replacements", "[report]") {
  record r = record_with(outcome::failed);
  r.problem = "bad \xff bytes";
  r.candidate = "cut \xc3";
  r.verdict.reason = "\xf0\x28\x8c\x28";
  r.axes = {{"la\xffyout", "row\xfe"}};
  std::string text;
  REQUIRE_NOTHROW(text = to_text(to_json(r)));
  const json read = json::parse(text);
  CHECK(read["problem"] == "bad \xEF\xBF\xBD bytes");
  CHECK(read["axes"].size() == 1);
}

TEST_CASE("control characters and quotes are escaped", "[report]") {
  record r = record_with(outcome::failed);
  r.candidate = "a \"quoted\" \\ name\nwith\tcontrol\x01";
  const std::string text = to_text(to_json(r));
  CHECK(text.find('\n') == std::string::npos);
  CHECK(json::parse(text)["candidate"] == r.candidate);
}

TEST_CASE("text is on one line unless indented", "[report]") {
  const json document = to_json(full_record());
  CHECK(to_text(document).find('\n') == std::string::npos);
  CHECK(to_text(document, 2).find("\n  \"schema\"") != std::string::npos);
  CHECK(json::parse(to_text(document, 2)) == document);
}

TEST_CASE("keys keep their order", "[report]") {
  const json read = round_trip(to_json(full_record()));
  CHECK(read.begin().key() == "schema");
  CHECK(read["axes"].begin().key() == "n");
}

TEST_CASE("a device has only what it told", "[report]") {
  device_info info;
  info.vendor = vendor::nvidia;
  info.name = "NVIDIA H200";
  json read = round_trip(to_json(info));
  CHECK(read["vendor"] == "nvidia");
  CHECK(read["name"] == "NVIDIA H200");
  for (const char* key :
       {"uuid", "multiprocessors", "max_clock", "memory_clock", "memory_bus_bits", "memory_bytes", "l2_bytes",
        "last_level_bytes", "ecc", "driver_version", "runtime_version"}) {
    CAPTURE(key);
    CHECK_FALSE(read.contains(key));
  }
  info.multiprocessors = 132;
  info.max_clock = 1.98e9;
  info.ecc = true;
  info.memory_bytes = std::int64_t{150} << 30;
  read = round_trip(to_json(info));
  CHECK(read["multiprocessors"] == 132);
  CHECK(read["max_clock"] == 1.98e9);
  CHECK(read["ecc"] == true);
  CHECK(read["memory_bytes"] == std::int64_t{150} << 30);
}

TEST_CASE("an environment has its command line and devices", "[report]") {
  const char* const arguments[] = {"program", "--seed", "1"};
  environment where = current_environment(3, arguments);
  json read = round_trip(to_json(where));
  CHECK(read["type"] == "environment");
  CHECK(read["assay_version"] == version);
  CHECK(read["command_line"] == json({"program", "--seed", "1"}));
  CHECK(read["devices"] == json::array());
  CHECK(read["date"].get<std::string>().size() == std::string("2026-01-31T12:00:00Z").size());
  CHECK_FALSE(read["compiler"].get<std::string>().empty());
  where.devices.resize(2);
  CHECK(to_json(where)["devices"].size() == 2);
}
