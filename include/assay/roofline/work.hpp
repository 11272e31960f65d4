// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <string>

#include "assay/core/error.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/roofline/resource.hpp"

namespace assay {

/// What a problem cannot do without: operations of each resource (a multiply-add is two) and the bytes that
/// must cross the DRAM pins at least once. Zero means that none were declared.
struct work {
  std::array<double, resource_count> operations = {};  ///< by resource; the DRAM entry stays zero
  double dram_bytes_read = 0;
  double dram_bytes_written = 0;

  [[nodiscard]] double dram_bytes() const { return dram_bytes_read + dram_bytes_written; }

  /// Bytes for DRAM, operations for the rest.
  [[nodiscard]] double amount(resource which) const {
    return which == resource::dram ? dram_bytes() : operations[static_cast<std::size_t>(which)];
  }

  /// Adds operations. Throws usage_error when the amount is negative, infinite or not a number, and for DRAM,
  /// whose bytes are either read or written.
  work& add(resource which, double amount) {
    if (which == resource::dram)
      throw usage_error("work: DRAM bytes are added with add_read or add_written, not with add");
    check(to_string(which), amount);
    operations[static_cast<std::size_t>(which)] += amount;
    return *this;
  }
  work& add_read(double bytes) {
    check("DRAM bytes read", bytes);
    dram_bytes_read += bytes;
    return *this;
  }
  work& add_written(double bytes) {
    check("DRAM bytes written", bytes);
    dram_bytes_written += bytes;
    return *this;
  }

  /// Throws usage_error when a member was set to what no work can be.
  void validate() const {
    check("DRAM bytes read", dram_bytes_read);
    check("DRAM bytes written", dram_bytes_written);
    for (std::size_t i = 0; i < resource_count; ++i)
      check(to_string(static_cast<resource>(i)), operations[i]);
    if (operations[static_cast<std::size_t>(resource::dram)] != 0)
      throw usage_error(
          "work: DRAM bytes belong in dram_bytes_read or dram_bytes_written, not in operations");
  }

 private:
  static void check(const char* what, double amount) {
    if (!std::isfinite(amount) || amount < 0)
      throw usage_error(std::string("work: the amount of ") + what +
                        " must be a finite number of at least 0, not " + std::to_string(amount));
  }
};

/// Where the arithmetic of a type is done when nothing else is declared: fp64 on the fp64 units, every other
/// floating type on the fp32 units, integers and bool on the integer units.
[[nodiscard]] constexpr resource default_resource(dtype type) {
  if (type == dtype::fp64) return resource::fp64;
  return is_floating(type) ? resource::fp32 : resource::int32;
}

}  // namespace assay
