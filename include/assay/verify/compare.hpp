// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/core/parallel.hpp"
#include "assay/numeric/element.hpp"
#include "assay/verify/compare_job.hpp"
#include "assay/verify/compare_rule.hpp"
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
  std::string method = {};     ///< how it was found, where that is to be told: "freivalds × 8 + 64 rows"
  std::int64_t unsettled = 0;  ///< rows that Freivalds' check suspects and nobody computed
  bool bits = false;  ///< `values` hold the bits of 64-bit whole numbers, not all of which a double holds

  [[nodiscard]] std::int64_t index(std::size_t k) const {
    return indices.empty() ? static_cast<std::int64_t>(k) : indices[k];
  }
  /// Which of the values belongs to an element that has one.
  [[nodiscard]] std::int64_t position(std::int64_t element) const {
    return indices.empty() ? element : std::find(indices.begin(), indices.end(), element) - indices.begin();
  }
  [[nodiscard]] bool rounded() const { return slack > 1.0; }
};

/// The distance that `bound` allows between a result of type `type` and the reference value `expected`, where
/// `rms` is the root mean square of the whole reference. See tolerance for the formula.
[[nodiscard]] inline double allowed_error(const tolerance& bound, dtype type, double expected, double rms) {
  return make_rule(bound, type, rms).allowed(expected);
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

/// Runs a job on the host, whose memory its pointers must be of.
[[nodiscard]] inline compare_sums compare_on_host(const compare_job& job) {
  constexpr std::int64_t worthwhile = 1 << 15;  // elements for a thread
  compare_sums total;
  std::mutex mutex;
  const auto collect = [&](const compare_sums& part) {
    const std::lock_guard lock(mutex);
    total.merge(part);
  };
  if (job.indices) {
    parallel_for(job.count, [&](std::int64_t begin, std::int64_t end) {
      compare_sums part;
      for (std::int64_t k = begin; k < end; ++k)
        part.add(job.rule, job.judge_at(k), job.indices[k], job.row_length);
      collect(part);
    });
    return total;
  }
  const compare_tiles tiles(job);
  parallel_for(
      tiles.number(),
      [&](std::int64_t begin, std::int64_t end) {
        compare_sums part;
        for (std::int64_t t = begin; t < end; ++t) {
          compare_sums tile;
          for (std::int64_t i = 0; i < tiles.elements; ++i)
            if (const std::int64_t k = tiles.index(t, i); k >= 0)
              tile.add(job.rule, job.judge_at(k), k, job.row_length);
          tile.take_tile(aggregate_limits::tile_share(job.rule, tile.error2, tile.rounding2, tile.expected2,
                                                      tile.finite),
                         tiles.row(t), tiles.column(t));
          part.merge(tile);
        }
        collect(part);
      },
      worthwhile / tiles.elements);
  return total;
}

/// Which of the checked elements to show: [begin, end) around the first mismatch, `at` among them.
struct excerpt_range {
  std::int64_t begin, end;
  excerpt_range(std::int64_t at, std::int64_t count) : begin(at / 8 * 8), end(std::min(begin + 8, count)) {}
};
inline void show_element(comparison& c, std::int64_t index, const judged_element& e) {
  c.excerpt.push_back({{index, e.got, e.expected, e.allowed}, e.right});
}

/// Holds `got`, `count` elements of `type` on the host, against what is right. NaN passes only where NaN is
/// expected, an infinity only where the reference rounds to it. `poison` is the byte that filled the output
/// before the launch; where it is left in a floating or boolean output nothing passes. `row_length`, the last
/// extent, tells tiles and the box of the mismatches; 0: a single row. `reference_spread`: see make_rule.
[[nodiscard]] inline comparison compare(const std::string& name, dtype type, const void* got,
                                        std::int64_t count, const expectation& right, const tolerance& bound,
                                        std::optional<std::uint8_t> poison = std::nullopt,
                                        std::int64_t row_length = 0, double reference_spread = 0.0) {
  // No values at all are no mistake of the caller's: nothing is checked then, and nothing matches.
  if (right.indices.empty() ? !right.values.empty() && std::ssize(right.values) != count
                            : right.indices.size() != right.values.size() ||
                                  *std::min_element(right.indices.begin(), right.indices.end()) < 0 ||
                                  *std::max_element(right.indices.begin(), right.indices.end()) >= count)
    throw error("compare: '" + name + "' has " + std::to_string(count) +
                " elements, and what is right was given for others");
  compare_job job;
  job.got = got;
  job.expected = right.values.data();
  job.indices = right.indices.empty() ? nullptr : right.indices.data();
  job.count = std::ssize(right.values);
  job.row_length = row_length > 0 ? row_length : std::max<std::int64_t>(count, 1);
  job.rule = make_rule(bound, type, right.bits ? 0.0 : root_mean_square(right.values), right.rounded(),
                       reference_spread, poison ? *poison : -1);
  job.rule.as_bits = right.bits;
  const compare_sums sums = compare_on_host(job);
  comparison c = conclude_comparison(name, count, job.rule, sums);
  c.method = right.method;
  c.unsettled = right.unsettled;
  if (sums.first_mismatch >= 0) {
    const excerpt_range range(right.position(sums.first_mismatch), job.count);
    for (std::int64_t k = range.begin; k < range.end; ++k)
      show_element(c, right.index(static_cast<std::size_t>(k)), job.judge_at(k));
  }
  return c;
}

}  // namespace assay
