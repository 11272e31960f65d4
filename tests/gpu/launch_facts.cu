// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What the driver tells of captured launches, and the byte stream.
#include <cublas_v2.h>

#include <assay/backend/cuda.hpp>
#include <assay/backend/cuda_launch_facts.hpp>
#include <assay/measure.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

assay::device& gpu() { return assay::device_of<assay::cuda>(); }
cudaStream_t stream() { return static_cast<cudaStream_t>(gpu().stream()); }

__global__ void known_kernel(float* y) {
  __shared__ float own[256];
  own[threadIdx.x] = y[threadIdx.x];
  __syncthreads();
  y[threadIdx.x] = own[255 - threadIdx.x];
}
/// Elements written at indices that the compiler does not know put the array into local memory.
__global__ void spilling_kernel(const int* at, float* y) {
  float values[64] = {};
  for (int i = 0; i < 64; ++i) values[at[i] & 63] += y[i];
  for (int i = 0; i < 64; ++i) y[threadIdx.x] += values[at[threadIdx.x + i] & 63];
}

assay::device_buffer zeros(std::int64_t bytes) {
  assay::device_buffer buffer(gpu(), bytes);
  gpu().set_bytes(buffer.data(), 0, bytes);
  return buffer;
}

template <class Launch>
assay::launch_facts facts_of(const Launch& launch) {
  return assay::capture_launch_facts(gpu(), launch);
}

}  // namespace

TEST_CASE("a captured kernel tells its grid, its shared memory and what fits") {
  const assay::device_buffer y = zeros(1024);
  constexpr int dynamic = 20'000;
  const assay::launch_facts facts = facts_of(
      [&] { known_kernel<<<dim3(7, 3, 2), 256, dynamic, stream()>>>(static_cast<float*>(y.data())); });
  REQUIRE(facts.absent.empty());
  REQUIRE(facts.kernels.size() == 1);
  CHECK(facts.copies == 0);
  CHECK(facts.others == 0);
  const assay::kernel_facts& k = facts.kernels[0];
  CHECK(k.name.find("known_kernel(float*)") != std::string::npos);
  CHECK((k.grid[0] == 7 && k.grid[1] == 3 && k.grid[2] == 2));
  CHECK((k.block[0] == 256 && k.block[1] == 1 && k.block[2] == 1));
  CHECK(k.dynamic_shared_bytes == dynamic);
  CHECK(k.static_shared_bytes == 1024);
  CHECK(k.registers.value_or(0) > 0);
  CHECK(k.local_bytes == 0);
  int expected = 0;
  REQUIRE(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&expected, known_kernel, 256, dynamic) ==
          cudaSuccess);
  CHECK(k.blocks_per_multiprocessor == expected);
  CHECK(facts.multiprocessor.count == gpu().info().multiprocessors);
  CHECK(facts.multiprocessor.threads.value_or(0) >= 1024);
  // HIP does not tell it.
  if (gpu().info().vendor == assay::vendor::nvidia)
    CHECK(facts.multiprocessor.registers.value_or(0) >= 32768);
  CHECK(facts.multiprocessor.shared_bytes.value_or(0) >= 64 << 10);
  CHECK(k.occupancy(facts.multiprocessor).value() <= 1.0);
  CHECK(k.waves(facts.multiprocessor).value() > 0.0);
  CHECK_FALSE(k.limited_by(facts.multiprocessor).empty());
}

TEST_CASE("spilled values are told") {
  const assay::device_buffer at = zeros(1024), y = zeros(1024);
  const assay::launch_facts facts = facts_of([&] {
    spilling_kernel<<<1, 32, 0, stream()>>>(static_cast<const int*>(at.data()),
                                            static_cast<float*>(y.data()));
  });
  REQUIRE(facts.kernels.size() == 1);
  CHECK(facts.kernels[0].local_bytes.value_or(0) >= 256);
}

TEST_CASE("copies, sets and graphs within graphs are counted") {
  const assay::device_buffer a = zeros(4096), b = zeros(4096);
  const auto enqueue = [&] {
    cudaMemcpyAsync(b.data(), a.data(), 4096, cudaMemcpyDeviceToDevice, stream());
    cudaMemsetAsync(a.data(), 0, 4096, stream());
    known_kernel<<<1, 256, 0, stream()>>>(static_cast<float*>(b.data()));
  };
  const assay::launch_facts facts = facts_of(enqueue);
  CHECK(facts.kernels.size() == 1);
  CHECK(facts.copies == 2);
  // CUDA captures no launch of a graph: that is told.
  const assay::graph inner = assay::graph::capture(gpu(), enqueue);
  CHECK_FALSE(facts_of([&] { inner.launch(); }).absent.empty());
  cudaGraph_t child = nullptr, outer = nullptr;
  REQUIRE(cudaStreamBeginCapture(stream(), cudaStreamCaptureModeRelaxed) == cudaSuccess);
  enqueue();
  REQUIRE(cudaStreamEndCapture(stream(), &child) == cudaSuccess);
  REQUIRE(cudaGraphCreate(&outer, 0) == cudaSuccess);
  for (int i = 0; i < 2; ++i) {
    cudaGraphNode_t node = nullptr;
    REQUIRE(cudaGraphAddChildGraphNode(&node, outer, nullptr, 0, child) == cudaSuccess);
  }
  const assay::launch_facts nested = assay::cuda_launch_facts(outer, gpu().info().index);
  CHECK(nested.kernels.size() == 2);
  CHECK(nested.copies == 4);
  cudaGraphDestroy(outer);
  cudaGraphDestroy(child);
}

TEST_CASE("kernels that a library launches through the driver are told as well", "[cuda]") {
  constexpr int side = 512;
  constexpr std::int64_t bytes = side * side * 4;
  const assay::device_buffer a = zeros(bytes), b = zeros(bytes), c = zeros(bytes);
  cublasHandle_t handle = nullptr;
  REQUIRE(cublasCreate(&handle) == CUBLAS_STATUS_SUCCESS);
  REQUIRE(cublasSetStream(handle, stream()) == CUBLAS_STATUS_SUCCESS);
  const float one = 1.0f, zero = 0.0f;
  const auto product = [&] {
    cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, side, side, side, &one, static_cast<const float*>(a.data()),
                side, static_cast<const float*>(b.data()), side, &zero, static_cast<float*>(c.data()), side);
  };
  product();
  gpu().synchronize();
  const assay::launch_facts facts = facts_of(product);
  cublasDestroy(handle);
  REQUIRE(facts.absent.empty());
  REQUIRE_FALSE(facts.kernels.empty());
  CHECK_FALSE(facts.kernels[0].name.empty());
  CHECK(facts.kernels[0].registers.value_or(0) > 0);
  CHECK(facts.kernels[0].blocks_per_multiprocessor.value_or(0) > 0);
}

TEST_CASE("a launch that waits for its stream has no facts, and the device goes on") {
  const assay::device_buffer y = zeros(1024);
  const auto waits = [&] {
    known_kernel<<<1, 256, 0, stream()>>>(static_cast<float*>(y.data()));
    cudaStreamSynchronize(stream());
  };
  const assay::launch_facts facts = facts_of(waits);
  CHECK(facts.kernels.empty());
  CHECK(facts.absent.find("cannot be captured") != std::string::npos);
  waits();
  gpu().check_launch();
  gpu().synchronize();
}

TEST_CASE("a stream writes all that it is told to and nothing else, in every shape and mix") {
  constexpr std::int64_t most = 3 << 20;
  const assay::device_buffer from(gpu(), most), to(gpu(), most);
  std::vector<std::uint32_t> words(most / 4, 0x01010101u), seen(most / 4);
  gpu().copy_to_device(from.data(), words.data(), most);
  for (int shape = 0; shape < assay::stream_shapes; ++shape)
    for (const std::int64_t read : {std::int64_t{0}, std::int64_t{16}, std::int64_t{1'000'000}, most})
      for (const std::int64_t written : {std::int64_t{0}, std::int64_t{16}, std::int64_t{1'234'560}, most}) {
        gpu().set_bytes(to.data(), 0xA5, most);
        CHECK(gpu().stream_bytes({from.data(), read, to.data(), written, shape}));
        gpu().copy_to_host(seen.data(), to.data(), most);
        std::int64_t touched = 0;
        for (const std::uint32_t word : seen) touched += word != 0xA5A5A5A5u;
        CAPTURE(shape, read, written);
        CHECK(touched * 4 == written);
        if (written > 0) CHECK(seen[static_cast<std::size_t>(written / 4 - 1)] != 0xA5A5A5A5u);
      }
}
