// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/core/host_device.hpp"
#include "assay/numeric/block_scaled.hpp"
#include "assay/numeric/element.hpp"

namespace assay {

/// A block-scaled matrix in memory, rows × columns, borrowed.
struct block_scaled_matrix {
  block_format format;
  scale_layout layout;
  std::int64_t columns;
  const void* elements;
  const void* scales;
  float global_scale = 1.0f;
};

/// What the scale of element `index` (row · columns + column) multiplies it by, the global scale included.
/// Exact.
[[nodiscard]] ASSAY_HOST_DEVICE inline double block_scale(const block_scaled_matrix& m, std::int64_t index) {
  const std::int64_t place = scale_index_of(m.format, m.layout, index, m.columns);
  return load_element(m.format.scale, m.scales, place) * static_cast<double>(m.global_scale);
}

/// The value of element `index`. Exact: the factors have 4, 4 and 24 significant bits at most.
[[nodiscard]] ASSAY_HOST_DEVICE inline double block_scaled_value(const block_scaled_matrix& m,
                                                                 std::int64_t index) {
  return load_element(m.format.element, m.elements, index) * block_scale(m, index);
}

}  // namespace assay
