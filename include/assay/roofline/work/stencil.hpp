// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// A stencil of `taps` points with fixed coefficients, applied to `points` points `sweeps` times in one
/// launch.
///
/// Flops: (2·taps − 1)·points·sweeps. Nominal: coefficients that are alike can be factored out. Bytes: the
/// field read once, with its halo, and written once, 2sN. That several sweeps can pass over it in one reading
/// (temporal blocking) makes it the bound for all sweeps of a launch; for one launch a sweep, leave `sweeps`
/// at 1. Source: Datta et al., "Stencil computation optimization and auto-tuning", SC 2008.
struct work::stencil {
  std::int64_t points = 0;  ///< that are computed, of all dimensions
  std::int64_t taps = 1;
  dtype type = dtype::fp32;
  std::int64_t sweeps = 1;
  std::int64_t halo = 0;  ///< further points that are read and not computed

  constexpr operator work() const {
    if (const auto check = detail::shape_check("stencil")
                               .at_least(0, "points", points)
                               .at_least(1, "taps", taps)
                               .at_least(1, "sweeps", sweeps)
                               .at_least(0, "halo", halo);
        !check)
      return check.refused();
    work result;
    if (points == 0) return result;
    result.nominal = true;
    return result
        .add(default_resource(type), (2 * detail::product(taps) - 1) * detail::product(points, sweeps))
        .add_read(detail::bytes(type, detail::product(points) + detail::product(halo)))
        .add_written(detail::bytes(type, detail::product(points)));
  }
};

}  // namespace assay
