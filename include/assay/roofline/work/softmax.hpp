// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// Softmax of `rows` rows of `columns` elements; `softmax{…}.backward()`: dx = y·(dy − Σ y·dy).
///
/// Forward, a row of C: C − 1 largest, C subtract, C − 1 add, C multiply, which is 4C − 2 flops, and C exp
/// and one reciprocal on the SFU. Backward: C multiply and C − 1 add for the sum, C subtract, C multiply, 4C
/// − 1. Bytes: forward x read and y written, 2MNs; backward y and dy read, dx written, 3MNs. Flops of the
/// rescaling that online softmax does are not useful; exp may be computed by polynomials on the multiply-add
/// units. Source: Milakov and Gimelshein, arXiv 1805.02867, safe softmax.
struct work::softmax {
  std::int64_t rows = 0, columns = 0;
  dtype type = dtype::fp32;
  dtype output_type = type;
  bool of_gradient = false;

  [[nodiscard]] constexpr softmax backward() const {
    softmax result = *this;
    result.of_gradient = true;
    return result;
  }

  constexpr operator work() const {
    if (const auto check =
            detail::shape_check("softmax").at_least(0, "rows", rows).at_least(0, "columns", columns);
        !check)
      return check.refused();
    const double elements = detail::product(rows, columns);
    const double sums = detail::product(rows, detail::additions(columns));
    work result;
    if (of_gradient)
      return result.add(default_resource(type), 3 * elements + sums)
          .add_read(detail::bytes(output_type, elements) * 2)
          .add_written(detail::bytes(type, elements));
    return result.add(default_resource(type), 2 * elements + 2 * sums)
        .add(resource::sfu, elements + (columns > 0 ? detail::product(rows) : 0))
        .add_read(detail::bytes(type, elements))
        .add_written(detail::bytes(output_type, elements));
  }
};

}  // namespace assay
