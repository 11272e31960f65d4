// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/numeric/block_scaled.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/roofline/work/amounts.hpp"

namespace assay {

/// A matrix of elements of one type, without scales.
[[nodiscard]] constexpr block_format unscaled(dtype type) { return {type, 0, dtype::e8m0, false}; }

namespace detail {

/// The format that a type stands for: `float`, `__nv_bfloat16`, `assay::nvfp4`, …
template <class Type>
[[nodiscard]] constexpr block_format format_of() {
  if constexpr (requires { Type::format; })
    return Type::format;
  else
    return unscaled(dtype_of<Type>::value);
}

/// Bytes of a matrix with `rows` rows of `columns` elements; blocks lie along a row. With scales these are
/// rows·⌈columns/block⌉ of them, and 4 bytes for a global one (OCP MX 1.0, section 5.2; NVIDIA's NVFP4).
[[nodiscard]] constexpr double matrix_bytes(const block_format& format, std::int64_t rows,
                                            std::int64_t columns,
                                            scale_layout layout = scale_layout::linear) {
  double total = bytes(format.element, product(rows, columns));
  if (format.block <= 0 || rows == 0 || columns == 0) return total;
  const std::int64_t blocks = quotient_rounded_up(columns, format.block);
  const double scales = layout == scale_layout::linear
                            ? product(rows, blocks)
                            : product(quotient_rounded_up(rows, 128), quotient_rounded_up(blocks, 4), 512);
  return total + bytes(format.scale, scales) + (format.has_global ? 4 : 0);
}

/// The type in which the result of a product is stored when nothing else is said: that of the factors, bf16
/// for factors of 8 bits and fewer, fp32 for tf32, int32 for integers.
[[nodiscard]] constexpr dtype product_type(dtype factors) {
  if (!is_floating(factors)) return dtype::int32;
  if (factors == dtype::tf32) return dtype::fp32;
  return bits_of(factors) < 16 ? dtype::bf16 : factors;
}

/// Factors of two types are multiplied in the wider one.
[[nodiscard]] constexpr dtype wider(dtype a, dtype b) { return bits_of(b) > bits_of(a) ? b : a; }

}  // namespace detail
}  // namespace assay
