// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "assay/monitor/shared_library.hpp"

namespace assay::nvml {

// nvml.h is not in every toolkit, so what is used of it is declared here, after NVIDIA's nvml.h of API
// version 13 (NVIDIA/go-nvml, gen/nvml/nvml.h). All of it has the same layout in every version since NVML 11.

using device_handle = void*;  ///< nvmlDevice_t

inline constexpr int insufficient_size = 7;          ///< NVML_ERROR_INSUFFICIENT_SIZE
inline constexpr unsigned multiprocessor_clock = 1;  ///< NVML_CLOCK_SM
inline constexpr unsigned memory_clock = 2;          ///< NVML_CLOCK_MEM

/// nvmlClocksEventReason…: bits of what nvmlDeviceGetCurrentClocksEventReasons answers.
enum event_reason : std::uint64_t {
  gpu_idle = 0x1,
  applications_clocks_setting = 0x2,
  sw_power_cap = 0x4,
  hw_slowdown = 0x8,
  sync_boost = 0x10,
  sw_thermal_slowdown = 0x20,
  hw_thermal_slowdown = 0x40,
  hw_power_brake_slowdown = 0x80,
  display_clock_setting = 0x100
};

/// NVML_FI_DEV_…: what nvmlDeviceGetFieldValues can be asked for. The reasons are counters in ns.
enum field : unsigned {
  reason_power_cap = 74,
  reason_thermal_policy = 75,  ///< of drivers that lack the next but one
  reason_sync_boost = 76,
  total_energy = 83,    ///< mJ
  power_instant = 186,  ///< mW
  reason_sw_thermal = 269,
  reason_hw_thermal = 270,
  reason_power_brake = 271
};

/// nvmlFieldValue_t
struct field_value {
  unsigned id = 0;
  unsigned scope = 0;
  long long timestamp = 0;  ///< µs since 1970
  long long latency = 0;    ///< µs
  unsigned type =
      0;  ///< nvmlValueType_t: 0 double, 1 unsigned, 2 unsigned long, 3 unsigned long long, 4 long long
  int status = 999;
  union {
    double as_double;
    unsigned as_unsigned;
    unsigned long as_unsigned_long;
    unsigned long long as_unsigned_long_long;
    long long as_long_long;
  } value = {};

  [[nodiscard]] double number() const {
    switch (type) {
      case 0: return value.as_double;
      case 1: return value.as_unsigned;
      case 2: return static_cast<double>(value.as_unsigned_long);
      case 3: return static_cast<double>(value.as_unsigned_long_long);
      default: return static_cast<double>(value.as_long_long);
    }
  }
};
static_assert(sizeof(field_value) == 40);

/// nvmlProcessInfo_v2_t, which the _v2 and _v3 calls fill.
struct process_info {
  unsigned pid = 0;
  unsigned long long memory = 0;
  unsigned gpu_instance = 0;
  unsigned compute_instance = 0;
};
static_assert(sizeof(process_info) == 24);

/// The functions that are used. Each is nullptr where the driver's library lacks it. Enumerations are passed
/// as unsigned, nvmlReturn_t is returned as int, with 0 for success.
struct api {
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  const char* (*error_string)(int) = nullptr;
  int (*handle_by_uuid)(const char*, device_handle*) = nullptr;
  int (*handle_by_bus_id)(const char*, device_handle*) = nullptr;
  int (*is_mig_handle)(device_handle, unsigned*) = nullptr;
  int (*parent_of_mig_handle)(device_handle, device_handle*) = nullptr;
  int (*device_index)(device_handle, unsigned*) = nullptr;
  int (*clock)(device_handle, unsigned, unsigned*) = nullptr;                  ///< MHz
  int (*highest_clock)(device_handle, unsigned, unsigned*) = nullptr;          ///< MHz
  int (*application_clock)(device_handle, unsigned, unsigned*) = nullptr;      ///< MHz
  int (*temperature)(device_handle, unsigned, unsigned*) = nullptr;            ///< °C, sensor 0: the GPU
  int (*temperature_threshold)(device_handle, unsigned, unsigned*) = nullptr;  ///< °C
  int (*power)(device_handle, unsigned*) = nullptr;                            ///< mW
  int (*power_limit)(device_handle, unsigned*) = nullptr;                      ///< mW
  int (*energy)(device_handle, unsigned long long*) = nullptr;                 ///< mJ
  int (*event_reasons)(device_handle, unsigned long long*) = nullptr;
  int (*performance_state)(device_handle, unsigned*) = nullptr;
  int (*field_values)(device_handle, int, field_value*) = nullptr;
  int (*compute_processes)(device_handle, unsigned*, process_info*) = nullptr;
  int (*mps_processes)(device_handle, unsigned*, process_info*) = nullptr;
  int (*mig_mode)(device_handle, unsigned*, unsigned*) = nullptr;
  int (*ecc_mode)(device_handle, unsigned*, unsigned*) = nullptr;
  int (*persistence_mode)(device_handle, unsigned*) = nullptr;

  explicit api(const shared_library& library) {
    library.find(init, "nvmlInit_v2");
    library.find(shutdown, "nvmlShutdown");
    library.find(error_string, "nvmlErrorString");
    library.find(handle_by_uuid, "nvmlDeviceGetHandleByUUID");
    library.find(handle_by_bus_id, "nvmlDeviceGetHandleByPciBusId_v2");
    library.find(is_mig_handle, "nvmlDeviceIsMigDeviceHandle");
    library.find(parent_of_mig_handle, "nvmlDeviceGetDeviceHandleFromMigDeviceHandle");
    library.find(device_index, "nvmlDeviceGetIndex");
    library.find(clock, "nvmlDeviceGetClockInfo");
    library.find(highest_clock, "nvmlDeviceGetMaxClockInfo");
    library.find(application_clock, "nvmlDeviceGetDefaultApplicationsClock");
    library.find(temperature, "nvmlDeviceGetTemperature");
    library.find(temperature_threshold, "nvmlDeviceGetTemperatureThreshold");
    library.find(power, "nvmlDeviceGetPowerUsage");
    library.find(power_limit, "nvmlDeviceGetEnforcedPowerLimit");
    library.find(energy, "nvmlDeviceGetTotalEnergyConsumption");
    library.find(event_reasons, "nvmlDeviceGetCurrentClocksEventReasons");
    if (!event_reasons)  // the name before driver 535
      library.find(event_reasons, "nvmlDeviceGetCurrentClocksThrottleReasons");
    library.find(performance_state, "nvmlDeviceGetPerformanceState");
    library.find(field_values, "nvmlDeviceGetFieldValues");
    find_either(library, compute_processes, "nvmlDeviceGetComputeRunningProcesses");
    find_either(library, mps_processes, "nvmlDeviceGetMPSComputeRunningProcesses");
    library.find(mig_mode, "nvmlDeviceGetMigMode");
    library.find(ecc_mode, "nvmlDeviceGetEccMode");
    library.find(persistence_mode, "nvmlDeviceGetPersistenceMode");
  }

  /// NVML's words for a status.
  [[nodiscard]] std::string words(int status) const {
    const char* const text = error_string ? error_string(status) : nullptr;
    return text ? text : "NVML status " + std::to_string(status);
  }

 private:
  /// The name without a suffix fills a shorter structure, so it is not among the choices.
  template <class Function>
  static void find_either(const shared_library& library, Function*& function, const std::string& name) {
    library.find(function, (name + "_v3").c_str());
    if (!function) library.find(function, (name + "_v2").c_str());
  }
};

}  // namespace assay::nvml
