// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/monitor/nvml_monitor.hpp"

#include <functional>
#include <string>
#include <type_traits>

#include "support/catch.hpp"
#include "support/fake_library.hpp"

static_assert(!std::is_copy_constructible_v<assay::nvml_monitor>);

namespace {

const std::string library = ASSAY_FAKE_NVML;

assay::device_info device(const std::string& uuid = "GPU-0", const std::string& bus_id = "") {
  assay::device_info info;
  info.vendor = assay::vendor::nvidia;
  info.uuid = uuid;
  info.pci_bus_id = bus_id;
  return info;
}

/// An H200 at work, as one answered (driver 580.159), with an index of its own.
fake_library busy() {
  fake_library script(library);
  script.set("index", 3)
      .set("clock1", 1980)
      .set("clock2", 3201)
      .set("highest1", 1980)
      .set("application1", 1830);
  script.set("temperature", 41).set("threshold3", 87).set("threshold1", 89).set("power", 250000);
  script.set("power_limit", 700000)
      .set("energy", 2000000)
      .set("pstate", 0)
      .set("persistence", 1)
      .set("mig", 0);
  script.set("ecc", 1)
      .set("field186", 266769)
      .set("field83", 2686364)
      .set("field74", 1e9)
      .set("field269", 2e9);
  script.set("field76", 0).set("field270", 3e9).set("field271", 4e9).set("compute_own", 1);
  return script;
}

}  // namespace

TEST_CASE("NVML figures arrive in SI units") {
  const fake_library script = busy();
  const assay::device_state state = assay::nvml_monitor(device(), library).read();
  CHECK_FALSE(state.unavailable);
  CHECK(state.library == assay::management_library::nvml);
  CHECK(state.index == 3);
  CHECK(state.clock == 1.98e9);
  CHECK(state.memory_clock == 3.201e9);
  CHECK(state.highest_clock == 1.98e9);
  CHECK(state.application_clock == 1.83e9);
  CHECK(state.temperature == 41);
  CHECK(state.highest_temperature == 87);
  CHECK(state.power.value() == Approx(266.769));
  CHECK(state.power_limit.value() == Approx(700));
  CHECK(state.energy.value() == Approx(2686.364));
  CHECK(state.performance_state == 0);
  CHECK(state.persistence == true);
  CHECK(state.ecc == true);
  CHECK(state.mig == false);
  CHECK(state.mps == false);
  CHECK(state.other_processes == 0);
  CHECK_FALSE(state.clocks_locked);
  REQUIRE(state.limited);
  CHECK(state.limited->power_cap.value() == Approx(1));
  CHECK(state.limited->thermal.value() == Approx(2));
  CHECK(state.limited->sync_boost.value() == 0);
  CHECK(state.limited->hw_thermal.value() == Approx(3));
  CHECK(state.limited->power_brake.value() == Approx(4));
}

TEST_CASE("each NVML clock event reason sets its own flag and no other") {
  const std::pair<unsigned, bool assay::clock_limiters::*> reasons[] = {
      {0x1, &assay::clock_limiters::idle},        {0x2, &assay::clock_limiters::application_clocks},
      {0x4, &assay::clock_limiters::power_cap},   {0x8, &assay::clock_limiters::hw_slowdown},
      {0x10, &assay::clock_limiters::sync_boost}, {0x20, &assay::clock_limiters::thermal},
      {0x40, &assay::clock_limiters::hw_thermal}, {0x80, &assay::clock_limiters::power_brake},
      {0x100, &assay::clock_limiters::display}};
  fake_library script = busy();
  assay::nvml_monitor monitor(device(), library);
  for (const auto& [bit, flag] : reasons) {
    INFO("reason " << bit);
    script.set("reasons", bit);
    const auto limiters = monitor.read().limiters.value();
    for (const auto& [other, other_flag] : reasons) CHECK(limiters.*other_flag == (other == bit));
    CHECK_FALSE(limiters.current);
  }
}

TEST_CASE("NVML clocks count as locked only when the application clocks limit them") {
  fake_library script = busy();
  assay::nvml_monitor monitor(device(), library);
  script.set("reasons", 0x2);
  CHECK(monitor.read().clocks_locked == true);
  script.set("reasons", 0x4);
  CHECK_FALSE(monitor.read().clocks_locked);
}

TEST_CASE("an NVML call that fails leaves its own figure absent and the others as they are") {
  using state = assay::device_state;
  const std::pair<const char*, std::function<bool(const state&)>> calls[] = {
      {"nvmlDeviceGetIndex", [](const state& s) { return s.index.has_value(); }},
      {"nvmlDeviceGetClockInfo", [](const state& s) { return s.clock || s.memory_clock; }},
      {"nvmlDeviceGetMaxClockInfo", [](const state& s) { return s.highest_clock.has_value(); }},
      {"nvmlDeviceGetDefaultApplicationsClock",
       [](const state& s) { return s.application_clock.has_value(); }},
      {"nvmlDeviceGetTemperature", [](const state& s) { return s.temperature.has_value(); }},
      {"nvmlDeviceGetTemperatureThreshold", [](const state& s) { return s.highest_temperature.has_value(); }},
      {"nvmlDeviceGetEnforcedPowerLimit", [](const state& s) { return s.power_limit.has_value(); }},
      {"nvmlDeviceGetPerformanceState", [](const state& s) { return s.performance_state.has_value(); }},
      {"nvmlDeviceGetPersistenceMode", [](const state& s) { return s.persistence.has_value(); }},
      {"nvmlDeviceGetMigMode", [](const state& s) { return s.mig.has_value(); }},
      {"nvmlDeviceGetEccMode", [](const state& s) { return s.ecc.has_value(); }},
      {"nvmlDeviceGetCurrentClocksEventReasons", [](const state& s) { return s.limiters.has_value(); }},
      {"nvmlDeviceGetFieldValues", [](const state& s) { return s.limited.has_value(); }},
      {"nvmlDeviceGetComputeRunningProcesses_v3",
       [](const state& s) { return s.other_processes.has_value(); }},
      {"nvmlDeviceGetMPSComputeRunningProcesses_v3", [](const state& s) { return s.mps.has_value(); }},
  };
  for (const auto& [failing, unused] : calls) {
    INFO(failing << " fails");
    fake_library script = busy();
    script.set(std::string("status:") + failing, 15);  // GPU is lost
    const state answer = assay::nvml_monitor(device(), library).read();
    CHECK_FALSE(answer.unavailable);
    for (const auto& [call, present] : calls) {
      INFO(call);
      CHECK(present(answer) == (std::string(call) != failing));
    }
  }
}

TEST_CASE("NVML power and energy fall back to the older calls") {
  fake_library script = busy();
  script.set("status:nvmlDeviceGetFieldValues", 3);
  const assay::device_state state = assay::nvml_monitor(device(), library).read();
  CHECK(state.power.value() == Approx(250));
  CHECK(state.energy.value() == Approx(2000));
}

TEST_CASE("the thermal counter of older drivers stands in for the newer one") {
  fake_library script(library);
  script.set("field75", 5e9);
  CHECK(assay::nvml_monitor(device(), library).read().limited.value().thermal.value() == Approx(5));
}

TEST_CASE("an NVML that can only find the device tells nothing and harms nothing") {
  const fake_library script(ASSAY_FAKE_NVML_BARE);
  assay::nvml_monitor monitor(device(), ASSAY_FAKE_NVML_BARE);
  const assay::device_state state = monitor.read();
  CHECK_FALSE(state.unavailable);
  CHECK_FALSE(monitor.joules());
  CHECK_FALSE(state.clock);
  CHECK_FALSE(state.limiters);
  CHECK_FALSE(state.limited);
  CHECK_FALSE(state.other_processes);
  CHECK_FALSE(state.mig);
}

TEST_CASE("why there is no NVML monitor is said in words") {
  fake_library script(library);
  const auto why = [&](const assay::device_info& info, const std::string& name = library) {
    assay::nvml_monitor monitor(info, name);
    CHECK(monitor.read().unavailable == monitor.why_not());
    CHECK_FALSE(monitor.joules());
    return monitor.why_not().value_or("there is one");
  };
  CHECK(contains(why(device(), "libassay-no-such-library.so.1"), "libassay-no-such-library.so.1"));
  CHECK(contains(why(device(), ASSAY_FAKE_AMD_SMI), "has no nvmlInit_v2"));
  CHECK(why(device("GPU-7")) == "NVML does not know the device GPU-7: Not Found");
  CHECK(why(device("", "")) == "NVML does not know the device ");
  script.set("status:nvmlInit_v2", 9);
  CHECK(why(device()) == "nvmlInit_v2: Driver Not Loaded");
  script.set("no_words", 1);
  CHECK(why(device()) == "nvmlInit_v2: NVML status 9");
}

TEST_CASE("NVML is shut down as often as it was opened") {
  fake_library script = busy();
  { assay::nvml_monitor first(device(), library), unknown(device("GPU-7"), library); }
  CHECK(script.get("inits") == 2);
  CHECK(script.get("shutdowns") == 2);
  script.set("status:nvmlInit_v2", 9);
  { assay::nvml_monitor failed(device(), library); }
  CHECK(script.get("shutdowns") == 2);
}

TEST_CASE("an NVIDIA device is found by its PCI bus id where the UUID is not known") {
  const fake_library script = busy();
  CHECK(assay::nvml_monitor(device("GPU-7", "0000:65:00.0"), library).read().clock == 1.98e9);
  CHECK(assay::nvml_monitor(device("", "0000:65:00.0"), library).read().clock == 1.98e9);
  CHECK(assay::nvml_monitor(device("", "0000:66:00.0"), library).why_not());
}

TEST_CASE("a MIG instance has the figures of its whole device") {
  fake_library script = busy();
  script.set("only_mig", 1);  // the runtime writes the instance's UUID with the prefix GPU-
  const assay::device_state state = assay::nvml_monitor(device("GPU-0"), library).read();
  CHECK(state.mig == true);
  CHECK(state.clock == 1.98e9);
  script.set("status:nvmlDeviceGetDeviceHandleFromMigDeviceHandle", 3);
  const assay::device_state alone = assay::nvml_monitor(device("GPU-0"), library).read();
  CHECK(alone.mig == true);
  CHECK_FALSE(alone.clock);
}

TEST_CASE("a whole NVIDIA device in MIG mode is seen") {
  fake_library script = busy();
  script.set("mig", 1);
  CHECK(assay::nvml_monitor(device(), library).read().mig == true);
}

TEST_CASE("processes beside this one are counted, however many there are") {
  fake_library script = busy();
  assay::nvml_monitor monitor(device(), library);
  for (const int others : {1, 63, 64, 500}) {
    script.set("compute_others", others);
    CHECK(monitor.read().other_processes == others);
  }
  script.set("mps_others", 2);
  CHECK(monitor.read().mps == true);
}

TEST_CASE("a list of processes that this one is not in tells only what it can") {
  CHECK(assay::count_other_processes({7}, 7) == 0);
  CHECK(assay::count_other_processes({5, 7, 9}, 7) == 2);
  CHECK(assay::count_other_processes({5, 9}, 7) ==
        1);  // one of them may be this process under another number
  CHECK_FALSE(assay::count_other_processes({5}, 7));
  CHECK_FALSE(assay::count_other_processes({}, 7));
}

TEST_CASE("an unknown NVML performance state is absent") {
  fake_library script = busy();
  script.set("pstate", 32);
  CHECK_FALSE(assay::nvml_monitor(device(), library).read().performance_state);
}

TEST_CASE("NVML field values are read by their type") {
  assay::nvml::field_value value;
  value.type = 0;
  value.value.as_double = 1.5;
  CHECK(value.number() == 1.5);
  value.type = 1;
  value.value.as_unsigned_long_long = 0xFFFFFFFF00000007;
  CHECK(value.number() == 7);
  value.type = 3;
  CHECK(value.number() == Approx(1.8446744069e19));
  value.type = 4;
  CHECK(value.number() == -4294967289.0);
}
