// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/core/host_device.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/ulp.hpp"

namespace assay {

/// A matrix in the device's memory, as it is used: transposition is in `transposed`, not in the extents.
struct device_matrix {
  const void* data = nullptr;
  dtype type = dtype::fp64;
  std::int64_t first = 0;  ///< element of `data` that is (0, 0)
  std::int64_t rows = 0, columns = 0;
  std::int64_t leading = 0;  ///< elements from one stored row to the next
  bool transposed = false;

  [[nodiscard]] ASSAY_HOST_DEVICE double at(std::int64_t row, std::int64_t column) const {
    return load_element(type, data, first + (transposed ? column * leading + row : row * leading + column));
  }
};

/// Rows of a matrix product in fp64: result[r·n + j] = alpha·Σ_l a(i, l)·b(l, j) + beta·c(i, j), where i is
/// rows[r], or r when `rows` is null, and n is b's columns. With beta = 0, c is not read.
struct gemm_job {
  device_matrix a, b, c;
  double alpha = 1.0, beta = 0.0;
  const std::int64_t* rows = nullptr;  ///< in the device's memory
  std::int64_t row_count = 0;
  double* result = nullptr;  ///< row_count × n, packed
};

/// A matrix times a few vectors, in fp64: result[i·width + v] = Σ_j matrix(i, j)·vectors[j·width + v].
struct projection_job {
  static constexpr int width = 8;

  device_matrix matrix;
  const double* vectors = nullptr;  ///< columns × width
  double* result = nullptr;         ///< rows × width
  /// rows × 2, or null: Σ_j h² and Σ_j matrix(i, j)², where h is half the spacing of the matrix's type at
  /// matrix(i, j): the most that rounding to nearest can have changed it by. h is 0 for integers.
  double* squares = nullptr;

  [[nodiscard]] ASSAY_HOST_DEVICE double half_spacing(double value) const {
    return significand_bits(matrix.type) != 0 ? unit_in_last_place(matrix.type, value) / 2 : 0.0;
  }
};

}  // namespace assay
