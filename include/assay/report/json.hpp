// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "assay/core/environment.hpp"
#include "assay/report/explain_speed.hpp"
#include "assay/roofline/declared_utilisation.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// Ordered, so that lines read in the order a person would ask. Absent figures have no key; a number that
/// JSON cannot hold (NaN, infinity) is written as a string, since null would read as absent.
using json = nlohmann::ordered_json;

/// Raised when a reader of older files would misread newer ones.
inline constexpr int json_schema = 1;

/// Text of a document. Bytes that are no UTF-8 (a candidate's name may hold anything) are replaced, not
/// fatal.
[[nodiscard]] inline std::string to_text(const json& document, int indent = -1) {
  return document.dump(indent, ' ', false, json::error_handler_t::replace);
}

[[nodiscard]] inline json to_json(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

template <class Value>
void put(json& object, const char* key, const std::optional<Value>& value) {
  if constexpr (std::is_same_v<Value, double>) {
    if (value) object[key] = to_json(*value);
  } else {
    if (value) object[key] = *value;
  }
}

[[nodiscard]] inline json to_json(const axis_values& values) {
  json object = json::object();
  for (const auto& [name, value] : values)
    std::visit([&, key = name](const auto& v) { object[key] = v; }, value);
  return object;
}

[[nodiscard]] inline json to_json(const std::vector<finding>& findings) {
  json list = json::array();
  for (const finding& f : findings) {
    json object = {{"code", f.code}, {"severity", to_string(f.level)}, {"message", f.message}};
    for (const auto& [name, value] : f.numbers) object["numbers"][name] = to_json(value);
    list.push_back(std::move(object));
  }
  return list;
}

[[nodiscard]] inline json to_json(const estimate& e) {
  json object = {{"median", to_json(e.median)}};
  put(object, "lower", e.lower);
  put(object, "upper", e.upper);
  object["confidence"] = e.confidence;
  object["samples"] = e.samples;
  return object;
}

[[nodiscard]] inline json to_json(const verdict& v) {
  json object = {{"outcome", to_string(v.outcome)}};
  if (!v.reason.empty()) object["reason"] = v.reason;
  for (const comparison& c : v.comparisons) {
    json one = {{"output", c.output},
                {"elements", c.elements},
                {"checked", c.checked},
                {"mismatched", c.mismatched},
                {"nan", c.not_a_number},
                {"untouched", c.untouched},
                {"largest_error", to_json(c.largest_error)},
                {"largest_relative", to_json(c.largest_relative)},
                {"largest_ulp", to_json(c.largest_ulp)},
                {"rms_error", to_json(c.rms_error)}};
    put(one, "cosine", c.cosine);
    if (!c.extents.empty()) one["extents"] = c.extents;
    if (c.failed != comparison::aggregate::met)
      one["aggregate"] = {{"failed", to_string(c.failed)},
                          {"seen", to_json(c.aggregate_seen)},
                          {"allowed", to_json(c.aggregate_allowed)}};
    if (c.where) {
      one["where"] = {{"rows", {c.where->first_row, c.where->last_row}},
                      {"columns", {c.where->first_column, c.where->last_column}}};
      if (c.where->row_period > 1)
        one["where"]["rows_modulo"] = {c.where->row_remainder, c.where->row_period};
      if (c.where->column_period > 1)
        one["where"]["columns_modulo"] = {c.where->column_remainder, c.where->column_period};
    }
    for (const comparison::shown_element& e : c.excerpt)
      one["excerpt"].push_back({{"index", e.index},
                                {"got", to_json(e.got)},
                                {"expected", to_json(e.expected)},
                                {"allowed", to_json(e.allowed)},
                                {"right", e.right}});
    if (!c.method.empty()) one["method"] = c.method;
    if (c.worst)
      one["worst"] = {{"index", c.worst->index},
                      {"got", to_json(c.worst->got)},
                      {"expected", to_json(c.worst->expected)},
                      {"allowed", to_json(c.worst->allowed)}};
    object["comparisons"].push_back(std::move(one));
  }
  return object;
}

[[nodiscard]] inline json to_json(const timer_calibration& c) {
  return {{"event_tick", to_json(c.event_tick)},
          {"event_pair", to_json(c.event_pair)},
          {"empty_event_time", to_json(c.empty_event_time)},
          {"empty_device_time", to_json(c.empty_device_time)},
          {"overhead", to_json(c.overhead)},
          {"uncertainty", to_json(c.uncertainty)},
          {"launch_time", to_json(c.launch_time)},
          {"scatter", to_json(c.scatter)},
          {"slope", to_json(c.slope)},
          {"residual", to_json(c.residual)}};
}

[[nodiscard]] inline json to_json(const measurement& m) {
  json object = {{"raw", to_json(m.raw)}};
  if (m.net) {
    object["net"] = to_json(*m.net);
    object["timer_uncertainty"] = to_json(m.timer_uncertainty);
  }
  if (m.calibration) object["calibration"] = to_json(*m.calibration);
  if (m.cupti) object["cupti"] = to_json(*m.cupti);
  object["status"] = to_string(m.status);
  object["cache"] = to_string(m.cache);
  object["mode"] = to_string(m.mode);
  object["launches_per_sample"] = m.launches;
  object["tick"] = to_json(m.tick);
  put(object, "kernels", m.kernels);
  put(object, "host_time", m.host_time);
  put(object, "clock", m.clock);
  put(object, "temperature", m.temperature);
  put(object, "power", m.power);
  put(object, "cycles", m.cycles());
  if (m.energy) {
    object["energy"]["joules"] = to_json(m.energy->joules);
    put(object["energy"], "uncertainty", m.energy->uncertainty);
  }
  object["gated"] = m.gated;
  object["warmup_launches"] = m.warmup_launches;
  object["wall_seconds"] = to_json(m.wall_seconds);
  object["findings"] = to_json(m.findings);
  object["samples"] = json::array();
  for (const double sample : m.samples) object["samples"].push_back(to_json(sample));
  object["rounds"] = m.rounds;
  object["sample_times"] = json::array();
  for (const double time : m.sample_times) object["sample_times"].push_back(to_json(time));
  object["outliers"] = m.outliers;
  return object;
}

[[nodiscard]] inline json to_json(const limit& l) {
  json object = json::object();
  put(object, "seconds", l.seconds);
  if (l.seconds) object["binding"] = to_string(l.binding);
  object["layer"] = to_string(l.which);
  for (const term& t : l.terms)
    object["terms"].push_back({{"resource", to_string(t.which)},
                               {"amount", to_json(t.amount)},
                               {"rate", to_json(t.rate)},
                               {"seconds", to_json(t.seconds)},
                               {"hard", t.hard},
                               {"uncertainty", to_json(t.uncertainty)}});
  object["findings"] = to_json(l.findings);
  return object;
}

[[nodiscard]] inline json to_json(const judged_bound& b) {
  json object = {{"quality", to_string(b.quality)}, {"reason", b.reason}};
  put(object, "tightness", b.tightness);
  return object;
}

[[nodiscard]] inline json to_json(const work& w) {
  json object = {{"dram_bytes_read", to_json(w.dram_bytes_read)},
                 {"dram_bytes_written", to_json(w.dram_bytes_written)}};
  for (std::size_t i = 1; i < resource_count; ++i)
    if (const double amount = w.amount(static_cast<resource>(i)); amount != 0)
      object["operations"][to_string(static_cast<resource>(i))] = to_json(amount);
  if (w.nominal) object["nominal"] = true;
  return object;
}

/// What the declared work keeps busy, by the clock-adjusted limit where there is one.
[[nodiscard]] inline json utilisation_to_json(const limit& bound, const declared_utilisation& u) {
  json object = {{"layer", to_string(bound.which)}, {"efficiency", to_json(u.efficiency())}};
  put(object, "compute", u.compute);
  put(object, "memory", u.memory);
  return object;
}

[[nodiscard]] inline json to_json(const trial& t) {
  json object = {{"axes", to_json(t.values)}, {"seed", t.seed}, {"attack", to_string(t.attack)}};
  if (t.layout.offset != 0) object["offset"] = t.layout.offset;
  if (t.layout.padding != 0) object["padding"] = t.layout.padding;
  if (t.layout.alias) object["alias"] = true;
  if (t.layout.fence) object["fence"] = to_string(t.layout.side);
  if (t.layout.separate) object["separate"] = true;
  return object;
}

[[nodiscard]] inline json to_json(const fuzz_summary& f) {
  json object = {{"trials", f.trials}, {"skipped", f.skipped}, {"seconds", to_json(f.seconds)}};
  if (!f.skip_reason.empty()) object["skip_reason"] = f.skip_reason;
  if (f.first) object["first_failure"] = to_json(*f.first);
  if (f.smallest) {
    object["smallest_failure"] = to_json(*f.smallest);
    object["shrink_tries"] = f.shrink_tries;
  }
  if (f.failure) object["failure"] = to_json(*f.failure);
  return object;
}

[[nodiscard]] inline json to_json(const diagnosis& d) {
  json object = {{"answer", d.answer()}};
  object["rungs"] = json::array();
  for (const diagnosis_rung& r : d.rungs) {
    json one = {{"rung", r.rung}, {"outcome", to_string(r.outcome)}, {"message", r.message}};
    for (const auto& [name, value] : r.numbers) one["numbers"][name] = to_json(value);
    object["rungs"].push_back(std::move(one));
  }
  return object;
}

[[nodiscard]] inline json to_json(const launch_facts& l) {
  json object = json::object();
  if (!l.absent.empty()) object["absent"] = l.absent;
  for (const kernel_facts& k : l.kernels) {
    json one = json::object();
    if (!k.name.empty()) one["name"] = k.name;
    one["grid"] = k.grid;
    one["block"] = k.block;
    put(one, "registers", k.registers);
    put(one, "static_shared_bytes", k.static_shared_bytes);
    one["dynamic_shared_bytes"] = k.dynamic_shared_bytes;
    put(one, "local_bytes", k.local_bytes);
    put(one, "blocks_per_multiprocessor", k.blocks_per_multiprocessor);
    if (const std::string by = k.limited_by(l.multiprocessor); !by.empty()) one["limited_by"] = by;
    put(one, "occupancy", k.occupancy(l.multiprocessor));
    put(one, "waves", k.waves(l.multiprocessor));
    put(one, "tail_share", k.tail_share(l.multiprocessor));
    object["kernels"].push_back(std::move(one));
  }
  object["copies"] = l.copies;
  object["others"] = l.others;
  json limits = json::object();
  put(limits, "count", l.multiprocessor.count);
  put(limits, "threads", l.multiprocessor.threads);
  put(limits, "registers", l.multiprocessor.registers);
  put(limits, "shared_bytes", l.multiprocessor.shared_bytes);
  put(limits, "reserved_shared_bytes", l.multiprocessor.reserved_shared_bytes);
  put(limits, "blocks", l.multiprocessor.blocks);
  if (!limits.empty()) object["multiprocessor"] = std::move(limits);
  return object;
}

/// What --explain found out.
[[nodiscard]] inline json explanation_to_json(const record& r) {
  json object = json::object();
  if (const auto why = bottleneck_of(r)) object["bottleneck"] = to_string(*why);
  put(object, "launch_floor", launch_floor(r));
  if (r.limit)
    for (const ridge& one : ridges_of(*r.limit))
      object["ridges"].push_back({{"operations", to_string(one.operations)},
                                  {"point", to_json(one.point)},
                                  {"intensity", to_json(one.intensity)}});
  if (r.launch) object["launch"] = to_json(*r.launch);
  object["text"] = explain_speed(r);
  return object;
}

[[nodiscard]] inline json to_json(const launch_profile& p) {
  json object = {{"tool", p.tool}, {"kernels", p.kernels}};
  put(object, "seconds", p.seconds);
  put(object, "bytes_read", p.bytes_read);
  put(object, "bytes_written", p.bytes_written);
  for (const auto& [which, count] : p.operations) object["operations"][to_string(which)] = to_json(count);
  put(object, "clock", p.clock);
  put(object, "memory_clock", p.memory_clock);
  for (const auto& [reason, cycles] : p.stalls) object["stalls"][reason] = to_json(cycles);
  return object;
}

/// One record as one object. Times in seconds, rates per second.
[[nodiscard]] inline json to_json(const record& r) {
  json object = {{"schema", json_schema},    {"type", "record"},
                 {"problem", r.problem},     {"backend", r.backend},
                 {"device", r.device},       {"axes", to_json(r.axes)},
                 {"candidate", r.candidate}, {"role", to_string(r.role)},
                 {"file", r.file},           {"line", r.line},
                 {"seed", r.seed},           {"verdict", to_json(r.verdict)}};
  if (!r.device_id.empty()) object["device_id"] = r.device_id;
  if (!r.build.empty()) object["build"] = r.build;
  if (r.fuzz) object["fuzz"] = to_json(*r.fuzz);
  put(object, "prepare_seconds", r.prepare_seconds);
  if (r.timed_checks)
    object["timed_checks"] = {{"launches", r.timed_checks->launches},
                              {"seconds", to_json(r.timed_checks->seconds)}};
  if (r.time) object["time"] = to_json(*r.time);
  object["work"] = to_json(r.work);
  if (r.limit) object["limit"] = to_json(*r.limit);
  for (const limit& l : r.other_limits) object["other_limits"].push_back(to_json(l));
  if (r.bound) object["bound"] = to_json(*r.bound);
  put(object, "sol_ratio", r.sol_ratio());
  put(object, "sol_ratio_at_clock", r.sol_ratio_at_clock());
  if (const limit* at_clock = r.limit_at_clock(); at_clock && r.time)
    if (const auto busy = utilisation(*at_clock, r.time->time().median))
      object["declared_utilisation"] = utilisation_to_json(*at_clock, *busy);
  if (r.speedup) {
    object["speedup"] = {{"value", to_json(r.speedup->value)}};
    put(object["speedup"], "lower", r.speedup->lower);
    put(object["speedup"], "upper", r.speedup->upper);
    object["speedup"]["confidence"] = r.speedup->confidence;
    object["speedup"]["rounds"] = r.speedup->rounds;
  }
  if (r.diagnosis) object["diagnosis"] = to_json(*r.diagnosis);
  if (r.launch) object["explanation"] = explanation_to_json(r);
  if (r.profile) object["profile"] = to_json(*r.profile);
  object["findings"] = to_json(r.findings);
  object["replay"] = r.replay;
  return object;
}

[[nodiscard]] inline json to_json(const device_info& d) {
  json object = {{"vendor", to_string(d.vendor)},
                 {"name", d.name},
                 {"architecture", d.architecture},
                 {"index", d.index}};
  if (!d.uuid.empty()) object["uuid"] = d.uuid;
  if (!d.pci_bus_id.empty()) object["pci_bus_id"] = d.pci_bus_id;
  put(object, "multiprocessors", d.multiprocessors);
  put(object, "max_clock", d.max_clock);
  put(object, "memory_clock", d.memory_clock);
  put(object, "memory_bus_bits", d.memory_bus_bits);
  put(object, "memory_bytes", d.memory_bytes);
  put(object, "l2_bytes", d.l2_bytes);
  put(object, "last_level_bytes", d.last_level_bytes);
  put(object, "ecc", d.ecc);
  if (!d.driver_version.empty()) object["driver_version"] = d.driver_version;
  if (!d.runtime_version.empty()) object["runtime_version"] = d.runtime_version;
  put(object, "highest_clock", d.highest_clock);
  put(object, "power_limit", d.power_limit);
  put(object, "clocks_locked", d.clocks_locked);
  put(object, "locked_clock", d.locked_clock);
  put(object, "mig", d.mig);
  if (!d.compute_partition.empty()) object["compute_partition"] = d.compute_partition;
  if (!d.memory_partition.empty()) object["memory_partition"] = d.memory_partition;
  return object;
}

[[nodiscard]] inline json to_json(const environment& e) {
  json object = {
      {"schema", json_schema}, {"type", "environment"},  {"assay_version", e.assay_version}, {"date", e.date},
      {"system", e.system},    {"compiler", e.compiler}, {"command_line", e.command_line}};
  if (!e.processor.empty()) object["processor"] = e.processor;
  object["devices"] = json::array();
  for (const device_info& d : e.devices) object["devices"].push_back(to_json(d));
  return object;
}

}  // namespace assay
