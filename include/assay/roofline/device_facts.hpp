// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/core/error.hpp"
#include "assay/roofline/device_table.hpp"
#include "assay/roofline/per_clock_table.hpp"

namespace assay {

/// What is known of devices beforehand: the tables in code, and over them what a user has put there, who may
/// know better (a new device, a figure that his board differs in). Copies share their texts.
class device_facts {
 public:
  /// Adds a device, or replaces the one of that name. Its texts are copied. Throws usage_error without a name
  /// or an architecture.
  void set(device_row row);
  /// Adds the rates of an architecture and product line, or replaces them. Throws usage_error without one.
  void set(per_clock_row row);

  /// All devices, those of the user first.
  [[nodiscard]] std::vector<const device_row*> devices() const;
  /// The device of exactly that name, or null.
  [[nodiscard]] const device_row* find(std::string_view name) const;
  /// The rates of exactly that architecture and product line, or null.
  [[nodiscard]] const per_clock_row* find(std::string_view architecture, product_line covers) const;
  /// The rates of an architecture that hold for a product line: its own, else those for any.
  [[nodiscard]] const per_clock_row* rates(std::string_view architecture, product_line line) const;

 private:
  std::string_view keep(std::string_view text) { return texts_->emplace_back(text); }

  std::shared_ptr<std::deque<std::string>> texts_ = std::make_shared<std::deque<std::string>>();
  std::deque<device_row> devices_;  // rows are handed out by address
  std::deque<per_clock_row> rates_;
};

inline void device_facts::set(device_row row) {
  if (row.name.empty() || row.architecture.empty())
    throw usage_error("device facts: a device needs a name and an architecture, not '" +
                      std::string(row.name) + "' and '" + std::string(row.architecture) + "'");
  for (std::string_view* text : {&row.name, &row.match, &row.architecture, &row.source}) *text = keep(*text);
  for (device_row& one : devices_)
    if (one.name == row.name) {
      one = row;
      return;
    }
  devices_.push_back(row);
}

inline void device_facts::set(per_clock_row row) {
  if (row.architecture.empty()) throw usage_error("device facts: rates need an architecture");
  for (std::string_view* text : {&row.architecture, &row.family, &row.source}) *text = keep(*text);
  for (per_clock_row& one : rates_)
    if (one.architecture == row.architecture && one.covers == row.covers) {
      one = row;
      return;
    }
  rates_.push_back(row);
}

inline std::vector<const device_row*> device_facts::devices() const {
  std::vector<const device_row*> all;
  for (const device_row& row : devices_) all.push_back(&row);
  const std::size_t own = all.size();
  for (const device_row& row : device_table) {
    bool replaced = false;
    for (std::size_t i = 0; i < own; ++i) replaced = replaced || all[i]->name == row.name;
    if (!replaced) all.push_back(&row);
  }
  return all;
}

inline const device_row* device_facts::find(std::string_view name) const {
  for (const device_row* row : devices())
    if (row->name == name) return row;
  return nullptr;
}

inline const per_clock_row* device_facts::find(std::string_view architecture, product_line covers) const {
  for (const per_clock_row& row : rates_)
    if (row.architecture == architecture && row.covers == covers) return &row;
  for (const per_clock_row& row : per_clock_table)
    if (row.architecture == architecture && row.covers == covers) return &row;
  return nullptr;
}

inline const per_clock_row* device_facts::rates(std::string_view architecture, product_line line) const {
  const per_clock_row* own = find(architecture, line);
  return own ? own : find(architecture, product_line::any);
}

/// The row of a device that a runtime reported: the one that spells its whole name (or is called by it), else
/// one of its architecture that spells a part of it. Null when there is none, and for a MIG slice, which has
/// no datasheet (its name holds its parent's).
[[nodiscard]] inline const device_row* find_device(const device_info& device,
                                                   const device_facts& facts = {}) {
  const std::string_view name = device.name;
  if (name.find(" MIG ") != std::string_view::npos) return nullptr;
  const std::vector<const device_row*> rows = facts.devices();
  for (const device_row* row : rows)
    if (row->vendor == device.vendor &&
        (row->name == name || (row->match.starts_with('=') && row->match.substr(1) == name)))
      return row;
  for (const device_row* row : rows) {
    const bool by_part = !row->match.empty() && !row->match.starts_with('=');
    if (by_part && row->vendor == device.vendor && row->architecture == device.architecture &&
        name.find(row->match) != std::string_view::npos)
      return row;
  }
  return nullptr;
}

/// GeForce or not, by the name that a runtime reports.
[[nodiscard]] inline product_line product_line_of(const device_info& device) {
  return device.name.find("GeForce") != std::string::npos ? product_line::geforce
                                                          : product_line::professional;
}

/// The rates of the device's architecture and product line; null when there are none.
[[nodiscard]] inline const per_clock_row* find_per_clock(const device_info& device,
                                                         const device_facts& facts = {}) {
  return facts.rates(device.architecture, product_line_of(device));
}

/// What a runtime would say of the device of a row, as far as it names it. Count and clock are left to the
/// row.
[[nodiscard]] inline device_info as_reported(const device_row& row) {
  device_info info;
  info.vendor = row.vendor;
  const std::string_view spelled = row.match.starts_with('=') ? row.match.substr(1) : row.match;
  info.name = spelled.empty() ? row.name : spelled;
  info.architecture = row.architecture;
  info.memory_bytes = row.memory_bytes;
  return info;
}

/// Bytes of L2 of the whole device. HIP tells those of one die, so for AMD only the table knows.
[[nodiscard]] inline std::optional<std::int64_t> whole_l2_bytes(const device_info& device,
                                                                const device_facts& facts = {}) {
  const device_row* row = find_device(device, facts);
  if (row && row->l2_bytes) return row->l2_bytes;
  return device.vendor == vendor::nvidia ? device.l2_bytes : std::nullopt;
}

/// Bytes of the cache that lies in front of DRAM: AMD's Infinity Cache where there is one, else the L2.
/// Absent for a device whose caches are not known.
[[nodiscard]] inline std::optional<std::int64_t> last_level_bytes(const device_info& device,
                                                                  const device_facts& facts = {}) {
  const device_row* row = find_device(device, facts);
  return row && row->infinity_cache_bytes ? row->infinity_cache_bytes : whole_l2_bytes(device, facts);
}

namespace detail {

/// Small letters and digits only, without what every name of a vendor begins with: "NVIDIA GeForce RTX 4090"
/// as "rtx4090".
inline std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') plain += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain += c;
  }
  for (const std::string_view prefix : {"nvidia", "amd", "geforce", "instinct", "radeon"})
    if (plain.starts_with(prefix) && plain.size() > prefix.size()) plain.erase(0, prefix.size());
  return plain;
}

/// Insertions, deletions and replacements between two names (Levenshtein).
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min(replaced, std::min(row[j], row[j - 1]) + 1);
    }
  }
  return row[b.size()];
}

}  // namespace detail

/// The device that a person means by a name: that of a row, what its runtime reports, or a part that only one
/// has; case, spaces and the vendor's name do not matter. Throws usage_error when several or none fit, with
/// the names that do or nearly do. `asked` begins the message: where the name came from.
[[nodiscard]] inline const device_row& device_named(std::string_view name, const device_facts& facts = {},
                                                    const std::string& asked = "device") {
  const std::string wanted = detail::plain_name(name);
  const std::vector<const device_row*> rows = facts.devices();
  const auto list = [](const std::vector<const device_row*>& some) {
    std::string text;
    for (const device_row* row : some) text += (text.empty() ? "" : ", ") + std::string(row->name);
    return text;
  };
  std::vector<const device_row*> exact, partly, close, of_architecture;
  std::size_t closest = wanted.size() <= 5 ? 1 : 2;  // typing errors
  for (const device_row* row : rows) {
    const std::string own = detail::plain_name(row->name), reported = detail::plain_name(row->match);
    if (wanted.empty()) break;
    if (own == wanted || reported == wanted) exact.push_back(row);
    if (own.find(wanted) != std::string::npos) partly.push_back(row);
    if (row->architecture == name) of_architecture.push_back(row);
    // Names apart in length are apart by that at least, and nothing need be compared.
    const auto distance_from = [&](const std::string& known) {
      const std::size_t longer =
          std::max(known.size(), wanted.size()) - std::min(known.size(), wanted.size());
      return longer > closest ? longer : detail::edit_distance(known, wanted);
    };
    const std::size_t distance = std::min(distance_from(own), distance_from(reported));
    if (distance < closest) close.clear();
    closest = std::min(closest, distance);
    if (distance == closest) close.push_back(row);
  }
  if (exact.size() == 1) return *exact.front();
  if (exact.empty() && partly.size() == 1) return *partly.front();
  const std::string what = asked + " '" + std::string(name) + "'";
  if (!of_architecture.empty())
    throw usage_error(what + ": that is an architecture; its devices are: " + list(of_architecture));
  if (!exact.empty() || !partly.empty())
    throw usage_error(what + ": could be any of: " + list(exact.empty() ? partly : exact));
  if (!close.empty()) throw usage_error(what + ": unknown; close to it: " + list(close));
  throw usage_error(what + ": unknown; known are: " + list(rows));
}

}  // namespace assay
