// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/core/error.hpp"
#include "assay/score/environment_key.hpp"

namespace assay {

/// Which of the visible devices a run uses: "all", or numbers in the runtime's order and UUIDs (or the
/// beginning of one), with commas between.
class device_choice {
 public:
  device_choice() = default;
  /// Throws usage_error where the text is none.
  explicit device_choice(std::string text) : text_(std::move(text)) {
    if (text_ == "all") return;
    std::istringstream parts(text_ + ",");
    for (std::string part; std::getline(parts, part, ',');) {
      if (part.empty() || part == "all")
        throw usage_error("--devices " + text_ + ": expected all, or numbers and UUIDs with commas between");
      names_.push_back(part);
    }
  }

  /// Whether anything was chosen at all.
  [[nodiscard]] explicit operator bool() const { return !text_.empty(); }

  /// The devices that are meant, in the order of the choice. Throws usage_error for a name that none or
  /// several have, for a device that is named twice, and where two are not of one kind: the cases of a run
  /// are spread over them, and their times have to be comparable.
  [[nodiscard]] std::vector<device_info> among(const std::vector<device_info>& visible) const {
    std::vector<device_info> chosen;
    if (names_.empty()) chosen = visible;
    for (const std::string& name : names_) {
      std::vector<const device_info*> meant;
      for (const device_info& d : visible)
        if (means(name, d)) meant.push_back(&d);
      if (meant.size() != 1)
        fail("'" + name + "' is " + (meant.empty() ? "none" : "more than one") + " of " + listed(visible));
      for (const device_info& d : chosen)
        if (d.index == meant.front()->index) fail("'" + name + "' is named twice");
      chosen.push_back(*meant.front());
    }
    refuse_mixed(chosen);
    return chosen;
  }

  /// Throws usage_error where two devices are not of one kind.
  void refuse_mixed(const std::vector<device_info>& devices) const {
    for (std::size_t i = 1; i < devices.size(); ++i) {
      const auto differences = hard_differences(devices.front(), devices[i]);
      if (differences.empty()) continue;
      std::string words;
      for (const key_difference& d : differences) words += (words.empty() ? "" : "; ") + d.text();
      fail(label(devices.front()) + " and " + label(devices[i]) + " are not of one kind (" + words +
           "): name some that are");
    }
  }

  /// "1 NVIDIA H200 (GPU-…)"
  [[nodiscard]] static std::string label(const device_info& d) {
    return std::to_string(d.index) + " " + d.name + (d.id().empty() ? "" : " (" + d.id() + ")");
  }

 private:
  static bool means(const std::string& name, const device_info& d) {
    const bool number = name.find_first_not_of("0123456789") == std::string::npos;
    return number ? name == std::to_string(d.index) : d.id().starts_with(name);
  }
  static std::string listed(const std::vector<device_info>& devices) {
    std::string text;
    for (const device_info& d : devices) text += (text.empty() ? "" : ", ") + label(d);
    return text.empty() ? "no devices" : text;
  }
  [[noreturn]] void fail(const std::string& why) const {
    throw usage_error("--devices " + text_ + ": " + why);
  }

  std::string text_;
  std::vector<std::string> names_;  ///< empty: all
};

/// What CUDA_VISIBLE_DEVICES calls a device of NVIDIA's. A part of a GPU has a prefix of its own, which the
/// runtime does not tell.
[[nodiscard]] inline std::string cuda_name(const device_info& d) {
  const bool part = d.name.find(" MIG ") != std::string::npos;
  return part && d.uuid.starts_with("GPU-") ? "MIG-" + d.uuid.substr(4) : d.uuid;
}

/// What HIP_VISIBLE_DEVICES calls a device that this process sees as number `index`: not every HIP knows
/// UUIDs there, and where some devices are hidden already, numbers are theirs. HIP reads CUDA's variable
/// where its own is not set.
[[nodiscard]] inline std::string hip_name(int index) {
  const char* given = std::getenv("HIP_VISIBLE_DEVICES");
  if (!given) given = std::getenv("CUDA_VISIBLE_DEVICES");
  std::istringstream names(given ? given : "");
  std::string name;
  for (int i = 0; i <= index; ++i)
    if (!std::getline(names, name, ',')) return std::to_string(index);
  return name;
}

/// The variable of the environment, and its value, under which a program sees this device and no other; both
/// empty where there is none, as for a processor.
[[nodiscard]] inline std::pair<std::string, std::string> seen_alone(const device_info& d) {
  switch (d.vendor) {
    case vendor::nvidia: return {"CUDA_VISIBLE_DEVICES", cuda_name(d)};
    case vendor::amd: return {"HIP_VISIBLE_DEVICES", hip_name(d.index)};
    case vendor::cpu: break;
  }
  return {};
}

}  // namespace assay
