// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// `count` keys in order, each with a value of `value_bytes` that moves along.
///
/// No operations: radix sorts compare nothing, so none are needed by all sorts. Bytes: keys and values read
/// once and written once, 2N(s + s_v). A radix sort of d passes moves about d times that; no sort of what is
/// larger than the caches reaches this bound.
struct work::sort {
  std::int64_t count = 0;
  dtype type = dtype::uint32;    ///< of the keys
  std::int64_t value_bytes = 0;  ///< of one value; 0: keys alone

  constexpr operator work() const {
    if (const auto check =
            detail::shape_check("sort").at_least(0, "count", count).at_least(0, "value_bytes", value_bytes);
        !check)
      return check.refused();
    const double once = detail::bytes(type, detail::product(count)) + detail::product(count, value_bytes);
    return work().add_read(once).add_written(once);
  }
};

/// How often each of `bins` values occurs among `count` samples.
///
/// Operations: one integer addition a sample. Bytes: the samples once, every bin written once; read as well
/// where the counts go on from what is there.
struct work::histogram {
  std::int64_t count = 0;
  std::int64_t bins = 0;
  dtype type = dtype::int32;      ///< of the samples
  dtype bin_type = dtype::int32;  ///< of the counts
  bool continues = false;         ///< adds to counts that are there already

  constexpr operator work() const {
    if (const auto check = detail::shape_check("histogram")
                               .at_least(0, "count", count)
                               .at_least(count > 0 ? 1 : 0, "bins", bins);
        !check)
      return check.refused();
    if (continues && count == 0) return {};
    const double counts = detail::bytes(bin_type, detail::product(bins));
    return work()
        .add(default_resource(bin_type), detail::product(count))
        .add_read(detail::bytes(type, detail::product(count)) + (continues ? counts : 0))
        .add_written(counts);
  }
};

}  // namespace assay
