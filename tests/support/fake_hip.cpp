// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Plays the HIP runtime in front of the real one (LD_PRELOAD): a device whose memory is the host's, on which
// no kernel runs and each operation takes a microsecond of its own clock, whatever else the machine does. It
// shows what assay's HIP backend does when calls fail, on a machine without an AMD GPU. The environment says
// what goes wrong:
//   ASSAY_FAKE_HIP_FAIL=hipMalloc:3   the third call of hipMalloc fails, once
//   ASSAY_FAKE_HIP_LOST=hipMalloc:3   and so do all calls after it, as when a kernel took the device down
//   ASSAY_FAKE_HIP_DEVICES=0          there is no device
//   ASSAY_FAKE_HIP_TOLD=FILE          one line is appended when a call fails as asked
#include <hip/hip_runtime_api.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// A call that fails at its n-th time.
struct planned_failure {
  std::string call;
  int at = 0;
  int seen = 0;

  explicit planned_failure(const std::string& text) {
    const std::size_t colon = text.find(':');
    call = text.substr(0, colon);
    if (colon != std::string::npos) at = std::atoi(text.c_str() + colon + 1);
  }
  bool hits(const char* name) { return call == name && ++seen == at; }
};

hipError_t last_error = hipSuccess;
bool lost = false;

/// The status of a call: what the environment asks for, else success.
hipError_t status_of(const char* call) {
  static planned_failure once(setting("ASSAY_FAKE_HIP_FAIL")), forever(setting("ASSAY_FAKE_HIP_LOST"));
  const bool fails = once.hits(call), ends = forever.hits(call);
  lost = lost || ends;
  if (fails || ends)
    if (const std::string file = setting("ASSAY_FAKE_HIP_TOLD"); !file.empty())
      if (std::FILE* told = std::fopen(file.c_str(), "a")) {
        std::fprintf(told, "%s\n", call);
        std::fclose(told);
      }
  if (lost) return last_error = hipErrorIllegalAddress;
  return fails ? last_error = hipErrorInvalidValue : hipSuccess;
}

double now = 0;  ///< the device's clock, in seconds
void operation() { now += 1e-6; }

constexpr std::size_t memory = std::size_t{1} << 30, page = 1 << 16;
constexpr std::size_t sweep = 64 << 20;  ///< larger memory is there to empty caches, and nobody looks at it

struct fake_event {
  double seconds = 0;
};
struct call_configuration {
  dim3 grid, block;
  std::size_t shared;
  hipStream_t stream;
} configuration;

template <class Handle>
Handle some_handle() {
  static int place;
  return reinterpret_cast<Handle>(&place);
}

}  // namespace

#define ASSAY_FAKE_CALL()                                                    \
  if (const hipError_t status = status_of(__func__); status != hipSuccess) { \
    return status;                                                           \
  }

extern "C" {

hipError_t hipGetLastError() {
  const hipError_t status = lost ? hipErrorIllegalAddress : last_error;
  last_error = hipSuccess;
  return status;
}
const char* hipGetErrorName(hipError_t status) {
  switch (status) {
    case hipSuccess: return "hipSuccess";
    case hipErrorInvalidValue: return "hipErrorInvalidValue";
    case hipErrorOutOfMemory: return "hipErrorOutOfMemory";
    case hipErrorIllegalAddress: return "hipErrorIllegalAddress";
    case hipErrorNoDevice: return "hipErrorNoDevice";
    default: return "hipErrorUnknown";
  }
}
const char* hipGetErrorString(hipError_t status) { return hipGetErrorName(status); }

hipError_t hipGetDeviceCount(int* count) {
  ASSAY_FAKE_CALL()
  *count = setting("ASSAY_FAKE_HIP_DEVICES") == "0" ? 0 : 1;
  return *count ? hipSuccess : last_error = hipErrorNoDevice;
}
hipError_t hipGetDevice(int* device) {
  ASSAY_FAKE_CALL()
  *device = 0;
  return hipSuccess;
}
hipError_t hipGetDeviceProperties(hipDeviceProp_t* properties, int) {
  ASSAY_FAKE_CALL()
  std::memset(properties, 0, sizeof *properties);
  std::strcpy(properties->name, "fake AMD GPU");
  std::strcpy(properties->gcnArchName, "gfx90a:sramecc+:xnack-");
  properties->multiProcessorCount = 104;
  properties->totalGlobalMem = memory;
  return hipSuccess;
}
hipError_t hipDeviceGetAttribute(int* value, hipDeviceAttribute_t which, int) {
  ASSAY_FAKE_CALL()
  *value = which == hipDeviceAttributeClockRate         ? 1'700'000
           : which == hipDeviceAttributeMemoryClockRate ? 1'600'000
           : which == hipDeviceAttributeMemoryBusWidth  ? 4096
           : which == hipDeviceAttributeL2CacheSize     ? 8 << 20
                                                        : 0;
  return hipSuccess;
}
hipError_t hipDeviceGetPCIBusId(char* id, int length, int) {
  ASSAY_FAKE_CALL()
  std::snprintf(id, static_cast<std::size_t>(length), "0000:c1:00.0");
  return hipSuccess;
}
hipError_t hipDriverGetVersion(int* version) {
  ASSAY_FAKE_CALL()
  *version = 50200003;
  return hipSuccess;
}
hipError_t hipRuntimeGetVersion(int* version) {
  ASSAY_FAKE_CALL()
  *version = 50200003;
  return hipSuccess;
}
hipError_t hipDeviceSynchronize() {
  ASSAY_FAKE_CALL()
  return hipSuccess;
}

hipError_t hipMalloc(void** data, std::size_t bytes) {
  ASSAY_FAKE_CALL()
  if (bytes > memory) return last_error = hipErrorOutOfMemory;
  *data = std::calloc(1, bytes);
  return *data ? hipSuccess : last_error = hipErrorOutOfMemory;
}
hipError_t hipFree(void* data) {
  ASSAY_FAKE_CALL()
  std::free(data);
  return hipSuccess;
}
hipError_t hipMemGetInfo(std::size_t* free, std::size_t* total) {
  ASSAY_FAKE_CALL()
  *free = *total = memory;
  return hipSuccess;
}
hipError_t hipHostMalloc(void** data, std::size_t bytes, unsigned) {
  ASSAY_FAKE_CALL()
  *data = std::calloc(1, bytes);
  return hipSuccess;
}
hipError_t hipHostFree(void* data) {
  ASSAY_FAKE_CALL()
  std::free(data);
  return hipSuccess;
}
hipError_t hipHostGetDevicePointer(void** on_device, void* data, unsigned) {
  ASSAY_FAKE_CALL()
  *on_device = data;
  return hipSuccess;
}
hipError_t hipMemcpyAsync(void* to, const void* from, std::size_t bytes, hipMemcpyKind, hipStream_t) {
  ASSAY_FAKE_CALL()
  operation();
  std::memmove(to, from, bytes);
  return hipSuccess;
}
hipError_t hipMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                            std::size_t width, std::size_t height, hipMemcpyKind, hipStream_t) {
  ASSAY_FAKE_CALL()
  operation();
  for (std::size_t row = 0; row < height; ++row)
    std::memmove(static_cast<char*>(to) + row * to_pitch, static_cast<const char*>(from) + row * from_pitch,
                 width);
  return hipSuccess;
}
hipError_t hipMemsetAsync(void* data, int value, std::size_t bytes, hipStream_t) {
  ASSAY_FAKE_CALL()
  operation();
  if (bytes < sweep) std::memset(data, value, bytes);
  return hipSuccess;
}

hipError_t hipMemGetAllocationGranularity(std::size_t* bytes, const hipMemAllocationProp*,
                                          hipMemAllocationGranularity_flags) {
  ASSAY_FAKE_CALL()
  *bytes = page;
  return hipSuccess;
}
hipError_t hipMemCreate(hipMemGenericAllocationHandle_t* handle, std::size_t, const hipMemAllocationProp*,
                        unsigned long long) {
  ASSAY_FAKE_CALL()
  *handle = some_handle<hipMemGenericAllocationHandle_t>();
  return hipSuccess;
}
hipError_t hipMemRelease(hipMemGenericAllocationHandle_t) {
  ASSAY_FAKE_CALL()
  return hipSuccess;
}
hipError_t hipMemAddressReserve(void** begin, std::size_t bytes, std::size_t, void*, unsigned long long) {
  ASSAY_FAKE_CALL()
  *begin = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return *begin == MAP_FAILED ? last_error = hipErrorOutOfMemory : hipSuccess;
}
hipError_t hipMemAddressFree(void* begin, std::size_t bytes) {
  ASSAY_FAKE_CALL()
  munmap(begin, bytes);
  return hipSuccess;
}
hipError_t hipMemMap(void*, std::size_t, std::size_t, hipMemGenericAllocationHandle_t, unsigned long long) {
  ASSAY_FAKE_CALL()
  return hipSuccess;
}
hipError_t hipMemSetAccess(void* data, std::size_t bytes, const hipMemAccessDesc*, std::size_t) {
  ASSAY_FAKE_CALL()
  return mprotect(data, bytes, PROT_READ | PROT_WRITE) == 0 ? hipSuccess : last_error = hipErrorUnknown;
}
hipError_t hipMemUnmap(void* data, std::size_t bytes) {
  ASSAY_FAKE_CALL()
  mprotect(data, bytes, PROT_NONE);
  return hipSuccess;
}

hipError_t hipStreamCreate(hipStream_t* stream) {
  ASSAY_FAKE_CALL()
  *stream = some_handle<hipStream_t>();
  return hipSuccess;
}
hipError_t hipStreamDestroy(hipStream_t) {
  ASSAY_FAKE_CALL()
  return hipSuccess;
}
hipError_t hipStreamSynchronize(hipStream_t) {
  ASSAY_FAKE_CALL()
  return hipSuccess;
}
hipError_t hipStreamQuery(hipStream_t) {
  ASSAY_FAKE_CALL()
  return hipSuccess;
}
hipError_t hipEventCreate(hipEvent_t* event) {
  ASSAY_FAKE_CALL()
  *event = reinterpret_cast<hipEvent_t>(new fake_event);
  return hipSuccess;
}
hipError_t hipEventDestroy(hipEvent_t event) {
  ASSAY_FAKE_CALL()
  delete reinterpret_cast<fake_event*>(event);
  return hipSuccess;
}
hipError_t hipEventRecord(hipEvent_t event, hipStream_t) {
  ASSAY_FAKE_CALL()
  reinterpret_cast<fake_event*>(event)->seconds = now;
  return hipSuccess;
}
hipError_t hipEventSynchronize(hipEvent_t) {
  ASSAY_FAKE_CALL()
  return hipSuccess;
}
hipError_t hipEventElapsedTime(float* milliseconds, hipEvent_t first, hipEvent_t second) {
  ASSAY_FAKE_CALL()
  *milliseconds = static_cast<float>(
      (reinterpret_cast<fake_event*>(second)->seconds - reinterpret_cast<fake_event*>(first)->seconds) * 1e3);
  return hipSuccess;
}

hipError_t hipStreamBeginCapture(hipStream_t, hipStreamCaptureMode) {
  ASSAY_FAKE_CALL()
  return hipSuccess;
}
hipError_t hipStreamEndCapture(hipStream_t, hipGraph_t* graph) {
  ASSAY_FAKE_CALL()
  *graph = some_handle<hipGraph_t>();
  return hipSuccess;
}
hipError_t hipGraphInstantiate(hipGraphExec_t* executable, hipGraph_t, hipGraphNode_t*, char*, std::size_t) {
  ASSAY_FAKE_CALL()
  *executable = some_handle<hipGraphExec_t>();
  return hipSuccess;
}
hipError_t hipGraphDestroy(hipGraph_t) {
  ASSAY_FAKE_CALL()
  return hipSuccess;
}
hipError_t hipGraphExecDestroy(hipGraphExec_t) {
  ASSAY_FAKE_CALL()
  return hipSuccess;
}
hipError_t hipGraphLaunch(hipGraphExec_t, hipStream_t) {
  ASSAY_FAKE_CALL()
  operation();
  return hipSuccess;
}

// A captured launch holds no kernels, since none is known here.
hipError_t hipGraphGetNodes(hipGraph_t, hipGraphNode_t*, std::size_t* count) {
  ASSAY_FAKE_CALL()
  *count = 0;
  return hipSuccess;
}
hipError_t hipGraphNodeGetType(hipGraphNode_t, hipGraphNodeType*) { return hipErrorInvalidValue; }
hipError_t hipGraphKernelNodeGetParams(hipGraphNode_t, hipKernelNodeParams*) { return hipErrorInvalidValue; }
hipError_t hipGraphChildGraphNodeGetGraph(hipGraphNode_t, hipGraph_t*) { return hipErrorInvalidValue; }
hipError_t hipFuncGetAttributes(hipFuncAttributes*, const void*) { return hipErrorInvalidValue; }
hipError_t hipFuncSetAttribute(const void*, hipFuncAttribute, int) { return hipErrorInvalidValue; }
hipError_t hipOccupancyMaxActiveBlocksPerMultiprocessor(int*, const void*, int, std::size_t) {
  return hipErrorInvalidValue;
}
const char* hipKernelNameRefByPtr(const void*, hipStream_t) { return ""; }

// What clang makes of `kernel<<<…>>>(…)`.
void** __hipRegisterFatBinary(const void*) {
  static void* module = nullptr;
  return &module;
}
void __hipRegisterFunction(void**, const void*, char*, const char*, unsigned, void*, void*, dim3*, dim3*,
                           int*) {}
void __hipRegisterVar(void**, void*, char*, char*, int, std::size_t, int, int) {}
void __hipUnregisterFatBinary(void**) {}
hipError_t __hipPushCallConfiguration(dim3 grid, dim3 block, std::size_t shared, hipStream_t stream) {
  configuration = {grid, block, shared, stream};
  return hipSuccess;
}
hipError_t __hipPopCallConfiguration(dim3* grid, dim3* block, std::size_t* shared, hipStream_t* stream) {
  *grid = configuration.grid, *block = configuration.block;
  *shared = configuration.shared, *stream = configuration.stream;
  return hipSuccess;
}
hipError_t hipLaunchKernel(const void*, dim3, dim3, void**, std::size_t, hipStream_t) {
  ASSAY_FAKE_CALL()
  operation();
  return hipSuccess;
}

}  // extern "C"
