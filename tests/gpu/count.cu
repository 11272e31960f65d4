// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What support/gpu_main.cpp asks of the runtime, which is CUDA or HIP.
int gpu_count();
const char* gpu_runtime();

int gpu_count() {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

const char* gpu_runtime() {
#if defined(__HIPCC__)
  return "HIP";
#else
  return "CUDA";
#endif
}
