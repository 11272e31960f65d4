// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/numeric/block_scaled.hpp"
#include "assay/numeric/block_scaled_value.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/float8.hpp"
#include "assay/numeric/type_limits.hpp"
#include "assay/numeric/ulp.hpp"

namespace assay {

/// A block-scaled matrix on the host, as a kernel would get it.
struct block_scaled_data {
  block_format format;
  scale_layout layout;
  std::int64_t rows;
  std::int64_t columns;
  std::vector<std::uint8_t> elements;
  std::vector<std::uint8_t> scales;
  float global_scale = 1.0f;

  [[nodiscard]] block_scaled_matrix matrix() const {
    return {format, layout, columns, elements.data(), scales.data(), global_scale};
  }
};

/// The scale of a block whose largest magnitude is `amax`, as it is stored.
///   e8m0: 2^(floor(log2(amax)) − emax), emax the exponent of the element type's largest number, kept within
///   2^±127; 2^-127 for a block of zeros. OCP MX specification 1.0, section 6.3.
///   e4m3fn (NVFP4): amax / 6 / global, rounded to nearest and saturating. cuBLAS documentation, "Computing
///   scaling and conversion factors for FP4 with UE4M3 scales".
[[nodiscard]] inline double scale_for(const block_format& format, double amax, float global_scale = 1.0f) {
  if (format.scale != dtype::e8m0)
    return round_to(format.scale, amax / largest_finite(format.element) / static_cast<double>(global_scale),
                    overflow::saturate);
  const int emax = detail::highest_exponent(format_of(format.element));
  const int exponent = amax > 0.0 ? std::ilogb(amax) - emax : -127;
  return detail::power_of_two(std::clamp(exponent, -127, 127));
}

/// How far an element of a block whose largest magnitude is `amax` can lie from what it was made of, with
/// `scale` the product of the block's scale and the global one: half a unit in the last place, or what lies
/// beyond the largest number, since the rule for e8m0 lets the largest elements of a block saturate.
[[nodiscard]] inline double block_error_bound(dtype element, double scale, double amax) {
  if (scale == 0.0) return amax;
  const double largest = largest_finite(element), scaled = amax / scale;
  return scale * std::max(unit_in_last_place(element, scaled) / 2, scaled - largest);
}

/// `values`, rows × columns, in a block-scaled format: scales as scale_for says, elements rounded to nearest
/// and saturating, padding zero bytes. `global_scale` is for NVFP4; without it, it is what makes the largest
/// block scale 448: amax / (6 · 448). Throws usage_error where the sizes do not agree, or a value is not
/// finite.
[[nodiscard]] inline block_scaled_data quantise(const block_format& format, scale_layout layout,
                                                std::span<const double> values, std::int64_t rows,
                                                std::int64_t columns,
                                                std::optional<float> global_scale = std::nullopt) {
  if (rows < 0 || columns < 0 || static_cast<std::int64_t>(values.size()) != rows * columns)
    throw usage_error("quantise: " + std::to_string(values.size()) + " values for " + std::to_string(rows) +
                      " × " + std::to_string(columns) + " elements");
  if (global_scale && (!format.has_global || !(*global_scale > 0.0f) || std::isinf(*global_scale)))
    throw usage_error("quantise: a global scale of " + std::to_string(*global_scale) +
                      "; expected a finite number above 0, and a format that has one");
  double largest = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]))
      throw usage_error("quantise: value " + std::to_string(i) + " is " + std::to_string(values[i]) +
                        "; expected finite numbers");
    largest = std::max(largest, std::fabs(values[i]));
  }

  const std::int64_t blocks = blocks_of(format, columns);
  block_scaled_data data{format, layout, rows, columns, {}, {}, 1.0f};
  data.elements.resize(static_cast<std::size_t>(bytes_for(format.element, rows * columns)));
  data.scales.resize(static_cast<std::size_t>(scale_count(layout, rows, blocks)));
  if (global_scale)
    data.global_scale = *global_scale;
  else if (format.has_global && largest > 0.0)
    data.global_scale = static_cast<float>(round_to(
        dtype::fp32, std::max(largest / (largest_finite(format.element) * largest_finite(format.scale)),
                              least_subnormal(dtype::fp32))));

  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t block = 0; block < blocks; ++block) {
      const std::int64_t begin = row * columns + block * format.block;
      const std::int64_t end = std::min(begin + format.block, (row + 1) * columns);
      double amax = 0.0;
      for (std::int64_t i = begin; i < end; ++i)
        amax = std::max(amax, std::fabs(values[static_cast<std::size_t>(i)]));
      const double scale = scale_for(format, amax, data.global_scale);
      store_element(format.scale, data.scales.data(), scale_index(layout, row, block, blocks), scale);
      const double factor = scale * static_cast<double>(data.global_scale);
      for (std::int64_t i = begin; i < end; ++i) {
        const double value = values[static_cast<std::size_t>(i)];
        store_element(format.element, data.elements.data(), i, factor == 0.0 ? 0.0 : value / factor,
                      overflow::saturate);
      }
    }
  return data;
}

}  // namespace assay
