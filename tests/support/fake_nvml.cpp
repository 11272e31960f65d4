// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0

// Stands for libnvidia-ml.so.1: a device "GPU-0" at 0000:65:00.0 and a MIG instance "MIG-0" of it. With
// ASSAY_FAKE_BARE, only what opens a device is there, as in a library that lacks all else.

#include <unistd.h>

#include <cstring>
#include <string>

#include "support/fake_script.hpp"

namespace {

struct field_value {
  unsigned id, scope;
  long long timestamp, latency;
  unsigned type;
  int status;
  unsigned long long value;
};
struct process_info {
  unsigned pid;
  unsigned long long memory;
  unsigned gpu_instance, compute_instance;
};

int whole_device, mig_instance;

[[maybe_unused]] int answer(const char* call, const std::string& name, void* device, unsigned* value) {
  if (device != &whole_device) return 3;  // not supported for a MIG instance
  if (const int status = fake::status(call)) return status;
  if (!fake::numbers().count(name)) return 3;
  *value = static_cast<unsigned>(fake::number(name));
  return 0;
}
[[maybe_unused]] int list(const char* call, const std::string& name, unsigned* count, process_info* infos) {
  if (const int status = fake::status(call)) return status;
  const auto others = static_cast<unsigned>(fake::number(name + "_others"));
  const unsigned own = fake::number(name + "_own") != 0 ? 1 : 0, total = others + own;
  const unsigned room = *count;
  *count = total;
  if (total > room) return 7;
  for (unsigned i = 0; i < total; ++i)
    infos[i] = {i < own ? static_cast<unsigned>(getpid()) : 1000000 + i, 0, 0, 0};
  return 0;
}

}  // namespace

ASSAY_FAKE_EXPORT int nvmlInit_v2() {
  fake_set("inits", fake_get("inits") + 1);
  return fake::status("nvmlInit_v2");
}
ASSAY_FAKE_EXPORT int nvmlShutdown() {
  fake_set("shutdowns", fake_get("shutdowns") + 1);
  return 0;
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetHandleByUUID(const char* uuid, void** device) {
  if (const int status = fake::status("nvmlDeviceGetHandleByUUID")) return status;
  if (std::strcmp(uuid, "GPU-0") == 0 && fake::number("only_mig") == 0) return *device = &whole_device, 0;
  if (std::strcmp(uuid, "MIG-0") == 0) return *device = &mig_instance, 0;
  return 6;
}
#if !defined(ASSAY_FAKE_BARE)
ASSAY_FAKE_EXPORT const char* nvmlErrorString(int status) {
  if (fake::number("no_words") != 0) return nullptr;
  return status == 6 ? "Not Found" : status == 9 ? "Driver Not Loaded" : "Some Error";
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetHandleByPciBusId_v2(const char* id, void** device) {
  if (std::strcmp(id, "0000:65:00.0") != 0) return 6;
  return *device = &whole_device, 0;
}
ASSAY_FAKE_EXPORT int nvmlDeviceIsMigDeviceHandle(void* device, unsigned* is) {
  *is = device == &mig_instance ? 1 : 0;
  return 0;
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(void*, void** device) {
  if (const int status = fake::status("nvmlDeviceGetDeviceHandleFromMigDeviceHandle")) return status;
  return *device = &whole_device, 0;
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetIndex(void* d, unsigned* v) {
  return answer("nvmlDeviceGetIndex", "index", d, v);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetClockInfo(void* d, unsigned type, unsigned* v) {
  return answer("nvmlDeviceGetClockInfo", "clock" + std::to_string(type), d, v);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetMaxClockInfo(void* d, unsigned type, unsigned* v) {
  return answer("nvmlDeviceGetMaxClockInfo", "highest" + std::to_string(type), d, v);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetDefaultApplicationsClock(void* d, unsigned type, unsigned* v) {
  return answer("nvmlDeviceGetDefaultApplicationsClock", "application" + std::to_string(type), d, v);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetTemperature(void* d, unsigned, unsigned* v) {
  return answer("nvmlDeviceGetTemperature", "temperature", d, v);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetTemperatureThreshold(void* d, unsigned type, unsigned* v) {
  return answer("nvmlDeviceGetTemperatureThreshold", "threshold" + std::to_string(type), d, v);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetPowerUsage(void* d, unsigned* v) {
  return answer("nvmlDeviceGetPowerUsage", "power", d, v);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetEnforcedPowerLimit(void* d, unsigned* v) {
  return answer("nvmlDeviceGetEnforcedPowerLimit", "power_limit", d, v);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetPerformanceState(void* d, unsigned* v) {
  return answer("nvmlDeviceGetPerformanceState", "pstate", d, v);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetPersistenceMode(void* d, unsigned* v) {
  return answer("nvmlDeviceGetPersistenceMode", "persistence", d, v);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetMigMode(void* d, unsigned* now, unsigned* pending) {
  *pending = 1;
  return answer("nvmlDeviceGetMigMode", "mig", d, now);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetEccMode(void* d, unsigned* now, unsigned* pending) {
  *pending = 1;
  return answer("nvmlDeviceGetEccMode", "ecc", d, now);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetTotalEnergyConsumption(void*, unsigned long long* v) {
  if (const int status = fake::status("nvmlDeviceGetTotalEnergyConsumption")) return status;
  *v = static_cast<unsigned long long>(fake::number("energy"));
  return 0;
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetCurrentClocksEventReasons(void*, unsigned long long* v) {
  if (const int status = fake::status("nvmlDeviceGetCurrentClocksEventReasons")) return status;
  *v = static_cast<unsigned long long>(fake::number("reasons"));
  return 0;
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetFieldValues(void*, int count, field_value* values) {
  if (const int status = fake::status("nvmlDeviceGetFieldValues")) return status;
  for (int i = 0; i < count; ++i) {
    const std::string name = "field" + std::to_string(values[i].id);
    values[i].status = fake::numbers().count(name) ? 0 : 3;
    values[i].type = 3;
    values[i].value = values[i].status == 0 ? static_cast<unsigned long long>(fake::number(name)) : 12345;
  }
  return 0;
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetComputeRunningProcesses_v3(void*, unsigned* count, process_info* infos) {
  return list("nvmlDeviceGetComputeRunningProcesses_v3", "compute", count, infos);
}
ASSAY_FAKE_EXPORT int nvmlDeviceGetMPSComputeRunningProcesses_v3(void*, unsigned* count,
                                                                 process_info* infos) {
  return list("nvmlDeviceGetMPSComputeRunningProcesses_v3", "mps", count, infos);
}
#endif
