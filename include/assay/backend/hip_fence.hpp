// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hip/hip_runtime.h>

#include <cstdint>
#include <string>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"

namespace assay {

/// Pages between unmapped ones, by HIP's virtual memory calls. HIP declares them since 5.1 and marks them as
/// beta; where they do not work there are no fences.
class hip_fence {
 public:
  [[nodiscard]] static bool supported(int device) noexcept {
    static const bool works = [device] {  // only trying tells
      try {
        release(allocate(1, device), device);
        return true;
      } catch (const error&) {
        return false;
      }
    }();
    return works;
  }

  /// `bytes` ≥ 1, rounded up to whole pages. They stay mapped until release().
  [[nodiscard]] static fenced_range allocate(std::int64_t bytes, int device) {
    const std::size_t page = page_bytes(device);
    const std::size_t whole = (static_cast<std::size_t>(bytes) + page - 1) / page * page;
    const hipMemAllocationProp where = pinned_on(device);
    hipMemGenericAllocationHandle_t memory{};
    check(hipMemCreate(&memory, whole, &where, 0), "hipMemCreate", bytes);
    void* begin = nullptr;
    const char* call = "hipMemAddressReserve";
    hipError_t status = hipMemAddressReserve(&begin, whole + 2 * page, 0, nullptr, 0);
    void* const data = static_cast<std::uint8_t*>(begin) + page;
    bool mapped = false;
    if (status == hipSuccess) {
      call = "hipMemMap";
      status = hipMemMap(data, whole, 0, memory, 0);
      mapped = status == hipSuccess;
    }
    if (mapped) {
      hipMemAccessDesc access{};
      access.location = where.location;
      access.flags = hipMemAccessFlagsProtReadWrite;
      call = "hipMemSetAccess";
      status = hipMemSetAccess(data, whole, &access, 1);
    }
    static_cast<void>(hipMemRelease(memory));  // the mapping keeps it
    if (status != hipSuccess && begin) {
      if (mapped) static_cast<void>(hipMemUnmap(data, whole));
      static_cast<void>(hipMemAddressFree(begin, whole + 2 * page));
    }
    check(status, call, bytes);
    return {data, static_cast<std::int64_t>(whole)};
  }

  /// Waits for the device first: what still runs would fault.
  static void release(fenced_range range, int device) noexcept try {
    static_cast<void>(hipDeviceSynchronize());
    const std::size_t page = page_bytes(device), whole = static_cast<std::size_t>(range.bytes);
    static_cast<void>(hipMemUnmap(range.data, whole));
    static_cast<void>(hipMemAddressFree(static_cast<std::uint8_t*>(range.data) - page, whole + 2 * page));
  } catch (...) {  // the device is lost, and its memory with it
  }

 private:
  static hipMemAllocationProp pinned_on(int device) {
    hipMemAllocationProp where{};
    where.type = hipMemAllocationTypePinned;
    where.location.type = hipMemLocationTypeDevice;
    where.location.id = device;
    return where;
  }
  static std::size_t page_bytes(int device) {
    const hipMemAllocationProp where = pinned_on(device);
    std::size_t bytes = 0;
    check(hipMemGetAllocationGranularity(&bytes, &where, hipMemAllocationGranularityMinimum),
          "hipMemGetAllocationGranularity", 0);
    if (bytes == 0) throw error("hipMemGetAllocationGranularity says 0 bytes: there are no fences");
    return bytes;
  }
  static void check(hipError_t status, const std::string& call, std::int64_t bytes) {
    if (status == hipSuccess) return;
    static_cast<void>(hipGetLastError());
    const std::string whole = call + "(" + std::to_string(bytes) + " bytes)";
    if (status == hipErrorOutOfMemory)
      throw out_of_memory(whole, hipGetErrorName(status), hipGetErrorString(status), "");
    throw device_error(whole, hipGetErrorName(status), hipGetErrorString(status), "");
  }
};

}  // namespace assay
