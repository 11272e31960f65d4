// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What compute-sanitizer writes.
#include "assay/suite/sanitizer.hpp"

#include "fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  for (const assay::sanitizer_report::error& e : assay::parse_sanitizer_log(text).errors)
    fuzz::expect(e.count > 0 && !e.what.empty(), "an error was seen and has words", text);
  return 0;
}
