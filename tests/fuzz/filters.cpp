// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Filters of names and of axis values (--problem, --candidate, --axis). The first line is a pattern, all of
// it a filter of values.
#include "assay/suite/filter.hpp"

#include "fuzz/fuzz.hpp"

using namespace assay;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  if (const auto names =
          fuzz::read("--problem", [&] { return name_filter("--problem", text.substr(0, text.find('\n'))); }))
    for (const char* name :
         {"", "gemm", "gemm m=64 n=64/tiled", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"})
      static_cast<void>(names->admits(name));
  if (const auto values = fuzz::read("--axis", [&] { return axis_filter(text); })) {
    fuzz::expect(!values->name().empty(), "a filter is of an axis", text);
    const std::string whole = text.substr(text.find('=') + 1);
    fuzz::expect(values->admits(whole), "a filter admits the name that it is", text);
    for (const std::int64_t value : {INT64_MIN, std::int64_t{0}, std::int64_t{64}, INT64_MAX})
      static_cast<void>(values->admits(value));
  }
  return 0;
}
