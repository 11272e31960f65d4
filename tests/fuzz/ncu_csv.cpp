// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What ncu prints.
#include "assay/suite/ncu_csv.hpp"

#include "fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  const auto profile = fuzz::read("ncu", [&] { return assay::parse_ncu_csv(text); });
  if (profile) fuzz::expect(!profile->kernels.empty(), "a profile is of a kernel", text);
  return 0;
}
