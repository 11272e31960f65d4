// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// How the GPU looks at memory, and its fences. What becomes of accesses beyond a fence is in hostile.cu: they
// take the context down.
#include <algorithm>
#include <assay/backend/cuda.hpp>
#include <assay/backend/device.hpp>
#include <assay/numeric/random.hpp>
#include <assay/verify/inspection.hpp>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "support/catch.hpp"

namespace {

using assay::inspection;
using assay::inspection_job;

assay::device& gpu() { return assay::device_of<assay::cuda>(); }

constexpr assay::digest_key key{1, 3, 0x9E3779B97F4A7C15};

std::vector<inspection> inspect(const std::vector<inspection_job>& jobs) {
  const assay::device_buffer results(gpu(), static_cast<std::int64_t>(jobs.size() * sizeof(inspection)));
  gpu().set_bytes(results.data(), 0xFF, results.bytes());
  gpu().inspect(jobs.data(), jobs.size(), key, static_cast<inspection*>(results.data()));
  std::vector<inspection> found(jobs.size());
  gpu().copy_to_host(found.data(), results.data(), results.bytes());
  return found;
}

/// On the device and on the host alike.
struct twin {
  std::vector<std::uint8_t> host;
  assay::device_buffer device;

  explicit twin(std::int64_t bytes) : host(static_cast<std::size_t>(bytes)), device(gpu(), bytes) {
    for (std::size_t i = 0; i < host.size(); ++i)
      host[i] = static_cast<std::uint8_t>(assay::random_at(5, 0, i / 16).word[i / 4 % 4] >> (i % 4 * 8));
    gpu().copy_to_device(device.data(), host.data(), bytes);
  }
  const std::uint8_t* on_device() const { return static_cast<const std::uint8_t*>(device.data()); }
};

__global__ void touch_ends(std::uint8_t* data, std::int64_t bytes) {
  data[0] = 1;
  data[bytes - 1] = 2;
}

}  // namespace

constexpr inspection_job::kind kinds[] = {inspection_job::kind::digest, inspection_job::kind::guard,
                                          inspection_job::kind::poison};

TEST_CASE("the GPU finds what the host finds, bit for bit, whatever size and alignment") {
  const twin memory(20'000'003);
  for (const auto what : kinds)
    for (const std::int64_t size : {0, 1, 7, 15, 16, 17, 4095, 4096, 4097, 65'537, 19'999'987})
      for (const std::int64_t offset : {0, 1, 2, 4, 8, 12, 16}) {
        CAPTURE(static_cast<int>(what), size, offset);
        inspection_job job{memory.on_device() + offset, size, 1, 0, what, 0x6B};
        const inspection found = inspect({job})[0];
        job.data = memory.host.data() + offset;
        CHECK(found == assay::inspect_on_host(job, key));
      }
}

TEST_CASE("the GPU looks at rows without what lies between") {
  const twin memory(1'000'000);
  for (const auto what : kinds)
    for (const std::int64_t width : {1, 16, 20, 1000}) {
      CAPTURE(static_cast<int>(what), width);
      inspection_job job{memory.on_device(), width, 999, 1000, what, 0x6B};
      const inspection found = inspect({job})[0];
      job.data = memory.host.data();
      CHECK(found == assay::inspect_on_host(job, key));
    }
}

TEST_CASE("the GPU counts the same poisoned elements as the host, whatever their size") {
  twin memory(1'000'000);
  for (const int element : {1, 2, 4, 8}) {
    CAPTURE(element);
    for (const std::int64_t at : {0, 1, 5000, 999'992 / element})
      std::fill_n(memory.host.begin() + at * element, element, std::uint8_t{0xFF});
    gpu().copy_to_device(memory.device.data(), memory.host.data(), 1'000'000);
    inspection_job job{memory.on_device(), 1'000'000, 1, 0, inspection_job::kind::poison, 0xFF, element};
    const inspection found = inspect({job})[0];
    job.data = memory.host.data();
    CHECK(found == assay::inspect_on_host(job, key));
    CHECK(found.count() >= 3);
    CHECK(found.place() == 0);
  }
}

TEST_CASE("more jobs than one launch takes are all done") {
  const twin memory(100'000);
  std::vector<inspection_job> on_device, on_host;
  for (std::int64_t i = 0; i < 200; ++i) {
    const auto what = i % 3 == 0 ? inspection_job::kind::guard : inspection_job::kind::digest;
    on_device.push_back({memory.on_device() + i * 7, i * 300, 1, 0, what, 0});
    on_host.push_back({memory.host.data() + i * 7, i * 300, 1, 0, what, 0});
  }
  const std::vector<inspection> found = inspect(on_device);
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(found[i] == assay::inspect_on_host(on_host[i], key));
  }
}

TEST_CASE("one changed byte among many is counted and placed") {
  const std::int64_t bytes = 50'000'000;
  const assay::device_buffer buffer(gpu(), bytes);
  gpu().set_bytes(buffer.data(), 0x6B, bytes);
  const inspection_job job{buffer.data(), bytes, 1, 0, inspection_job::kind::guard, 0x6B};
  CHECK(inspect({job})[0].count() == 0);
  for (const std::int64_t at : {bytes - 1, std::int64_t{31'234'567}, std::int64_t{0}}) {
    gpu().set_bytes(static_cast<std::uint8_t*>(buffer.data()) + at, 0, 1);
    CHECK(inspect({job})[0].place() == at);
  }
  CHECK(inspect({job})[0].count() == 3);
}

TEST_CASE("the GPU copies rows between pitches and nothing else") {
  const twin from(100'000);
  const assay::device_buffer to(gpu(), 100'000);
  gpu().set_bytes(to.data(), 0, 100'000);
  gpu().copy_rows(to.data(), 130, from.on_device() + 1, 77, 75, 700);
  gpu().copy_rows(to.data(), 130, from.on_device(), 77, 0, 700);
  std::vector<std::uint8_t> found(100'000), expected(100'000);
  gpu().copy_to_host(found.data(), to.data(), 100'000);
  for (std::size_t row = 0; row < 700; ++row)
    std::copy_n(from.host.begin() + static_cast<std::ptrdiff_t>(row * 77 + 1), 75,
                expected.begin() + static_cast<std::ptrdiff_t>(row * 130));
  CHECK(found == expected);
}

TEST_CASE("a digest is taken at a good part of the speed of a copy", "[timing]") {
  const std::int64_t bytes = std::int64_t{1} << 30;
  const assay::device_buffer from(gpu(), bytes), to(gpu(), bytes), results(gpu(), sizeof(inspection));
  gpu().set_bytes(from.data(), 1, bytes);
  const inspection_job job{from.data(), bytes};
  assay::event a(gpu()), b(gpu()), c(gpu());
  double digest = 1e9, copy = 1e9;
  for (int i = 0; i < 5; ++i) {
    a.record();
    gpu().inspect(&job, 1, key, static_cast<inspection*>(results.data()));
    b.record();
    cudaMemcpyAsync(to.data(), from.data(), bytes, cudaMemcpyDeviceToDevice,
                    static_cast<cudaStream_t>(gpu().stream()));
    c.record();
    gpu().synchronize();
    digest = std::min(digest, a.seconds_until(b));
    copy = std::min(copy, b.seconds_until(c));
  }
  const double digest_rate = static_cast<double>(bytes) / digest,
               copy_rate = 2.0 * static_cast<double>(bytes) / copy;
  std::printf("digest %.2f TB/s read, copy %.2f TB/s read and written\n", digest_rate * 1e-12,
              copy_rate * 1e-12);
  CHECK(digest_rate > 0.5 * copy_rate);
}

TEST_CASE("memory at a fence can be used from its first to its last byte") {
  if (!gpu().has_fences()) {
    std::puts("left out: fences, which this GPU or its driver does not have");
    return;
  }
  for (int i = 0; i < 2; ++i)
    for (const std::int64_t bytes : {std::int64_t{1}, std::int64_t{1} << 20, (std::int64_t{1} << 28) + 1}) {
      const assay::fenced_buffer buffer(gpu(), bytes);
      const assay::fenced_range range = buffer.range();
      REQUIRE(range.bytes >= bytes);
      gpu().set_bytes(range.data, 0x6B, range.bytes);
      touch_ends<<<1, 1, 0, static_cast<cudaStream_t>(gpu().stream())>>>(
          static_cast<std::uint8_t*>(range.data), range.bytes);
      gpu().check_launch();
      const inspection found =
          inspect({{range.data, range.bytes, 1, 0, inspection_job::kind::guard, 0x6B}})[0];
      CHECK(found.count() == 2);
      std::uint8_t last = 0;
      gpu().copy_to_host(&last, static_cast<std::uint8_t*>(range.data) + range.bytes - 1, 1);
      CHECK(last == 2);
    }
}

TEST_CASE("memory at a fence is given back", "[alone]") {
  if (!gpu().has_fences()) return;
  constexpr std::int64_t bytes = (std::int64_t{1} << 28) + 1;
  const std::int64_t before = gpu().free_memory();
  for (int i = 0; i < 20; ++i) {
    const assay::fenced_buffer buffer(gpu(), bytes);
    gpu().set_bytes(buffer.range().data, 0x6B, buffer.range().bytes);
  }
  CHECK(gpu().free_memory() > before - bytes);  // 20 of them would be 5 GiB
}

TEST_CASE("more memory than there is is refused at the fence, too, and the device goes on") {
  if (!gpu().has_fences()) return;
  CHECK_THROWS_AS(gpu().allocate_fenced(std::int64_t{1} << 50), assay::device_error);
  gpu().check_launch();
  gpu().synchronize();
}
