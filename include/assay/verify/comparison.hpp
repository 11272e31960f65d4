// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/verify/compare_rule.hpp"

namespace assay {

/// One output held against what is right.
struct comparison {
  std::string output;                      ///< the tensor's name
  std::vector<std::int64_t> extents = {};  ///< its shape, where that is known
  std::int64_t elements = 0;               ///< in the tensor
  std::int64_t checked = 0;                ///< of them, those that were compared
  std::int64_t mismatched = 0;             ///< outside the tolerance, NaN included
  std::int64_t not_a_number = 0;           ///< NaN where a number was expected
  std::int64_t untouched = 0;              ///< still hold the poison that was there before the launch
  /// Whole numbers beyond 2^53 that are not those expected, but the same double: nobody can tell.
  std::int64_t blurred = 0;
  std::int64_t unsettled = 0;     ///< rows that Freivalds' check suspects and that were not compared
  double largest_error = 0.0;     ///< |got − expected|; absent errors (NaN) are counted above instead
  double largest_relative = 0.0;  ///< |got − expected| / |expected|, where that is not 0
  double largest_ulp = 0.0;       ///< |got − expected| in units of the last place of the expected value
  double rms_error = 0.0;
  double rms_expected = 0.0;
  std::optional<double> cosine;  ///< of got and expected as vectors; absent where one of them is zero

  /// The element furthest outside its tolerance (NaN before all), or furthest inside it when none is outside.
  struct element {
    std::int64_t index = 0;
    double got = 0.0;
    double expected = 0.0;
    double allowed = 0.0;
  };
  std::optional<element> worst;
  std::string method;  ///< how what is right was found, where that is to be told

  /// Which property of the errors as a whole is not met although every element is; see aggregate_limits.
  enum class aggregate : std::uint8_t { met, rms, bias, tile };
  aggregate failed = aggregate::met;
  double aggregate_seen = 0.0, aggregate_allowed = 0.0;  ///< of the one that failed

  /// Where the mismatches lie, in the output seen as rows of its last extent.
  struct box {
    std::int64_t first_row = 0, last_row = 0, first_column = 0, last_column = 0;  ///< both included
    /// The least power of two, 64 at most, modulo which the rows of all mismatches are one number, and that
    /// number; period 1 where there is none. Likewise of the columns.
    int row_period = 1, row_remainder = 0, column_period = 1, column_remainder = 0;
  };
  std::optional<box> where;

  /// Elements around the first mismatch, right ones and wrong ones, as many as are worth printing.
  struct shown_element : element {
    bool right = false;
  };
  std::vector<shown_element> excerpt;

  [[nodiscard]] bool matches() const {
    return checked > 0 ? mismatched == 0 && failed == aggregate::met : elements == 0;
  }
};

[[nodiscard]] constexpr const char* to_string(comparison::aggregate what) {
  constexpr const char* names[] = {"met", "rms", "bias", "tile"};
  return names[static_cast<int>(what)];
}

namespace detail {

/// The least power of two above 1 modulo which all bits of `mask` (of numbers modulo 64) are one number.
inline void find_period(std::uint64_t mask, int& period, int& remainder) {
  const int first = std::countr_zero(mask);
  for (int p = 64; p > 1; p /= 2) {
    // All multiples of p, from the remainder on.
    std::uint64_t comb = 0;
    for (int i = first % p; i < 64; i += p) comb |= std::uint64_t{1} << i;
    if ((mask & ~comb) != 0) continue;
    period = p;
    remainder = first % p;
    return;
  }
}

}  // namespace detail

/// What the sums of a comparison say.
[[nodiscard]] inline comparison conclude_comparison(const std::string& output, std::int64_t elements,
                                                    const compare_rule& rule, const compare_sums& sums) {
  comparison c;
  c.output = output;
  c.elements = elements;
  c.checked = sums.checked;
  c.mismatched = sums.mismatched;
  c.not_a_number = sums.not_a_number;
  c.untouched = sums.untouched;
  c.blurred = sums.blurred;
  c.largest_error = sums.largest_error;
  c.largest_relative = sums.largest_relative;
  c.largest_ulp = sums.largest_ulp;
  const aggregate_limits limits = aggregate_limits::of(rule, sums);
  c.rms_error = limits.rms_error;
  if (sums.finite > 0) c.rms_expected = std::sqrt(sums.expected2 / static_cast<double>(sums.finite));
  if (sums.got2 > 0.0 && sums.expected2 > 0.0)
    c.cosine = sums.product / (std::sqrt(sums.got2) * std::sqrt(sums.expected2));
  if (sums.worst_excess > -2.0)
    c.worst = comparison::element{sums.worst, sums.worst_got, sums.worst_expected, sums.worst_allowed};
  if (sums.mismatched > 0) {
    comparison::box box{sums.first_row, sums.last_row, sums.first_column, sums.last_column};
    // One mismatch has every period.
    if (box.last_row > box.first_row)
      detail::find_period(sums.rows_modulo, box.row_period, box.row_remainder);
    if (box.last_column > box.first_column)
      detail::find_period(sums.columns_modulo, box.column_period, box.column_remainder);
    c.where = box;
  }
  const auto fail = [&](comparison::aggregate what, double seen, double allowed) {
    c.failed = what;
    c.aggregate_seen = seen;
    c.aggregate_allowed = allowed;
  };
  if (!rule.aggregates || sums.mismatched > 0 || sums.finite < aggregate_limits::least) return c;
  if (!limits.rms_met())
    fail(comparison::aggregate::rms, limits.rms_error, limits.rms_allowed);
  else if (!limits.bias_met())
    fail(comparison::aggregate::bias, limits.bias, limits.bias_allowed);
  else if (sums.worst_tile_share > 1.0)
    fail(comparison::aggregate::tile, sums.worst_tile_share, 1.0);
  if (c.failed == comparison::aggregate::tile)
    c.where =
        comparison::box{sums.worst_tile_row, sums.worst_tile_row + aggregate_limits::tile_extent - 1,
                        sums.worst_tile_column, sums.worst_tile_column + aggregate_limits::tile_extent - 1};
  return c;
}

}  // namespace assay
