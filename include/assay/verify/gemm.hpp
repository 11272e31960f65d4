// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

namespace assay {

/// C = alpha·op(A)·op(B) + beta·C, where op(A) is m×k, op(B) is k×n and C is m×n; all row-major, and op is
/// nothing or transposition. What a library calls column-major is this with A and B, m and n exchanged.
///
///   assay::gemm{m, n, k}                                   // A m×k, B k×n, C m×n, packed
///   assay::gemm{m, n, k}.transpose_b()                     // B is stored as n×k
///   assay::gemm{m, n, k}.leading_dimensions(lda, ldb, ldc).scaled(0.5, 1.0)
///   assay::gemm{m, n, k}.batched(heads)                    // one after another; or give the strides
struct gemm {
  /// Stands for a leading dimension or a stride that leaves no gaps.
  static constexpr std::int64_t packed = -1;

  std::int64_t m = 0, n = 0, k = 0;
  bool transposed_a = false, transposed_b = false;
  std::int64_t leading_a = packed, leading_b = packed, leading_c = packed;  ///< elements from row to row
  std::int64_t batch = 1;
  std::int64_t stride_a = packed, stride_b = packed, stride_c = packed;  ///< elements from matrix to matrix
  double alpha = 1.0, beta = 0.0;

  [[nodiscard]] constexpr gemm transpose_a() const {
    gemm result = *this;
    result.transposed_a = true;
    return result;
  }
  [[nodiscard]] constexpr gemm transpose_b() const {
    gemm result = *this;
    result.transposed_b = true;
    return result;
  }
  /// Elements from the beginning of one stored row to that of the next.
  [[nodiscard]] constexpr gemm leading_dimensions(std::int64_t a, std::int64_t b, std::int64_t c) const {
    gemm result = *this;
    result.leading_a = a;
    result.leading_b = b;
    result.leading_c = c;
    return result;
  }
  /// `count` products; a stride is the elements from one matrix to the next, 0 where all share it (not C).
  [[nodiscard]] constexpr gemm batched(std::int64_t count, std::int64_t a = packed, std::int64_t b = packed,
                                       std::int64_t c = packed) const {
    gemm result = *this;
    result.batch = count;
    result.stride_a = a;
    result.stride_b = b;
    result.stride_c = c;
    return result;
  }
  /// With beta other than 0, C is an inout tensor.
  [[nodiscard]] constexpr gemm scaled(double product, double addend = 0.0) const {
    gemm result = *this;
    result.alpha = product;
    result.beta = addend;
    return result;
  }

  /// How one of the matrices is stored.
  struct layout {
    std::int64_t rows, columns;  ///< as stored
    std::int64_t leading, stride;
  };
  [[nodiscard]] constexpr layout layout_a() const {
    return transposed_a ? resolved(k, m, leading_a, stride_a) : resolved(m, k, leading_a, stride_a);
  }
  [[nodiscard]] constexpr layout layout_b() const {
    return transposed_b ? resolved(n, k, leading_b, stride_b) : resolved(k, n, leading_b, stride_b);
  }
  [[nodiscard]] constexpr layout layout_c() const { return resolved(m, n, leading_c, stride_c); }

 private:
  [[nodiscard]] static constexpr layout resolved(std::int64_t rows, std::int64_t columns,
                                                 std::int64_t leading, std::int64_t stride) {
    if (leading == packed) leading = columns;
    // No tensor holds what cannot be counted, and no leading dimension is negative: check_product() refuses
    // both.
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    if (stride == packed) stride = leading <= 0 ? 0 : rows > most / leading ? most : rows * leading;
    return {rows, columns, leading, stride};
  }
};

}  // namespace assay
