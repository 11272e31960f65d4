// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace assay {

/// Who answered: the libraries behind nvidia-smi, amd-smi and rocm-smi.
enum class management_library { none, nvml, amd_smi, rocm_smi };

/// Hz
struct clock_range {
  double lowest = 0;
  double highest = 0;
};

/// Why the clock is not higher at this moment. The names are NVML's "clock event reasons"; AMD's throttlers
/// are sorted into the same ones. `idle` and `application_clocks` are no throttling.
struct clock_limiters {
  bool idle = false;                ///< nothing runs and the clock is on its way down
  bool application_clocks = false;  ///< an administrator set the clock
  bool power_cap = false;           ///< software keeps the power below its limit
  bool hw_slowdown = false;         ///< hardware halved the clock, or more (heat, power brake, fast trigger)
  bool sync_boost = false;          ///< another device of the same group holds this one back
  bool thermal = false;             ///< software keeps the temperature below its limit
  bool hw_thermal = false;          ///< hardware halved the clock, or more, because of heat
  bool power_brake = false;         ///< hardware halved the clock, or more: external power brake
  bool display = false;             ///< the display's clock setting
  bool current = false;             ///< electric current (AMD's TDC, EDC)
};

/// For how much of the past each limiter was active. The difference between two readings over the difference
/// of `elapsed` is a share of the time between them; the unit cancels (NVML: s, AMD: samples of the
/// firmware). This sees what `clock_limiters`, read when the device is idle again, no longer shows.
struct limiter_counters {
  double elapsed = 0;
  std::optional<double> power_cap;
  std::optional<double> thermal;
  std::optional<double> sync_boost;
  std::optional<double> hw_thermal;
  std::optional<double> power_brake;
};

/// What the management library said of a device at one moment. What it did not tell is absent.
struct device_state {
  management_library library = management_library::none;
  std::optional<std::string> unavailable;  ///< why nothing at all could be read
  std::optional<int> index;  ///< of the device in the library's own numbering, as nvidia-smi -i takes it

  std::optional<double> clock;              ///< Hz, of the multiprocessors, now
  std::optional<double> application_clock;  ///< Hz, the default application clock (NVIDIA, until CUDA 14)
  std::optional<double> highest_clock;      ///< Hz, that the multiprocessors can be set to
  std::optional<bool> clocks_locked;        ///< absent where it cannot be read, which is the rule on NVIDIA
  std::optional<clock_range> locked_clock;  ///< absent where it cannot be read: no library tells it today
  std::optional<double> memory_clock;       ///< Hz, now

  std::optional<double> temperature;          ///< °C, of the GPU; AMD: of its hottest spot
  std::optional<double> highest_temperature;  ///< °C, at which the clock is slowed down
  std::optional<double> power;                ///< W, now where the device tells, else a mean of up to 1 s
  std::optional<double> power_limit;          ///< W, that is enforced
  std::optional<double> energy;               ///< J since some past moment

  std::optional<clock_limiters> limiters;
  std::optional<limiter_counters> limited;
  std::optional<int> performance_state;          ///< NVIDIA: 0 for P0 (fastest) to 15
  std::optional<std::string> performance_level;  ///< AMD: "auto", "determinism", …

  std::optional<int> other_processes;  ///< with a compute context on this device, this process not counted
  std::optional<bool> mig;             ///< the device is split by MIG
  std::optional<bool> mps;             ///< processes share the device through MPS
  std::optional<std::string> compute_partition;  ///< AMD: "SPX", "CPX", …
  std::optional<std::string> memory_partition;   ///< AMD: "NPS1", "NPS4", …
  std::optional<bool> ecc;
  std::optional<bool> persistence;  ///< NVIDIA: the driver stays loaded without clients
};

}  // namespace assay
