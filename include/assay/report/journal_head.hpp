// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "assay/measure/cache_state.hpp"
#include "assay/measure/launch_mode.hpp"
#include "assay/report/json.hpp"
#include "assay/report/json_place.hpp"
#include "assay/report/record_from_json.hpp"
#include "assay/score/environment_key.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/suite/shard.hpp"
#include "assay/suite/sharded_plan.hpp"

namespace assay {

/// What a case is called where journals and plans are compared.
[[nodiscard]] inline std::string case_key(const std::string& problem, const axis_values& axes) {
  return to_text(json::array({problem, to_json(axes)}));
}

/// A case as the plan in a journal has it.
struct planned_case {
  std::string problem;
  axis_values axes;
  std::vector<std::string> candidates;
  std::size_t shard = 0;  ///< which of the shards has it, from 0

  [[nodiscard]] std::string key() const { return case_key(problem, axes); }
  /// "saxpy n=64"
  [[nodiscard]] std::string name() const { return axes.empty() ? problem : problem + " " + to_string(axes); }
};

/// The first line of a journal: what its run is, as far as another process has to know to go on with it.
struct journal_head {
  std::string program;            ///< the name of its file
  std::string fingerprint;        ///< of the contents of that file
  json options = json::object();  ///< those that change results, by the names they have on the command line
  assay::shard part;
  std::vector<planned_case> plan;  ///< of all shards, in order
};

/// A hash of a file's contents, 64 bits in hexadecimal: FNV-1a (Fowler, Noll, Vo) with words of eight bytes,
/// since a program with kernels may have a gigabyte, and a rotation, since a product carries no bit
/// downwards. It tells builds apart, and is no proof against anybody. Empty where the file cannot be read.
[[nodiscard]] inline std::string fingerprint_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return "";
  std::uint64_t hash = 0xcbf29ce484222325u, bytes = 0;
  std::vector<std::uint64_t> part(1 << 16);
  const auto mix = [&hash](std::uint64_t word) { hash = std::rotl(hash ^ word, 29) * 0x100000001b3u; };
  while (file) {
    std::fill(part.begin(), part.end(), 0);
    file.read(reinterpret_cast<char*>(part.data()),
              static_cast<std::streamsize>(part.size() * sizeof part[0]));
    const auto count = static_cast<std::size_t>(file.gcount());
    bytes += count;
    const std::uint64_t* const end = part.data() + (count + sizeof part[0] - 1) / sizeof part[0];
    for (const std::uint64_t* word = part.data(); word != end; ++word) mix(*word);
  }
  mix(bytes);
  char text[24];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

/// The options that change what is measured, or how well. Those that only say what is told of it are not
/// among them.
[[nodiscard]] inline json options_to_json(const run_options& o, const std::string& device_facts = "") {
  json options = {{"cache", to_string(o.measure.cache)},
                  {"mode", to_string(o.measure.mode)},
                  {"verify", o.verify},
                  {"time", o.time},
                  {"seed", o.seed},
                  {"precision", to_json(o.measure.precision)},
                  {"time-budget", to_json(o.measure.time_budget)},
                  {"oracle-samples", o.oracle_samples},
                  {"oracle-seconds", to_json(o.oracle_seconds)},
                  {"strict", o.fuzz.strict},
                  {"trust", o.trust},
                  {"separate-allocations", o.layout.separate},
                  {"energy", o.measure.energy},
                  {"timer", o.measure.cupti ? "cupti" : "events"},
                  {"explain", o.explain},
                  {"profile", o.profile},
                  {"ncu", o.ncu}};
  put(options, "fuzz", o.fuzz.trials);
  put(options, "fuzz-time", o.fuzz.seconds);
  if (o.fence) options["fence"] = to_string(*o.fence);
  if (!o.sanitizer_tools.empty()) options["sanitize"] = o.sanitizer_tools;
  if (o.limits.as_device) options["as-device"] = std::string(o.limits.as_device->name);
  put(options, "assume-clock", o.limits.clock);
  if (!device_facts.empty()) options["device-facts"] = device_facts;
  return options;
}

/// Of this program. `options` as options_to_json() has them.
[[nodiscard]] inline journal_head make_journal_head(const std::string& program, json options,
                                                    const sharded_plan& plan) {
  journal_head head{program, fingerprint_of_file("/proc/self/exe"), std::move(options), plan.part, {}};
  for (std::size_t i = 0; i < plan.all.size(); ++i)
    head.plan.push_back(
        {plan.all[i].definition->name, plan.all[i].values, plan.all[i].candidates, plan.shard_of[i]});
  return head;
}

[[nodiscard]] inline json to_json(const journal_head& head) {
  json object = {{"schema", json_schema},
                 {"type", "run"},
                 {"program", {{"name", head.program}, {"fingerprint", head.fingerprint}}},
                 {"options", head.options}};
  if (!head.part.whole()) object["shard"] = {{"index", head.part.index + 1}, {"count", head.part.count}};
  object["plan"] = json::array();
  for (const planned_case& one : head.plan) {
    json item = {{"problem", one.problem}, {"axes", to_json(one.axes)}, {"candidates", one.candidates}};
    if (!head.part.whole()) item["shard"] = one.shard + 1;
    object["plan"].push_back(std::move(item));
  }
  return object;
}

/// Throws io_error with file, line and key.
[[nodiscard]] inline journal_head read_journal_head(const json_place& p) {
  check_schema(p);
  journal_head head;
  const json_place program = p.at("program");
  head.program = program.at("name").text();
  head.fingerprint = program.at("fingerprint").text();
  const json_place options = p.at("options");
  options.each_key([](const std::string&, const json_place&) {});  // an object
  head.options = options.value();
  const auto counted_from_1 = [](const json_place& number, std::size_t count) {
    const auto value = number.whole<std::size_t>();
    if (value < 1 || value > count)
      number.fail("expected a whole number from 1 to " + std::to_string(count) + ", found " +
                  std::to_string(value));
    return value - 1;
  };
  if (const auto part = p.find("shard")) {
    head.part.count = counted_from_1(part->at("count"), most_shards) + 1;
    head.part.index = counted_from_1(part->at("index"), head.part.count);
  }
  const json_place plan = p.at("plan");
  plan.each([&](const json_place& item) {
    planned_case one;
    one.problem = item.at("problem").text();
    one.axes = read_axes(item.at("axes"));
    const json_place candidates = item.at("candidates");
    candidates.each([&](const json_place& name) { one.candidates.push_back(name.text()); });
    if (const auto part = item.find("shard")) one.shard = counted_from_1(*part, head.part.count);
    head.plan.push_back(std::move(one));
  });
  return head;
}

namespace detail {

/// The options of `names` in which two runs differ, or all in which they do where there are no names.
[[nodiscard]] inline std::vector<key_difference> option_differences(
    const json& there, const json& here, const std::vector<std::string>& names = {}) {
  std::vector<key_difference> found;
  const auto shown = [](const json& options, const std::string& key) {
    const auto at = options.find(key);
    if (at == options.end()) return std::string("not given");
    return at->is_string() ? at->get<std::string>() : to_text(*at);
  };
  const auto hold = [&](const std::string& key) {
    const std::string before = shown(there, key), now = shown(here, key);
    if (before != now) found.push_back({"--" + key, before, now});
  };
  if (!names.empty()) {
    for (const std::string& key : names) hold(key);
    return found;
  }
  for (auto at = there.begin(); at != there.end(); ++at) hold(at.key());
  for (auto at = here.begin(); at != here.end(); ++at)
    if (!there.contains(at.key())) hold(at.key());
  return found;
}

[[nodiscard]] inline std::string names_of(const planned_case& one) {
  std::string names;
  for (const std::string& name : one.candidates) names += (names.empty() ? "" : ", ") + name;
  return one.name() + ": " + names;
}

}  // namespace detail

/// What times and limits of two runs cannot be put side by side without.
[[nodiscard]] inline std::vector<key_difference> hard_differences(const journal_head& there,
                                                                  const journal_head& here) {
  return detail::option_differences(there.options, here.options,
                                    {"cache", "mode", "as-device", "assume-clock", "device-facts"});
}

/// Why a run cannot be a continuation of another: the first few things in which its plan and options differ.
[[nodiscard]] inline std::vector<key_difference> plan_differences(const journal_head& there,
                                                                  const journal_head& here) {
  std::vector<key_difference> found = detail::option_differences(there.options, here.options);
  if (there.part != here.part) found.push_back({"--shard", there.part.text(), here.part.text()});
  const auto shown = [](const journal_head& head, std::size_t i) {
    return i < head.plan.size() ? "'" + detail::names_of(head.plan[i]) + "'" : "nothing";
  };
  // Through JSON, which is what there is of the other: it replaces bytes that are no UTF-8.
  const json before = to_json(there)["plan"], now = to_json(here)["plan"];
  for (std::size_t i = 0; i < before.size() || i < now.size(); ++i) {
    if (i < before.size() && i < now.size() && to_text(before[i]) == to_text(now[i])) continue;
    std::string key = "case " + std::to_string(i + 1) + " of the plan";
    if (shown(there, i) == shown(here, i)) key += " (its shard)";
    found.push_back({std::move(key), shown(there, i), shown(here, i)});
    break;  // what comes after differs because of it, as often as not
  }
  return found;
}

}  // namespace assay
