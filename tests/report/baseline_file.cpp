// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/baseline_file.hpp"

#include <functional>
#include <string>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/random_records.hpp"
#include "support/records.hpp"

using namespace assay;
using support::has;

namespace {

baseline some_baseline() {
  baseline b;
  b.where.date = "2026-01-31T12:00:00Z";
  b.noise = noise_floor{0.001, 0.02, 12};
  b.entries = {to_baseline_entry(support::full_record())};
  return b;
}
std::string error_of(const std::function<void(json&)>& change) {
  json document = to_json(some_baseline());
  change(document);
  return support::message_of<io_error>(
      [&] { static_cast<void>(parse_baseline(to_text(document), "b.json")); });
}

}  // namespace

TEST_CASE("a baseline that was written is read back", "[report]") {
  const std::string text = to_text(to_json(some_baseline()), 1);
  CHECK(to_text(to_json(parse_baseline(text, "b.json")), 1) == text);
  support::random_records random(11);
  for (int i = 0; i < 300; ++i) {
    baseline b;
    b.where = random.environment();
    for (int n = random.count(); n > 0; --n) {
      record r = random.next();
      if (!r.time) continue;
      baseline_entry e;
      e.problem = r.problem;
      e.axes = r.axes;
      e.candidate = r.candidate;
      e.time = r.time->raw;
      e.time.median = 1.5;
      e.cache = r.time->cache;
      e.mode = r.time->mode;
      e.net = random.coin();
      e.clock = r.time->clock;
      e.temperature = r.time->temperature;
      e.rounds = r.time->samples;
      b.entries.push_back(e);
    }
    const std::string written = to_text(to_json(b));
    CHECK(to_text(to_json(parse_baseline(written, "b.json"))) == written);
  }
}

TEST_CASE("what is no baseline is refused with file and key", "[report]") {
  CHECK(has(support::message_of<io_error>([] { static_cast<void>(parse_baseline("{", "b.json")); }),
            "b.json: not JSON: parse error at line 1"));
  CHECK(has(error_of([](json& d) { d["schema"] = 9; }), "b.json: schema: the file has schema 9"));
  CHECK(has(error_of([](json& d) { d["type"] = "journal"; }), "b.json: type: expected a baseline"));
  CHECK(has(error_of([](json& d) { d.erase("environment"); }), "b.json: the key 'environment' is missing"));
  CHECK(has(error_of([](json& d) { d["entries"][0]["time"]["median"] = "NaN"; }),
            "expected a positive median"));
  CHECK(has(error_of([](json& d) { d["entries"][0]["time"]["median"] = -1.0; }), "b.json: entries[0].time"));
  CHECK(has(error_of([](json& d) { d["entries"][0].erase("candidate"); }),
            "b.json: entries[0]: the key 'candidate' is missing"));
  CHECK(has(error_of([](json& d) { d = json::array(); }), "b.json: expected an object"));
}
