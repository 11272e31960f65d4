// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/core/processor_name.hpp"

#include <fstream>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"

TEST_CASE("the processor is named as the kernel does, where it does") {
  const support::temporary_folder folder;
  const auto name_in = [&](const std::string& text) {
    std::ofstream(folder / "cpuinfo") << text;
    return assay::processor_name(folder / "cpuinfo");
  };
  CHECK(name_in("processor\t: 0\nmodel name\t: AMD EPYC 9654\nmodel name\t: another\n") == "AMD EPYC 9654");
  for (const char* none : {"", "processor\t: 0\n", "model name\t:\n", "model name\t: \n", "model name"})
    CHECK(name_in(none) == "");
  CHECK(assay::processor_name("/nonexistent/cpuinfo") == "");
}
