// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0

// Stands for librocm_smi64.so: two devices, of which the second, index 1, is 0001:65:02.3. With
// ASSAY_FAKE_BARE, only what opens a device is there.

#include <unistd.h>

#include <cstdint>

#include "support/fake_amd.hpp"

namespace {

struct process_info {
  std::uint32_t pid, address_space;
  std::uint64_t memory, copies;
  std::uint32_t occupancy;
};

}  // namespace

ASSAY_FAKE_EXPORT int rsmi_init(std::uint64_t) { return fake::status("rsmi_init"); }
ASSAY_FAKE_EXPORT int rsmi_num_monitor_devices(std::uint32_t* count) {
  *count = 2;
  return fake::status("rsmi_num_monitor_devices");
}
ASSAY_FAKE_EXPORT int rsmi_dev_pci_id_get(std::uint32_t index, std::uint64_t* id) {
  if (const int status = fake::status("rsmi_dev_pci_id_get")) return status;
  *id = index == 0 ? 0x6500
                   : std::uint64_t{1} << 32 | 0x30000000 | 0x6500 | 2 << 3 | 3;  // with a partition number
  return 0;
}
#if !defined(ASSAY_FAKE_BARE)
ASSAY_FAKE_EXPORT int rsmi_shut_down() {
  fake_set("shutdowns", fake_get("shutdowns") + 1);
  return 0;
}
ASSAY_FAKE_EXPORT int rsmi_dev_gpu_metrics_info_get(std::uint32_t index, void* table) {
  if (const int status = fake::status("rsmi_dev_gpu_metrics_info_get")) return status;
  if (index != 1) return 1;
  fake::write_metrics(static_cast<unsigned char*>(table));
  return 0;
}
ASSAY_FAKE_EXPORT int rsmi_dev_perf_level_get(std::uint32_t, std::uint32_t* level) {
  *level = static_cast<std::uint32_t>(fake::number("level"));
  return fake::status("rsmi_dev_perf_level_get");
}
ASSAY_FAKE_EXPORT int rsmi_dev_power_cap_get(std::uint32_t, std::uint32_t, std::uint64_t* cap) {
  *cap = static_cast<std::uint64_t>(fake::number("power_cap"));
  return fake::status("rsmi_dev_power_cap_get");
}
ASSAY_FAKE_EXPORT int rsmi_dev_energy_count_get(std::uint32_t, std::uint64_t* counts, float* resolution,
                                                std::uint64_t* timestamp) {
  *counts = static_cast<std::uint64_t>(fake::number("energy"));
  *resolution = 15.3F;
  *timestamp = 1;
  return fake::status("rsmi_dev_energy_count_get");
}
ASSAY_FAKE_EXPORT int rsmi_dev_temp_metric_get(std::uint32_t, unsigned type, unsigned metric,
                                               std::int64_t* value) {
  if (type != 1 || metric != 5) return 1;
  *value = 100000;
  return fake::status("rsmi_dev_temp_metric_get");
}
ASSAY_FAKE_EXPORT int rsmi_dev_compute_partition_get(std::uint32_t, char* text, std::uint32_t length) {
  return fake::write_text("rsmi_dev_compute_partition_get", "compute_partition", text, length);
}
ASSAY_FAKE_EXPORT int rsmi_dev_memory_partition_get(std::uint32_t, char* text, std::uint32_t length) {
  return fake::write_text("rsmi_dev_memory_partition_get", "memory_partition", text, length);
}
ASSAY_FAKE_EXPORT int rsmi_dev_ecc_enabled_get(std::uint32_t, std::uint64_t* blocks) {
  *blocks = static_cast<std::uint64_t>(fake::number("ecc_blocks"));
  return fake::status("rsmi_dev_ecc_enabled_get");
}
/// This process and "others" on both devices, one more process on device 0 alone.
ASSAY_FAKE_EXPORT int rsmi_compute_process_info_get(process_info* infos, std::uint32_t* count) {
  const auto others = static_cast<std::uint32_t>(fake::number("others"));
  infos[0] = {static_cast<std::uint32_t>(getpid()), 0, 0, 0, 0};
  for (std::uint32_t i = 0; i <= others; ++i) infos[1 + i] = {1000000 + i, 0, 0, 0, 0};
  *count = others + 2;
  return fake::status("rsmi_compute_process_info_get");
}
ASSAY_FAKE_EXPORT int rsmi_compute_process_gpus_get(std::uint32_t pid, std::uint32_t* devices,
                                                    std::uint32_t* count) {
  const bool elsewhere = pid == 1000000 + static_cast<std::uint32_t>(fake::number("others"));
  devices[0] = 0;
  devices[1] = 1;
  *count = elsewhere ? 1 : 2;
  return fake::status("rsmi_compute_process_gpus_get");
}
#endif
