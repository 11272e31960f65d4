// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/core/attached_tool.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/messages.hpp"

using namespace assay;
using support::has;

TEST_CASE("tools that look into the process are seen", "[core]") {
  if (attached_tool()) return;  // the tests themselves run under one
  {
    const support::environment_variable injected("CUDA_INJECTION64_PATH", "/opt/nsys/libToolsInjection64.so");
    REQUIRE(attached_tool());
    CHECK(has(*attached_tool(), "CUDA_INJECTION64_PATH=/opt/nsys/libToolsInjection64.so"));
  }
  {
    const support::environment_variable empty("CUDA_INJECTION64_PATH", "");
    CHECK_FALSE(attached_tool());
  }
  for (const char* const library :
       {"/usr/libexec/valgrind/vgpreload_core-amd64-linux.so",
        "/usr/local/cuda/compute-sanitizer/libsanitizer-collection.so", "/opt/nsight/libcuda-injection.so"}) {
    const support::environment_variable preloaded("LD_PRELOAD", library);
    REQUIRE(attached_tool());
    CHECK(has(*attached_tool(), library));
  }
  const support::environment_variable allocator("LD_PRELOAD", "/usr/lib/libjemalloc.so.2");
  CHECK_FALSE(attached_tool());

  const support::temporary_folder folder;
  const std::string library = folder / "libsanitizer-collection.so";
  std::filesystem::copy_file(ASSAY_FAKE_NVML, library);
  void* const loaded = dlopen(library.c_str(), RTLD_NOW);
  REQUIRE(loaded);
  REQUIRE(attached_tool());
  CHECK(has(*attached_tool(), library));
  dlclose(loaded);
  CHECK_FALSE(attached_tool());
}
