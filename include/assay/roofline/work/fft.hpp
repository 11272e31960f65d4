// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// `batch` Fourier transforms of `points` points (of all dimensions together), of complex numbers made of
/// two of `type`; with `real` input, of which half the spectrum and one point is the result.
///
/// Flops: 5·N·log2 N, half of that for real input. Nominal, as FFTW's benchmarks count: a radix-2 transform
/// needs exactly these where N is a power of two, split-radix fewer. Bytes: read once and written once, 16N
/// for complex fp32. Source: Frigo and Johnson, Proc. IEEE 93(2), 2005, and fftw.org/speed.
struct work::fft {
  std::int64_t points = 0;
  std::int64_t batch = 1;
  dtype type = dtype::fp32;
  bool real = false;

  operator work() const {
    if (const auto check =
            detail::shape_check("fft").at_least(1, "points", points).at_least(0, "batch", batch);
        !check)
      return check.refused();
    const double n = detail::product(points), count = detail::product(batch);
    const double complex_bytes = detail::bytes(type, 2 * n * count);
    work result;
    result.nominal = true;
    return result.add(default_resource(type), (real ? 2.5 : 5) * n * __builtin_log2(n) * count)
        .add_read(real ? detail::bytes(type, n * count) : complex_bytes)
        .add_written(real ? detail::bytes(type, detail::product(2, points / 2 + 1, batch)) : complex_bytes);
  }
};

}  // namespace assay
