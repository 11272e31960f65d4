// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "assay/suite/declared_tensor.hpp"
#include "assay/verify/gemm.hpp"

namespace assay {

/// How a matrix of a product lies in memory. A product counts the elements of its tensors, of which the rows
/// may lie apart. Absent where that is no leading dimension and stride: where a row of the matrix goes on in
/// the next row of the tensor, or matrices begin at other columns.
[[nodiscard]] inline std::optional<gemm::layout> layout_in_memory(gemm::layout matrix, std::int64_t batch,
                                                                  const declared_tensor& t) {
  if (!t.padded() && !t.any_leading_dimension) return matrix;
  if (t.slot.count == 0) return matrix;
  const std::int64_t width = t.extents.back(), apart = t.slot.leading_dimension;
  if (matrix.columns > width || (matrix.rows > 1 && matrix.leading % width != 0) ||
      (batch > 1 && matrix.stride % width != 0))
    return std::nullopt;
  matrix.leading = matrix.rows > 1 ? matrix.leading / width * apart : apart;
  matrix.stride = batch > 1 ? matrix.stride / width * apart : 0;
  return matrix;
}

}  // namespace assay
