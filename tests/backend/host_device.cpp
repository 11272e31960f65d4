// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/backend/host_device.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

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

TEST_CASE("the host fills with the values of filled_tensor") {
  assay::host_device host;
  const std::uint64_t seed = 77;
  CAPTURE(seed);
  for (const dtype type : {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16, dtype::int8, dtype::int64,
                           dtype::uint16, dtype::boolean, dtype::tf32, dtype::fp8_e4m3fn, dtype::fp6_e2m3,
                           dtype::fp6_e3m2, dtype::fp4_e2m1, dtype::e8m0})
    for (const assay::fill& how :
         {assay::default_fill(type), assay::sorted(0, 100), assay::permutation(), assay::normal()})
      for (const std::int64_t count : {0, 1, 2, 3, 1001, 70000, 400003}) {
        // By more than one thread, packed elements in groups.
        if (count == 70000 && type != dtype::fp32) continue;
        if (count == 400003 && (!assay::is_packed(type) || how.how != assay::fill::kind::uniform)) continue;
        CAPTURE(assay::to_string(type), static_cast<int>(how.how), count);
        const std::int64_t bytes = assay::bytes_for(type, count);
        const assay::device_buffer buffer(host, bytes + 8);
        host.set_bytes(buffer.data(), 0x5A, bytes + 8);
        host.fill({buffer.data(), type, count, how, seed, 3});

        std::vector<std::uint64_t> expected(static_cast<std::size_t>(bytes) / 8 + 2);
        const assay::filled_tensor filled(how, type, seed, 3, count);
        for (std::int64_t i = 0; i < count; ++i) filled.store(i, expected.data());
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

TEST_CASE("the host looks at memory as one thread would") {
  assay::host_device host;
  const std::int64_t bytes = 3'000'001;  // by more than one thread
  const assay::device_buffer buffer(host, bytes), results(host, 2 * sizeof(assay::inspection));
  host.fill({buffer.data(), dtype::uint8, bytes, assay::integers(0, 255), 1, 0});
  const assay::digest_key key;
  const assay::inspection_job jobs[] = {
      {buffer.data(), bytes}, {buffer.data(), bytes, 1, 0, assay::inspection_job::kind::guard, 0x6B}};
  auto* const found = static_cast<assay::inspection*>(results.data());
  host.inspect(jobs, 2, key, found);
  for (int i = 0; i < 2; ++i) CHECK(found[i] == assay::inspect_on_host(jobs[i], key));
  CHECK(found[1].count() > bytes / 2);
}

TEST_CASE("memory of the host ends where it was asked to") {
  // What lies behind is for a memory checker to see; here only that odd sizes are lent and can be used whole.
  assay::host_device host;
  for (const std::int64_t bytes : {1, 77, 255, 257, 4097}) {
    const assay::device_buffer buffer(host, bytes);
    host.set_bytes(buffer.data(), 1, bytes);
    CHECK(static_cast<const std::uint8_t*>(buffer.data())[bytes - 1] == 1);
  }
}

TEST_CASE("memory at the host's fence can be used from its first to its last byte, and not beyond") {
  assay::host_device host;
  REQUIRE(host.has_fences());
  for (const std::int64_t bytes : {0, 1, 4096, 10'000}) {
    const assay::fenced_buffer buffer(host, bytes);
    const assay::fenced_range range = buffer.range();
    CHECK(range.bytes >= bytes);
    CHECK(range.bytes > 0);
    host.set_bytes(range.data, 0x5A, range.bytes);
    auto* const data = static_cast<volatile std::uint8_t*>(range.data);
    CHECK((data[0] == 0x5A && data[range.bytes - 1] == 0x5A));
    for (const std::int64_t place : {std::int64_t{-1}, range.bytes}) {
      const pid_t child = fork();
      if (child == 0) {
        for (const int number : {SIGSEGV, SIGBUS}) signal(number, SIG_DFL);
        static_cast<void>(data[place]);
        _exit(0);
      }
      int status = 0;
      waitpid(child, &status, 0);
      CHECK(WIFSIGNALED(status));
    }
  }
  CHECK_THROWS_AS(host.allocate_fenced(std::int64_t{1} << 60), assay::out_of_memory);
}

TEST_CASE("the host copies rows between pitches and nothing else") {
  assay::host_device host;
  std::uint8_t from[20], to[20] = {};
  for (int i = 0; i < 20; ++i) from[i] = static_cast<std::uint8_t>(i + 1);
  host.copy_rows(to, 4, from, 7, 3, 3);
  const std::uint8_t expected[20] = {1, 2, 3, 0, 8, 9, 10, 0, 15, 16, 17};
  CHECK(std::memcmp(to, expected, sizeof to) == 0);
  host.copy_rows(to, 4, from, 7, 0, 3);
  host.copy_rows(to, 4, from, 7, 3, 0);
  CHECK(std::memcmp(to, expected, sizeof to) == 0);
}
