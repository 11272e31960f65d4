// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hip/hip_runtime.h>

#include <cstdint>
#include <string>

#include "assay/backend/ceiling_job.hpp"
#include "assay/backend/hip_fence.hpp"
#include "assay/backend/hip_launch_facts.hpp"
#include "assay/core/device_info.hpp"
#include "assay/core/error.hpp"
#include "assay/core/version.hpp"
#include "assay/integration/roctx.hpp"
#include "assay/roofline/device_facts.hpp"

/// Runs a HIP runtime call and throws device_error with its text, place and status when it fails.
#define ASSAY_HIP_CALL(call) \
  ::assay::hip_api::check((call), #call, __FILE__ ":" ASSAY_DETAIL_STRING(__LINE__))

namespace assay {

/// The calls of the HIP runtime that gpu_device needs. Those that end in noexcept report nothing: they clean
/// up.
struct hip_api {
  using stream_type = hipStream_t;
  using event_type = hipEvent_t;
  using graph_type = hipGraphExec_t;
  static constexpr double event_tick = 10e-9;  ///< s; AMD's counter runs at 100 MHz

  static void check(hipError_t status, const char* call, const char* where) {
    if (status == hipSuccess) return;
    static_cast<void>(hipGetLastError());  // or the next check would report this one again
    const std::string code = hipGetErrorName(status), words = hipGetErrorString(status);
    if (status == hipErrorOutOfMemory) throw out_of_memory(call, code, words, where);
    throw device_error(call, code, words, where, is_sticky(status));
  }
  /// What earlier launches left behind.
  static void check_launch(const char* what) { check(hipGetLastError(), what, ""); }

  /// Errors after which the device answers every call with an error.
  static bool is_sticky(hipError_t status) {
    switch (status) {
      case hipErrorIllegalAddress:
      case hipErrorLaunchTimeOut:
      case hipErrorAssert:
      case hipErrorLaunchFailure:
      case hipErrorECCNotCorrectable:
      case hipErrorContextIsDestroyed:
      case hipErrorUnknown: return true;
      default: return false;
    }
  }

  /// Throws no_device where there is none.
  static int count() {
    int found = 0;
    if (const hipError_t status = hipGetDeviceCount(&found); status != hipSuccess || found == 0) {
      static_cast<void>(hipGetLastError());
      throw no_device(std::string("no HIP device: hipGetDeviceCount: ") +
                      (status == hipSuccess ? "0 devices" : hipGetErrorString(status)));
    }
    return found;
  }
  /// The device that this thread uses.
  static device_info query() {
    static_cast<void>(count());
    int index = 0;
    ASSAY_HIP_CALL(hipGetDevice(&index));
    return query(index);
  }
  static device_info query(int index) {
    device_info info;
    info.vendor = vendor::amd;
    info.index = index;
    hipDeviceProp_t properties{};
    ASSAY_HIP_CALL(hipGetDeviceProperties(&properties, info.index));
    info.name = properties.name;
    info.architecture = properties.gcnArchName;  // "gfx90a:sramecc+:xnack-"
    info.architecture = info.architecture.substr(0, info.architecture.find(':'));
    info.multiprocessors = properties.multiProcessorCount;
    info.memory_bytes = static_cast<std::int64_t>(properties.totalGlobalMem);
    if (const int kilohertz = attribute(hipDeviceAttributeClockRate, info.index))
      info.max_clock = kilohertz * 1e3;
    if (const int kilohertz = attribute(hipDeviceAttributeMemoryClockRate, info.index))
      info.memory_clock = kilohertz * 1e3;
    if (const int bits = attribute(hipDeviceAttributeMemoryBusWidth, info.index)) info.memory_bus_bits = bits;
    char bus_id[32] = "";
    if (hipDeviceGetPCIBusId(bus_id, sizeof bus_id, info.index) == hipSuccess) info.pci_bus_id = bus_id;
    if (const int bytes = attribute(hipDeviceAttributeL2CacheSize, info.index)) info.l2_bytes = bytes;
    // HIP tells the L2 of one die and nothing of the Infinity Cache behind it: a sweep must go past both. Of
    // a device that is not in the table the largest that there is.
    info.last_level_bytes = assay::last_level_bytes(info).value_or(256 << 20);
    int number = 0;
    ASSAY_HIP_CALL(hipDriverGetVersion(&number));
    info.driver_version = version_text(number);
    ASSAY_HIP_CALL(hipRuntimeGetVersion(&number));
    info.runtime_version = version_text(number);
    return info;
  }

  static void* allocate(std::int64_t bytes) {
    void* data = nullptr;
    const hipError_t status = hipMalloc(&data, static_cast<std::size_t>(bytes));
    check(status, ("hipMalloc(" + std::to_string(bytes) + " bytes)").c_str(), "");
    return data;
  }
  static void release(void* data) noexcept { static_cast<void>(hipFree(data)); }
  static bool has_fences(int device) { return hip_fence::supported(device); }
  static fenced_range allocate_fenced(std::int64_t bytes, int device) {
    return hip_fence::allocate(bytes, device);
  }
  static void release_fenced(fenced_range range, int device) noexcept { hip_fence::release(range, device); }
  static std::int64_t free_memory() {
    std::size_t free = 0, total = 0;
    ASSAY_HIP_CALL(hipMemGetInfo(&free, &total));
    return static_cast<std::int64_t>(free);
  }
  static void* allocate_mapped(std::size_t bytes) {
    void* data = nullptr;
    ASSAY_HIP_CALL(hipHostMalloc(&data, bytes, hipHostMallocMapped));
    return data;
  }
  static void release_mapped(void* data) noexcept { static_cast<void>(hipHostFree(data)); }
  static void* device_pointer(void* mapped) {
    void* data = nullptr;
    ASSAY_HIP_CALL(hipHostGetDevicePointer(&data, mapped, 0));
    return data;
  }
  static void copy_to_host(void* to, const void* from, std::int64_t bytes, hipStream_t stream) {
    ASSAY_HIP_CALL(hipMemcpyAsync(to, from, static_cast<std::size_t>(bytes), hipMemcpyDeviceToHost, stream));
    ASSAY_HIP_CALL(hipStreamSynchronize(stream));
  }
  static void copy_to_device(void* to, const void* from, std::int64_t bytes, hipStream_t stream) {
    ASSAY_HIP_CALL(hipMemcpyAsync(to, from, static_cast<std::size_t>(bytes), hipMemcpyHostToDevice, stream));
    ASSAY_HIP_CALL(hipStreamSynchronize(stream));
  }
  static void set_bytes(void* data, std::uint8_t value, std::int64_t bytes, hipStream_t stream) {
    ASSAY_HIP_CALL(hipMemsetAsync(data, value, static_cast<std::size_t>(bytes), stream));
  }

  static void copy_rows(void* to, std::int64_t to_pitch, const void* from, std::int64_t from_pitch,
                        std::int64_t row_bytes, std::int64_t rows, hipStream_t stream) {
    ASSAY_HIP_CALL(hipMemcpy2DAsync(to, static_cast<std::size_t>(to_pitch), from,
                                    static_cast<std::size_t>(from_pitch), static_cast<std::size_t>(row_bytes),
                                    static_cast<std::size_t>(rows), hipMemcpyDeviceToDevice, stream));
  }

  /// Ordered with the legacy default stream, so that a candidate that ignores its stream is still timed.
  static hipStream_t create_stream() {
    hipStream_t stream = nullptr;
    ASSAY_HIP_CALL(hipStreamCreate(&stream));
    return stream;
  }
  static void destroy_stream(hipStream_t stream) noexcept { static_cast<void>(hipStreamDestroy(stream)); }
  static void synchronize() { ASSAY_HIP_CALL(hipDeviceSynchronize()); }
  static void query_stream(hipStream_t stream) {
    const hipError_t status = hipStreamQuery(stream);
    if (status == hipErrorNotReady)
      static_cast<void>(hipGetLastError());
    else
      check(status, "hipStreamQuery(stream)", __FILE__ ":" ASSAY_DETAIL_STRING(__LINE__));
  }

  static hipEvent_t create_event() {
    hipEvent_t event = nullptr;
    ASSAY_HIP_CALL(hipEventCreate(&event));
    return event;
  }
  static void destroy_event(hipEvent_t event) noexcept { static_cast<void>(hipEventDestroy(event)); }
  static void record_event(hipEvent_t event, hipStream_t stream) {
    ASSAY_HIP_CALL(hipEventRecord(event, stream));
  }
  static double seconds_between(hipEvent_t first, hipEvent_t second) {
    float milliseconds = 0.0f;
    ASSAY_HIP_CALL(hipEventSynchronize(second));
    ASSAY_HIP_CALL(hipEventElapsedTime(&milliseconds, first, second));
    return static_cast<double>(milliseconds) * 1e-3;
  }

  /// Relaxed: a candidate may do in its launch what other threads must not do during a capture.
  static void begin_capture(hipStream_t stream) {
    ASSAY_HIP_CALL(hipStreamBeginCapture(stream, hipStreamCaptureModeRelaxed));
  }
  static hipGraphExec_t end_capture(hipStream_t stream) {
    hipGraph_t graph = nullptr;
    ASSAY_HIP_CALL(hipStreamEndCapture(stream, &graph));
    hipGraphExec_t executable = nullptr;
    const hipError_t status = hipGraphInstantiate(&executable, graph, nullptr, nullptr, 0);
    static_cast<void>(hipGraphDestroy(graph));
    check(status, "hipGraphInstantiate", __FILE__ ":" ASSAY_DETAIL_STRING(__LINE__));
    return executable;
  }
  static launch_facts end_capture_as_facts(hipStream_t stream, int device) {
    hipGraph_t graph = nullptr;
    ASSAY_HIP_CALL(hipStreamEndCapture(stream, &graph));
    const launch_facts facts = hip_launch_facts(graph, device);
    static_cast<void>(hipGraphDestroy(graph));
    static_cast<void>(hipGetLastError());  // what could not be told is absent, and nobody's fault
    return facts;
  }
  static void destroy_graph(hipGraphExec_t graph) noexcept { static_cast<void>(hipGraphExecDestroy(graph)); }
  static void launch_graph(hipGraphExec_t graph, hipStream_t stream) {
    ASSAY_HIP_CALL(hipGraphLaunch(graph, stream));
  }
  /// HIP has no persisting lines.
  static bool reset_persisting_cache() { return false; }

  static int shared_memory_of_block(int device) {
    return attribute(hipDeviceAttributeMaxSharedMemoryPerBlock, device);
  }
  static void allow_shared_memory(const void* kernel, int bytes) {
    ASSAY_HIP_CALL(hipFuncSetAttribute(kernel, hipFuncAttributeMaxDynamicSharedMemorySize, bytes));
  }
  /// No library of matrix products is linked.
  static std::string library() { return {}; }
  static void library_product(const ceiling_job& job, hipStream_t /*stream*/) {
    throw error("no library of matrix products is linked for the ceiling of " + job.probe.how);
  }

  static void push_range(const char* name) { roctx_push(name); }
  static void pop_range() noexcept { roctx_pop(); }
  // hipProfilerStart is deprecated, and rocprofv3 does not wait for it.
  static void start_profiling() {}
  static void stop_profiling() noexcept {}

 private:
  /// 0 where the driver does not tell.
  static int attribute(hipDeviceAttribute_t which, int index) {
    int value = 0;
    if (hipDeviceGetAttribute(&value, which, index) != hipSuccess) {
      static_cast<void>(hipGetLastError());
      return 0;
    }
    return value;
  }
  static std::string version_text(int number) {
    return std::to_string(number / 10000000) + "." + std::to_string(number / 100000 % 100);
  }
};

}  // namespace assay
