// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/core/environment.hpp"
#include "assay/core/format.hpp"

namespace assay {

/// One thing in which two environments differ, in words: "power limit: 700 W there, 500 W here".
struct key_difference {
  std::string key, there, here;
  [[nodiscard]] std::string text() const { return key + ": " + there + " there, " + here + " here"; }
};

namespace detail {

inline constexpr const char* not_known = "not known";

[[nodiscard]] inline std::string key_text(const std::string& text) { return text.empty() ? not_known : text; }
[[nodiscard]] inline std::string key_text(const std::optional<bool>& value) {
  return value ? *value ? "yes" : "no" : not_known;
}
[[nodiscard]] inline std::string key_text(const std::optional<int>& value) {
  return value ? std::to_string(*value) : not_known;
}
[[nodiscard]] inline std::string key_text(const std::optional<double>& value, double unit, const char* name) {
  return value ? format_number(*value / unit) + name : not_known;
}

/// "580.159.03" as "580.159": what comes after mends and does not change times.
[[nodiscard]] inline std::string major_and_minor(const std::string& version) {
  const std::size_t first = version.find('.');
  return first == std::string::npos ? version : version.substr(0, version.find('.', first + 1));
}

}  // namespace detail

/// The hard keys in which two devices differ: with any of them times cannot be compared. What one side knows
/// and the other does not differs, too: nothing shows that it is the same.
[[nodiscard]] inline std::vector<key_difference> hard_differences(const device_info& there,
                                                                  const device_info& here) {
  std::vector<key_difference> found;
  const auto hold = [&](const char* key, const std::string& before, const std::string& now) {
    if (before != now) found.push_back({key, before, now});
  };
  using detail::key_text;
  const auto memory = [](const device_info& d) {
    return d.memory_bytes ? format_bytes(static_cast<double>(*d.memory_bytes)) : detail::not_known;
  };
  hold("device", key_text(there.name), key_text(here.name));
  hold("architecture", key_text(there.architecture), key_text(here.architecture));
  hold(there.vendor == vendor::cpu ? "cores" : "multiprocessors", key_text(there.multiprocessors),
       key_text(here.multiprocessors));
  // A host's memory is what the kernel has left of it, and bounds no time.
  if (there.vendor != vendor::cpu || here.vendor != vendor::cpu) hold("memory", memory(there), memory(here));
  hold("MIG", key_text(there.mig), key_text(here.mig));
  hold("compute partition", key_text(there.compute_partition), key_text(here.compute_partition));
  hold("memory partition", key_text(there.memory_partition), key_text(here.memory_partition));
  hold("ECC", key_text(there.ecc), key_text(here.ecc));
  hold("power limit", key_text(there.power_limit, 1.0, " W"), key_text(here.power_limit, 1.0, " W"));
  hold("clocks locked", key_text(there.clocks_locked), key_text(here.clocks_locked));
  hold("locked clock", key_text(there.locked_clock, 1e6, " MHz"), key_text(here.locked_clock, 1e6, " MHz"));
  hold("driver", key_text(detail::major_and_minor(there.driver_version)),
       key_text(detail::major_and_minor(here.driver_version)));
  hold("toolkit", key_text(detail::major_and_minor(there.runtime_version)),
       key_text(detail::major_and_minor(here.runtime_version)));
  return found;
}

/// The soft keys in which two runs on comparable devices differ: worth a word, no reason to refuse.
[[nodiscard]] inline std::vector<key_difference> soft_differences(const device_info& there,
                                                                  const device_info& here) {
  std::vector<key_difference> found;
  if (there.uuid != here.uuid)
    found.push_back({"UUID", detail::key_text(there.uuid), detail::key_text(here.uuid)});
  return found;
}

/// The device of that name, as records tell it. Null where there is none.
[[nodiscard]] inline const device_info* find_device(const environment& where, const std::string& name) {
  for (const device_info& d : where.devices)
    if (d.name == name) return &d;
  return nullptr;
}

/// The soft keys of what is around the devices.
[[nodiscard]] inline std::vector<key_difference> soft_differences(const environment& there,
                                                                  const environment& here) {
  std::vector<key_difference> found;
  if (there.system != here.system) found.push_back({"system", there.system, here.system});
  if (there.processor != here.processor)
    found.push_back({"processor", detail::key_text(there.processor), detail::key_text(here.processor)});
  if (there.compiler != here.compiler) found.push_back({"compiler of main()", there.compiler, here.compiler});
  if (there.assay_version != here.assay_version)
    found.push_back({"assay", there.assay_version, here.assay_version});
  return found;
}

/// The hard keys in which the devices of two runs differ. Devices are held against each other by vendor, in
/// their order; a vendor that only one of them used is no difference.
[[nodiscard]] inline std::vector<key_difference> hard_differences(const environment& there,
                                                                  const environment& here) {
  std::vector<key_difference> found;
  for (const vendor v : {vendor::cpu, vendor::nvidia, vendor::amd}) {
    std::vector<const device_info*> before, now;
    for (const device_info& d : there.devices)
      if (d.vendor == v) before.push_back(&d);
    for (const device_info& d : here.devices)
      if (d.vendor == v) now.push_back(&d);
    for (std::size_t i = 0; i < before.size() && i < now.size(); ++i)
      for (key_difference& d : hard_differences(*before[i], *now[i])) found.push_back(std::move(d));
  }
  return found;
}

}  // namespace assay
