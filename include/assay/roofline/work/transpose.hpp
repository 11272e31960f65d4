// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// `batch` matrices transposed, or any other permutation of rows · columns · batch elements.
///
/// No operations. Bytes: all read once and written once, 2MNs.
struct work::transpose {
  std::int64_t rows = 0, columns = 0;
  dtype type = dtype::fp32;
  std::int64_t batch = 1;

  constexpr operator work() const {
    if (const auto check = detail::shape_check("transpose")
                               .at_least(0, "rows", rows)
                               .at_least(0, "columns", columns)
                               .at_least(0, "batch", batch);
        !check)
      return check.refused();
    const double once = detail::bytes(type, detail::product(rows, columns, batch));
    return work().add_read(once).add_written(once);
  }
};

}  // namespace assay
