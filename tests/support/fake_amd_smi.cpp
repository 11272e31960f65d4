// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0

// Stands for libamd_smi.so: one device, 0001:65:02.3. With ASSAY_FAKE_BARE, only what opens a device is
// there.

#include <cstdint>

#include "support/fake_amd.hpp"

namespace {

struct power_cap_info {
  std::uint64_t power_cap, default_cap, dpm_cap, lowest, highest, reserved[3];
};
int only_device;

}  // namespace

ASSAY_FAKE_EXPORT int amdsmi_init(std::uint64_t flags) {
  return flags == 2 ? fake::status("amdsmi_init") : 1;
}
ASSAY_FAKE_EXPORT int amdsmi_get_processor_handle_from_bdf(std::uint64_t bdf, void** device) {
  if (const int status = fake::status("amdsmi_get_processor_handle_from_bdf")) return status;
  if (bdf != (3 | 2 << 3 | 0x65 << 8 | 1 << 16)) return 31;
  *device = &only_device;
  return 0;
}
#if !defined(ASSAY_FAKE_BARE)
ASSAY_FAKE_EXPORT int amdsmi_shut_down() {
  fake_set("shutdowns", fake_get("shutdowns") + 1);
  return 0;
}
ASSAY_FAKE_EXPORT int amdsmi_status_code_to_string(unsigned, const char** words) {
  *words = "some AMD words";
  return fake::status("amdsmi_status_code_to_string");
}
ASSAY_FAKE_EXPORT int amdsmi_get_gpu_metrics_info(void*, void* table) {
  if (const int status = fake::status("amdsmi_get_gpu_metrics_info")) return status;
  fake::write_metrics(static_cast<unsigned char*>(table));
  return 0;
}
ASSAY_FAKE_EXPORT int amdsmi_get_gpu_perf_level(void*, std::uint32_t* level) {
  *level = static_cast<std::uint32_t>(fake::number("level"));
  return fake::status("amdsmi_get_gpu_perf_level");
}
ASSAY_FAKE_EXPORT int amdsmi_get_power_cap_info(void*, std::uint32_t, power_cap_info* info) {
  info->power_cap = static_cast<std::uint64_t>(fake::number("power_cap"));
  return fake::status("amdsmi_get_power_cap_info");
}
ASSAY_FAKE_EXPORT int amdsmi_get_energy_count(void*, std::uint64_t* counts, float* resolution,
                                              std::uint64_t* time) {
  *counts = static_cast<std::uint64_t>(fake::number("energy"));
  *resolution = 15.3F;
  *time = 1;
  return fake::status("amdsmi_get_energy_count");
}
ASSAY_FAKE_EXPORT int amdsmi_get_temp_metric(void*, unsigned type, unsigned metric, std::int64_t* value) {
  if (type != 1 || metric != 5) return 1;
  *value = 100;
  return fake::status("amdsmi_get_temp_metric");
}
ASSAY_FAKE_EXPORT int amdsmi_get_gpu_compute_partition(void*, char* text, std::uint32_t length) {
  return fake::write_text("amdsmi_get_gpu_compute_partition", "compute_partition", text, length);
}
ASSAY_FAKE_EXPORT int amdsmi_get_gpu_memory_partition(void*, char* text, std::uint32_t length) {
  return fake::write_text("amdsmi_get_gpu_memory_partition", "memory_partition", text, length);
}
ASSAY_FAKE_EXPORT int amdsmi_get_gpu_ecc_enabled(void*, std::uint64_t* blocks) {
  *blocks = static_cast<std::uint64_t>(fake::number("ecc_blocks"));
  return fake::status("amdsmi_get_gpu_ecc_enabled");
}
ASSAY_FAKE_EXPORT int amdsmi_get_gpu_process_list(void*, std::uint32_t* count, void*) {
  if (*count != 0)
    return 1;  // the layout of a process differs between versions: only the count may be asked for
  *count = static_cast<std::uint32_t>(fake::number("processes"));
  return fake::status("amdsmi_get_gpu_process_list");
}
#endif
