// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/core/demangle.hpp"

#include "support/catch.hpp"

using assay::demangled;

TEST_CASE("a mangled name reads as in the source, any other stays as it is", "[core]") {
  CHECK(demangled("_Z5saxpylfPKfPf") == "saxpy(long, float, float const*, float*)");
  CHECK(demangled("extern_c_kernel") == "extern_c_kernel");
  CHECK(demangled("_Zgarbage") == "_Zgarbage");
  CHECK(demangled("").empty());
  CHECK(demangled(nullptr).empty());
}
