// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>
#if __has_include(<cuda_profiler_api.h>)  // a package of its own in PyPI's and Conda's toolkits
#include <cuda_profiler_api.h>
#endif

#include <cstdint>
#include <cstdio>
#include <string>

#include "assay/backend/ceiling_job.hpp"
#include "assay/backend/cuda_fence.hpp"
#include "assay/backend/cuda_launch_facts.hpp"
#include "assay/core/device_info.hpp"
#include "assay/core/error.hpp"
#include "assay/core/version.hpp"
#include "assay/integration/nvtx.hpp"

/// Whether cuBLASLt is linked, for ceilings of matrix products that this build has no kernel for (CMake:
/// -DASSAY_CUBLASLT=ON).
#ifndef ASSAY_CUBLASLT
#define ASSAY_CUBLASLT 0
#endif
#if ASSAY_CUBLASLT
#include "assay/backend/cuda_cublaslt.hpp"
#endif

/// Runs a CUDA runtime call and throws device_error with its text, place and status when it fails.
#define ASSAY_CUDA_CALL(call) \
  ::assay::cuda_api::check((call), #call, __FILE__ ":" ASSAY_DETAIL_STRING(__LINE__))

namespace assay {

/// The calls of the CUDA runtime that gpu_device needs. Those that end in noexcept report nothing: they clean
/// up.
struct cuda_api {
  using stream_type = cudaStream_t;
  using event_type = cudaEvent_t;
  using graph_type = cudaGraphExec_t;
  static constexpr double event_tick = 32e-9;  ///< s; measured on an H200, docs/design.md

  static void check(cudaError_t status, const char* call, const char* where) {
    if (status == cudaSuccess) return;
    static_cast<void>(cudaGetLastError());  // or the next check would report this one again
    const std::string code = cudaGetErrorName(status), words = cudaGetErrorString(status);
    if (status == cudaErrorMemoryAllocation) throw out_of_memory(call, code, words, where);
    throw device_error(call, code, words, where, is_sticky(status));
  }
  /// What earlier launches left behind.
  static void check_launch(const char* what) { check(cudaGetLastError(), what, ""); }

  /// Errors after which the context answers every call with the same error.
  static bool is_sticky(cudaError_t status) {
    switch (status) {
      case cudaErrorIllegalAddress:
      case cudaErrorLaunchTimeout:
      case cudaErrorAssert:
      case cudaErrorHardwareStackError:
      case cudaErrorIllegalInstruction:
      case cudaErrorMisalignedAddress:
      case cudaErrorInvalidAddressSpace:
      case cudaErrorInvalidPc:
      case cudaErrorLaunchFailure:
      case cudaErrorECCUncorrectable:
      case cudaErrorNvlinkUncorrectable:
      case cudaErrorContextIsDestroyed:
      case cudaErrorDevicesUnavailable:
      case cudaErrorExternalDevice:
      case cudaErrorUnknown: return true;
      default: return false;
    }
  }

  /// Throws no_device where there is none.
  static int count() {
    int found = 0;
    if (const cudaError_t status = cudaGetDeviceCount(&found); status != cudaSuccess || found == 0) {
      static_cast<void>(cudaGetLastError());
      throw no_device(std::string("no CUDA device: cudaGetDeviceCount: ") +
                      (status == cudaSuccess ? "0 devices" : cudaGetErrorString(status)));
    }
    return found;
  }
  /// The device that this thread uses.
  static device_info query() {
    static_cast<void>(count());
    int index = 0;
    ASSAY_CUDA_CALL(cudaGetDevice(&index));
    return query(index);
  }
  static device_info query(int index) {
    device_info info;
    info.vendor = vendor::nvidia;
    info.index = index;
    cudaDeviceProp properties{};
    ASSAY_CUDA_CALL(cudaGetDeviceProperties(&properties, info.index));
    info.name = properties.name;
    info.architecture = "sm_" + std::to_string(properties.major) + std::to_string(properties.minor);
    info.uuid = uuid_text(properties.uuid);
    info.multiprocessors = properties.multiProcessorCount;
    info.memory_bytes = static_cast<std::int64_t>(properties.totalGlobalMem);
    info.ecc = properties.ECCEnabled != 0;
    // CUDA 13 took the clocks out of cudaDeviceProp; the attributes are in every version.
    if (const int kilohertz = attribute(cudaDevAttrClockRate, info.index)) info.max_clock = kilohertz * 1e3;
    if (const int kilohertz = attribute(cudaDevAttrMemoryClockRate, info.index))
      info.memory_clock = kilohertz * 1e3;
    if (const int bits = attribute(cudaDevAttrGlobalMemoryBusWidth, info.index)) info.memory_bus_bits = bits;
    char bus_id[32] = "";
    if (cudaDeviceGetPCIBusId(bus_id, sizeof bus_id, info.index) == cudaSuccess) info.pci_bus_id = bus_id;
    if (const int bytes = attribute(cudaDevAttrL2CacheSize, info.index))
      info.l2_bytes = info.last_level_bytes = bytes;
    int number = 0;
    ASSAY_CUDA_CALL(cudaDriverGetVersion(&number));
    info.driver_version = version_text(number);
    ASSAY_CUDA_CALL(cudaRuntimeGetVersion(&number));
    info.runtime_version = version_text(number);
    return info;
  }

  static void* allocate(std::int64_t bytes) {
    void* data = nullptr;
    const cudaError_t status = cudaMalloc(&data, static_cast<std::size_t>(bytes));
    check(status, ("cudaMalloc(" + std::to_string(bytes) + " bytes)").c_str(), "");
    return data;
  }
  static void release(void* data) noexcept { static_cast<void>(cudaFree(data)); }
  static bool has_fences(int device) { return cuda_fence::supported(device); }
  static fenced_range allocate_fenced(std::int64_t bytes, int device) {
    return cuda_fence::allocate(bytes, device);
  }
  static void release_fenced(fenced_range range, int device) noexcept { cuda_fence::release(range, device); }
  static std::int64_t free_memory() {
    std::size_t free = 0, total = 0;
    ASSAY_CUDA_CALL(cudaMemGetInfo(&free, &total));
    return static_cast<std::int64_t>(free);
  }
  static void* allocate_mapped(std::size_t bytes) {
    void* data = nullptr;
    ASSAY_CUDA_CALL(cudaHostAlloc(&data, bytes, cudaHostAllocMapped));
    return data;
  }
  static void release_mapped(void* data) noexcept { static_cast<void>(cudaFreeHost(data)); }
  static void* device_pointer(void* mapped) {
    void* data = nullptr;
    ASSAY_CUDA_CALL(cudaHostGetDevicePointer(&data, mapped, 0));
    return data;
  }
  static void copy_to_host(void* to, const void* from, std::int64_t bytes, cudaStream_t stream) {
    ASSAY_CUDA_CALL(
        cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyDeviceToHost, stream));
    ASSAY_CUDA_CALL(cudaStreamSynchronize(stream));
  }
  static void copy_to_device(void* to, const void* from, std::int64_t bytes, cudaStream_t stream) {
    ASSAY_CUDA_CALL(
        cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyHostToDevice, stream));
    ASSAY_CUDA_CALL(cudaStreamSynchronize(stream));
  }
  static void set_bytes(void* data, std::uint8_t value, std::int64_t bytes, cudaStream_t stream) {
    ASSAY_CUDA_CALL(cudaMemsetAsync(data, value, static_cast<std::size_t>(bytes), stream));
  }

  static void copy_rows(void* to, std::int64_t to_pitch, const void* from, std::int64_t from_pitch,
                        std::int64_t row_bytes, std::int64_t rows, cudaStream_t stream) {
    ASSAY_CUDA_CALL(cudaMemcpy2DAsync(to, static_cast<std::size_t>(to_pitch), from,
                                      static_cast<std::size_t>(from_pitch),
                                      static_cast<std::size_t>(row_bytes), static_cast<std::size_t>(rows),
                                      cudaMemcpyDeviceToDevice, stream));
  }

  /// Ordered with the legacy default stream, so that a candidate that ignores its stream is still timed.
  static cudaStream_t create_stream() {
    cudaStream_t stream = nullptr;
    ASSAY_CUDA_CALL(cudaStreamCreate(&stream));
    return stream;
  }
  static void destroy_stream(cudaStream_t stream) noexcept { static_cast<void>(cudaStreamDestroy(stream)); }
  static void synchronize() { ASSAY_CUDA_CALL(cudaDeviceSynchronize()); }
  static void query_stream(cudaStream_t stream) {
    const cudaError_t status = cudaStreamQuery(stream);
    if (status == cudaErrorNotReady)
      static_cast<void>(cudaGetLastError());
    else
      check(status, "cudaStreamQuery(stream)", __FILE__ ":" ASSAY_DETAIL_STRING(__LINE__));
  }

  static cudaEvent_t create_event() {
    cudaEvent_t event = nullptr;
    ASSAY_CUDA_CALL(cudaEventCreate(&event));
    return event;
  }
  static void destroy_event(cudaEvent_t event) noexcept { static_cast<void>(cudaEventDestroy(event)); }
  static void record_event(cudaEvent_t event, cudaStream_t stream) {
    ASSAY_CUDA_CALL(cudaEventRecord(event, stream));
  }
  static double seconds_between(cudaEvent_t first, cudaEvent_t second) {
    float milliseconds = 0.0f;
    ASSAY_CUDA_CALL(cudaEventSynchronize(second));
    ASSAY_CUDA_CALL(cudaEventElapsedTime(&milliseconds, first, second));
    return static_cast<double>(milliseconds) * 1e-3;
  }

  /// Relaxed: a candidate may do in its launch what other threads must not do during a capture.
  static void begin_capture(cudaStream_t stream) {
    ASSAY_CUDA_CALL(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
  }
  static cudaGraphExec_t end_capture(cudaStream_t stream) {
    cudaGraph_t graph = nullptr;
    ASSAY_CUDA_CALL(cudaStreamEndCapture(stream, &graph));
    cudaGraphExec_t executable = nullptr;
    const cudaError_t status = cudaGraphInstantiate(&executable, graph, 0);
    static_cast<void>(cudaGraphDestroy(graph));
    check(status, "cudaGraphInstantiate", __FILE__ ":" ASSAY_DETAIL_STRING(__LINE__));
    return executable;
  }
  static launch_facts end_capture_as_facts(cudaStream_t stream, int device) {
    cudaGraph_t graph = nullptr;
    ASSAY_CUDA_CALL(cudaStreamEndCapture(stream, &graph));
    const launch_facts facts = cuda_launch_facts(graph, device);
    static_cast<void>(cudaGraphDestroy(graph));
    static_cast<void>(cudaGetLastError());  // what could not be told is absent, and nobody's fault
    return facts;
  }
  static void destroy_graph(cudaGraphExec_t graph) noexcept {
    static_cast<void>(cudaGraphExecDestroy(graph));
  }
  static void launch_graph(cudaGraphExec_t graph, cudaStream_t stream) {
    ASSAY_CUDA_CALL(cudaGraphLaunch(graph, stream));
  }

  /// Whether a part of L2 was set aside; none is after the call. Devices before sm_80 have no such thing.
  static bool reset_persisting_cache() {
    std::size_t bytes = 0;
    if (cudaDeviceGetLimit(&bytes, cudaLimitPersistingL2CacheSize) != cudaSuccess || bytes == 0) {
      static_cast<void>(cudaGetLastError());
      return false;
    }
    ASSAY_CUDA_CALL(cudaCtxResetPersistingL2Cache());
    ASSAY_CUDA_CALL(cudaDeviceSetLimit(cudaLimitPersistingL2CacheSize, 0));
    return true;
  }

  /// Bytes, the most that a block can have.
  static int shared_memory_of_block(int device) {
    return attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
  }
  /// Lets a kernel have more dynamic shared memory than a launch may ask for by default.
  static void allow_shared_memory(const void* kernel, int bytes) {
    ASSAY_CUDA_CALL(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
  }
  /// The linked library of matrix products, "cuBLASLt 13.0.2"; empty where there is none (ASSAY_CUBLASLT).
  static std::string library() {
#if ASSAY_CUBLASLT
    return cublaslt_product::version();
#else
    return {};
#endif
  }
  static void library_product(const ceiling_job& job, cudaStream_t stream) {
#if ASSAY_CUBLASLT
    cublaslt_product::launch(job, stream);
#else
    static_cast<void>(stream);
    throw error("no library of matrix products is linked for the ceiling of " + job.probe.how);
#endif
  }

  static void push_range(const char* name) { nvtx_push(name); }
  static void pop_range() noexcept { nvtx_pop(); }
#if __has_include(<cuda_profiler_api.h>)
  static void start_profiling() { ASSAY_CUDA_CALL(cudaProfilerStart()); }
  static void stop_profiling() noexcept { static_cast<void>(cudaProfilerStop()); }
#else
  static void start_profiling() {}
  static void stop_profiling() noexcept {}
#endif

 private:
  /// 0 where the driver does not tell.
  static int attribute(cudaDeviceAttr which, int index) {
    int value = 0;
    if (cudaDeviceGetAttribute(&value, which, index) != cudaSuccess) {
      static_cast<void>(cudaGetLastError());
      return 0;
    }
    return value;
  }
  static std::string version_text(int number) {
    return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
  }
  static std::string uuid_text(const cudaUUID_t& uuid) {
    std::string text = "GPU-";
    for (int i = 0; i < 16; ++i) {
      char digits[3];
      std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(uuid.bytes[i]));
      if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
      text += digits;
    }
    return text;
  }
};

}  // namespace assay
