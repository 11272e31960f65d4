// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Not HIP: the part of its runtime that assay and its tests use, played by CUDA's. With this folder on the include
// path nvcc compiles assay's HIP backend and runs it on an NVIDIA GPU. That proves the host logic and the kernels
// that both backends share. It proves nothing of AMD's runtime, compiler or devices.
#pragma once

#include <cuda.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>

#include <cstddef>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>

// Names by macros, so that overloads, templates and enumerators in `case` come along.
#define hipError_t cudaError_t
#define hipSuccess cudaSuccess
#define hipErrorOutOfMemory cudaErrorMemoryAllocation
#define hipErrorNotReady cudaErrorNotReady
#define hipErrorInvalidValue cudaErrorInvalidValue
#define hipErrorIllegalAddress cudaErrorIllegalAddress
#define hipErrorLaunchTimeOut cudaErrorLaunchTimeout
#define hipErrorAssert cudaErrorAssert
#define hipErrorLaunchFailure cudaErrorLaunchFailure
#define hipErrorECCNotCorrectable cudaErrorECCUncorrectable
#define hipErrorContextIsDestroyed cudaErrorContextIsDestroyed
#define hipErrorUnknown cudaErrorUnknown
#define hipErrorNotSupported cudaErrorNotSupported
#define hipGetErrorString cudaGetErrorString
#define hipGetLastError cudaGetLastError
#define hipPeekAtLastError cudaPeekAtLastError

#define hipGetDeviceCount cudaGetDeviceCount
#define hipGetDevice cudaGetDevice
#define hipSetDevice cudaSetDevice
#define hipDeviceSynchronize cudaDeviceSynchronize
#define hipDeviceAttribute_t cudaDeviceAttr
#define hipDeviceAttributeClockRate cudaDevAttrClockRate
#define hipDeviceAttributeMemoryClockRate cudaDevAttrMemoryClockRate
#define hipDeviceAttributeMemoryBusWidth cudaDevAttrGlobalMemoryBusWidth
#define hipDeviceAttributeL2CacheSize cudaDevAttrL2CacheSize
#define hipDeviceAttributeMaxSharedMemoryPerBlock cudaDevAttrMaxSharedMemoryPerBlockOptin
#define hipDeviceGetAttribute cudaDeviceGetAttribute
#define hipDeviceGetPCIBusId cudaDeviceGetPCIBusId
#define hipDeviceSetCacheConfig cudaDeviceSetCacheConfig
#define hipFuncCachePreferShared cudaFuncCachePreferShared

#define hipMalloc cudaMalloc
#define hipFree cudaFree
#define hipMallocAsync cudaMallocAsync
#define hipFreeAsync cudaFreeAsync
#define hipMemGetInfo cudaMemGetInfo
#define hipHostMalloc cudaHostAlloc
#define hipHostMallocMapped cudaHostAllocMapped
#define hipHostFree cudaFreeHost
#define hipHostGetDevicePointer cudaHostGetDevicePointer
#define hipMemcpy cudaMemcpy
#define hipMemcpyAsync cudaMemcpyAsync
#define hipMemcpy2DAsync cudaMemcpy2DAsync
#define hipMemcpyToSymbolAsync cudaMemcpyToSymbolAsync
#define hipMemcpyDeviceToHost cudaMemcpyDeviceToHost
#define hipMemcpyHostToDevice cudaMemcpyHostToDevice
#define hipMemcpyDeviceToDevice cudaMemcpyDeviceToDevice
#define hipMemset cudaMemset
#define hipMemsetAsync cudaMemsetAsync

#define hipStream_t cudaStream_t
#define hipStreamCreate cudaStreamCreate
#define hipStreamCreateWithFlags cudaStreamCreateWithFlags
#define hipStreamNonBlocking cudaStreamNonBlocking
#define hipStreamDestroy cudaStreamDestroy
#define hipStreamSynchronize cudaStreamSynchronize
#define hipStreamQuery cudaStreamQuery
#define hipStreamWaitEvent cudaStreamWaitEvent
#define hipEvent_t cudaEvent_t
#define hipEventCreate cudaEventCreate
#define hipEventCreateWithFlags cudaEventCreateWithFlags
#define hipEventDisableTiming cudaEventDisableTiming
#define hipEventDestroy cudaEventDestroy
#define hipEventRecord cudaEventRecord
#define hipEventSynchronize cudaEventSynchronize
#define hipEventElapsedTime cudaEventElapsedTime

#define hipStreamBeginCapture cudaStreamBeginCapture
#define hipStreamCaptureModeRelaxed cudaStreamCaptureModeRelaxed
#define hipStreamEndCapture cudaStreamEndCapture
#define hipGraph_t cudaGraph_t
#define hipGraphCreate cudaGraphCreate
#define hipGraphAddChildGraphNode cudaGraphAddChildGraphNode
#define hipGraphDestroy cudaGraphDestroy
#define hipGraphExec_t cudaGraphExec_t
#define hipGraphExecDestroy cudaGraphExecDestroy
#define hipGraphLaunch cudaGraphLaunch

#define hipGraphNode_t cudaGraphNode_t
#define hipGraphGetNodes cudaGraphGetNodes
#define hipGraphNodeType cudaGraphNodeType
#define hipGraphNodeGetType cudaGraphNodeGetType
#define hipGraphNodeTypeKernel cudaGraphNodeTypeKernel
#define hipGraphNodeTypeMemcpy cudaGraphNodeTypeMemcpy
#define hipGraphNodeTypeMemset cudaGraphNodeTypeMemset
#define hipGraphNodeTypeEmpty cudaGraphNodeTypeEmpty
#define hipGraphNodeTypeWaitEvent cudaGraphNodeTypeWaitEvent
#define hipGraphNodeTypeEventRecord cudaGraphNodeTypeEventRecord
#define hipGraphNodeTypeGraph cudaGraphNodeTypeGraph
#define hipGraphChildGraphNodeGetGraph cudaGraphChildGraphNodeGetGraph
#define hipKernelNodeParams cudaKernelNodeParams
#define hipGraphKernelNodeGetParams cudaGraphKernelNodeGetParams
#define hipFuncAttributes cudaFuncAttributes
#define hipFuncGetAttributes cudaFuncGetAttributes
#define hipOccupancyMaxActiveBlocksPerMultiprocessor cudaOccupancyMaxActiveBlocksPerMultiprocessor
#define hipDeviceAttributeMaxThreadsPerMultiProcessor cudaDevAttrMaxThreadsPerMultiProcessor
#define hipDeviceAttributeMaxSharedMemoryPerMultiprocessor cudaDevAttrMaxSharedMemoryPerMultiprocessor

#define hipFuncSetAttribute cudaFuncSetAttribute
#define hipFuncAttributeMaxDynamicSharedMemorySize cudaFuncAttributeMaxDynamicSharedMemorySize
#define hipLaunchCooperativeKernel cudaLaunchCooperativeKernel

// assay/backend/hip.hpp declares these as AMD's headers define them.
#define hip_bfloat16 __nv_bfloat16
#define __hip_fp8_e4m3 __nv_fp8_e4m3
#define __hip_fp8_e5m2 __nv_fp8_e5m2

struct hipDeviceProp_t : cudaDeviceProp {
  char gcnArchName[256];
};
inline cudaError_t hipGetDeviceProperties(hipDeviceProp_t* properties, int device) {
  const cudaError_t status = cudaGetDeviceProperties(properties, device);
  std::snprintf(properties->gcnArchName, sizeof properties->gcnArchName, "sm_%d%d", properties->major,
                properties->minor);
  return status;
}

// Kinds of nodes that CUDA does not tell apart.
constexpr auto hipGraphNodeTypeMemcpy1D = static_cast<cudaGraphNodeType>(101);
constexpr auto hipGraphNodeTypeMemcpyFromSymbol = static_cast<cudaGraphNodeType>(102);
constexpr auto hipGraphNodeTypeMemcpyToSymbol = static_cast<cudaGraphNodeType>(103);

/// hipErrorInvalidValue for cudaErrorInvalidValue.
inline const char* hipGetErrorName(cudaError_t status) {
  static std::map<cudaError_t, std::string> names;
  static std::mutex guard;
  const std::lock_guard<std::mutex> locked(guard);
  std::string& name = names[status];
  if (name.empty()) {
    name = cudaGetErrorName(status);
    if (name.rfind("cuda", 0) == 0) name.replace(0, 4, "hip");
  }
  return name.c_str();
}

inline const char* hipKernelNameRefByPtr(const void* function, cudaStream_t) {
  const char* name = nullptr;
  return cudaFuncGetName(&name, function) == cudaSuccess ? name : "";
}

/// HIP writes 5.2.3 as 50200003 + patch, CUDA 13.0 as 13000.
inline int hip_on_cuda_version(int cuda) { return cuda / 1000 * 10000000 + cuda % 1000 / 10 * 100000; }
inline cudaError_t hipDriverGetVersion(int* version) {
  const cudaError_t status = cudaDriverGetVersion(version);
  *version = hip_on_cuda_version(*version);
  return status;
}
inline cudaError_t hipRuntimeGetVersion(int* version) {
  const cudaError_t status = cudaRuntimeGetVersion(version);
  *version = hip_on_cuda_version(*version);
  return status;
}

inline cudaError_t hipGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, void*, void*, std::size_t) {
  return cudaGraphInstantiate(executable, graph, 0);
}

// Virtual memory is the runtime's in HIP and the driver's in CUDA.
#define hipMemAllocationProp CUmemAllocationProp
#define hipMemAllocationTypePinned CU_MEM_ALLOCATION_TYPE_PINNED
#define hipMemLocationTypeDevice CU_MEM_LOCATION_TYPE_DEVICE
#define hipMemGenericAllocationHandle_t CUmemGenericAllocationHandle
#define hipMemAccessDesc CUmemAccessDesc
#define hipMemAccessFlagsProtReadWrite CU_MEM_ACCESS_FLAGS_PROT_READWRITE
#define hipMemAllocationGranularityMinimum CU_MEM_ALLOC_GRANULARITY_MINIMUM

/// Calls the driver's function of that name; without a driver, or where it fails, an error of the runtime.
template <class... Arguments>
cudaError_t hip_on_cuda_driver(const char* name, Arguments... arguments) {
  void* found = nullptr;
  const cudaError_t status = cudaGetDriverEntryPointByVersion(name, &found, 11000, cudaEnableDefault, nullptr);
  if (status != cudaSuccess || !found) return cudaErrorNotSupported;
  const CUresult result = reinterpret_cast<CUresult (*)(Arguments...)>(found)(arguments...);
  return result == CUDA_SUCCESS               ? cudaSuccess
         : result == CUDA_ERROR_OUT_OF_MEMORY ? cudaErrorMemoryAllocation
                                              : cudaErrorUnknown;
}
inline CUdeviceptr hip_on_cuda_address(void* data) { return reinterpret_cast<CUdeviceptr>(data); }
inline cudaError_t hipMemGetAllocationGranularity(std::size_t* bytes, const CUmemAllocationProp* where,
                                                  CUmemAllocationGranularity_flags option) {
  return hip_on_cuda_driver("cuMemGetAllocationGranularity", bytes, where, option);
}
inline cudaError_t hipMemCreate(CUmemGenericAllocationHandle* memory, std::size_t bytes,
                                const CUmemAllocationProp* where, unsigned long long flags) {
  return hip_on_cuda_driver("cuMemCreate", memory, bytes, where, flags);
}
inline cudaError_t hipMemAddressReserve(void** begin, std::size_t bytes, std::size_t alignment, void* at,
                                        unsigned long long flags) {
  return hip_on_cuda_driver("cuMemAddressReserve", reinterpret_cast<CUdeviceptr*>(begin), bytes, alignment,
                            hip_on_cuda_address(at), flags);
}
inline cudaError_t hipMemMap(void* data, std::size_t bytes, std::size_t offset, CUmemGenericAllocationHandle memory,
                             unsigned long long flags) {
  return hip_on_cuda_driver("cuMemMap", hip_on_cuda_address(data), bytes, offset, memory, flags);
}
inline cudaError_t hipMemSetAccess(void* data, std::size_t bytes, const CUmemAccessDesc* access, std::size_t count) {
  return hip_on_cuda_driver("cuMemSetAccess", hip_on_cuda_address(data), bytes, access, count);
}
inline cudaError_t hipMemRelease(CUmemGenericAllocationHandle memory) {
  return hip_on_cuda_driver("cuMemRelease", memory);
}
inline cudaError_t hipMemUnmap(void* data, std::size_t bytes) {
  return hip_on_cuda_driver("cuMemUnmap", hip_on_cuda_address(data), bytes);
}
inline cudaError_t hipMemAddressFree(void* begin, std::size_t bytes) {
  return hip_on_cuda_driver("cuMemAddressFree", hip_on_cuda_address(begin), bytes);
}
