// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/core/format.hpp"
#include "assay/report/json.hpp"
#include "assay/report/json_place.hpp"
#include "assay/report/parse_json.hpp"
#include "assay/report/quantity.hpp"
#include "assay/roofline/device_facts.hpp"
#include "assay/roofline/resource.hpp"

namespace assay {

/// Reads device facts from a JSON document; docs/device_facts.md describes it. `origin` names it in messages.
///
/// Throws io_error for what is no such document: unknown and repeated keys, entries that are there twice,
/// wrong units, figures that are not above 0 or cannot be meant (1980 for a clock in Hz).
[[nodiscard]] device_facts parse_device_facts(const std::string& text, const std::string& origin);

/// The same from a file. Throws io_error when it cannot be read.
[[nodiscard]] inline device_facts read_device_facts(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file || text.fail()) throw io_error("--device-facts " + path + ": cannot be read");
  return parse_device_facts(text.str(), "--device-facts " + path);
}

namespace detail {

class device_facts_reader {
 public:
  explicit device_facts_reader(std::string origin) : origin_(std::move(origin)) {}

  device_facts read(const std::string& text) {
    const json document = parse(text);
    const json_place top(document, origin_);
    expect_keys(top, {"schema", "devices", "rates"});
    if (const json_place schema = top.at("schema"); schema.whole<int>() != 1)
      schema.fail("1 is the schema that is known, not " + to_text(schema.value()));
    if (const auto devices = top.find("devices"))
      devices->each([&](const json_place& entry) { add_device(entry); });
    if (const auto rates = top.find("rates")) rates->each([&](const json_place& entry) { add_rates(entry); });
    return std::move(facts_);
  }

 private:
  struct range {
    double least, most;
    const char* unit;
  };

  /// The parser of the library keeps one of several equal keys; here they are an error.
  [[nodiscard]] json parse(const std::string& text) const {
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int, json::parse_event_t event, json& parsed) {
      if (event == json::parse_event_t::object_start) keys.emplace_back();
      if (event == json::parse_event_t::object_end) keys.pop_back();
      if (event == json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
        throw io_error(origin_ + ": the key " + to_text(parsed) + " is there twice in one object");
      return true;
    };
    std::string why;
    json document = parse_json(text, why, watch);
    if (!why.empty()) throw io_error(origin_ + ": not JSON: " + why);
    return document;
  }

  static void expect_keys(const json_place& object, const std::vector<std::string>& known) {
    object.each_key([&](const std::string& key, const json_place&) {
      if (std::find(known.begin(), known.end(), key) != known.end()) return;
      std::string all;
      for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
      object.fail("the key '" + key + "' is not known; known are: " + all);
    });
  }

  /// Texts of rows are views; the facts copy them when the row is set, and this keeps them until then.
  void take(const json_place& object, const char* key, std::string_view& into) {
    if (const auto where = object.find(key)) into = texts_.emplace_back(where->text());
  }
  void take(const json_place& object, const char* key, const unit_factors& units, const range& plausible,
            std::optional<double>& into) const {
    if (const auto where = object.find(key)) into = quantity(*where, units, plausible);
  }
  void take(const json_place& object, const char* key, const range& plausible,
            std::optional<std::int64_t>& into) const {
    if (const auto where = object.find(key))
      into = static_cast<std::int64_t>(std::llround(quantity(*where, units::bytes, plausible)));
  }
  static void take_count(const json_place& object, const char* key, int& into) {
    const auto where = object.find(key);
    if (!where) return;
    into = where->whole<int>();
    if (into < 1 || into > 100'000) where->fail("expected 1 to 100000, not " + std::to_string(into));
  }

  /// A number in SI units, or a text with one of the units.
  [[nodiscard]] static double quantity(const json_place& where, const unit_factors& units,
                                       const range& plausible) {
    const std::string shown = to_text(where.value());
    double value = 0;
    if (where.value().is_string() && !units.empty()) {
      try {
        value = parse_quantity("the quantity", where.text(), units);
      } catch (const usage_error& e) {
        where.fail(e.what());
      }
    } else {
      value = where.number();
      if (!std::isfinite(value) || value <= 0) where.fail("expected a number above 0, not " + shown);
    }
    if (value < plausible.least || value > plausible.most)
      where.fail(shown + " is not plausible: in " + plausible.unit + " it should lie between " +
                 format_number(plausible.least) + " and " + format_number(plausible.most));
    return value;
  }

  /// Figures by resource, of those that `admits`. `read` reads one.
  template <class Admits, class Read>
  static void take_by_resource(const json_place& object, const char* key, const Admits& admits,
                               const Read& read, by_resource& into) {
    const auto list = object.find(key);
    if (!list) return;
    std::vector<std::string> known;
    for (std::size_t i = 0; i < resource_count; ++i)
      if (const auto which = static_cast<resource>(i); admits(which)) known.emplace_back(to_string(which));
    expect_keys(*list, known);
    for (std::size_t i = 0; i < resource_count; ++i) {
      const auto which = static_cast<resource>(i);
      if (!admits(which)) continue;
      if (const auto where = list->find(to_string(which))) into[which] = read(which, *where);
    }
  }

  void add_device(const json_place& entry) {
    expect_keys(entry,
                {"name", "vendor", "match", "architecture", "units", "dies", "boost_clock", "base_clock",
                 "memory", "l2", "infinity_cache", "peak", "link_bandwidth", "power", "source"});
    const json_place named = entry.at("name");
    const std::string name = named.text();
    if (name.empty()) named.fail("a device needs a name");
    if (name.size() > 200) named.fail("a name of " + std::to_string(name.size()) + " characters");
    if (!devices_.insert(name).second) named.fail("'" + name + "' is there twice");
    device_row row;
    if (const device_row* known = facts_.find(name)) {
      row = *known;
    } else {
      for (const char* needed : {"vendor", "architecture"})
        if (!entry.find(needed))
          entry.fail("there is no device '" + name + "' yet, and a new one needs '" + needed + "'" +
                     what_is_meant_by(name));
    }
    row.name = name;
    if (const auto maker = entry.find("vendor")) {
      row.vendor = maker->named<vendor>(3);
      if (row.vendor == vendor::cpu) maker->fail("ceilings of processors are measured, not looked up");
    }
    take(entry, "match", row.match);
    take(entry, "architecture", row.architecture);
    take_count(entry, "units", row.units);
    take_count(entry, "dies", row.dies);
    const range clock = {1e8, 2e10, "Hz"}, memory = {1 << 20, 1e14, "bytes"};
    const range byte_rate = {1e9, 1e15, "B/s"}, operation_rate = {1e9, 1e19, "operations/s"};
    take(entry, "boost_clock", units::clock, clock, row.boost_clock);
    take(entry, "base_clock", units::clock, clock, row.base_clock);
    if (row.base_clock && row.boost_clock && *row.base_clock > *row.boost_clock)
      entry.fail("the base clock is above the boost clock");
    take(entry, "memory", memory, row.memory_bytes);
    take(entry, "l2", {1 << 15, 1e11, "bytes"}, row.l2_bytes);
    take(entry, "infinity_cache", memory, row.infinity_cache_bytes);
    take_by_resource(
        entry, "peak", [](resource r) { return r == resource::dram || is_operations(r); },
        [&](resource r, const json_place& where) {
          return is_bytes(r) ? quantity(where, units::byte_rate, byte_rate)
                             : quantity(where, units::operation_rate, operation_rate);
        },
        row.peak);
    take(entry, "link_bandwidth", units::byte_rate, byte_rate, row.link_bandwidth);
    take(entry, "power", units::power, {1, 1e5, "W"}, row.power);
    take(entry, "source", row.source);
    if (row.architecture.empty()) entry.at("architecture").fail("a device needs an architecture");
    facts_.set(row);
  }

  void add_rates(const json_place& entry) {
    expect_keys(entry, {"architecture", "product", "family", "units_per_multiprocessor", "per_clock",
                        "l2_bytes_per_clock", "l2_by_die", "source"});
    const json_place named = entry.at("architecture");
    const std::string architecture = named.text();
    if (architecture.empty()) named.fail("rates need an architecture");
    product_line line = product_line::any;
    if (const auto given = entry.find("product")) line = given->named<product_line>(3);
    if (!rates_.emplace(architecture, line).second)
      entry.fail("the rates of '" + architecture + "' are there twice for one product line");
    per_clock_row row;
    if (const per_clock_row* known = facts_.find(architecture, line)) row = *known;
    row.architecture = architecture;
    row.covers = line;
    if (row.family.empty()) row.family = architecture;
    take(entry, "family", row.family);
    take_count(entry, "units_per_multiprocessor", row.units_per_multiprocessor);
    const range per_clock = {0.01, 1e7, "operations or bytes a clock"};
    take_by_resource(
        entry, "per_clock", [](resource r) { return r == resource::shared_memory || is_operations(r); },
        [&](resource, const json_place& where) { return quantity(where, {}, per_clock); }, row.operations);
    take(entry, "l2_bytes_per_clock", {}, per_clock, row.l2_bytes);
    if (const auto by_die = entry.find("l2_by_die")) row.l2_by_die = by_die->boolean();
    take(entry, "source", row.source);
    facts_.set(row);
  }

  [[nodiscard]] std::string what_is_meant_by(const std::string& name) const {
    try {
      return "; or is '" + std::string(device_named(name, facts_).name) + "' meant?";
    } catch (const usage_error&) {
      return "";
    }
  }

  std::string origin_;
  device_facts facts_;
  std::deque<std::string> texts_;
  std::set<std::string> devices_;
  std::set<std::pair<std::string, product_line>> rates_;
};

}  // namespace detail

inline device_facts parse_device_facts(const std::string& text, const std::string& origin) {
  return detail::device_facts_reader(origin).read(text);
}

}  // namespace assay
