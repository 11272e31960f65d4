// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/record_from_json.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/random_records.hpp"
#include "support/records.hpp"

using namespace assay;
using support::has;

namespace {

record read_back(const json& object) {
  const std::string where = "a.jsonl:3";
  return read_record(json_place(object, where));
}
/// The error of reading a record that was written and then changed.
std::string error_of(const std::function<void(json&)>& change) {
  json object = to_json(support::full_record());
  change(object);
  return support::message_of<io_error>([&] { static_cast<void>(read_back(object)); });
}

}  // namespace

TEST_CASE("a record that was written is read back, whatever is in it", "[report]") {
  support::random_records random(20261121);
  for (int i = 0; i < 2000; ++i) {
    const record r = random.next();
    const std::string text = to_text(to_json(r));
    const std::string again = to_text(to_json(read_back(json::parse(text))));
    CAPTURE(i);
    if (text != again) CHECK(text == again);
  }
}

TEST_CASE("an environment that was written is read back, whatever is in it", "[report]") {
  support::random_records random(7);
  const std::string where = "file";
  for (int i = 0; i < 500; ++i) {
    const std::string text = to_text(to_json(random.environment()));
    const json parsed = json::parse(text);
    CHECK(to_text(to_json(read_environment(json_place(parsed, where)))) == text);
  }
}

// What the writer left out it cannot be asked about: these hold the fields themselves.
TEST_CASE("every figure of a full record survives, not only what is written twice alike", "[report]") {
  record r = support::full_record();
  r.build = "gcc 12.2 optimized";
  r.other_limits.push_back(*r.limit);
  r.verdict.comparisons[0].extents = {256, 256};
  r.speedup->rounds = 12;
  r.speedup->confidence = 0.9;
  r.fuzz->failure = r.verdict;
  r.fuzz->smallest = trial{{{"n", std::int64_t{3}}}, 5, attack::one_hot, {}};
  r.fuzz->smallest->layout.separate = true;
  const record back = read_back(json::parse(to_text(to_json(r))));
  CHECK(back.build == r.build);
  CHECK(back.axes == r.axes);
  CHECK(back.seed == 7);
  CHECK(back.verdict.comparisons[0].extents == r.verdict.comparisons[0].extents);
  CHECK(back.verdict.comparisons[0].worst->got == 1.5);
  CHECK(back.time->samples == r.time->samples);
  CHECK(back.time->rounds == r.time->rounds);
  CHECK(back.time->sample_times == r.time->sample_times);
  CHECK(back.time->outliers == r.time->outliers);
  CHECK(back.time->net->lower == r.time->net->lower);
  CHECK(back.time->calibration->overhead == 1e-6);
  CHECK(back.time->clock == 1.5e9);
  CHECK(back.time->cycles() == r.time->cycles());
  CHECK(back.sol_ratio() == r.sol_ratio());
  CHECK(back.other_limits.size() == r.other_limits.size());
  CHECK(back.speedup->rounds == 12);
  CHECK(back.speedup->confidence == 0.9);
  CHECK(back.fuzz->failure->comparisons.size() == 1);
  CHECK(back.fuzz->smallest->layout.separate);
  CHECK(back.work.operations == r.work.operations);
}

TEST_CASE("doubles come back bit for bit", "[report]") {
  support::random_records random(3);
  for (int i = 0; i < 20000; ++i) {
    const double value = random.number();
    const json object = json::parse(to_text(json{{"x", to_json(value)}}));
    const std::string where = "x";
    const json_place whole(object, where);
    const double back = whole.at("x").number();
    if (std::isnan(value))
      CHECK(std::isnan(back));
    else if (std::bit_cast<std::uint64_t>(value) != std::bit_cast<std::uint64_t>(back))
      FAIL_CHECK(value << " became " << back);
  }
}

TEST_CASE("keys of a later version are ignored", "[report]") {
  json object = to_json(support::full_record());
  object["mood"] = "good";
  object["time"]["phase_of_the_moon"] = {1, 2, 3};
  CHECK(to_text(to_json(read_back(object))) == to_text(to_json(support::full_record())));
}

TEST_CASE("a newer schema is refused, since it would be misread", "[report]") {
  const std::string newer = error_of([](json& r) { r["schema"] = json_schema + 1; });
  CHECK(has(newer, "a.jsonl:3: schema: the file has schema 2"));
  CHECK(has(newer, "newer assay"));
  CHECK(has(error_of([](json& r) { r["schema"] = 0; }), "schema 0"));
  CHECK(has(error_of([](json& r) { r.erase("schema"); }), "the key 'schema' is missing"));
}

TEST_CASE("what is wrong is told with file, line and key", "[report]") {
  CHECK(error_of([](json& r) { r.erase("candidate"); }) == "a.jsonl:3: the key 'candidate' is missing");
  CHECK(error_of([](json& r) { r["candidate"] = 3; }) == "a.jsonl:3: candidate: expected a text, found 3");
  CHECK(has(error_of([](json& r) { r["time"]["samples"][1] = "fast"; }),
            "a.jsonl:3: time.samples[1]: expected a number, found \"fast\""));
  CHECK(has(error_of([](json& r) { r["time"]["samples"][1] = nullptr; }), "time.samples[1]"));
  CHECK(has(error_of([](json& r) { r["time"]["raw"].erase("median"); }),
            "a.jsonl:3: time.raw: the key 'median' is missing"));
  CHECK(has(error_of([](json& r) { r["role"] = "hero"; }),
            "role: expected one of candidate, baseline, reference, counterexample; found \"hero\""));
  CHECK(has(error_of([](json& r) { r["verdict"]["outcome"] = 0; }), "verdict.outcome: expected a text"));
  CHECK(has(error_of([](json& r) { r["line"] = 1e10; }), "line: expected a whole number"));
  CHECK(has(error_of([](json& r) { r["line"] = 4294967296; }), "line: expected a whole number"));
  CHECK(has(error_of([](json& r) { r["seed"] = -1; }), "seed: expected a whole number from 0"));
  CHECK(has(error_of([](json& r) { r["axes"] = json::array(); }), "axes: expected an object"));
  CHECK(has(error_of([](json& r) { r["axes"]["n"] = 1.5; }), "axes.n: expected a whole number"));
  CHECK(has(error_of([](json& r) { r["work"]["operations"]["magic"] = 1; }), "work.operations.magic"));
  CHECK(has(error_of([](json& r) { r["time"]["gated"] = "yes"; }), "time.gated: expected true or false"));
  CHECK(has(error_of([](json& r) { r["findings"] = "none"; }), "findings: expected a list"));
  CHECK(has(error_of([](json& r) { r = json::array(); }), "a.jsonl:3: expected an object"));
}

TEST_CASE("figures that cannot belong together are refused", "[report]") {
  CHECK(has(error_of([](json& r) { r["time"]["rounds"] = {0}; }), "time.rounds: expected one for each"));
  CHECK(has(error_of([](json& r) { r["time"]["sample_times"] = json::array(); }), "time.sample_times"));
  CHECK(has(error_of([](json& r) { r["time"]["outliers"] = {99}; }), "time.outliers: there is no sample 99"));
  CHECK(has(error_of([](json& r) { r["time"]["launches_per_sample"] = 0; }), "at least 1"));
}

TEST_CASE("no change of one value crashes the reader", "[report]") {
  // Every value of a full record in turn becomes another kind of value: it is read, or told with its key.
  const json whole = to_json(support::full_record());
  const json flat = whole.flatten();
  int refused = 0;
  for (auto at = flat.begin(); at != flat.end(); ++at)
    for (const json& other :
         {json(nullptr), json("x"), json(-1), json(1e300), json::array(), json::object()}) {
      json changed = whole;
      changed[json::json_pointer(at.key())] = other;
      try {
        static_cast<void>(read_back(changed));
      } catch (const io_error& e) {
        ++refused;
        CHECK(has(e.what(), "a.jsonl:3: "));
      }
    }
  CHECK(refused > 200);
}

TEST_CASE("a profile that cannot be meant is refused with its place", "[report]") {
  const auto with = [](const char* key, const json& value) {
    return error_of([&](json& object) {
      object["profile"] = {{"tool", "ncu"}, {"kernels", json::array()}};
      object["profile"][key] = value;
    });
  };
  CHECK(has(with("operations", {{"tensor fp5", 1.0}}), "profile.operations.tensor fp5: no resource"));
  CHECK(has(with("seconds", "soon"), "profile.seconds: expected a number"));
  CHECK(has(with("kernels", 3), "profile.kernels: expected a list"));
}
