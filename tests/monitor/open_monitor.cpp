// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/monitor/open_monitor.hpp"

#include "support/catch.hpp"
#include "support/fake_library.hpp"

namespace {

const assay::monitor_libraries fakes{ASSAY_FAKE_NVML, ASSAY_FAKE_AMD_SMI, ASSAY_FAKE_ROCM_SMI};

assay::device_info device(assay::vendor vendor) {
  assay::device_info info;
  info.vendor = vendor;
  info.uuid = "GPU-0";
  info.pci_bus_id = "0001:65:02.3";
  return info;
}

}  // namespace

TEST_CASE("a management library is opened when first asked and once") {
  const fake_library script(ASSAY_FAKE_NVML);
  const auto monitor = assay::open_monitor(device(assay::vendor::nvidia), fakes);
  CHECK(script.get("inits") == 0);
  CHECK(monitor->read().library == assay::management_library::nvml);
  CHECK_FALSE(monitor->read().unavailable);
  CHECK(monitor->joules());
  CHECK(monitor->joules_period() == 0.1);
  CHECK(script.get("inits") == 1);
}

TEST_CASE("an AMD device is read through the newer library and else through the older") {
  fake_library newer(ASSAY_FAKE_AMD_SMI), older(ASSAY_FAKE_ROCM_SMI);
  const auto library = [] { return assay::open_monitor(device(assay::vendor::amd), fakes)->read().library; };
  CHECK(library() == assay::management_library::amd_smi);
  newer.set("status:amdsmi_init", 34);
  CHECK(library() == assay::management_library::rocm_smi);
  older.set("status:rsmi_init", 8);
  const auto state = assay::open_monitor(device(assay::vendor::amd), fakes)->read();
  CHECK(state.library == assay::management_library::none);
  CHECK(state.unavailable == "amdsmi_init: some AMD words; rsmi_init: status 8");
}

TEST_CASE("the absence of a management library is told and not thrown") {
  const assay::monitor_libraries none{"libassay-no-nvml.so", "libassay-no-amd.so", "libassay-no-rocm.so"};
  for (const auto vendor : {assay::vendor::cpu, assay::vendor::nvidia, assay::vendor::amd}) {
    const auto monitor = assay::open_monitor(device(vendor), none);
    CHECK(monitor->read().unavailable);
    CHECK_FALSE(monitor->joules());
    CHECK_FALSE(monitor->joules_period());
  }
}

TEST_CASE("a failed NVML is asked once") {
  fake_library script(ASSAY_FAKE_NVML);
  script.set("status:nvmlInit_v2", 9);
  const auto monitor = assay::open_monitor(device(assay::vendor::nvidia), fakes);
  for (int i = 0; i < 3; ++i) CHECK(monitor->read().unavailable == "nvmlInit_v2: Driver Not Loaded");
  CHECK(script.get("inits") == 1);
}
