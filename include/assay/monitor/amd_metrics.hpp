// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "assay/monitor/device_state.hpp"

namespace assay {

/// The table of figures that AMD's firmware writes, as rsmi_gpu_metrics_t and amdsmi_gpu_metrics_t hand it
/// out. Both grow with each version and neither is told its caller's size, so the buffer is larger than any
/// of them (4544 bytes in ROCm 7.0). What precedes the per-partition part has kept its place since it came
/// in: compared in the headers of rocm_smi_lib 5.2, 6.0, 6.2, 6.3 and in the amdsmi Python
/// packages 5.7, 6.0.2, 6.2.4, 6.4.4 and 7.0.2. All bits set is AMD's own mark for a figure that a device
/// does not have; the buffer starts that way, so what an older library does not write reads as absent, too.
class amd_metrics {
 public:
  amd_metrics() { bytes_.fill(0xFF); }
  [[nodiscard]] void* data() noexcept { return bytes_.data(); }

  [[nodiscard]] std::optional<double> temperature() const {
    return number<std::uint16_t>(6);
  }  ///< °C, hottest spot
  /// W: of the socket now, else averaged.
  [[nodiscard]] std::optional<double> power() const {
    const auto now = number<std::uint16_t>(120);
    return now ? now : number<std::uint16_t>(22);
  }
  /// J. One count is 15.3 µJ on all devices (rocm_smi.cc, kEnergyCounterResolution).
  [[nodiscard]] std::optional<double> energy() const {
    const auto counts = number<std::uint64_t>(24);
    if (!counts) return std::nullopt;
    return *counts * 15.3e-6;
  }
  /// Hz: of the fastest die where each has its own.
  [[nodiscard]] std::optional<double> clock() const {
    std::optional<double> highest = number<std::uint16_t>(54);
    if (!highest)
      for (std::size_t die = 0; die < 8; ++die)
        if (const auto of_die = number<std::uint16_t>(312 + 2 * die))
          highest = std::max(highest.value_or(0), *of_die);
    if (!highest) return std::nullopt;
    return *highest * 1e6;
  }
  [[nodiscard]] std::optional<double> memory_clock() const {  ///< Hz
    const auto megahertz = number<std::uint16_t>(58);
    if (!megahertz) return std::nullopt;
    return *megahertz * 1e6;
  }
  /// From indep_throttle_status; the bits are SMU_THROTTLER_… of the kernel's amdgpu_smu.h.
  [[nodiscard]] std::optional<clock_limiters> limiters() const {
    const auto bits = raw<std::uint64_t>(112);
    if (!bits) return std::nullopt;
    const auto any = [&](int first, int last) {
      return (*bits >> first & ((std::uint64_t{2} << (last - first)) - 1)) != 0;
    };
    clock_limiters now;
    now.power_cap = any(0, 7);
    now.current = any(16, 23);
    now.thermal = any(32, 45);
    now.hw_thermal = any(46, 47);  // PROCHOT
    return now;
  }
  /// Residencies since ROCm 6.3, in samples of the firmware.
  [[nodiscard]] std::optional<limiter_counters> limited() const {
    const auto samples = number<std::uint64_t>(424);
    if (!samples) return std::nullopt;
    limiter_counters past;
    past.elapsed = *samples;
    past.hw_thermal = number<std::uint64_t>(432);
    past.power_cap = number<std::uint64_t>(440);
    for (const std::size_t place :
         {448u, 456u, 464u})  // socket, voltage regulator, memory: the worst of them
      if (const auto value = number<std::uint64_t>(place))
        past.thermal = std::max(past.thermal.value_or(0), *value);
    return past;
  }

  /// Writes all of it into a state.
  void fill(device_state& state) const {
    state.temperature = temperature();
    state.power = power();
    state.energy = energy();
    state.clock = clock();
    state.memory_clock = memory_clock();
    state.limiters = limiters();
    state.limited = limited();
  }

 private:
  template <class Value>
  [[nodiscard]] std::optional<Value> raw(std::size_t place) const {
    Value value;
    std::memcpy(&value, bytes_.data() + place, sizeof value);
    if (value == static_cast<Value>(~Value{0})) return std::nullopt;
    return value;
  }
  template <class Value>
  [[nodiscard]] std::optional<double> number(std::size_t place) const {
    const auto value = raw<Value>(place);
    if (!value) return std::nullopt;
    return static_cast<double>(*value);
  }

  alignas(8) std::array<unsigned char, 65536> bytes_;
};

/// The names of rsmi_dev_perf_level_t and amdsmi_dev_perf_level_t, as rocm-smi prints them.
[[nodiscard]] inline std::optional<std::string> amd_performance_level(std::uint32_t level) {
  static constexpr const char* names[] = {"auto",
                                          "low",
                                          "high",
                                          "manual",
                                          "stable_std",
                                          "stable_peak",
                                          "stable_min_mclk",
                                          "stable_min_sclk",
                                          "determinism"};
  if (level >= std::size(names)) return std::nullopt;
  return names[level];
}

/// Whether that level holds the clock, by the comments in rocm_smi.h. `manual` and `stable_min_mclk` do not
/// say which multiprocessor clock they mean.
[[nodiscard]] inline std::optional<bool> amd_clocks_locked(const std::optional<std::string>& level) {
  if (!level || *level == "manual" || *level == "stable_min_mclk") return std::nullopt;
  return *level != "auto";
}

/// Domain, bus, device and function of a PCI bus id such as "0000:65:00.0".
struct pci_address {
  std::uint64_t domain = 0;
  std::uint64_t bus = 0;
  std::uint64_t device = 0;
  std::uint64_t function = 0;

  [[nodiscard]] static std::optional<pci_address> parse(const std::string& text) {
    pci_address result;
    const char* at = text.c_str();
    const auto read = [&at](std::uint64_t& value, char end) {
      const char* const first = at;
      for (value = 0; (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f') || (*at >= 'A' && *at <= 'F');
           ++at)
        value = value * 16 + static_cast<std::uint64_t>(*at <= '9' ? *at - '0' : (*at | 0x20) - 'a' + 10);
      const bool good = at != first && at - first <= 8 && *at == end;
      if (*at) ++at;
      return good;
    };
    if (!read(result.domain, ':') || !read(result.bus, ':') || !read(result.device, '.') ||
        !read(result.function, '\0'))
      return std::nullopt;
    if (result.bus > 0xFF || result.device > 0x1F || result.function > 7) return std::nullopt;
    return result;
  }
};

}  // namespace assay
