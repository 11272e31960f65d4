// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/core/host_device.hpp"
#include "assay/numeric/dtype.hpp"

namespace assay {

/// A matrix of narrow elements in which every `block` neighbours of a row share a scale. The value of an
/// element is element · scale, times one fp32 for the whole tensor where `has_global`. Rows are contiguous,
/// and the last block of a row may be shorter.
struct block_format {
  dtype element;
  std::int64_t block;  ///< elements of a row that share a scale
  dtype scale;
  bool has_global;
};

// The formats of the OCP MX specification 1.0 (section 5.2) and NVIDIA's NVFP4, as tags for declarations.
struct mxfp8_e4m3 {
  using element_type = fp8_e4m3fn;
  using scale_type = e8m0;
  static constexpr block_format format = {dtype::fp8_e4m3fn, 32, dtype::e8m0, false};
};
struct mxfp8_e5m2 {
  using element_type = fp8_e5m2;
  using scale_type = e8m0;
  static constexpr block_format format = {dtype::fp8_e5m2, 32, dtype::e8m0, false};
};
struct mxfp6_e2m3 {
  using element_type = fp6_e2m3;
  using scale_type = e8m0;
  static constexpr block_format format = {dtype::fp6_e2m3, 32, dtype::e8m0, false};
};
struct mxfp6_e3m2 {
  using element_type = fp6_e3m2;
  using scale_type = e8m0;
  static constexpr block_format format = {dtype::fp6_e3m2, 32, dtype::e8m0, false};
};
struct mxfp4 {
  using element_type = fp4_e2m1;
  using scale_type = e8m0;
  static constexpr block_format format = {dtype::fp4_e2m1, 32, dtype::e8m0, false};
};
/// Scales are e4m3fn and never negative.
struct nvfp4 {
  using element_type = fp4_e2m1;
  using scale_type = fp8_e4m3fn;
  static constexpr block_format format = {dtype::fp4_e2m1, 16, dtype::fp8_e4m3fn, true};
};

/// Blocks in a row of `columns` elements.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::int64_t blocks_of(const block_format& format,
                                                                 std::int64_t columns) {
  return (columns + format.block - 1) / format.block;
}

/// Where the scale of a block lies.
enum class scale_layout : std::uint8_t {
  linear,    ///< row-major, rows × blocks
  swizzled,  ///< row-major tiles of 128 rows × 4 blocks, as tensor cores of Blackwell load them
};

[[nodiscard]] constexpr const char* to_string(scale_layout layout) {
  return layout == scale_layout::linear ? "linear" : "swizzled";
}

/// Scales in memory. Swizzled, the matrix of scales is padded to whole tiles.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::int64_t scale_count(scale_layout layout, std::int64_t rows,
                                                                   std::int64_t blocks) {
  if (layout == scale_layout::linear) return rows * blocks;
  return (rows + 127) / 128 * ((blocks + 3) / 4) * 512;
}

/// Where the scale of block `block` of row `row` lies, in a matrix with `blocks` blocks to a row. Source of
/// the swizzled layout: cuBLAS documentation, "1D Block Scaling Factors Layout": within a tile
/// offset = (outer % 32)·16 + (outer / 32)·4 + inner; tiles of 512 follow each other row by row.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::int64_t scale_index(scale_layout layout, std::int64_t row,
                                                                   std::int64_t block, std::int64_t blocks) {
  if (layout == scale_layout::linear) return row * blocks + block;
  const std::int64_t tile = row / 128 * ((blocks + 3) / 4) + block / 4;
  return tile * 512 + row % 32 * 16 + row % 128 / 32 * 4 + block % 4;
}

/// Whether the swizzled scale at `index` belongs to no block of a matrix of `rows` × `blocks`.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr bool is_scale_padding(std::int64_t index, std::int64_t rows,
                                                                std::int64_t blocks) {
  const std::int64_t tiles_in_row = (blocks + 3) / 4;
  const std::int64_t tile = index / 512, offset = index % 512;
  const std::int64_t row = tile / tiles_in_row * 128 + offset % 16 / 4 * 32 + offset / 16;
  const std::int64_t block = tile % tiles_in_row * 4 + offset % 4;
  return row >= rows || block >= blocks;
}

/// The scale that element `index` of a matrix with rows of `columns` elements is multiplied by: its place.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::int64_t scale_index_of(const block_format& format,
                                                                      scale_layout layout, std::int64_t index,
                                                                      std::int64_t columns) {
  return scale_index(layout, index / columns, index % columns / format.block, blocks_of(format, columns));
}

}  // namespace assay
