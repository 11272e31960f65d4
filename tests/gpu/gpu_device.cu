// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <assay/backend/cuda.hpp>
#include <assay/measure.hpp>
#include <assay/numeric/element.hpp>
#include <assay/verify/fill_value.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

assay::device& gpu() { return assay::device_of<assay::cuda>(); }

__global__ void add_one(int n, int* x) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) x[i] += 1;
}

__global__ void spin(long long cycles) {
  const long long start = clock64();
  while (clock64() - start < cycles) {
  }
}

std::vector<std::uint8_t> bytes_of(const assay::device_buffer& buffer) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(buffer.bytes()));
  gpu().copy_to_host(bytes.data(), buffer.data(), buffer.bytes());
  return bytes;
}

}  // namespace

TEST_CASE("the GPU says what it is", "[cuda]") {
  const assay::device_info& info = gpu().info();
  CHECK(info.vendor == assay::vendor::nvidia);
  CHECK_FALSE(info.name.empty());
  CHECK(info.architecture.rfind("sm_", 0) == 0);
  CHECK(info.uuid.size() == 40);
  CHECK(info.multiprocessors.value_or(0) > 0);
  CHECK(info.max_clock.value_or(0) > 1e8);
  CHECK(info.memory_bus_bits.value_or(0) > 0);
  CHECK(info.l2_bytes.value_or(0) > 0);
  CHECK(gpu().free_memory() > 0);
}

TEST_CASE("a fill is the same on the GPU and on the host, bit for bit, for every kind and element type") {
  using assay::dtype;
  const std::int64_t count = 100'003;
  const assay::fill fills[] = {assay::uniform(-1, 1),       assay::uniform(0.5, 1.5),
                               assay::normal(0, 4),         assay::integers(-3, 100),
                               assay::sorted(-2, 2),        assay::permutation(),
                               assay::constant(0.1),        assay::positive(),
                               assay::powers_of_two(-4, 4), assay::padded_scales(assay::positive(), 1000, 7)};
  for (std::size_t t = 0; t < assay::dtype_count; ++t)
    for (const assay::fill& how : fills) {
      const auto type = static_cast<dtype>(t);
      CAPTURE(assay::to_string(type), static_cast<int>(how.how));
      assay::device_buffer buffer(gpu(), assay::bytes_for(type, count));
      gpu().fill({buffer.data(), type, count, how, 42, 7});
      std::vector<std::uint8_t> expected(static_cast<std::size_t>(buffer.bytes()));
      const assay::filled_tensor filled(how, type, 42, 7, count);
      for (std::int64_t i = 0; i < count; ++i) filled.store(i, expected.data());
      CHECK(bytes_of(buffer) == expected);
    }
}

TEST_CASE("a fill by whole vectors is the same at every place, count, and data set") {
  using assay::dtype;
  const assay::fill fills[] = {assay::uniform(-1, 1),      assay::uniform(0.1, 0.3),
                               assay::normal(0, 4),        assay::normal(0, 0x1p40),
                               assay::integers(-100, 100), assay::integers(-3000, 3000),
                               assay::uniform(-3, 1e30),   assay::uniform(0, 0x1p-120)};
  for (const dtype type : {dtype::fp32, dtype::fp16, dtype::bf16, dtype::fp8_e4m3fn, dtype::int8})
    for (const assay::fill& how : fills)
      for (const std::int64_t count : {1, 7, 15, 16, 17, 31, 33, 1023, 300'001})
        for (const std::int64_t offset : {0, 1, 16})  // elements
          for (const std::size_t set : {0, 1}) {
            CAPTURE(assay::to_string(type), static_cast<int>(how.how), how.a, how.b, count, offset, set);
            const std::uint64_t seed = assay::data_set_seed(42, set);
            const std::int64_t before = assay::bytes_for(type, offset);
            const std::int64_t bytes = assay::bytes_for(type, count);
            assay::device_buffer buffer(gpu(), before + bytes + 32);
            gpu().set_bytes(buffer.data(), 0x5A, buffer.bytes());
            gpu().fill({static_cast<std::uint8_t*>(buffer.data()) + before, type, count, how, seed, 7});
            std::vector<std::uint8_t> expected(static_cast<std::size_t>(buffer.bytes()), 0x5A);
            const assay::filled_tensor filled(how, type, seed, 7, count);
            for (std::int64_t i = 0; i < count; ++i) filled.store(i, expected.data() + before);
            REQUIRE(bytes_of(buffer) == expected);
          }
}

TEST_CASE("memory is set, copied both ways and survives a cache sweep") {
  assay::device_buffer buffer(gpu(), 1000);
  gpu().set_bytes(buffer.data(), 0xA5, 1000);
  gpu().sweep_cache();
  CHECK(bytes_of(buffer) == std::vector<std::uint8_t>(1000, 0xA5));
  std::vector<std::uint8_t> pattern(1000);
  for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = static_cast<std::uint8_t>(i * 7);
  gpu().copy_to_device(buffer.data(), pattern.data(), 1000);
  CHECK(bytes_of(buffer) == pattern);
}

TEST_CASE("more memory than there is is refused in words, and the device goes on") {
  try {
    const assay::device_buffer buffer(gpu(), std::int64_t{1} << 50);
    FAIL("a PiB was allocated");
  } catch (const assay::out_of_memory& e) {
    CHECK(std::string(e.what()).find("cudaMalloc") != std::string::npos);
    CHECK_FALSE(e.lost());
  }
  gpu().check_launch();
  gpu().synchronize();
}

TEST_CASE("a launch that cannot be is found, named, and does not stay behind") {
  add_one<<<1, 4096, 0, static_cast<cudaStream_t>(gpu().stream())>>>(0, nullptr);
  try {
    gpu().check_launch();
    FAIL("4096 threads a block were accepted");
  } catch (const assay::device_error& e) {
    CHECK(e.code().rfind("cudaErrorInvalid", 0) == 0);  // …Configuration or …Value, as the driver has it
    CHECK_FALSE(e.lost());
  }
  gpu().check_launch();
}

TEST_CASE("the gate holds a launch until it is opened") {
  assay::device_buffer buffer(gpu(), 4);
  add_one<<<1, 1, 0, static_cast<cudaStream_t>(gpu().stream())>>>(0, nullptr);  // or its loading would wait
  gpu().set_bytes(buffer.data(), 0, 4);
  REQUIRE(gpu().close_gate(5.0));
  add_one<<<1, 1, 0, static_cast<cudaStream_t>(gpu().stream())>>>(1, static_cast<int*>(buffer.data()));
  CHECK(cudaStreamQuery(static_cast<cudaStream_t>(gpu().stream())) == cudaErrorNotReady);
  gpu().open_gate();
  gpu().synchronize();
  CHECK(gpu().gate_held());
  int value = 0;
  gpu().copy_to_host(&value, buffer.data(), 4);
  CHECK(value == 1);
}

TEST_CASE("a gate that nobody opens opens by itself and says so") {
  REQUIRE(gpu().close_gate(0.01));
  gpu().synchronize();
  CHECK_FALSE(gpu().gate_held());
  gpu().open_gate();
}

TEST_CASE("events order two launches and see the longer one as longer", "[timing]") {
  const auto stream = static_cast<cudaStream_t>(gpu().stream());
  spin<<<1, 1, 0, stream>>>(1);  // loaded before it is timed
  assay::event a(gpu()), b(gpu()), c(gpu());
  a.record();
  spin<<<1, 1, 0, stream>>>(100'000);
  b.record();
  spin<<<1, 1, 0, stream>>>(1'000'000);
  c.record();
  gpu().synchronize();
  CHECK(a.seconds_until(b) > 0);
  CHECK(b.seconds_until(c) > a.seconds_until(b));
}

TEST_CASE("measure times a callable behind gates and keeps every sample", "[timing]") {
  const assay::measurement time =
      assay::measure<assay::cuda>([](cudaStream_t s) { spin<<<132, 128, 0, s>>>(20'000); });
  CHECK(time.gated);
  CHECK(time.raw.median > 0);
  CHECK(time.raw.lower.has_value());
  CHECK(time.samples.size() == time.rounds.size());
  CHECK(time.samples.size() >= 12);
  for (const assay::finding& f : time.findings) {
    CAPTURE(f.code, f.message);
    // That is told of one steady measurement in a hundred (p < 1 %).
    CHECK((f.level == assay::severity::note || f.code == "drifting"));
  }
}

TEST_CASE("measure survives a callable that waits for the device, and says that the gate opened") {
  assay::measure_options options;
  options.gate_timeout = 0.02;
  options.time_budget = 0.2;
  const assay::measurement time = assay::measure<assay::cuda>(
      [](cudaStream_t s) {
        spin<<<1, 1, 0, s>>>(20'000);
        cudaStreamSynchronize(s);
      },
      options);
  CHECK_FALSE(time.gated);
  CHECK(std::any_of(time.findings.begin(), time.findings.end(),
                    [](const assay::finding& f) { return f.code == "gate-opened"; }));
}

TEST_CASE("measure passes on what a callable died of, and the device goes on") {
  std::string words;
  try {
    static_cast<void>(assay::measure<assay::cuda>([](cudaStream_t s) { spin<<<1, 4096, 0, s>>>(1); }));
  } catch (const assay::error& e) {
    words = e.what();
  }
  CHECK(words.find("cudaErrorInvalid") != std::string::npos);
  gpu().synchronize();
}

TEST_CASE("profiler ranges cost nothing and need no profiler") {
  for (int i = 0; i < 1000; ++i) const assay::scoped_range range(gpu(), "a range");
  gpu().synchronize();
}
