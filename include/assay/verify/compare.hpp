// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/core/parallel.hpp"
#include "assay/numeric/binary_format.hpp"
#include "assay/numeric/element.hpp"
#include "assay/verify/comparison.hpp"
#include "assay/verify/poison.hpp"
#include "assay/verify/tolerance.hpp"

namespace assay {

/// What is right for one output: all of it, or a sample. `values[k]` belongs to element `indices[k]`, or to
/// element k when `indices` is empty. Unrounded.
struct expectation {
  std::vector<double> values;
  std::vector<std::int64_t> indices;
  double slack = 1.0;  ///< 2 when the values were themselves rounded (a device reference), 1 for an oracle

  [[nodiscard]] std::int64_t index(std::size_t k) const {
    return indices.empty() ? static_cast<std::int64_t>(k) : indices[k];
  }
};

/// The distance that `bound` allows between a result of type `type` and the reference value `expected`, where
/// `rms` is the root mean square of the whole reference. See tolerance for the formula.
[[nodiscard]] inline double allowed_error(const tolerance& bound, dtype type, double expected, double rms) {
  switch (bound.how) {
    case tolerance::kind::exact: return 0.0;
    case tolerance::kind::allclose: return bound.absolute + bound.relative * std::fabs(expected);
    case tolerance::kind::derived: break;
  }
  if (!is_floating(type)) return 0.5;  // the nearest whole number, whatever the order of a half
  const double length = static_cast<double>(std::max<std::int64_t>(bound.chain, 1));
  const double factor = 16.0 + 2.0 * std::sqrt(length) + (bound.truncating ? length / 8.0 : 0.0);
  return unit_roundoff(type) * std::fabs(expected) + least_subnormal(type) / 2 +
         factor * unit_roundoff(bound.accumulator_of(type)) * std::hypot(expected, rms);
}

/// Root mean square of the finite values.
[[nodiscard]] inline double root_mean_square(std::span<const double> values) {
  double sum = 0.0, largest = 0.0;
  for (const double v : values)
    if (std::isfinite(v)) largest = std::max(largest, std::fabs(v));
  if (largest == 0.0) return 0.0;
  std::int64_t count = 0;
  for (const double v : values)
    if (std::isfinite(v)) sum += (v / largest) * (v / largest), ++count;  // scaled: squares may overflow
  return largest * std::sqrt(sum / static_cast<double>(count));
}

namespace detail {

/// Whether element `index` has the bits of `expected` rounded to the type. Of 64-bit integers a double does
/// not know all bits, so those are compared as doubles.
[[nodiscard]] inline bool same_bits(dtype type, const void* got, std::int64_t index, double expected) {
  if (type == dtype::int64 || type == dtype::uint64)
    return load_element(type, got, index) == round_to(type, expected);
  alignas(8) std::uint8_t rounded[8] = {};
  store_element(type, rounded, 0, expected);
  return element_bits(type, got, index) == element_bits(type, rounded, 0);
}

}  // namespace detail

/// Holds `got`, `count` elements of `type` on the host, against what is right. NaN passes only where NaN is
/// expected, an infinity only where the reference rounds to it. `poison` is the byte that filled the output
/// before the launch; where it is left in a floating or boolean output nothing passes.
[[nodiscard]] inline comparison compare(const std::string& name, dtype type, const void* got,
                                        std::int64_t count, const expectation& right, const tolerance& bound,
                                        std::optional<std::uint8_t> poison = std::nullopt) {
  if (right.indices.empty() ? std::ssize(right.values) > count
                            : right.indices.size() != right.values.size() ||
                                  *std::max_element(right.indices.begin(), right.indices.end()) >= count)
    throw error("compare: '" + name + "' has " + std::to_string(count) +
                " elements, and what is right was given for others");
  comparison total;
  total.output = name;
  total.elements = count;
  total.checked = static_cast<std::int64_t>(right.values.size());
  const double rms = root_mean_square(right.values);
  double worst_excess = -std::numeric_limits<double>::infinity();
  std::mutex mutex;

  parallel_for(total.checked, [&](std::int64_t begin, std::int64_t end) {
    comparison part;
    double part_excess = -std::numeric_limits<double>::infinity();
    for (std::int64_t k = begin; k < end; ++k) {
      const std::int64_t index = right.index(static_cast<std::size_t>(k));
      const double expected = right.values[static_cast<std::size_t>(k)];
      const bool untouched = poison && holds_poison(type, got, index, *poison);
      const double value = load_element(type, got, index);
      // Twice the bound for a rounded reference, but a whole number is right or wrong.
      const double allowed =
          (is_floating(type) ? right.slack : 1.0) * allowed_error(bound, type, expected, rms);
      // The reference as the best kernel could give it: beyond the largest finite value that is an infinity.
      const double rounded = round_to(type, expected);
      const double error = std::fabs(value - (bound.how == tolerance::kind::exact ? rounded : expected));

      bool right_here = error <= allowed;  // false for NaN
      if (bound.how == tolerance::kind::exact) right_here = detail::same_bits(type, got, index, expected);
      if (std::isnan(expected)) right_here = std::isnan(value);
      if (std::isinf(rounded)) right_here = value == rounded;
      // The poison is no bool, and a NaN that no arithmetic gives.
      if (untouched && (has_nan(type) || type == dtype::boolean)) right_here = false;

      part.untouched += untouched;
      part.mismatched += !right_here;
      part.not_a_number += std::isnan(value) && !std::isnan(expected);
      if (error > part.largest_error && std::isfinite(error)) part.largest_error = error;
      // How far outside, as a multiple of what is allowed, so that "worst" means the same for large and
      // small.
      const double excess = right_here ? (allowed > 0 && error <= allowed ? error / allowed - 1.0 : -1.0)
                            : std::isfinite(error) ? (allowed > 0 ? error / allowed : error + 1.0)
                                                   : std::numeric_limits<double>::infinity();
      if (!part.worst || excess > part_excess) {
        part_excess = excess;
        part.worst = comparison::element{index, value, expected, allowed};
      }
    }
    const std::lock_guard lock(mutex);
    total.untouched += part.untouched;
    total.mismatched += part.mismatched;
    total.not_a_number += part.not_a_number;
    total.largest_error = std::max(total.largest_error, part.largest_error);
    const bool earlier =
        total.worst && part.worst && part_excess == worst_excess && part.worst->index < total.worst->index;
    if (part.worst && (!total.worst || part_excess > worst_excess || earlier)) {
      worst_excess = part_excess;
      total.worst = part.worst;
    }
  });
  return total;
}

}  // namespace assay
