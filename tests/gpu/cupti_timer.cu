// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// cupti_timer with the real CUPTI. Tagged [timing]: CUPTI and compute-sanitizer exclude each other, and
// events are longer in the process once this has run.
#include "assay/measure/cupti_timer.hpp"

#include <memory>
#include <string>

#include "assay/backend/cuda.hpp"
#include "assay/backend/cuda_api.hpp"
#include "assay/backend/devices.hpp"
#include "support/catch.hpp"

namespace {

__global__ void spin_cycles(std::int64_t cycles) {
  const std::int64_t start = clock64();
  while (clock64() - start < cycles) {
  }
}

std::unique_ptr<assay::cupti_timer> open_cupti() {
  std::string why_not;
  auto timer = assay::cupti_timer::open(why_not);
  if (!timer) WARN("left out: CUPTI cannot be used here: " << why_not);
  return timer;
}

const auto wait = [] { assay::device_of<assay::cuda>().synchronize(); };

}  // namespace

TEST_CASE("CUPTI gives each launch the time of its kernels", "[cupti][timing]") {
  const auto timer = open_cupti();
  if (!timer) return;
  const cudaStream_t stream = assay::cuda::stream(assay::device_of<assay::cuda>().stream());
  const auto spans = timer->spans(
      40,
      [&](int i) {
        for (int k = 0; k <= i % 3; ++k) spin_cycles<<<1, 32, 0, stream>>>(20000 * (1 + i % 2));
      },
      wait, [&](int) { spin_cycles<<<1, 32, 0, stream>>>(500000); });
  for (int i = 0; i < 40; ++i) {
    const auto& span = spans[static_cast<std::size_t>(i)];
    REQUIRE(span);
    CHECK(span->operations == 1 + i % 3);
    // From 3 GHz down to 1 GHz; the spin before would be 166 µs and more.
    CHECK(span->seconds > 20000.0 * (1 + i % 2) * (1 + i % 3) / 3e9);
    CHECK(span->seconds < 20000.0 * (1 + i % 2) * (1 + i % 3) / 1e9 + 20e-6);
  }
  CHECK(timer->dropped() == 0);
}

TEST_CASE("copies, sets and other streams are part of a launch", "[cupti][timing]") {
  const auto timer = open_cupti();
  if (!timer) return;
  assay::device& device = assay::device_of<assay::cuda>();
  const cudaStream_t stream = assay::cuda::stream(device.stream());
  const assay::device_buffer a(device, 1 << 20), b(device, 1 << 20);
  cudaStream_t side = nullptr;
  cudaEvent_t forked = nullptr, joined = nullptr;
  ASSAY_CUDA_CALL(cudaStreamCreateWithFlags(&side, cudaStreamNonBlocking));
  ASSAY_CUDA_CALL(cudaEventCreate(&forked));
  ASSAY_CUDA_CALL(cudaEventCreate(&joined));
  const auto spans = timer->spans(
      4,
      [&](int) {
        ASSAY_CUDA_CALL(cudaEventRecord(forked, stream));
        ASSAY_CUDA_CALL(cudaStreamWaitEvent(side, forked, 0));
        ASSAY_CUDA_CALL(cudaMemsetAsync(a.data(), 1, 1 << 20, stream));
        ASSAY_CUDA_CALL(cudaMemcpyAsync(b.data(), a.data(), 1 << 20, cudaMemcpyDeviceToDevice, stream));
        spin_cycles<<<1, 32, 0, side>>>(100000);
        ASSAY_CUDA_CALL(cudaEventRecord(joined, side));
        ASSAY_CUDA_CALL(cudaStreamWaitEvent(stream, joined, 0));
      },
      wait);
  for (const auto& span : spans) {
    REQUIRE(span);
    CHECK(span->operations == 3);
    CHECK(span->seconds > 100000 / 3e9);
  }
  ASSAY_CUDA_CALL(cudaEventDestroy(joined));
  ASSAY_CUDA_CALL(cudaEventDestroy(forked));
  ASSAY_CUDA_CALL(cudaStreamDestroy(side));
}

TEST_CASE("the kernels of a graph belong to the call that launched it", "[cupti][timing]") {
  const auto timer = open_cupti();
  if (!timer) return;
  assay::device& device = assay::device_of<assay::cuda>();
  const cudaStream_t stream = assay::cuda::stream(device.stream());
  const assay::graph graph = assay::graph::capture(device, [&] {
    for (int k = 0; k < 5; ++k) spin_cycles<<<1, 32, 0, stream>>>(20000);
  });
  REQUIRE(graph);
  graph.launch();  // the first launch uploads it
  device.synchronize();
  for (const auto& span : timer->spans(
           8, [&](int) { graph.launch(); }, wait)) {
    REQUIRE(span);
    CHECK(span->operations == 5);
    CHECK(span->seconds > 5 * 20000 / 3e9);
    CHECK(span->seconds < 5 * 20000 / 1e9 + 20e-6);
  }
}
