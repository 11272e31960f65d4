// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/score/environment_key.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace assay;

namespace {

device_info some_gpu() {
  device_info d;
  d.vendor = vendor::nvidia;
  d.name = "NVIDIA H200";
  d.architecture = "sm_90";
  d.uuid = "GPU-1";
  d.multiprocessors = 132;
  d.memory_bytes = std::int64_t{150} << 30;
  d.ecc = true;
  d.mig = false;
  d.power_limit = 700.0;
  d.clocks_locked = true;
  d.locked_clock = 1.5e9;
  d.driver_version = "13.0.2";
  d.runtime_version = "13.0";
  return d;
}

}  // namespace

TEST_CASE("each hard key tells two devices apart, and is named") {
  const std::vector<std::pair<std::string, std::function<void(device_info&)>>> changes = {
      {"device: NVIDIA H200 there, NVIDIA B200 here", [](device_info& d) { d.name = "NVIDIA B200"; }},
      {"architecture: sm_90 there, sm_100 here", [](device_info& d) { d.architecture = "sm_100"; }},
      {"multiprocessors: 132 there, 66 here", [](device_info& d) { d.multiprocessors = 66; }},
      {"memory: 150 GiB there, 75.0 GiB here", [](device_info& d) { *d.memory_bytes /= 2; }},
      {"MIG: no there, yes here", [](device_info& d) { d.mig = true; }},
      {"compute partition: not known there, CPX here", [](device_info& d) { d.compute_partition = "CPX"; }},
      {"memory partition: not known there, NPS4 here", [](device_info& d) { d.memory_partition = "NPS4"; }},
      {"ECC: yes there, no here", [](device_info& d) { d.ecc = false; }},
      {"power limit: 700 W there, 500 W here", [](device_info& d) { d.power_limit = 500.0; }},
      {"clocks locked: yes there, not known here", [](device_info& d) { d.clocks_locked.reset(); }},
      {"locked clock: 1500 MHz there, 1800 MHz here", [](device_info& d) { d.locked_clock = 1.8e9; }},
      {"driver: 13.0 there, 13.1 here", [](device_info& d) { d.driver_version = "13.1.2"; }},
      {"toolkit: 13.0 there, 12.8 here", [](device_info& d) { d.runtime_version = "12.8"; }},
  };
  CHECK(hard_differences(some_gpu(), some_gpu()).empty());
  for (const auto& [words, change] : changes) {
    device_info other = some_gpu();
    change(other);
    const auto found = hard_differences(some_gpu(), other);
    REQUIRE(found.size() == 1);
    CHECK(found[0].text() == words);
    CHECK(hard_differences(other, some_gpu()).size() == 1);
  }
}

TEST_CASE("what does not change times is no hard key") {
  device_info other = some_gpu();
  other.uuid = "GPU-2";
  other.pci_bus_id = "0000:65:00.0";
  other.index = 3;
  other.driver_version = "13.0.7";
  CHECK(hard_differences(some_gpu(), other).empty());
  REQUIRE(soft_differences(some_gpu(), other).size() == 1);
  CHECK(soft_differences(some_gpu(), other)[0].key == "UUID");
}

TEST_CASE("runs are held against each other by vendor") {
  environment gpu, both, cpu;
  device_info processor;
  processor.name = "a CPU";
  processor.memory_bytes = 1;
  gpu.devices = {some_gpu()};
  cpu.devices = {processor};
  both.devices = {processor, some_gpu()};
  CHECK(hard_differences(gpu, both).empty());
  CHECK(hard_differences(cpu, gpu).empty());
  both.devices[0].memory_bytes = 2;  // what the kernel has left of it
  CHECK(hard_differences(cpu, both).empty());
  both.devices[0].name = "another CPU";
  CHECK(hard_differences(cpu, both).size() == 1);
  CHECK(find_device(both, "NVIDIA H200") == &both.devices[1]);
  CHECK(find_device(cpu, "NVIDIA H200") == nullptr);
}

TEST_CASE("the soft keys of a run") {
  environment one, other;
  CHECK(soft_differences(one, other).empty());
  other.system = "Linux 7";
  other.compiler = "clang";
  CHECK(soft_differences(one, other).size() == 2);
  other.processor = "a CPU";
  CHECK(soft_differences(one, other).size() == 3);
  CHECK(soft_differences(one, other)[1].text() == "processor: not known there, a CPU here");
}
