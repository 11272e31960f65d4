// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "assay/core/device_info.hpp"
#include "assay/monitor/amd_metrics.hpp"
#include "assay/monitor/monitor.hpp"
#include "assay/monitor/shared_library.hpp"

namespace assay {

/// Reads an AMD device through AMD SMI, ROCm's newer library. Found by PCI bus id. Declarations are after
/// ROCm/amdsmi, include/amd_smi/amdsmi.h, and hold for ROCm 5.7 to 7.0 (amd_metrics says how that was seen);
/// enumerations are passed as unsigned, amdsmi_status_t is returned as int, with 0 for success.
///
/// amdsmi_get_violation_status is not used: it sleeps for 100 ms in each call. The counters that it subtracts
/// are in device_state::limited.
class amd_smi_monitor final : public monitor {
 public:
  /// `library` is the name or path that is opened; tests have their own.
  explicit amd_smi_monitor(const device_info& device, const std::string& library = "libamd_smi.so")
      : library_(library), highest_clock_(device.max_clock) {
    find_symbols();
    constexpr std::uint64_t gpus = 2;  // AMDSMI_INIT_AMD_GPUS
    if (!library_) {
      why_not_ = "AMD SMI could not be opened: " + library_.why_not();
    } else if (!init_) {
      why_not_ = library + " has no amdsmi_init";
    } else if (const int status = init_(gpus); status != 0) {
      why_not_ = "amdsmi_init: " + words(status);
    } else {
      initialized_ = true;
      find_device(device.pci_bus_id);
      if (!why_not_) read_constants();
    }
  }
  ~amd_smi_monitor() override {
    if (initialized_ && shut_down_) static_cast<void>(shut_down_());
  }

  /// Why there is no device to read, if so.
  [[nodiscard]] const std::optional<std::string>& why_not() const noexcept { return why_not_; }

  [[nodiscard]] device_state read() override {
    device_state state = constants_;
    state.unavailable = why_not_;
    if (why_not_) return state;
    if (amd_metrics metrics; worked(gpu_metrics_, device_, metrics.data())) metrics.fill(state);
    std::uint32_t level = 0;
    if (worked(performance_level_, device_, &level)) state.performance_level = amd_performance_level(level);
    state.clocks_locked = amd_clocks_locked(state.performance_level);
    if (power_cap_info info; worked(power_cap_, device_, 0u, &info)) {
      // Microwatts by the header, but watts from ROCm 6.0's library. No device has a cap of 10 mW or of 10
      // kW.
      const auto cap = static_cast<double>(info.power_cap);
      if (cap > 0) state.power_limit = cap < 10e3 ? cap : cap * 1e-6;
    }
    std::uint32_t processes = 0;  // with 0 the count is all that is written; this process is one of them
    if (worked(processes_, device_, &processes, static_cast<void*>(nullptr)) && processes >= 1)
      state.other_processes = static_cast<int>(processes) - 1;
    return state;
  }

  [[nodiscard]] std::optional<double> joules() override {
    std::uint64_t counts = 0, timestamp = 0;
    float microjoules = 0;
    if (why_not_ || !worked(energy_, device_, &counts, &microjoules, &timestamp)) return std::nullopt;
    return static_cast<double>(counts) * static_cast<double>(microjoules) * 1e-6;
  }
  [[nodiscard]] std::optional<double> joules_period() const override { return std::nullopt; }

 private:
  struct power_cap_info {  ///< amdsmi_power_cap_info_t
    std::uint64_t power_cap = 0, default_cap = 0, dpm_cap = 0, lowest = 0, highest = 0, reserved[3] = {};
  };
  static_assert(sizeof(power_cap_info) == 64);

  void find_symbols() {
    library_.find(init_, "amdsmi_init");
    library_.find(shut_down_, "amdsmi_shut_down");
    library_.find(status_string_, "amdsmi_status_code_to_string");
    library_.find(handle_from_bdf_, "amdsmi_get_processor_handle_from_bdf");
    library_.find(gpu_metrics_, "amdsmi_get_gpu_metrics_info");
    library_.find(performance_level_, "amdsmi_get_gpu_perf_level");
    library_.find(power_cap_, "amdsmi_get_power_cap_info");
    library_.find(energy_, "amdsmi_get_energy_count");
    library_.find(temperature_, "amdsmi_get_temp_metric");
    library_.find(compute_partition_, "amdsmi_get_gpu_compute_partition");
    library_.find(memory_partition_, "amdsmi_get_gpu_memory_partition");
    library_.find(ecc_blocks_, "amdsmi_get_gpu_ecc_enabled");
    library_.find(processes_, "amdsmi_get_gpu_process_list");
  }

  void find_device(const std::string& bus_id) {
    const auto wanted = pci_address::parse(bus_id);
    if (!wanted) {
      why_not_ = "AMD SMI finds a device by its PCI bus id, which is not known";
      return;
    }
    // amdsmi_bdf_t: function in the lowest 3 bits, device in 5, bus in 8, domain above
    const std::uint64_t bdf =
        wanted->function | wanted->device << 3 | wanted->bus << 8 | wanted->domain << 16;
    const int status = handle_from_bdf_ ? handle_from_bdf_(bdf, &device_) : -1;
    if (status != 0 || !device_)
      why_not_ = "AMD SMI does not know the device " + bus_id + (status > 0 ? ": " + words(status) : "");
  }

  void read_constants() {
    constants_.library = management_library::amd_smi;
    constants_.highest_clock = highest_clock_;
    constexpr unsigned hot_spot = 1, critical = 5;  // AMDSMI_TEMPERATURE_TYPE_HOTSPOT, AMDSMI_TEMP_CRITICAL
    std::int64_t degrees = 0;
    if (worked(temperature_, device_, hot_spot, critical, &degrees) && degrees > 0)
      constants_.highest_temperature = static_cast<double>(degrees);
    constants_.compute_partition = text(compute_partition_);
    constants_.memory_partition = text(memory_partition_);
    std::uint64_t blocks = 0;
    if (worked(ecc_blocks_, device_, &blocks))
      constants_.ecc = (blocks & 1) != 0;  // AMDSMI_GPU_BLOCK_UMC: the memory
  }

  [[nodiscard]] std::optional<std::string> text(int (*function)(void*, char*, std::uint32_t)) const {
    char buffer[64] = {};
    if (!worked(function, device_, &buffer[0], static_cast<std::uint32_t>(sizeof buffer - 1)) || !buffer[0])
      return std::nullopt;
    return std::string(buffer, std::find(buffer, buffer + sizeof buffer - 1, '\0'));
  }

  [[nodiscard]] std::string words(int status) const {
    const char* text = nullptr;
    if (worked(status_string_, static_cast<unsigned>(status), &text) && text) return text;
    return "status " + std::to_string(status);
  }

  shared_library library_;
  int (*init_)(std::uint64_t) = nullptr;
  int (*shut_down_)() = nullptr;
  int (*status_string_)(unsigned, const char**) = nullptr;
  int (*handle_from_bdf_)(std::uint64_t, void**) = nullptr;
  int (*gpu_metrics_)(void*, void*) = nullptr;
  int (*performance_level_)(void*, std::uint32_t*) = nullptr;
  int (*power_cap_)(void*, std::uint32_t, power_cap_info*) = nullptr;
  int (*energy_)(void*, std::uint64_t*, float*, std::uint64_t*) = nullptr;
  int (*temperature_)(void*, unsigned, unsigned, std::int64_t*) = nullptr;  ///< °C
  int (*compute_partition_)(void*, char*, std::uint32_t) = nullptr;
  int (*memory_partition_)(void*, char*, std::uint32_t) = nullptr;
  int (*ecc_blocks_)(void*, std::uint64_t*) = nullptr;
  int (*processes_)(void*, std::uint32_t*, void*) = nullptr;

  std::optional<double> highest_clock_;  ///< Hz, from the runtime: amdsmi_clk_info_t has changed its fields
  bool initialized_ = false;
  std::optional<std::string> why_not_;
  void* device_ = nullptr;
  device_state constants_;
};

}  // namespace assay
