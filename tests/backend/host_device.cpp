// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/backend/host_device.hpp"

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using assay::dtype;

TEST_CASE("the host tells plausible facts of itself") {
  assay::host_device host;
  const assay::device_info& info = host.info();
  CHECK(info.vendor == assay::vendor::cpu);
  CHECK_FALSE(info.name.empty());
  CHECK_FALSE(info.architecture.empty());
  CHECK(info.multiprocessors.value_or(0) >= 1);
  CHECK(info.memory_bytes.value_or(0) > 1 << 20);
  if (info.l2_bytes) CHECK(*info.l2_bytes >= 1 << 10);
  if (info.l2_bytes && info.last_level_bytes) CHECK(*info.last_level_bytes >= *info.l2_bytes);
  if (info.max_clock) CHECK((*info.max_clock > 1e7 && *info.max_clock < 1e11));
  CHECK(host.event_tick() > 0.0);
  CHECK(host.free_memory() > 0);
  CHECK(host.free_memory() <= *info.memory_bytes);
}

TEST_CASE("host memory is aligned to 256 bytes and separate") {
  assay::host_device host;
  std::vector<assay::device_buffer> buffers;
  for (const std::int64_t bytes : {0, 1, 255, 256, 257, 100000}) {
    buffers.emplace_back(host, bytes);
    CAPTURE(bytes);
    REQUIRE(buffers.back().data() != nullptr);
    CHECK(reinterpret_cast<std::uintptr_t>(buffers.back().data()) % 256 == 0);
    CHECK(buffers.back().bytes() == bytes);
    host.set_bytes(buffers.back().data(), static_cast<std::uint8_t>(buffers.size()), bytes);
  }
  for (std::size_t i = 0; i < buffers.size(); ++i)
    for (std::int64_t k = 0; k < buffers[i].bytes(); k += 97)
      REQUIRE(static_cast<const std::uint8_t*>(buffers[i].data())[k] == i + 1);
}

TEST_CASE("the host refuses memory that it does not have") {
  assay::host_device host;
  const std::int64_t all = *host.info().memory_bytes;  // the kernel would lend that much
  for (const std::int64_t bytes :
       {all, 2 * all, std::numeric_limits<std::int64_t>::max(), std::int64_t{-1}}) {
    CAPTURE(bytes);
    try {
      static_cast<void>(host.allocate(bytes));
      FAIL("the allocation was granted");
    } catch (const assay::out_of_memory& e) {
      CHECK_FALSE(e.lost());
      CHECK(std::string(e.what()).find(std::to_string(bytes)) != std::string::npos);
    }
  }
  host.release(host.allocate(64));  // it still works
  host.release(nullptr);
}

TEST_CASE("copies and bytes go where they should") {
  assay::host_device host;
  const assay::device_buffer buffer(host, 4 * 4);
  const std::int32_t values[4] = {1, -2, 3, -4};
  host.copy_to_device(buffer.data(), values, sizeof values);
  std::int32_t back[4] = {};
  host.copy_to_host(back, buffer.data(), sizeof back);
  CHECK(std::memcmp(values, back, sizeof values) == 0);
  host.set_bytes(static_cast<std::uint8_t*>(buffer.data()) + 4, 0xFF, 4);
  host.copy_to_host(back, buffer.data(), sizeof back);
  CHECK(back[0] == 1);
  CHECK(back[1] == -1);
  CHECK(back[2] == 3);
}

TEST_CASE("the host fills with the values of store_fill") {
  assay::host_device host;
  const std::uint64_t seed = 77;
  CAPTURE(seed);
  for (const dtype type : {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16, dtype::int8, dtype::int64,
                           dtype::uint16, dtype::boolean})
    for (const assay::fill& how :
         {assay::default_fill(type), assay::sorted(0, 100), assay::permutation(), assay::normal()})
      for (const std::int64_t count : {0, 1, 1000, 70000}) {  // 70000: by more than one thread
        if (count == 70000 && type != dtype::fp32) continue;
        CAPTURE(assay::to_string(type), static_cast<int>(how.how), count);
        const std::int64_t bytes = assay::bytes_for(type, count);
        const assay::device_buffer buffer(host, bytes + 8);
        host.set_bytes(buffer.data(), 0x5A, bytes + 8);
        host.fill({buffer.data(), type, count, how, seed, 3});

        std::vector<std::uint64_t> expected(static_cast<std::size_t>(bytes) / 8 + 2);
        for (std::int64_t i = 0; i < count; ++i)
          assay::store_fill(how, type, seed, 3, i, count, expected.data());
        REQUIRE(std::memcmp(buffer.data(), expected.data(), static_cast<std::size_t>(bytes)) == 0);
        const auto* after = static_cast<const std::uint8_t*>(buffer.data()) + bytes;
        REQUIRE((after[0] == 0x5A && after[7] == 0x5A));
      }
}

TEST_CASE("events of the host never run backwards") {
  assay::host_device host;
  assay::event first(host), second(host), third(host);
  for (int i = 0; i < 1000; ++i) {
    first.record();
    second.record();
    third.record();
    REQUIRE(first.seconds_until(second) >= 0.0);
    REQUIRE(second.seconds_until(third) >= 0.0);
    REQUIRE(first.seconds_until(third) == Approx(first.seconds_until(second) + second.seconds_until(third)));
    REQUIRE(third.seconds_until(first) <= 0.0);
  }
}

TEST_CASE("the host has no gate and nothing to wait for") {
  assay::host_device host;
  CHECK_FALSE(host.close_gate(0.25));
  CHECK_FALSE(host.gate_held());
  CHECK_NOTHROW(host.open_gate());
  CHECK_NOTHROW(host.check_launch());
  CHECK_NOTHROW(host.synchronize());
}

TEST_CASE("the host is opened once") {
  assay::device& host = assay::device_of<assay::host>();
  CHECK(&host == &assay::device_of<assay::host>());
  CHECK(dynamic_cast<assay::host_device*>(&host) != nullptr);
}
