// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Conversions for ml_dtypes_check.py:
//   converter TYPE decode         elements of TYPE on the standard input become doubles on the standard
//   output converter TYPE special        doubles become elements of TYPE, with overflow::special converter
//   TYPE saturate       the same with overflow::saturate
// Elements come and go as 64-bit integers that hold their bits, in the byte order of the machine.
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"

namespace {

assay::dtype type_named(const std::string& name) {
  for (std::size_t i = 0; i < assay::dtype_count; ++i)
    if (name == assay::to_string(static_cast<assay::dtype>(i))) return static_cast<assay::dtype>(i);
  throw std::invalid_argument("no such type: " + name);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) throw std::invalid_argument("expected a type and what to do");
  const assay::dtype type = type_named(arguments[1]);
  const std::string what = arguments[2];
  const auto beyond = what == "saturate" ? assay::overflow::saturate : assay::overflow::special;
  for (std::uint64_t in = 0, out = 0; std::fread(&in, sizeof in, 1, stdin) == 1;) {
    if (what == "decode") {
      out = __builtin_bit_cast(std::uint64_t, assay::load_element(type, &in, 0));
    } else {
      std::uint64_t element = 0;
      assay::store_element(type, &element, 0, __builtin_bit_cast(double, in), beyond);
      out = assay::element_bits(type, &element, 0);
    }
    if (std::fwrite(&out, sizeof out, 1, stdout) != 1) return 1;
  }
}
