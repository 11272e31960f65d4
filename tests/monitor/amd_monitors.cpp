// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <string>
#include <type_traits>

#include "assay/monitor/amd_smi_monitor.hpp"
#include "assay/monitor/rocm_smi_monitor.hpp"
#include "support/catch.hpp"
#include "support/fake_library.hpp"

namespace {

const std::string newer = ASSAY_FAKE_AMD_SMI, older = ASSAY_FAKE_ROCM_SMI;

assay::device_info device(const std::string& bus_id = "0001:65:02.3") {
  assay::device_info info;
  info.vendor = assay::vendor::amd;
  info.pci_bus_id = bus_id;
  info.max_clock = 2.1e9;
  return info;
}

/// An MI300X at work: places are those of the metrics table.
fake_library busy(const std::string& library) {
  fake_library script(library);
  script.set("u16@6", 71).set("u16@22", 400).set("u16@120", 610).set("u64@24", 1e6).set("u16@58", 1300);
  script.set("u16@312", 2085).set("u16@314", 2090).set("u64@112", 0).set("u64@424", 1000).set("u64@432", 5);
  script.set("u64@440", 100).set("u64@448", 7).set("u64@456", 9).set("u64@464", 8);
  script.set("level", 8).set("power_cap", 750e6).set("energy", 2e6).set("ecc_blocks", 1).set("others", 2);
  script.set("processes", 3).set_text("compute_partition", "CPX").set_text("memory_partition", "NPS4");
  return script;
}

void check_busy(const assay::device_state& state) {
  CHECK_FALSE(state.unavailable);
  CHECK(state.clock == 2.09e9);
  CHECK(state.memory_clock == 1.3e9);
  CHECK(state.highest_clock == 2.1e9);
  CHECK(state.temperature == 71);
  CHECK(state.highest_temperature == 100);
  CHECK(state.power == 610);
  CHECK(state.power_limit.value() == Approx(750));
  CHECK(state.energy.value() == Approx(15.3));
  CHECK(state.performance_level == "determinism");
  CHECK(state.clocks_locked == true);
  CHECK(state.compute_partition == "CPX");
  CHECK(state.memory_partition == "NPS4");
  CHECK(state.ecc == true);
  CHECK(state.other_processes == 2);
  REQUIRE(state.limited);
  CHECK(state.limited->elapsed == 1000);
  CHECK(state.limited->power_cap == 100.0);
  CHECK(state.limited->hw_thermal == 5.0);
  CHECK(state.limited->thermal == 9.0);
}

/// What each call of a library brings, by the end of its name.
struct amd_call {
  const char* name;
  std::function<bool(const assay::device_state&)> present;
};

template <class Monitor>
void check_failures(const std::string& library, const std::vector<amd_call>& calls) {
  for (const amd_call& failing : calls) {
    INFO(failing.name << " fails");
    fake_library script = busy(library);
    script.set(std::string("status:") + failing.name, 2);
    const assay::device_state state = Monitor(device(), library).read();
    CHECK_FALSE(state.unavailable);
    for (const amd_call& call : calls) {
      INFO(call.name);
      CHECK(call.present(state) == (std::string(call.name) != failing.name));
    }
  }
}

}  // namespace

TEST_CASE("AMD SMI figures arrive in SI units") {
  const fake_library script = busy(newer);
  assay::amd_smi_monitor monitor(device(), newer);
  check_busy(monitor.read());
  CHECK(monitor.read().library == assay::management_library::amd_smi);
  CHECK(monitor.joules().value() == Approx(30.6));
}

TEST_CASE("ROCm SMI figures arrive in SI units") {
  const fake_library script = busy(older);
  assay::rocm_smi_monitor monitor(device(), older);
  check_busy(monitor.read());
  CHECK(monitor.read().library == assay::management_library::rocm_smi);
  CHECK(monitor.read().index == 1);
  CHECK(monitor.joules().value() == Approx(30.6));
}

TEST_CASE("an AMD SMI call that fails leaves its own figure absent and the others as they are") {
  using state = assay::device_state;
  check_failures<assay::amd_smi_monitor>(
      newer,
      {{"amdsmi_get_gpu_metrics_info",
        [](const state& s) {
          return s.clock || s.power || s.temperature || s.energy || s.limiters || s.limited;
        }},
       {"amdsmi_get_gpu_perf_level", [](const state& s) { return s.performance_level || s.clocks_locked; }},
       {"amdsmi_get_power_cap_info", [](const state& s) { return s.power_limit.has_value(); }},
       {"amdsmi_get_temp_metric", [](const state& s) { return s.highest_temperature.has_value(); }},
       {"amdsmi_get_gpu_compute_partition", [](const state& s) { return s.compute_partition.has_value(); }},
       {"amdsmi_get_gpu_memory_partition", [](const state& s) { return s.memory_partition.has_value(); }},
       {"amdsmi_get_gpu_ecc_enabled", [](const state& s) { return s.ecc.has_value(); }},
       {"amdsmi_get_gpu_process_list", [](const state& s) { return s.other_processes.has_value(); }}});
}

TEST_CASE("a ROCm SMI call that fails leaves its own figure absent and the others as they are") {
  using state = assay::device_state;
  check_failures<assay::rocm_smi_monitor>(
      older,
      {{"rsmi_dev_gpu_metrics_info_get",
        [](const state& s) {
          return s.clock || s.power || s.temperature || s.energy || s.limiters || s.limited;
        }},
       {"rsmi_dev_perf_level_get", [](const state& s) { return s.performance_level || s.clocks_locked; }},
       {"rsmi_dev_power_cap_get", [](const state& s) { return s.power_limit.has_value(); }},
       {"rsmi_dev_temp_metric_get", [](const state& s) { return s.highest_temperature.has_value(); }},
       {"rsmi_dev_compute_partition_get", [](const state& s) { return s.compute_partition.has_value(); }},
       {"rsmi_dev_memory_partition_get", [](const state& s) { return s.memory_partition.has_value(); }},
       {"rsmi_dev_ecc_enabled_get", [](const state& s) { return s.ecc.has_value(); }},
       {"rsmi_compute_process_info_get", [](const state& s) { return s.other_processes.has_value(); }}});
}

TEST_CASE("a ROCm SMI that cannot say which devices a process uses counts none") {
  fake_library script = busy(older);
  script.set("status:rsmi_compute_process_gpus_get", 2);
  CHECK_FALSE(assay::rocm_smi_monitor(device(), older).read().other_processes);
}

TEST_CASE("AMD libraries that can only find the device tell nothing and harm nothing") {
  const fake_library first(ASSAY_FAKE_AMD_SMI_BARE), second(ASSAY_FAKE_ROCM_SMI_BARE);
  assay::amd_smi_monitor by_amd_smi(device(), ASSAY_FAKE_AMD_SMI_BARE);
  assay::rocm_smi_monitor by_rocm_smi(device(), ASSAY_FAKE_ROCM_SMI_BARE);
  for (assay::monitor* monitor :
       {static_cast<assay::monitor*>(&by_amd_smi), static_cast<assay::monitor*>(&by_rocm_smi)}) {
    const assay::device_state state = monitor->read();
    CHECK_FALSE(state.unavailable);
    CHECK_FALSE(state.clock);
    CHECK_FALSE(state.limiters);
    CHECK_FALSE(state.clocks_locked);
    CHECK_FALSE(state.other_processes);
    CHECK_FALSE(state.compute_partition);
    CHECK_FALSE(monitor->joules());
  }
}

TEST_CASE("why there is no AMD monitor is said in words") {
  fake_library first(newer), second(older);
  const auto by_amd_smi = [](const std::string& bus, const std::string& name = newer) {
    return assay::amd_smi_monitor(device(bus), name).read().unavailable.value_or("there is one");
  };
  const auto by_rocm_smi = [](const std::string& bus, const std::string& name = older) {
    return assay::rocm_smi_monitor(device(bus), name).read().unavailable.value_or("there is one");
  };
  const std::string good = "0001:65:02.3";
  CHECK(contains(by_amd_smi(good, "libassay-none.so"), "libassay-none.so"));
  CHECK(contains(by_rocm_smi(good, "libassay-none.so"), "libassay-none.so"));
  CHECK(contains(by_amd_smi(good, older), "has no amdsmi_init"));
  CHECK(contains(by_rocm_smi(good, newer), "has no rsmi_init"));
  CHECK(by_amd_smi("0000:65:02.3") == "AMD SMI does not know the device 0000:65:02.3: some AMD words");
  CHECK(by_rocm_smi("0001:65:02.0") == "ROCm SMI does not know the device 0001:65:02.0");
  CHECK(contains(by_amd_smi(""), "which is not known"));
  CHECK(contains(by_rocm_smi("garbage"), "which is not known"));
  first.set("status:amdsmi_init", 34);
  second.set("status:rsmi_init", 8);
  CHECK(by_amd_smi(good) == "amdsmi_init: some AMD words");
  CHECK(by_rocm_smi(good) == "rsmi_init: status 8");
  second.set("status:rsmi_init", 0).set("status:rsmi_num_monitor_devices", 1);
  CHECK(by_rocm_smi(good) == "rsmi_num_monitor_devices failed");
}

TEST_CASE("a partition's name without an end is cut, not read past") {
  fake_library first(newer), second(older);
  const std::string endless(1000, 'X');
  first.set_text("compute_partition", endless);
  second.set_text("compute_partition", endless).set_text("memory_partition", "");
  CHECK(assay::amd_smi_monitor(device(), newer).read().compute_partition == std::string(63, 'X'));
  CHECK(assay::rocm_smi_monitor(device(), older).read().compute_partition == std::string(63, 'X'));
  CHECK_FALSE(assay::rocm_smi_monitor(device(), older).read().memory_partition);
}

TEST_CASE("each AMD performance level is named and says whether it holds the clock") {
  const std::pair<const char*, std::optional<bool>> levels[] = {
      {"auto", false},      {"low", true},         {"high", true},          {"manual", {}},
      {"stable_std", true}, {"stable_peak", true}, {"stable_min_mclk", {}}, {"stable_min_sclk", true},
      {"determinism", true}};
  std::uint32_t number = 0;
  for (const auto& [name, locked] : levels) {
    const auto level = assay::amd_performance_level(number++);
    CHECK(level == name);
    CHECK(assay::amd_clocks_locked(level) == locked);
  }
  CHECK_FALSE(assay::amd_performance_level(number));
  CHECK_FALSE(assay::amd_performance_level(0x100));
  CHECK_FALSE(assay::amd_clocks_locked(std::nullopt));
}

TEST_CASE("each AMD throttler sets its own flag and no other") {
  struct {
    int bit;
    bool power_cap, current, thermal, hw_thermal;
  } const throttlers[] = {
      {0, true, false, false, false},   {7, true, false, false, false},   {16, false, true, false, false},
      {23, false, true, false, false},  {32, false, false, true, false},  {45, false, false, true, false},
      {46, false, false, false, true},  {47, false, false, false, true},  {8, false, false, false, false},
      {24, false, false, false, false}, {48, false, false, false, false}, {15, false, false, false, false},
      {31, false, false, false, false}};
  fake_library script = busy(newer);
  assay::amd_smi_monitor monitor(device(), newer);
  for (const auto& throttler : throttlers) {
    INFO("bit " << throttler.bit);
    script.set("u64@112", static_cast<double>(std::uint64_t{1} << throttler.bit));
    const auto limiters = monitor.read().limiters.value();
    CHECK(limiters.power_cap == throttler.power_cap);
    CHECK(limiters.current == throttler.current);
    CHECK(limiters.thermal == throttler.thermal);
    CHECK(limiters.hw_thermal == throttler.hw_thermal);
  }
}

TEST_CASE("the table of an older ROCm lacks its later figures and no others") {
  fake_library script = busy(older);
  script.set("table_bytes", 96).set("u16@54", 1700).set("u32@68", 0);  // as ROCm 5 has it
  const assay::device_state state = assay::rocm_smi_monitor(device(), older).read();
  CHECK(state.clock == 1.7e9);
  CHECK(state.power == 400);
  CHECK(state.energy.value() == Approx(15.3));
  CHECK_FALSE(state.limiters);
  CHECK_FALSE(state.limited);
}

TEST_CASE("a power cap in watts, as ROCm 6.0 gives it, is taken for watts") {
  fake_library script = busy(newer);
  script.set("power_cap", 750);
  CHECK(assay::amd_smi_monitor(device(), newer).read().power_limit == 750);
  script.set("power_cap", 0);
  CHECK_FALSE(assay::amd_smi_monitor(device(), newer).read().power_limit);
}

TEST_CASE("PCI bus ids are read and what is none is refused") {
  const auto id = assay::pci_address::parse("0001:aB:1f.7").value();
  CHECK(id.domain == 1);
  CHECK(id.bus == 0xab);
  CHECK(id.device == 0x1f);
  CHECK(id.function == 7);
  CHECK(assay::pci_address::parse("00000000:65:00.0"));
  for (const char* bad : {"", "65:00.0", "0000:65:00", "0000:65:00.", "0000:65:00.8", "0000:165:00.0",
                          "0000:65:20.0", "0000:65:00.0 ", "000000000:65:00.0", "x:y:z.w", "0000;65:00.0"}) {
    INFO(bad);
    CHECK_FALSE(assay::pci_address::parse(bad));
  }
}
