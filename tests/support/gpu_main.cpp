// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The main() of the GPU tests, compiled once for CUDA and HIP, since Catch2's part of it takes longest.
// Without a device it says so, which CTest shows as skipped; test cases can be listed all the same, which is
// how the build finds them.
#include <cstdio>
#include <cstring>

#define CATCH_CONFIG_RUNNER  // of v2; v3 has its library
#include "support/catch.hpp"

// gpu/count.cu
int gpu_count();
const char* gpu_runtime();

int main(int count, char** arguments) {
  bool lists = false;
  for (int i = 1; i < count; ++i) lists = lists || std::strncmp(arguments[i], "--list", 6) == 0;
  if (!lists && gpu_count() == 0) {
    std::printf("assay: no %s device\n", gpu_runtime());
    return 0;
  }
  return Catch::Session().run(count, arguments);
}
