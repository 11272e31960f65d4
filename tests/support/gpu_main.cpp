// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The main() of the GPU tests. Without a device it says so, which CTest shows as skipped; test cases can be
// listed all the same, which is how the build finds them.
#include <cuda_runtime_api.h>

#include <cstdio>
#include <cstring>

#define CATCH_CONFIG_RUNNER  // of v2; v3 has its library
#include "support/catch.hpp"

int main(int count, char** arguments) {
  bool lists = false;
  for (int i = 1; i < count; ++i) lists = lists || std::strncmp(arguments[i], "--list", 6) == 0;
  int devices = 0;
  if (!lists && (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0)) {
    std::puts("assay: no CUDA device");
    return 0;
  }
  return Catch::Session().run(count, arguments);
}
