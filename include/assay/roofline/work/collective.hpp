// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// What several devices do together.
enum class collective_kind : std::uint8_t {
  all_reduce,      ///< every rank ends with the sum of all buffers
  all_gather,      ///< every rank ends with the parts of all
  reduce_scatter,  ///< every rank ends with its part of the sum
  all_to_all,      ///< every rank has a part for every other
  broadcast,       ///< every rank ends with one rank's buffer
};

/// The share of one of `ranks` devices in a collective over `count` elements: the whole buffer, which for
/// all_gather is the result and for reduce_scatter the operand, as nccl-tests count it.
///
/// Link bytes, sent in one direction: all-reduce 2(n − 1)/n·S; all-gather, reduce-scatter and all-to-all
/// (n − 1)/n·S; broadcast S, from or through this rank. Nominal: they are those of the ring and the direct
/// algorithms, which are least on point-to-point links; switches that add or multicast need fewer (all-reduce
/// S). Flops: the additions of a ring, (n − 1)/n·count. DRAM bytes: what this rank puts in is read and what
/// it ends with beyond that is written. Sources: nccl-tests, doc/PERFORMANCE.md; Patarasuk and Yuan, J.
/// Parallel Distrib. Comput. 69(2), 2009.
struct work::collective {
  collective_kind kind = collective_kind::all_reduce;
  std::int64_t ranks = 1;
  std::int64_t count = 0;
  dtype type = dtype::fp32;

  /// Bytes that this rank sends, and receives. No number where there are no ranks, or less than no elements.
  [[nodiscard]] constexpr double link_bytes() const {
    if (ranks < 1 || count < 0) return std::numeric_limits<double>::quiet_NaN();
    const double others = detail::product(ranks - 1) / detail::product(ranks);
    switch (kind) {
      case collective_kind::all_reduce: return 2 * others * buffer();
      case collective_kind::broadcast: return ranks > 1 ? buffer() : 0;
      default: return others * buffer();
    }
  }
  /// Messages that follow each other: 2(n − 1) for the ring of an all-reduce, n − 1 for the others.
  [[nodiscard]] constexpr std::int64_t steps() const {
    return (kind == collective_kind::all_reduce ? 2 : 1) * (ranks - 1);
  }
  /// Alpha-beta time: steps · latency (s) + link_bytes / bandwidth (B/s, one direction). Source: Hockney,
  /// Parallel Computing 20(3), 1994; Thakur, Rabenseifner and Gropp, IJHPCA 19(1), 2005.
  [[nodiscard]] constexpr double seconds(double latency, double bandwidth) const {
    return detail::product(steps(), latency) + link_bytes() / bandwidth;
  }

  constexpr operator work() const {
    if (const auto check =
            detail::shape_check("collective").at_least(1, "ranks", ranks).at_least(0, "count", count);
        !check)
      return check.refused();
    const double others = detail::product(ranks - 1) / detail::product(ranks);
    work result;
    if (ranks == 1) return result;
    result.nominal = true;
    result.add(resource::link, link_bytes());
    switch (kind) {
      case collective_kind::all_reduce:
        return result.add(default_resource(type), others * detail::product(count))
            .add_read(buffer())
            .add_written(buffer());
      case collective_kind::all_gather:
        return result.add_read(buffer() - others * buffer()).add_written(others * buffer());
      case collective_kind::reduce_scatter:
        return result.add(default_resource(type), others * detail::product(count))
            .add_read(buffer())
            .add_written(buffer() - others * buffer());
      case collective_kind::all_to_all:
        return result.add_read(others * buffer()).add_written(others * buffer());
      case collective_kind::broadcast: return result.add_written(buffer());
    }
    return result;
  }

 private:
  [[nodiscard]] constexpr double buffer() const { return detail::bytes(type, detail::product(count)); }
};

}  // namespace assay
