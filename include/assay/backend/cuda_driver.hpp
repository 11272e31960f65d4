// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda.h>
#include <cuda_runtime.h>

#include "assay/core/error.hpp"

namespace assay {

/// A call of the CUDA driver, asked of the runtime, so that no program has to link with libcuda.
/// `first_version` is that of CUDA which brought the call, or the form of it that is meant: 12030 for 12.3.
/// Null where the driver has none.
template <class Function>
[[nodiscard]] Function* find_cuda_driver_call(const char* name, [[maybe_unused]] unsigned first_version) {
  void* found = nullptr;
#if CUDART_VERSION >= 12050
  const cudaError_t status =
      cudaGetDriverEntryPointByVersion(name, &found, first_version, cudaEnableDefault, nullptr);
#else
  const cudaError_t status = cudaGetDriverEntryPoint(name, &found, cudaEnableDefault);
#endif
  if (status != cudaSuccess) {
    static_cast<void>(cudaGetLastError());
    return nullptr;
  }
  return reinterpret_cast<Function*>(found);
}

/// The same, of calls that must be there: throws device_error where the driver has none.
template <class Function>
[[nodiscard]] Function* cuda_driver_call(const char* name, unsigned first_version = 11000) {
  if (Function* const found = find_cuda_driver_call<Function>(name, first_version)) return found;
  throw device_error(name, "not found", "the driver has no such call", "");
}

}  // namespace assay
