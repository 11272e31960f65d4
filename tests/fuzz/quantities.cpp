// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers with units, lists and other short values of options, and names of devices. The first byte chooses.
#include "assay/report/quantity.hpp"

#include <cmath>

#include "assay/report/command_line.hpp"
#include "assay/suite/ctest_gpu.hpp"
#include "fuzz/fuzz.hpp"

using namespace assay;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return -1;
  const std::string text = fuzz::text_of(data + 1, size - 1);
  switch (data[0]) {
    case 'q':
      for (const unit_factors* units :
           {&units::clock, &units::bytes, &units::byte_rate, &units::operation_rate, &units::power})
        if (const auto value =
                fuzz::read("--option", [&] { return parse_quantity("--option", text, *units); }))
          fuzz::expect(std::isfinite(*value) && *value > 0, "a quantity is a number above 0", text);
      break;
    case 't':
      if (const auto all = fuzz::read("--fast-p", [&] { return parse_thresholds("--fast-p", text); }))
        for (const double p : *all)
          fuzz::expect(std::isfinite(p) && p >= 0, "a threshold is a number of at least 0", text);
      break;
    case 's':
      if (const auto seed = fuzz::read("--seed", [&] { return parse_seed(text); }))
        fuzz::expect(parse_seed(std::to_string(*seed)) == *seed, "a seed is the number that it says", text);
      break;
    case 'c':
      if (const auto count = fuzz::read("--fuzz", [&] { return parse_count("--fuzz", text); }))
        fuzz::expect(*count >= 0, "a count is at least 0", text);
      break;
    case 'w': static_cast<void>(fuzz::read("--sanitize", [&] { return parse_sanitizer_tools(text); })); break;
    case 'f': static_cast<void>(fuzz::read("--fence", [&] { return parse_fence(text); })); break;
    case 'd':
      static_cast<void>(
          fuzz::read("--as-device", [&] { return device_named(text, {}, "--as-device").name.size(); }));
      break;
    case 'g': {
      const std::string variable = "CTEST_RESOURCE_GROUP_0_GPUS";
      static_cast<void>(fuzz::read(variable, [&] { return parse_ctest_gpus(text, variable); }));
      break;
    }
    default: return -1;
  }
  return 0;
}
