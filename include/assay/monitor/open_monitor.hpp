// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "assay/core/device_info.hpp"
#include "assay/monitor/amd_smi_monitor.hpp"
#include "assay/monitor/monitor.hpp"
#include "assay/monitor/nvml_monitor.hpp"
#include "assay/monitor/rocm_smi_monitor.hpp"

namespace assay {

/// Names or paths of the libraries that are opened. Tests have their own.
struct monitor_libraries {
  std::string nvml = "libnvidia-ml.so.1";
  std::string amd_smi = "libamd_smi.so";
  std::string rocm_smi = "librocm_smi64.so";
};

/// Opens the management library when it is first asked something, and once.
class lazy_monitor final : public monitor {
 public:
  explicit lazy_monitor(device_info device, monitor_libraries libraries = {})
      : device_(std::move(device)), libraries_(std::move(libraries)) {}

  [[nodiscard]] device_state read() override { return opened().read(); }
  [[nodiscard]] std::optional<double> joules() override { return opened().joules(); }
  [[nodiscard]] std::optional<double> joules_period() const override {
    return opened_ ? opened_->joules_period() : std::nullopt;
  }

 private:
  monitor& opened() {
    if (!opened_) opened_ = open();
    return *opened_;
  }
  [[nodiscard]] std::unique_ptr<monitor> open() const {
    if (device_.vendor == vendor::nvidia) {
      auto nvml = std::make_unique<nvml_monitor>(device_, libraries_.nvml);
      if (nvml->why_not()) return std::make_unique<absent_monitor>(*nvml->why_not());
      return nvml;
    }
    if (device_.vendor == vendor::amd) {
      auto newer = std::make_unique<amd_smi_monitor>(device_, libraries_.amd_smi);
      if (!newer->why_not()) return newer;
      auto older = std::make_unique<rocm_smi_monitor>(device_, libraries_.rocm_smi);
      if (!older->why_not()) return older;
      return std::make_unique<absent_monitor>(*newer->why_not() + "; " + *older->why_not());
    }
    return std::make_unique<absent_monitor>("the processor has no management library that assay reads");
  }

  device_info device_;
  monitor_libraries libraries_;
  std::unique_ptr<monitor> opened_;
};

/// The monitor of a device. Where there is none, its states say why; that is never an error. Costs nothing
/// until it is first read.
[[nodiscard]] inline std::unique_ptr<monitor> open_monitor(const device_info& device,
                                                           const monitor_libraries& libraries = {}) {
  return std::make_unique<lazy_monitor>(device, libraries);
}

}  // namespace assay
