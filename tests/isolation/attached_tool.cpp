// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/attached_tool.hpp"

#include <string>

#include "assay/isolation/worker_handles.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/messages.hpp"

using namespace assay;
using support::has;

TEST_CASE("tools that look into the process are seen", "[isolation]") {
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
}

TEST_CASE("what a worker is started with is for assay alone", "[isolation]") {
  const worker_handles handles = parse_worker_handles(to_string(worker_handles{10, 11}));
  CHECK(handles.socket == 10);
  CHECK(handles.page == 11);
  for (const char* const wrong :
       {"", "1", "10", "10,", ",11", "10,11,12", "a,b", "10,11x", "0,11", "10,2", "-1,-1"})
    CHECK(has(support::message_of([&] { (void)parse_worker_handles(wrong); }), "is for assay itself"));
}
