// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/core/host_device.hpp"
#include "assay/verify/compare_rule.hpp"

namespace assay {

/// One output to be held against what is right; plain, so that a kernel can take it as it is.
struct compare_job {
  const void* got = nullptr;              ///< the whole output, of type rule.type
  const double* expected = nullptr;       ///< `count` of them
  const std::int64_t* indices = nullptr;  ///< expected[k] belongs to element indices[k]; null: to element k
  std::int64_t count = 0;
  std::int64_t row_length = 1;         ///< the output's last extent
  std::int64_t leading_dimension = 0;  ///< elements from one row to the next in memory; 0: the row's length
  compare_rule rule = {};

  [[nodiscard]] ASSAY_HOST_DEVICE bool padded() const {
    return leading_dimension != 0 && leading_dimension != row_length;
  }
  /// Where element `index` lies in memory, in elements.
  [[nodiscard]] ASSAY_HOST_DEVICE std::int64_t place(std::int64_t index) const {
    return padded() ? index / row_length * leading_dimension + index % row_length : index;
  }
  [[nodiscard]] ASSAY_HOST_DEVICE judged_element judge_at(std::int64_t k) const {
    return judge(rule, got, place(indices ? indices[k] : k), expected[k]);
  }
};

/// The 16×16 tiles of an output seen as rows of its last extent; a single row is cut into stretches of 256.
struct compare_tiles {
  std::int64_t count, row_length, height, width, across, bands, elements;

  ASSAY_HOST_DEVICE explicit compare_tiles(const compare_job& job)
      : count(job.count), row_length(job.row_length) {
    const bool flat = row_length >= count;
    height = flat ? 1 : aggregate_limits::tile_extent;
    width =
        flat ? aggregate_limits::tile_extent * aggregate_limits::tile_extent : aggregate_limits::tile_extent;
    elements = height * width;
    across = (row_length + width - 1) / width;
    const std::int64_t rows = (count + row_length - 1) / row_length;
    bands = (rows + height - 1) / height;
  }
  [[nodiscard]] ASSAY_HOST_DEVICE std::int64_t number() const { return across * bands; }
  [[nodiscard]] ASSAY_HOST_DEVICE std::int64_t row(std::int64_t tile) const { return tile / across * height; }
  [[nodiscard]] ASSAY_HOST_DEVICE std::int64_t column(std::int64_t tile) const {
    return tile % across * width;
  }
  /// The flat index of element `i` of a tile, or −1 where that lies outside of the output.
  [[nodiscard]] ASSAY_HOST_DEVICE std::int64_t index(std::int64_t tile, std::int64_t i) const {
    const std::int64_t at = column(tile) + i % width;
    const std::int64_t flat = (row(tile) + i / width) * row_length + at;
    return at < row_length && flat < count ? flat : -1;
  }
};

}  // namespace assay
