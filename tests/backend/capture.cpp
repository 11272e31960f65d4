// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What capture_launch_facts() of backend/device.hpp makes of launches that can and cannot be captured.
#include <cstring>
#include <stdexcept>
#include <string>

#include "assay/backend/host_device.hpp"
#include "support/catch.hpp"
#include "support/fake_device.hpp"

using assay::capture_launch_facts;
using assay::launch_facts;
using support::fake_device;

TEST_CASE("a captured launch tells its kernels and runs none of them") {
  fake_device gpu;
  gpu.script.has_graphs = true;
  gpu.script.kernel.grid = {7, 1, 1};
  const launch_facts facts = capture_launch_facts(gpu, [&] {
    gpu.run(1.0, "one");
    gpu.run(1.0, "two");
  });
  CHECK(facts.absent.empty());
  REQUIRE(facts.kernels.size() == 2);
  CHECK(facts.kernels[0].name == "one");
  CHECK(facts.kernels[1].blocks() == 7);
  CHECK(gpu.time() == 0.0);
  CHECK(gpu.clean());
}

TEST_CASE("a launch that cannot be captured has no facts, says why, and leaves the device as it was") {
  fake_device gpu;
  gpu.script.has_graphs = true;
  const auto why = [&](const auto& launch) {
    const launch_facts facts = capture_launch_facts(gpu, launch);
    CHECK(facts.kernels.empty());
    gpu.run(0x1p-10);  // no capture is open
    CHECK(gpu.time() > 0.0);
    return facts.absent;
  };
  CHECK(why([] { throw std::runtime_error("it synchronises"); }) ==
        "the launch cannot be captured: it synchronises");
  CHECK(why([] { throw 42; }) ==
        "the launch cannot be captured: it threw something that is not a std::exception");
  CHECK(why([&] { gpu.leave_launch_error(); }).find("fake_bad_launch") != std::string::npos);
  gpu.fail("end_capture_as_facts");
  CHECK(why([] {}).find("injected") != std::string::npos);
  gpu.fail("begin_capture");
  CHECK(why([] {}).find("injected") != std::string::npos);
  gpu.script.has_graphs = false;
  CHECK(why([] {}) == "the backend has no graphs");
  CHECK(gpu.clean());
}

TEST_CASE("a device that is lost during a capture is told") {
  fake_device gpu;
  gpu.script.has_graphs = true;
  gpu.fail("end_capture_as_facts", 1, support::fault::lost);
  CHECK_THROWS_AS(capture_launch_facts(gpu, [] {}), assay::device_error);
}

TEST_CASE("the host streams all bytes that it is told to write, and no others") {
  assay::host_device host;
  constexpr std::int64_t most = 1 << 20;
  const assay::device_buffer from(host, most), to(host, most);
  for (const std::int64_t written : {std::int64_t{0}, std::int64_t{16}, std::int64_t{100'000}, most - 16}) {
    std::memset(to.data(), 0, static_cast<std::size_t>(most));
    CHECK(host.stream_bytes({from.data(), 4096, to.data(), written, 0}));
    const auto* const bytes = static_cast<const unsigned char*>(to.data());
    std::int64_t touched = 0;
    for (std::int64_t i = 0; i < most; ++i) touched += bytes[i] != 0;
    CHECK(touched == written);
    if (written > 0) CHECK(bytes[written - 1] != 0);
  }
  CHECK(host.stream_bytes({from.data(), 0, to.data(), 0, 0}));
}
