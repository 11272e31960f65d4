// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>
#include <utility>

#include "assay/report/json.hpp"
#include "assay/report/json_place.hpp"
#include "assay/report/parse_json.hpp"
#include "assay/report/read_records.hpp"
#include "assay/report/record_from_json.hpp"
#include "assay/score/baseline.hpp"

namespace assay {

[[nodiscard]] inline json to_json(const baseline& b) {
  json document = {{"schema", json_schema}, {"type", "baseline"}, {"environment", to_json(b.where)}};
  if (b.noise)
    document["noise"] = {{"same_rounds", to_json(b.noise->same_rounds)},
                         {"separate_rounds", to_json(b.noise->separate_rounds)},
                         {"comparisons", b.noise->comparisons}};
  document["entries"] = json::array();
  for (const baseline_entry& e : b.entries) {
    json one = {{"problem", e.problem},   {"backend", e.backend},        {"device", e.device},
                {"build", e.build},       {"axes", to_json(e.axes)},     {"candidate", e.candidate},
                {"net", e.net},           {"cache", to_string(e.cache)}, {"mode", to_string(e.mode)},
                {"time", to_json(e.time)}};
    put(one, "clock", e.clock);
    put(one, "temperature", e.temperature);
    one["rounds"] = json::array();
    for (const double median : e.rounds) one["rounds"].push_back(to_json(median));
    document["entries"].push_back(std::move(one));
  }
  return document;
}

/// Throws io_error with file and key for what is no baseline.
[[nodiscard]] inline baseline parse_baseline(const std::string& text, const std::string& path) {
  std::string why;
  const json document = parse_json(text, why);
  if (document.is_null()) throw io_error(path + ": not JSON: " + why);
  const json_place whole(document, path);
  check_schema(whole);
  if (const json_place type = whole.at("type"); type.text() != "baseline")
    type.fail("expected a baseline, as --save-baseline writes it");
  baseline b;
  b.where = read_environment(whole.at("environment"));
  b.noise = detail::read_if(whole, "noise", [](const json_place& p) {
    return noise_floor{p.at("same_rounds").number(), p.at("separate_rounds").number(),
                       p.at("comparisons").whole<int>()};
  });
  const json_place entries = whole.at("entries");
  entries.each([&](const json_place& p) {
    baseline_entry e;
    e.problem = p.at("problem").text();
    e.backend = p.at("backend").text();
    e.device = p.at("device").text();
    e.build = p.at("build").text();
    e.axes = read_axes(p.at("axes"));
    e.candidate = p.at("candidate").text();
    e.net = p.at("net").boolean();
    e.cache = p.at("cache").named<cache_state>(4);
    e.mode = p.at("mode").named<launch_mode>(3);
    e.time = read_estimate(p.at("time"));
    if (!(e.time.median > 0.0 && std::isfinite(e.time.median)))
      p.at("time").fail("expected a positive median");
    e.clock = detail::number_if(p, "clock");
    e.temperature = detail::number_if(p, "temperature");
    e.rounds = detail::numbers(p.at("rounds"));
    b.entries.push_back(std::move(e));
  });
  return b;
}

}  // namespace assay
