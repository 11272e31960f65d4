// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda.h>
#include <cuda_runtime.h>

#include <cstdint>
#include <string>

#include "assay/backend/cuda_driver.hpp"
#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"

namespace assay {

/// Pages between unmapped ones, by the driver's virtual memory calls.
class cuda_fence {
 public:
  [[nodiscard]] static bool supported(int device) {
    int yes = 0;
    if (cudaDeviceGetAttribute(
            &yes, static_cast<cudaDeviceAttr>(CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED),
            device) != cudaSuccess) {
      static_cast<void>(cudaGetLastError());  // older than CUDA 11, or no device
      return false;
    }
    return yes != 0;
  }

  /// `bytes` ≥ 1, rounded up to whole pages (2 MiB on an H200). They stay mapped until release().
  [[nodiscard]] static fenced_range allocate(std::int64_t bytes, int device) {
    const std::size_t page = page_bytes(device);
    const std::size_t whole = (static_cast<std::size_t>(bytes) + page - 1) / page * page;
    const CUmemAllocationProp where = pinned_on(device);
    CUmemGenericAllocationHandle memory = 0;
    check(entry<create_function>("cuMemCreate")(&memory, whole, &where, 0), "cuMemCreate", bytes);
    CUdeviceptr begin = 0;
    CUresult status = entry<reserve_function>("cuMemAddressReserve")(&begin, whole + 2 * page, 0, 0, 0);
    const char* call = "cuMemAddressReserve";
    bool mapped = false;
    if (status == CUDA_SUCCESS) {
      call = "cuMemMap";
      status = entry<map_function>("cuMemMap")(begin + page, whole, 0, memory, 0);
      mapped = status == CUDA_SUCCESS;
    }
    if (mapped) {
      CUmemAccessDesc access{};
      access.location = where.location;
      access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
      call = "cuMemSetAccess";
      status = entry<access_function>("cuMemSetAccess")(begin + page, whole, &access, 1);
    }
    // The mapping keeps the memory; without one it is gone with the handle.
    static_cast<void>(entry<release_function>("cuMemRelease")(memory));
    if (status != CUDA_SUCCESS && begin != 0) {
      if (mapped) static_cast<void>(entry<range_function>("cuMemUnmap")(begin + page, whole));
      static_cast<void>(entry<range_function>("cuMemAddressFree")(begin, whole + 2 * page));
    }
    check(status, call, bytes);
    return {reinterpret_cast<void*>(begin + page), static_cast<std::int64_t>(whole)};
  }

  /// Waits for the device first: unmapping does not, and what still runs would fault.
  static void release(fenced_range range, int device) noexcept try {
    static_cast<void>(cudaDeviceSynchronize());
    const std::size_t page = page_bytes(device), whole = static_cast<std::size_t>(range.bytes);
    const auto begin = reinterpret_cast<CUdeviceptr>(range.data);
    static_cast<void>(entry<range_function>("cuMemUnmap")(begin, whole));
    static_cast<void>(entry<range_function>("cuMemAddressFree")(begin - page, whole + 2 * page));
  } catch (...) {  // the device is lost, and its memory with it
  }

 private:
  using create_function = CUresult(CUmemGenericAllocationHandle*, std::size_t, const CUmemAllocationProp*,
                                   unsigned long long);
  using granularity_function = CUresult(std::size_t*, const CUmemAllocationProp*,
                                        CUmemAllocationGranularity_flags);
  using reserve_function = CUresult(CUdeviceptr*, std::size_t, std::size_t, CUdeviceptr, unsigned long long);
  using map_function = CUresult(CUdeviceptr, std::size_t, std::size_t, CUmemGenericAllocationHandle,
                                unsigned long long);
  using access_function = CUresult(CUdeviceptr, std::size_t, const CUmemAccessDesc*, std::size_t);
  using release_function = CUresult(CUmemGenericAllocationHandle);
  using range_function = CUresult(CUdeviceptr, std::size_t);

  template <class Function>
  static Function* entry(const char* name) {
    return cuda_driver_call<Function>(name);
  }

  static CUmemAllocationProp pinned_on(int device) {
    CUmemAllocationProp where{};
    where.type = CU_MEM_ALLOCATION_TYPE_PINNED;
    where.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
    where.location.id = device;
    return where;
  }
  static std::size_t page_bytes(int device) {
    const CUmemAllocationProp where = pinned_on(device);
    std::size_t bytes = 0;
    check(entry<granularity_function>("cuMemGetAllocationGranularity")(&bytes, &where,
                                                                       CU_MEM_ALLOC_GRANULARITY_MINIMUM),
          "cuMemGetAllocationGranularity", 0);
    return bytes;
  }

  static void check(CUresult status, const std::string& call, std::int64_t bytes) {
    if (status == CUDA_SUCCESS) return;
    using text_function = CUresult(CUresult, const char**);
    const char *code = nullptr, *words = nullptr;
    static_cast<void>(entry<text_function>("cuGetErrorName")(status, &code));
    static_cast<void>(entry<text_function>("cuGetErrorString")(status, &words));
    const std::string whole = call + "(" + std::to_string(bytes) + " bytes)";
    if (status == CUDA_ERROR_OUT_OF_MEMORY)
      throw out_of_memory(whole, code ? code : "?", words ? words : "?", "");
    throw device_error(whole, code ? code : "?", words ? words : "?", "",
                       status == CUDA_ERROR_ILLEGAL_ADDRESS || status == CUDA_ERROR_LAUNCH_FAILED);
  }
};

}  // namespace assay
