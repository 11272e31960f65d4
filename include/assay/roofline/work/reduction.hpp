// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// `rows` sums (or largest values, …) of `length` elements each.
///
/// Flops: rows · (length − 1), all of them needed. Bytes: everything read once, a result for each row
/// written.
struct work::reduction {
  std::int64_t rows = 1;
  std::int64_t length = 0;
  dtype type = dtype::fp32;
  dtype output_type = type;

  constexpr operator work() const {
    if (const auto check =
            detail::shape_check("reduction").at_least(0, "rows", rows).at_least(0, "length", length);
        !check)
      return check.refused();
    return work()
        .add(default_resource(type), detail::product(rows, detail::additions(length)))
        .add_read(detail::bytes(type, detail::product(rows, length)))
        .add_written(detail::bytes(output_type, detail::product(rows)));
  }
};

/// Running sums along `rows` rows of `length` elements.
///
/// Flops: rows · (length − 1), the additions of one pass; parallel scans add up to twice as often, and what
/// is beyond one pass is not useful. Bytes: read once and written once, which single-pass scans reach
/// (Merrill and Garland, "Single-pass Parallel Prefix Scan with Decoupled Look-back", NVR-2016-002).
struct work::scan {
  std::int64_t rows = 1;
  std::int64_t length = 0;
  dtype type = dtype::fp32;
  dtype output_type = type;

  constexpr operator work() const {
    if (const auto check =
            detail::shape_check("scan").at_least(0, "rows", rows).at_least(0, "length", length);
        !check)
      return check.refused();
    return work()
        .add(default_resource(type), detail::product(rows, detail::additions(length)))
        .add_read(detail::bytes(type, detail::product(rows, length)))
        .add_written(detail::bytes(output_type, detail::product(rows, length)));
  }
};

}  // namespace assay
