// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

namespace detail {

/// Least bytes of `unique` rows of a table with `rows` rows of `width` elements that begins at a sector: rows
/// are moved in whole sectors of 32 bytes. Where rows are no whole sectors, neighbours share one, so the
/// least is what they take side by side; `apart`: no two of them share a sector.
[[nodiscard]] constexpr double row_bytes(dtype type, std::int64_t rows, std::int64_t width,
                                         std::int64_t unique, bool apart) {
  const auto sectors = [](double size) { return round_up(size / sector_bytes) * sector_bytes; };
  const double row = product(width) * (bits_of(type) / 8.0);
  const double side_by_side = sectors(product(unique, row));
  return apart ? smaller(product(unique, sectors(row)), sectors(product(rows, row))) : side_by_side;
}

[[nodiscard]] constexpr shape_check check_rows(const char* operation, std::int64_t table_rows,
                                               std::int64_t width, std::int64_t indices,
                                               std::int64_t unique_rows) {
  return shape_check(operation)
      .at_least(0, "table_rows", table_rows)
      .at_least(0, "width", width)
      .at_least(0, "indices", indices)
      .at_least(indices > 0 ? 1 : 0, "unique_rows", unique_rows)
      .at_most("unique_rows", unique_rows, "table_rows", table_rows)
      .at_most("unique_rows", unique_rows, "indices", indices);
}

/// R(1 − (1 − 1/R)^I) for R and I above 1.
[[nodiscard]] inline double mean_unique_rows(std::int64_t table_rows, std::int64_t indices) {
  const auto rows = static_cast<double>(table_rows);
  return -rows * __builtin_expm1(static_cast<double>(indices) * __builtin_log1p(-1 / rows));
}

}  // namespace detail

/// How many different rows `indices` uniformly random indices into a table of `table_rows` are expected to
/// name: R(1 − (1 − 1/R)^I). Not a bound: half of the draws name fewer. For work, least_unique_rows().
[[nodiscard]] inline std::int64_t expected_unique_rows(std::int64_t table_rows, std::int64_t indices) {
  if (table_rows <= 1 || indices <= 1) return indices > 0 && table_rows > 0 ? 1 : 0;
  return static_cast<std::int64_t>(detail::mean_unique_rows(table_rows, indices) + 0.5);
}

/// How many they name at least, but in one draw out of 10^12: √(I·ln(10^12)/2) fewer than are expected, 5 %
/// of 8192 indices into 32000 rows. One index changes the number by one at most, so that P(fewer by t) ≤
/// exp(−2t²/I). Source: McDiarmid, "On the method of bounded differences", Surveys in Combinatorics, 1989.
[[nodiscard]] inline std::int64_t least_unique_rows(std::int64_t table_rows, std::int64_t indices) {
  if (table_rows <= 1 || indices <= 1) return indices > 0 && table_rows > 0 ? 1 : 0;
  const double fewer = __builtin_sqrt(static_cast<double>(indices) * 27.631021115928547 / 2);  // ln(10^12)
  return static_cast<std::int64_t>(
      detail::larger(1.0, detail::mean_unique_rows(table_rows, indices) - fewer));
}

/// y[i] = table[index[i]] for rows of `width` elements: gather, embedding lookup.
///
/// No operations. Bytes: each row that is named, once, in whole 32-byte sectors; the indices; the result.
/// Repeated indices cost nothing more, so `unique_rows` must be told: count them or, of uniformly random
/// indices whose values are not known yet, take least_unique_rows(). More than are named make the bytes no
/// bound, and DRAM bytes count as one: a right kernel could be called faster than light.
struct work::gather {
  std::int64_t table_rows = 0, width = 0;
  std::int64_t indices = 0;
  std::int64_t unique_rows = 0;  ///< different rows that the indices name
  dtype type = dtype::fp32;
  dtype index_type = dtype::int64;
  bool apart = false;  ///< no two of the named rows share a sector

  constexpr operator work() const {
    if (const auto check = detail::check_rows("gather", table_rows, width, indices, unique_rows); !check)
      return check.refused();
    if (width == 0) return {};
    return work()
        .add_read(detail::row_bytes(type, table_rows, width, unique_rows, apart) +
                  detail::bytes(index_type, detail::product(indices)))
        .add_written(detail::bytes(type, detail::product(indices, width)));
  }
};

/// table[index[i]] = x[i], or += where it `adds` (the gradient of an embedding), for rows of `width`
/// elements.
///
/// Flops: one addition an element of x where it adds. Bytes: the indices, and each named row in whole 32-byte
/// sectors, written; of x what ends up in the table. Where it adds, that is all of x, and the rows are read
/// as well.
struct work::scatter {
  std::int64_t table_rows = 0, width = 0;
  std::int64_t indices = 0;
  std::int64_t unique_rows = 0;  ///< different rows that the indices name
  dtype type = dtype::fp32;
  dtype index_type = dtype::int64;
  bool adds = false;
  bool apart = false;  ///< no two of the named rows share a sector

  constexpr operator work() const {
    if (const auto check = detail::check_rows("scatter", table_rows, width, indices, unique_rows); !check)
      return check.refused();
    if (width == 0) return {};
    const double rows = detail::row_bytes(type, table_rows, width, unique_rows, apart);
    work result;
    result.add_read(detail::bytes(index_type, detail::product(indices)) +
                    detail::bytes(type, detail::product(adds ? indices : unique_rows, width)));
    result.add_written(rows);
    if (adds) result.add_read(rows).add(default_resource(type), detail::product(indices, width));
    return result;
  }
};

}  // namespace assay
