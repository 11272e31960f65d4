// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/core/format.hpp"
#include "assay/report/quantity.hpp"
#include "assay/roofline/device_facts.hpp"
#include "assay/roofline/resource.hpp"

namespace assay {

/// Reads device facts from a document:
///
///     {"schema": 1,
///      "devices": [{"name": "B200", "peak": {"DRAM": "7.68 TB/s"}, "source": "GPU MODE"},
///                  {"name": "R100", "vendor": "nvidia", "architecture": "sm_110", "units": 160,
///                   "boost_clock": "2 GHz"}],
///      "rates": [{"architecture": "sm_110", "product": "any", "per_clock": {"tensor bf16": 16384}}]}
///
/// An entry changes what it names of the one in code that has its name (rates: its architecture and product
/// line); where there is none it is a new one, and `vendor` and `architecture` must be there.
/// - devices: name, vendor (nvidia, amd), match ("=NAME": what the runtime reports, "NAME": a part of it),
///   architecture, units (SMs or CUs), dies, boost_clock, base_clock, memory, l2, infinity_cache, peak (by
///   resource: DRAM a rate of bytes, the others of operations), link_bandwidth (both directions together),
///   power, source.
/// - rates: architecture, product (any, geforce, professional), family, units_per_multiprocessor, per_clock
///   (by resource, for one SM or CU), l2_bytes_per_clock, l2_by_die, source.
/// Quantities are numbers in SI units, or texts with a unit. `origin` names the document in messages.
///
/// Throws usage_error for what is no such document: unknown and repeated keys, entries that are there twice,
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

/// Walks a document and knows where it is.
class device_facts_reader {
 public:
  explicit device_facts_reader(std::string origin) : origin_(std::move(origin)) {}

  device_facts read(const std::string& text) {
    const node document = parse(text);
    const place top{document, ""};
    expect_keys(top, {"schema", "devices", "rates"});
    if (!document.contains("schema")) fail("", "there is no \"schema\": 1");
    if (document["schema"] != 1) fail("schema", "is " + document["schema"].dump() + ", and 1 is known");
    for (const place& entry : entries(top, "devices")) add_device(entry);
    for (const place& entry : entries(top, "rates")) add_rates(entry);
    return std::move(facts_);
  }

 private:
  using node = nlohmann::json;
  struct place {
    const node& value;
    std::string path;  ///< "devices[1].peak.DRAM"
  };
  struct range {
    double least, most;
    const char* unit;
  };

  [[noreturn]] void fail(const std::string& path, const std::string& what) const {
    throw usage_error(origin_ + ": " + path + (path.empty() ? "" : ": ") + what);
  }

  /// The parser of the library keeps the last of several equal keys; here they are an error.
  [[nodiscard]] node parse(const std::string& text) const {
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int, node::parse_event_t event, node& parsed) {
      if (event == node::parse_event_t::object_start) keys.emplace_back();
      if (event == node::parse_event_t::object_end) keys.pop_back();
      if (event == node::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
        fail("", "the key " + parsed.dump() + " is there twice in one object");
      return true;
    };
    try {
      node document = node::parse(text, watch);
      if (!document.is_object()) fail("", "expected an object with schema, devices and rates");
      return document;
    } catch (const node::exception& e) {
      fail("", e.what());
    }
  }

  void expect_keys(const place& object, const std::vector<std::string>& known) const {
    if (!object.value.is_object()) fail(object.path, "expected an object, not " + object.value.dump());
    std::string all;
    for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
    for (const auto& [key, value] : object.value.items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        fail(object.path, "the key \"" + key + "\" is not known; known are: " + all);
  }

  [[nodiscard]] std::vector<place> entries(const place& object, const std::string& key) const {
    std::vector<place> result;
    if (!object.value.contains(key)) return result;
    const node& list = object.value[key];
    if (!list.is_array()) fail(key, "expected a list, not " + list.dump());
    for (std::size_t i = 0; i < list.size(); ++i)
      result.push_back({list[i], key + "[" + std::to_string(i) + "]"});
    return result;
  }

  [[nodiscard]] std::optional<place> at(const place& object, const std::string& key) const {
    if (!object.value.contains(key)) return std::nullopt;
    return place{object.value[key], object.path + "." + key};
  }

  [[nodiscard]] std::string text_of(const place& where) const {
    if (!where.value.is_string() || where.value.get<std::string>().empty())
      fail(where.path, "expected a text, not " + where.value.dump());
    return where.value.get<std::string>();
  }
  /// Texts of rows are views; the facts copy them when the row is set, and this keeps them until then.
  void take(const place& object, const char* key, std::string_view& into) {
    if (const auto where = at(object, key)) into = texts_.emplace_back(text_of(*where));
  }

  [[nodiscard]] double number(const place& where, const unit_factors& units, const range& plausible) const {
    double value = 0;
    if (where.value.is_number()) {
      value = where.value.get<double>();
      if (!std::isfinite(value) || value <= 0)
        fail(where.path, "expected a number above 0, not " + where.value.dump());
    } else if (where.value.is_string() && !units.empty()) {
      value = parse_quantity(origin_ + ": " + where.path + ":", where.value.get<std::string>(), units);
    } else {
      fail(where.path, std::string("expected a number") + (units.empty() ? "" : ", or a text with a unit") +
                           ", not " + where.value.dump());
    }
    if (value < plausible.least || value > plausible.most)
      fail(where.path, where.value.dump() + " is not plausible: in " + plausible.unit +
                           " it should lie between " + format_number(plausible.least) + " and " +
                           format_number(plausible.most));
    return value;
  }
  void take(const place& object, const char* key, const unit_factors& units, const range& plausible,
            std::optional<double>& into) const {
    if (const auto where = at(object, key)) into = number(*where, units, plausible);
  }
  void take(const place& object, const char* key, const range& plausible,
            std::optional<std::int64_t>& into) const {
    if (const auto where = at(object, key))
      into = static_cast<std::int64_t>(std::llround(number(*where, units::bytes, plausible)));
  }
  void take_count(const place& object, const char* key, int& into) const {
    const auto where = at(object, key);
    if (!where) return;
    if (!where->value.is_number_integer() || where->value.get<std::int64_t>() < 1 ||
        where->value.get<std::int64_t>() > 100000)
      fail(where->path, "expected a whole number from 1 to 100000, not " + where->value.dump());
    into = where->value.get<int>();
  }
  template <class Choice>
  void take_choice(const place& object, const char* key,
                   const std::vector<std::pair<std::string, Choice>>& choices, Choice& into) const {
    const auto where = at(object, key);
    if (!where) return;
    const std::string given = text_of(*where);
    std::string all;
    for (const auto& [name, choice] : choices) {
      if (name == given) {
        into = choice;
        return;
      }
      all += (all.empty() ? "" : ", ") + name;
    }
    fail(where->path, "expected one of " + all + ", not \"" + given + "\"");
  }

  /// Figures by resource. `number_of` reads one; it is asked only for those that `admits`.
  template <class Admits, class NumberOf>
  void take_by_resource(const place& object, const char* key, const Admits& admits, const NumberOf& number_of,
                        by_resource& into) const {
    const auto list = at(object, key);
    if (!list) return;
    std::vector<std::string> known;
    for (std::size_t i = 0; i < resource_count; ++i)
      if (const auto which = static_cast<resource>(i); admits(which)) known.emplace_back(to_string(which));
    expect_keys(*list, known);
    for (std::size_t i = 0; i < resource_count; ++i) {
      const auto which = static_cast<resource>(i);
      if (!admits(which)) continue;
      if (const auto where = at(*list, to_string(which))) into[which] = number_of(which, *where);
    }
  }

  void add_device(const place& entry) {
    expect_keys(entry,
                {"name", "vendor", "match", "architecture", "units", "dies", "boost_clock", "base_clock",
                 "memory", "l2", "infinity_cache", "peak", "link_bandwidth", "power", "source"});
    const auto name = at(entry, "name");
    if (!name) fail(entry.path, "there is no name");
    const std::string called = text_of(*name);
    if (!devices_.insert(called).second) fail(name->path, "\"" + called + "\" is there twice");
    device_row row;
    if (const device_row* known = facts_.find(called))
      row = *known;
    else
      for (const char* needed : {"vendor", "architecture"})
        if (!entry.value.contains(needed))
          fail(entry.path, "\"" + called +
                               "\" is not known by that name, so it is a new device, and needs \"" + needed +
                               "\"" + close_to(called));
    row.name = texts_.emplace_back(called);
    take_choice<vendor>(entry, "vendor", {{"nvidia", vendor::nvidia}, {"amd", vendor::amd}}, row.vendor);
    take(entry, "match", row.match);
    take(entry, "architecture", row.architecture);
    take_count(entry, "units", row.units);
    take_count(entry, "dies", row.dies);
    const range clock = {1e8, 2e10, "Hz"}, memory = {1 << 20, 1e14, "bytes"};
    const range byte_rate = {1e9, 1e15, "B/s"}, operation_rate = {1e9, 1e19, "operations/s"};
    take(entry, "boost_clock", units::clock, clock, row.boost_clock);
    take(entry, "base_clock", units::clock, clock, row.base_clock);
    take(entry, "memory", memory, row.memory_bytes);
    take(entry, "l2", {1 << 15, 1e11, "bytes"}, row.l2_bytes);
    take(entry, "infinity_cache", memory, row.infinity_cache_bytes);
    take(entry, "link_bandwidth", units::byte_rate, byte_rate, row.link_bandwidth);
    take(entry, "power", units::power, {1, 1e5, "W"}, row.power);
    take_by_resource(
        entry, "peak", [](resource r) { return r == resource::dram || is_operations(r); },
        [&](resource r, const place& where) {
          return is_bytes(r) ? number(where, units::byte_rate, byte_rate)
                             : number(where, units::operation_rate, operation_rate);
        },
        row.peak);
    if (row.base_clock && row.boost_clock && *row.base_clock > *row.boost_clock)
      fail(entry.path, "the base clock is above the boost clock");
    take(entry, "source", row.source);
    facts_.set(row);
  }

  void add_rates(const place& entry) {
    expect_keys(entry, {"architecture", "product", "family", "units_per_multiprocessor", "per_clock",
                        "l2_bytes_per_clock", "l2_by_die", "source"});
    const auto architecture = at(entry, "architecture");
    if (!architecture) fail(entry.path, "there is no architecture");
    const std::string called = text_of(*architecture);
    product line = product::any;
    take_choice<product>(
        entry, "product",
        {{"any", product::any}, {"geforce", product::geforce}, {"professional", product::professional}},
        line);
    if (!rates_.emplace(called, line).second)
      fail(entry.path, "the rates of \"" + called + "\" are there twice for the same product line");
    per_clock_row row;
    if (const per_clock_row* known = facts_.find(called, line)) row = *known;
    row.architecture = texts_.emplace_back(called);
    row.covers = line;
    if (row.family.empty()) row.family = row.architecture;
    take(entry, "family", row.family);
    take_count(entry, "units_per_multiprocessor", row.units_per_multiprocessor);
    const range per_clock = {0.01, 1e7, "operations or bytes a clock"};
    take_by_resource(
        entry, "per_clock", [](resource r) { return r == resource::shared_memory || is_operations(r); },
        [&](resource, const place& where) { return number(where, {}, per_clock); }, row.operations);
    take(entry, "l2_bytes_per_clock", {}, per_clock, row.l2_bytes);
    if (const auto by_die = at(entry, "l2_by_die")) {
      if (!by_die->value.is_boolean())
        fail(by_die->path, "expected true or false, not " + by_die->value.dump());
      row.l2_by_die = by_die->value.get<bool>();
    }
    take(entry, "source", row.source);
    facts_.set(row);
  }

  /// What a name might have been meant to be, in words.
  [[nodiscard]] std::string close_to(const std::string& name) const {
    try {
      return "; or is \"" + std::string(device_named(name, facts_).name) + "\" meant?";
    } catch (const usage_error&) {
      return "";
    }
  }

  std::string origin_;
  device_facts facts_;
  std::deque<std::string> texts_;
  std::set<std::string> devices_;
  std::set<std::pair<std::string, product>> rates_;
};

}  // namespace detail

inline device_facts parse_device_facts(const std::string& text, const std::string& origin) {
  return detail::device_facts_reader(origin).read(text);
}

}  // namespace assay
