// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/numeric/block_scaled.hpp"
#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/matrix_format.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// A matrix of rows × columns brought into a block-scaled format, the scale of each block made from its
/// largest element. For one scale a row, say block_format{dtype::fp8_e4m3fn, columns, dtype::fp32, false}.
///
/// Flops, on the units of `type`: for each element one to find the largest and one to scale; for each block
/// one to make its scale, one more where there is a global scale (which is given), and a reciprocal on the
/// SFU. Bytes: the matrix read, elements and scales written, the global scale read. Source: OCP MX 1.0,
/// section 6.3.
struct work::quantise {
  std::int64_t rows = 0, columns = 0;
  block_format format = mxfp8_e4m3::format;
  dtype type = dtype::fp32;  ///< of the matrix

  constexpr operator work() const {
    if (const auto check = detail::shape_check("quantise")
                               .at_least(0, "rows", rows)
                               .at_least(0, "columns", columns)
                               .at_least(1, "the block of the format", format.block);
        !check)
      return check.refused();
    if (rows == 0 || columns == 0) return {};
    const double elements = detail::product(rows, columns);
    const double blocks = detail::product(rows, detail::quotient_rounded_up(columns, format.block));
    const double global = format.has_global ? 4 : 0;
    return work()
        .add(default_resource(type), 2 * elements + (format.has_global ? 2 : 1) * blocks)
        .add(resource::sfu, blocks)
        .add_read(detail::bytes(type, elements) + global)
        .add_written(detail::matrix_bytes(format, rows, columns) - global);
  }
};

/// The way back: every element times its scale.
///
/// Flops: one an element, and one a block where there is a global scale. Bytes: elements and scales read, the
/// matrix written.
struct work::dequantise {
  std::int64_t rows = 0, columns = 0;
  block_format format = mxfp8_e4m3::format;
  dtype type = dtype::fp32;  ///< of the matrix

  constexpr operator work() const {
    if (const auto check = detail::shape_check("dequantise")
                               .at_least(0, "rows", rows)
                               .at_least(0, "columns", columns)
                               .at_least(1, "the block of the format", format.block);
        !check)
      return check.refused();
    const double elements = detail::product(rows, columns);
    const double blocks = detail::product(rows, detail::quotient_rounded_up(columns, format.block));
    return work()
        .add(default_resource(type), elements + (format.has_global ? blocks : 0))
        .add_read(detail::matrix_bytes(format, rows, columns))
        .add_written(detail::bytes(type, elements));
  }
};

}  // namespace assay
