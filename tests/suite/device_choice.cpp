// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/device_choice.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/kept_environment.hpp"
#include "support/messages.hpp"

using namespace assay;

namespace {

device_info gpu(int index, const std::string& uuid, const std::string& name = "NVIDIA H200") {
  device_info d;
  d.vendor = vendor::nvidia;
  d.name = name;
  d.index = index;
  d.uuid = uuid;
  return d;
}

std::vector<device_info> four() {
  return {gpu(0, "GPU-aa00"), gpu(1, "GPU-aa11"), gpu(2, "GPU-bb22"), gpu(3, "GPU-cc33")};
}

std::vector<int> chosen(const std::string& text, const std::vector<device_info>& visible = four()) {
  std::vector<int> indices;
  for (const device_info& d : device_choice(text).among(visible)) indices.push_back(d.index);
  return indices;
}

std::string refusal(const std::string& text, const std::vector<device_info>& visible = four()) {
  return support::message_of([&] { (void)chosen(text, visible); });
}

}  // namespace

TEST_CASE("devices are chosen by number, by UUID, or all", "[suite]") {
  CHECK_FALSE(device_choice());
  CHECK(device_choice("all"));
  CHECK(chosen("all") == std::vector{0, 1, 2, 3});
  CHECK(chosen("2,0") == std::vector{2, 0});
  CHECK(chosen("GPU-bb22,3") == std::vector{2, 3});
  CHECK(chosen("GPU-b") == std::vector{2});
  // Numbers are the runtime's, wherever a device stands in the list.
  CHECK(chosen("3", {gpu(3, "GPU-x")}) == std::vector{3});
}

TEST_CASE("names that mean no device, or several, are refused", "[suite]") {
  using support::has;
  for (const char* wrong : {",", "0,", ",0", "0,all", "all,all"})
    CHECK(has(support::message_of([&] { device_choice choice{std::string(wrong)}; }),
              std::string("--devices ") + wrong + ": expected all, or numbers and UUIDs"));
  CHECK(refusal("4") ==
        "--devices 4: '4' is none of 0 NVIDIA H200 (GPU-aa00), 1 NVIDIA H200 (GPU-aa11), 2 NVIDIA H200 "
        "(GPU-bb22), 3 "
        "NVIDIA H200 (GPU-cc33)");
  CHECK(has(refusal("00"), "'00' is none of"));
  CHECK(has(refusal("GPU-a"), "'GPU-a' is more than one of"));
  CHECK(has(refusal("GPU-d"), "is none of"));
  CHECK(has(refusal("H200"), "is none of"));
  CHECK(has(refusal("2,GPU-bb22"), "'GPU-bb22' is named twice"));
  CHECK(has(refusal("0", {}), "'0' is none of no devices"));
}

TEST_CASE("devices of two kinds are refused, and named", "[suite]") {
  std::vector<device_info> mixed = four();
  mixed[2].name = "NVIDIA A100";
  CHECK(refusal("all", mixed) ==
        "--devices all: 0 NVIDIA H200 (GPU-aa00) and 2 NVIDIA A100 (GPU-bb22) are not of one kind (device: "
        "NVIDIA H200 "
        "there, NVIDIA A100 here): name some that are");
  CHECK(chosen("0,1,3", mixed) == std::vector{0, 1, 3});
  mixed[2] = four()[2];
  mixed[1].power_limit = 500.0;
  CHECK(support::has(refusal("0,1", mixed), "power limit"));
}

TEST_CASE("a program is shown one device by its runtime's variable", "[suite]") {
  const support::kept_environment environment({"HIP_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"});
  using variable = std::pair<std::string, std::string>;
  CHECK(seen_alone(gpu(1, "GPU-aa11")) == variable("CUDA_VISIBLE_DEVICES", "GPU-aa11"));
  // A part of a GPU has a prefix of its own.
  CHECK(seen_alone(gpu(0, "GPU-aa11", "NVIDIA H200 MIG 1g.18gb")) ==
        variable("CUDA_VISIBLE_DEVICES", "MIG-aa11"));
  device_info amd = gpu(1, "");
  amd.vendor = vendor::amd;
  CHECK(seen_alone(amd) == variable("HIP_VISIBLE_DEVICES", "1"));
  // Where devices are hidden already, the second that is left is not number 1.
  setenv("CUDA_VISIBLE_DEVICES", "3,5", 1);
  CHECK(seen_alone(amd) == variable("HIP_VISIBLE_DEVICES", "5"));
  setenv("HIP_VISIBLE_DEVICES", "6,7", 1);
  CHECK(seen_alone(amd) == variable("HIP_VISIBLE_DEVICES", "7"));
  CHECK(seen_alone(device_info()) == variable("", ""));
}
