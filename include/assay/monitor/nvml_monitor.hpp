// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/monitor/monitor.hpp"
#include "assay/monitor/nvml_api.hpp"
#include "assay/monitor/process_count.hpp"
#include "assay/monitor/shared_library.hpp"

namespace assay {

/// Reads an NVIDIA device through NVML, which comes with the driver. The device is found by UUID, then by PCI
/// bus id. Of a MIG instance the clocks, power and so on are those of the whole device, the processes its
/// own.
///
/// Opening took 13 ms on an H200 (driver 580.159), read() 4 to 10 ms: clock and limiters 10 µs, processes 0.1
/// ms, the rest is power, energy and counters. joules() took 3.3 ms.
class nvml_monitor final : public monitor {
 public:
  /// `library` is the name or path that is opened; tests have their own.
  explicit nvml_monitor(const device_info& device, const std::string& library = "libnvidia-ml.so.1")
      : library_(library), nvml_(library_) {
    if (!library_) {
      why_not_ = "NVML could not be opened: " + library_.why_not();
    } else if (!nvml_.init) {
      why_not_ = library + " has no nvmlInit_v2";
    } else if (const int status = nvml_.init(); status != 0) {
      why_not_ = "nvmlInit_v2: " + nvml_.words(status);
    } else {
      initialized_ = true;
      find_device(device);
      if (!why_not_) read_constants();
    }
  }
  ~nvml_monitor() override {
    if (initialized_ && nvml_.shutdown) static_cast<void>(nvml_.shutdown());
  }

  /// Why there is no device to read, if so.
  [[nodiscard]] const std::optional<std::string>& why_not() const noexcept { return why_not_; }

  [[nodiscard]] device_state read() override;

  [[nodiscard]] std::optional<double> joules() override {
    unsigned long long millijoules = 0;
    if (why_not_ || !worked(nvml_.energy, device_, &millijoules)) return std::nullopt;
    return static_cast<double>(millijoules) * 1e-3;
  }
  /// H200, driver 580.159: 45 steps of 97 to 103 ms. Others may be faster: about 10 ms in
  /// gpuopenanalytics/pynvml#18.
  [[nodiscard]] std::optional<double> joules_period() const override { return 0.1; }

 private:
  void find_device(const device_info& device);
  void read_constants();
  void read_fields(device_state& state) const;
  [[nodiscard]] std::optional<std::vector<long>> processes(int (*list)(nvml::device_handle, unsigned*,
                                                                       nvml::process_info*)) const;

  [[nodiscard]] std::optional<double> scaled(int (*function)(nvml::device_handle, unsigned*),
                                             double unit) const {
    unsigned value = 0;
    if (!worked(function, device_, &value)) return std::nullopt;
    return value * unit;
  }
  [[nodiscard]] std::optional<double> scaled(int (*function)(nvml::device_handle, unsigned, unsigned*),
                                             unsigned which, double unit) const {
    unsigned value = 0;
    if (!worked(function, device_, which, &value)) return std::nullopt;
    return value * unit;
  }

  shared_library library_;
  nvml::api nvml_;
  bool initialized_ = false;
  std::optional<std::string> why_not_;
  nvml::device_handle device_ = nullptr;    ///< the whole device
  nvml::device_handle instance_ = nullptr;  ///< the MIG instance, or the whole device
  device_state constants_;
};

inline void nvml_monitor::find_device(const device_info& device) {
  int status = 0;
  const auto found = [&](int (*by)(const char*, nvml::device_handle*), const std::string& name) {
    if (name.empty() || !by) return false;
    status = by(name.c_str(), &device_);
    return status == 0 && device_ != nullptr;
  };
  // The runtime writes the UUID of a MIG instance with the prefix of a whole device.
  const std::string mig_uuid = device.uuid.starts_with("GPU-") ? "MIG-" + device.uuid.substr(4) : "";
  if (!found(nvml_.handle_by_uuid, device.uuid) && !found(nvml_.handle_by_uuid, mig_uuid) &&
      !found(nvml_.handle_by_bus_id, device.pci_bus_id)) {
    why_not_ = "NVML does not know the device " + (device.uuid.empty() ? device.pci_bus_id : device.uuid) +
               (status != 0 ? ": " + nvml_.words(status) : "");
    return;
  }
  instance_ = device_;
  unsigned is_instance = 0;
  if (worked(nvml_.is_mig_handle, instance_, &is_instance) && is_instance != 0) {
    constants_.mig = true;
    nvml::device_handle whole = nullptr;
    if (worked(nvml_.parent_of_mig_handle, instance_, &whole) && whole) device_ = whole;
  }
}

inline void nvml_monitor::read_constants() {
  constants_.library = management_library::nvml;
  if (const auto index = scaled(nvml_.device_index, 1.0)) constants_.index = static_cast<int>(*index);
  constants_.highest_clock = scaled(nvml_.highest_clock, nvml::multiprocessor_clock, 1e6);
  constants_.application_clock = scaled(nvml_.application_clock, nvml::multiprocessor_clock, 1e6);
  constexpr unsigned highest_operating = 3, slowdown = 1;  // NVML_TEMPERATURE_THRESHOLD_GPU_MAX, …_SLOWDOWN
  constants_.highest_temperature = scaled(nvml_.temperature_threshold, highest_operating, 1.0);
  if (!constants_.highest_temperature)
    constants_.highest_temperature = scaled(nvml_.temperature_threshold, slowdown, 1.0);
  unsigned current = 0, pending = 0;
  if (!constants_.mig && worked(nvml_.mig_mode, device_, &current, &pending)) constants_.mig = current != 0;
  if (worked(nvml_.ecc_mode, device_, &current, &pending)) constants_.ecc = current != 0;
  if (worked(nvml_.persistence_mode, device_, &current)) constants_.persistence = current != 0;
}

inline device_state nvml_monitor::read() {
  device_state state = constants_;
  state.unavailable = why_not_;
  if (why_not_) return state;

  state.clock = scaled(nvml_.clock, nvml::multiprocessor_clock, 1e6);
  state.memory_clock = scaled(nvml_.clock, nvml::memory_clock, 1e6);
  state.temperature = scaled(nvml_.temperature, 0, 1.0);
  state.power_limit = scaled(nvml_.power_limit, 1e-3);
  if (const auto level = scaled(nvml_.performance_state, 1.0); level && *level <= 15)  // 32 means unknown
    state.performance_state = static_cast<int>(*level);

  unsigned long long reasons = 0;
  if (worked(nvml_.event_reasons, device_, &reasons)) {
    clock_limiters& now = state.limiters.emplace();
    now.idle = reasons & nvml::gpu_idle;
    now.application_clocks = reasons & nvml::applications_clocks_setting;
    now.power_cap = reasons & nvml::sw_power_cap;
    now.hw_slowdown = reasons & nvml::hw_slowdown;
    now.sync_boost = reasons & nvml::sync_boost;
    now.thermal = reasons & nvml::sw_thermal_slowdown;
    now.hw_thermal = reasons & nvml::hw_thermal_slowdown;
    now.power_brake = reasons & nvml::hw_power_brake_slowdown;
    now.display = reasons & nvml::display_clock_setting;
    // That it is not set says nothing: no call reads what `nvidia-smi -lgc` set.
    if (now.application_clocks) state.clocks_locked = true;
  }
  read_fields(state);
  if (!state.power) state.power = scaled(nvml_.power, 1e-3);
  if (!state.energy) state.energy = joules();

  if (const auto listed = processes(nvml_.compute_processes))
    state.other_processes = count_other_processes(*listed, current_process_id());
  if (const auto listed = processes(nvml_.mps_processes))
    state.mps = !listed->empty();
  else if (std::getenv("CUDA_MPS_PIPE_DIRECTORY"))
    state.mps = true;  // where a client is told to find the server
  return state;
}

inline void nvml_monitor::read_fields(device_state& state) const {
  std::array<nvml::field_value, 8> asked;
  const unsigned ids[] = {nvml::power_instant,      nvml::total_energy,         nvml::reason_power_cap,
                          nvml::reason_sw_thermal,  nvml::reason_sync_boost,    nvml::reason_hw_thermal,
                          nvml::reason_power_brake, nvml::reason_thermal_policy};
  for (std::size_t i = 0; i < asked.size(); ++i) asked[i].id = ids[i];
  if (!worked(nvml_.field_values, device_, static_cast<int>(asked.size()), asked.data())) return;

  const auto answer = [&](std::size_t i, double unit) -> std::optional<double> {
    if (asked[i].status != 0) return std::nullopt;
    return asked[i].number() * unit;
  };
  state.power = answer(0, 1e-3);
  state.energy = answer(1, 1e-3);
  limiter_counters& past = state.limited.emplace();
  past.elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  past.power_cap = answer(2, 1e-9);
  past.thermal = answer(3, 1e-9);
  if (!past.thermal) past.thermal = answer(7, 1e-9);
  past.sync_boost = answer(4, 1e-9);
  past.hw_thermal = answer(5, 1e-9);
  past.power_brake = answer(6, 1e-9);
}

inline std::optional<std::vector<long>> nvml_monitor::processes(int (*list)(nvml::device_handle, unsigned*,
                                                                            nvml::process_info*)) const {
  if (!list) return std::nullopt;
  std::vector<nvml::process_info> infos(64);
  for (int attempt = 0; attempt < 3; ++attempt) {  // processes may start between two calls
    auto count = static_cast<unsigned>(infos.size());
    const int status = list(instance_, &count, infos.data());
    if (status == nvml::insufficient_size && count > infos.size() && count < (1u << 20)) {
      infos.resize(count + 16);
      continue;
    }
    if (status != 0 || count > infos.size()) return std::nullopt;
    std::vector<long> result;
    for (unsigned i = 0; i < count; ++i) result.push_back(static_cast<long>(infos[i].pid));
    return result;
  }
  return std::nullopt;
}

}  // namespace assay
