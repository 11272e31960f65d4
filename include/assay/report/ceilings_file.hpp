// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/ceiling_job.hpp"
#include "assay/core/device_info.hpp"
#include "assay/core/environment.hpp"
#include "assay/core/error.hpp"
#include "assay/core/version.hpp"
#include "assay/measure/device_ceilings.hpp"
#include "assay/report/atomic_file.hpp"
#include "assay/report/json.hpp"
#include "assay/report/json_place.hpp"
#include "assay/report/parse_json.hpp"
#include "assay/report/record_from_json.hpp"

namespace assay {

[[nodiscard]] inline json to_json(const device_ceilings& seen) {
  json object = {{"seconds", to_json(seen.seconds)}};
  object["ceilings"] = json::array();
  for (const measured_ceiling& one : seen.all) {
    json entry = {{"name", one.name}};
    if (one.which) entry["resource"] = to_string(*one.which);
    put(entry, "read_share", one.read_share);
    entry["basis"] = to_string(one.basis);
    put(entry, "rate", one.rate);
    put(entry, "lower", one.lower);
    put(entry, "upper", one.upper);
    put(entry, "clock", one.clock);
    entry["source"] = one.source;
    if (!one.failures.empty()) entry["failures"] = one.failures;
    object["ceilings"].push_back(std::move(entry));
  }
  return object;
}

/// What --ceilings --json writes: each device with what was seen of it.
[[nodiscard]] inline json ceilings_to_json(
    const environment& where, const std::vector<std::pair<device_info, device_ceilings>>& devices) {
  json document = {{"schema", json_schema},
                   {"type", "ceilings"},
                   {"environment", to_json(where)},
                   {"devices", json::array()}};
  for (const auto& [device, seen] : devices)
    document["devices"].push_back({{"device", to_json(device)}, {"seen", to_json(seen)}});
  return document;
}

/// Throws io_error for what is no such document.
[[nodiscard]] inline device_ceilings device_ceilings_from_json(const json_place& object) {
  device_ceilings seen;
  seen.seconds = object.at("seconds").number();
  const json_place list = object.at("ceilings");
  list.each([&](const json_place& entry) {
    const auto rate = [&](const char* key) {
      const std::optional<json_place> found = entry.find(key);
      if (!found) return std::optional<double>();
      const double value = found->number();
      if (!std::isfinite(value) || value <= 0) found->fail("expected a finite number above 0");
      return std::optional(value);
    };
    measured_ceiling one;
    one.name = entry.at("name").text();
    if (const auto which = entry.find("resource"))
      one.which = which->named<resource>(static_cast<int>(resource_count));
    if (const auto share = entry.find("read_share")) {
      one.read_share = share->number();
      if (!(*one.read_share >= 0 && *one.read_share <= 1)) share->fail("expected a share from 0 to 1");
    }
    one.basis = entry.at("basis").named<ceiling_basis>(3);
    one.rate = rate("rate");
    one.lower = rate("lower");
    one.upper = rate("upper");
    one.clock = rate("clock");
    one.source = entry.at("source").text();
    if (const auto failures = entry.find("failures"))
      failures->each([&](const json_place& why) { one.failures.push_back(why.text()); });
    if (one.rate.has_value() != (one.basis != ceiling_basis::unmeasured))
      entry.fail(one.rate ? "a rate, though it is unmeasured" : "no rate, though it is measured");
    for (const measured_ceiling& other : seen.all)
      if (other.name == one.name ||
          (one.which && one.read_share && other.which == one.which && other.read_share == one.read_share))
        entry.fail("'" + one.name + "' is there twice");
    seen.all.push_back(std::move(one));
  });
  return seen;
}

/// What ceilings hold for: measured under another driver, clock setting, build or version they may be others.
[[nodiscard]] inline json ceilings_key(const device_info& device, const ceiling_features& build) {
  json key = {{"assay", version}, {"device", device.name}};
  if (!device.uuid.empty()) key["uuid"] = device.uuid;
  if (device.uuid.empty() && !device.pci_bus_id.empty()) key["pci_bus_id"] = device.pci_bus_id;
  key["driver"] = device.driver_version;
  key["runtime"] = device.runtime_version;
  put(key, "max_clock", device.max_clock);
  put(key, "highest_clock", device.highest_clock);
  put(key, "locked_clock", device.locked_clock);
  put(key, "power_limit", device.power_limit);
  put(key, "memory_clock", device.memory_clock);
  if (!device.compute_partition.empty()) key["compute_partition"] = device.compute_partition;
  if (!device.memory_partition.empty()) key["memory_partition"] = device.memory_partition;
  key["compiled_for"] = build.compiled_for;
  key["wgmma"] = build.warpgroup_matrix;
  if (!build.library.empty()) key["library"] = build.library;
  return key;
}

/// The ceilings of one device in a file, so that they are measured once. A file that cannot be used is told
/// and never believed in part.
class ceilings_file {
 public:
  static constexpr int schema = 1;

  /// Where there is no `path`: assay/ceilings-DEVICE.json below $XDG_CACHE_HOME, else below ~/.cache (XDG
  /// Base Directory Specification). Without either there is no file, and nothing is kept.
  ceilings_file(const device_info& device, const ceiling_features& build, const std::string& path = "")
      : key_(ceilings_key(device, build)), path_(path.empty() ? usual_path(device) : path) {}

  [[nodiscard]] const std::string& path() const { return path_; }

  /// Absent where there is none, and where what is there does not count; then `why` says so, but for a file
  /// that does not exist.
  [[nodiscard]] std::optional<device_ceilings> read(std::string& why) const {
    why.clear();
    std::error_code failed;
    if (path_.empty() || !std::filesystem::exists(path_, failed)) return std::nullopt;
    try {
      std::ifstream file(path_, std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
      if (!file) throw io_error(path_ + ": cannot be read");
      std::string mistake;
      const json document = parse_json(text, mistake);
      if (!mistake.empty()) throw io_error(path_ + ": not JSON: " + mistake);
      const json_place top(document, path_);
      const json_place found = top.at("schema");
      if (found.whole<int>() != schema)
        found.fail("this version reads schema " + std::to_string(schema) + " alone");
      const json_place key = top.at("key");
      key.each_key([&](const std::string& name, const json_place& value) {
        const auto own = key_.find(name);
        if (own == key_.end() || *own != value.value())
          value.fail("measured at " + to_text(value.value()) + ", and here it is " +
                     (own == key_.end() ? "not known" : to_text(*own)));
      });
      for (auto own = key_.begin(); own != key_.end(); ++own) static_cast<void>(key.at(own.key().c_str()));
      const json_place seen = top.at("seen");
      return device_ceilings_from_json(seen);
    } catch (const io_error& e) {
      why = e.what();
      return std::nullopt;
    }
  }

  /// Replaces the file at once: who reads it meanwhile finds the old one or the new one, whole. Throws
  /// io_error when it cannot be written.
  void write(const device_ceilings& seen) const {
    if (path_.empty()) throw io_error("there is no folder for them: neither XDG_CACHE_HOME nor HOME is set");
    std::error_code failed;
    const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, failed);
    atomic_file(path_).commit(to_text({{"schema", schema}, {"key", key_}, {"seen", to_json(seen)}}, 2) +
                              "\n");
  }

 private:
  static std::string usual_path(const device_info& device) {
    std::string folder;
    if (const char* const cache = std::getenv("XDG_CACHE_HOME"); cache && *cache == '/')
      folder = cache;
    else if (const char* const home = std::getenv("HOME"); home && *home == '/')
      folder = std::string(home) + "/.cache";
    if (folder.empty()) return "";
    std::string name = device.uuid.empty() ? device.name + "-" + device.pci_bus_id : device.uuid;
    for (char& c : name)
      if (!std::strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", c)) c = '_';
    return folder + "/assay/ceilings-" + name + ".json";
  }

  json key_;
  std::string path_;
};

}  // namespace assay
