// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/suite/declaration.hpp"

namespace assay {

/// One tensor of a case, as it was declared.
struct declared_tensor {
  std::string name;
  tensor_role role;
  dtype type;
  std::vector<std::int64_t> extents;
  fill how;
  tensor_slot slot;
  std::int64_t alignment = 0;               ///< bytes: what candidates may rely on
  std::optional<std::size_t> summed_along;  ///< the extent along which outputs are sums
  bool any_leading_dimension = false;       ///< fuzzing may move its rows apart
  int may_alias = -1;                       ///< the input that it may lie on; −1: none

  /// Of its elements alone.
  [[nodiscard]] std::int64_t bytes() const { return bytes_for(type, slot.count); }

  // Where the rows are padded, the elements are not the memory.
  [[nodiscard]] bool padded() const {
    return !extents.empty() && slot.leading_dimension != extents.back() && slot.count > 0;
  }
  [[nodiscard]] std::int64_t rows() const { return padded() ? slot.count / extents.back() : 1; }
  [[nodiscard]] std::int64_t row_bytes() const { return bytes() / rows(); }
  /// Bytes from one row to the next.
  [[nodiscard]] std::int64_t pitch() const { return bytes_for(type, slot.leading_dimension); }
  /// From the first byte of the first row to the last of the last.
  [[nodiscard]] std::int64_t memory_bytes() const {
    return padded() ? (rows() - 1) * pitch() + row_bytes() : bytes();
  }
};

}  // namespace assay
