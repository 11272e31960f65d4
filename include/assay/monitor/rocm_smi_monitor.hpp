// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/monitor/amd_metrics.hpp"
#include "assay/monitor/monitor.hpp"
#include "assay/monitor/process_count.hpp"
#include "assay/monitor/shared_library.hpp"

namespace assay {

/// Reads an AMD device through ROCm SMI, the older of AMD's two libraries. Found by PCI bus id. Declarations
/// are after ROCm/rocm_smi_lib, include/rocm_smi/rocm_smi.h; enumerations are passed as unsigned,
/// rsmi_status_t is returned as int, with 0 for success.
class rocm_smi_monitor final : public monitor {
 public:
  /// `library` is the name or path that is opened; tests have their own.
  explicit rocm_smi_monitor(const device_info& device, const std::string& library = "librocm_smi64.so")
      : library_(library), highest_clock_(device.max_clock) {
    find_symbols();
    if (!library_) {
      why_not_ = "ROCm SMI could not be opened: " + library_.why_not();
    } else if (!init_) {
      why_not_ = library + " has no rsmi_init";
    } else if (const int status = init_(0); status != 0) {
      why_not_ = "rsmi_init: status " + std::to_string(status);
    } else {
      initialized_ = true;
      find_device(device.pci_bus_id);
      if (!why_not_) read_constants();
    }
  }
  ~rocm_smi_monitor() override {
    if (initialized_ && shut_down_) static_cast<void>(shut_down_());
  }

  /// Why there is no device to read, if so.
  [[nodiscard]] const std::optional<std::string>& why_not() const noexcept { return why_not_; }

  [[nodiscard]] device_state read() override {
    device_state state = constants_;
    state.unavailable = why_not_;
    if (why_not_) return state;
    if (amd_metrics metrics; worked(gpu_metrics_, index_, metrics.data())) metrics.fill(state);
    std::uint32_t level = 0;
    if (worked(performance_level_, index_, &level)) state.performance_level = amd_performance_level(level);
    state.clocks_locked = amd_clocks_locked(state.performance_level);
    std::uint64_t microwatts = 0;
    if (worked(power_cap_, index_, 0u, &microwatts))
      state.power_limit = static_cast<double>(microwatts) * 1e-6;
    state.other_processes = other_processes();
    return state;
  }

  [[nodiscard]] std::optional<double> joules() override {
    std::uint64_t counts = 0, timestamp = 0;
    float microjoules = 0;
    if (why_not_ || !worked(energy_, index_, &counts, &microjoules, &timestamp)) return std::nullopt;
    return static_cast<double>(counts) * static_cast<double>(microjoules) * 1e-6;
  }
  [[nodiscard]] std::optional<double> joules_period() const override { return std::nullopt; }

 private:
  struct process_info {  ///< rsmi_process_info_t
    std::uint32_t pid = 0, address_space = 0;
    std::uint64_t memory = 0, copies = 0;
    std::uint32_t occupancy = 0;
  };
  static_assert(sizeof(process_info) == 32);

  void find_symbols() {
    library_.find(init_, "rsmi_init");
    library_.find(shut_down_, "rsmi_shut_down");
    library_.find(device_count_, "rsmi_num_monitor_devices");
    library_.find(pci_id_, "rsmi_dev_pci_id_get");
    library_.find(gpu_metrics_, "rsmi_dev_gpu_metrics_info_get");
    library_.find(performance_level_, "rsmi_dev_perf_level_get");
    library_.find(power_cap_, "rsmi_dev_power_cap_get");
    library_.find(energy_, "rsmi_dev_energy_count_get");
    library_.find(temperature_, "rsmi_dev_temp_metric_get");
    library_.find(compute_partition_, "rsmi_dev_compute_partition_get");
    library_.find(memory_partition_, "rsmi_dev_memory_partition_get");
    library_.find(ecc_blocks_, "rsmi_dev_ecc_enabled_get");
    library_.find(processes_, "rsmi_compute_process_info_get");
    library_.find(process_devices_, "rsmi_compute_process_gpus_get");
  }

  void find_device(const std::string& bus_id) {
    const auto wanted = pci_address::parse(bus_id);
    std::uint32_t count = 0;
    if (!wanted) {
      why_not_ = "ROCm SMI finds a device by its PCI bus id, which is not known";
    } else if (!worked(device_count_, &count)) {
      why_not_ = "rsmi_num_monitor_devices failed";
    } else {
      for (std::uint32_t i = 0; i < count; ++i) {
        std::uint64_t id = 0;  // domain << 32 | partition << 28 | bus << 8 | device << 3 | function
        if (!worked(pci_id_, i, &id)) continue;
        if (id >> 32 == wanted->domain && (id >> 8 & 0xFF) == wanted->bus &&
            (id >> 3 & 0x1F) == wanted->device && (id & 7) == wanted->function) {
          index_ = i;
          return;
        }
      }
      why_not_ = "ROCm SMI does not know the device " + bus_id;
    }
  }

  void read_constants() {
    constants_.library = management_library::rocm_smi;
    constants_.index = static_cast<int>(index_);
    constants_.highest_clock = highest_clock_;
    constexpr unsigned junction = 1, critical = 5;  // RSMI_TEMP_TYPE_JUNCTION, RSMI_TEMP_CRITICAL
    std::int64_t millidegrees = 0;
    if (worked(temperature_, index_, junction, critical, &millidegrees) && millidegrees > 0)
      constants_.highest_temperature = static_cast<double>(millidegrees) * 1e-3;
    constants_.compute_partition = text(compute_partition_);
    constants_.memory_partition = text(memory_partition_);
    std::uint64_t blocks = 0;
    if (worked(ecc_blocks_, index_, &blocks))
      constants_.ecc = (blocks & 1) != 0;  // RSMI_GPU_BLOCK_UMC: the memory
  }

  [[nodiscard]] std::optional<std::string> text(int (*function)(std::uint32_t, char*, std::uint32_t)) const {
    char buffer[64] = {};
    if (!worked(function, index_, &buffer[0], static_cast<std::uint32_t>(sizeof buffer - 1)) || !buffer[0])
      return std::nullopt;
    return std::string(buffer, std::find(buffer, buffer + sizeof buffer - 1, '\0'));
  }

  [[nodiscard]] std::optional<int> other_processes() const {
    std::vector<process_info> all(256);
    auto count = static_cast<std::uint32_t>(all.size());
    if (!worked(processes_, all.data(), &count) || count > all.size()) return std::nullopt;
    std::vector<long> here;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint32_t devices[64], used = 64;
      if (!worked(process_devices_, all[i].pid, &devices[0], &used) || used > 64) continue;
      if (std::find(devices, devices + used, index_) != devices + used) here.push_back(all[i].pid);
    }
    return count_other_processes(here, current_process_id());
  }

  shared_library library_;
  int (*init_)(std::uint64_t) = nullptr;
  int (*shut_down_)() = nullptr;
  int (*device_count_)(std::uint32_t*) = nullptr;
  int (*pci_id_)(std::uint32_t, std::uint64_t*) = nullptr;
  int (*gpu_metrics_)(std::uint32_t, void*) = nullptr;
  int (*performance_level_)(std::uint32_t, std::uint32_t*) = nullptr;
  int (*power_cap_)(std::uint32_t, std::uint32_t, std::uint64_t*) = nullptr;  ///< µW, of sensor 0
  int (*energy_)(std::uint32_t, std::uint64_t*, float*, std::uint64_t*) = nullptr;
  int (*temperature_)(std::uint32_t, unsigned, unsigned, std::int64_t*) = nullptr;  ///< m°C
  int (*compute_partition_)(std::uint32_t, char*, std::uint32_t) = nullptr;
  int (*memory_partition_)(std::uint32_t, char*, std::uint32_t) = nullptr;
  int (*ecc_blocks_)(std::uint32_t, std::uint64_t*) = nullptr;
  int (*processes_)(process_info*, std::uint32_t*) = nullptr;
  int (*process_devices_)(std::uint32_t, std::uint32_t*, std::uint32_t*) = nullptr;

  std::optional<double>
      highest_clock_;  ///< Hz, from the runtime: the layout of rsmi_frequencies_t has changed
  bool initialized_ = false;
  std::optional<std::string> why_not_;
  std::uint32_t index_ = 0;
  device_state constants_;
};

}  // namespace assay
