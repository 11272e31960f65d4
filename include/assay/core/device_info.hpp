// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace assay {

enum class vendor { cpu, nvidia, amd };

[[nodiscard]] constexpr const char* to_string(vendor v) {
  switch (v) {
    case vendor::cpu: return "cpu";
    case vendor::nvidia: return "nvidia";
    case vendor::amd: return "amd";
  }
  return "?";
}

/// What a device said of itself when asked at run time. A field that the runtime does not tell is absent.
struct device_info {
  assay::vendor vendor = assay::vendor::cpu;
  std::string name;          ///< as the runtime spells it, e.g. "NVIDIA H200"
  std::string architecture;  ///< "sm_90", "gfx90a", "x86_64"
  std::string uuid;          ///< empty where there is none
  std::string pci_bus_id;    ///< "0000:65:00.0"; empty where there is none
  int index = 0;             ///< the ordinal among the visible devices of its backend

  std::optional<int>
      multiprocessors;              ///< SMs (NVIDIA), what HIP reports (AMD: CUs, on RDNA WGPs), cores (CPU)
  std::optional<double> max_clock;  ///< Hz, of the multiprocessors
  std::optional<double> memory_clock;  ///< Hz, as reported, before any data-rate factor
  std::optional<int> memory_bus_bits;
  std::optional<std::int64_t> memory_bytes;  ///< of the device's own memory
  std::optional<std::int64_t> l2_bytes;      ///< as reported (AMD: of one die)
  std::optional<std::int64_t>
      last_level_bytes;  ///< of the whole last-level cache, where it is known to differ from L2
  std::optional<bool> ecc;

  std::string driver_version;   ///< "13.0"; empty on the host
  std::string runtime_version;  ///< of the toolkit the program was built with

  // How the device is set up, as its management library says when a run begins (with_settings).
  std::optional<double> highest_clock;  ///< Hz, that it allows: boards may boost past `max_clock`
  std::optional<double> power_limit;    ///< W, that is enforced
  std::optional<bool> clocks_locked;    ///< of the multiprocessors
  std::optional<double> locked_clock;   ///< Hz
  std::optional<bool> mig;              ///< the device is split by MIG
  std::string compute_partition;        ///< AMD: "SPX", "CPX", …
  std::string memory_partition;         ///< AMD: "NPS1", "NPS4", …

  /// What tells it from others of its name on one machine: the UUID, else the place on the bus; empty where
  /// there is neither, as of a processor.
  [[nodiscard]] const std::string& id() const { return uuid.empty() ? pci_bus_id : uuid; }
};

}  // namespace assay
