// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

namespace detail {

/// A norm of rows: `forward` and `backward` flops of each element beside one a row and an rsqrt, and how many
/// `vectors` of parameters scale and shift a row; of those only the scale is needed for gradients.
struct norm_counts {
  const char* name;
  double forward, backward;
  int vectors;
};

template <class Norm>
[[nodiscard]] constexpr work norm_work(const Norm& shape, const norm_counts& counts) {
  if (const auto check =
          shape_check(counts.name).at_least(0, "rows", shape.rows).at_least(1, "columns", shape.columns);
      !check)
    return check.refused();
  const double elements = product(shape.rows, shape.columns);
  const double vector = bytes(shape.weight_type, product(shape.columns));
  const double once = bytes(shape.type, elements);
  work result;
  result.add(resource::sfu, product(shape.rows));
  if (shape.of_gradient)
    return result
        .add(default_resource(shape.type), counts.backward * elements + product(shape.rows) +
                                               product(counts.vectors, shape.columns, additions(shape.rows)))
        .add_read(2 * once + (shape.rows > 0 ? vector : 0))
        .add_written(once + counts.vectors * vector);
  return result.add(default_resource(shape.type), counts.forward * elements + product(shape.rows))
      .add_read(once + (shape.rows > 0 ? counts.vectors * vector : 0))
      .add_written(once);
}

}  // namespace detail

/// y = x / sqrt(mean(x²) + ε) · w over `rows` rows of `columns` elements; `.backward()`: dx and dw from x, w
/// and dy. Source: Zhang and Sennrich, arXiv 1910.07467, and its derivative.
///
/// Forward, a row of C: 2C − 1 for the sum of squares, 2 for mean and ε, 2C to scale: 4C + 1 flops and one
/// rsqrt. Backward: the same 2C + 1 and rsqrt again, C for x̂, C for dy·w, 2C for its mean with x̂, 3C for dx,
/// C for dw, and C for each row but the first to add dw up: 10C + 1 and C. Bytes: forward s(2MC) and the
/// weights; backward x, dy and the weights read, dx and dw written. Saved statistics need not be read, since
/// x is; they are not counted.
struct work::rms_norm {
  std::int64_t rows = 0, columns = 0;
  dtype type = dtype::fp32;
  dtype weight_type = type;
  bool of_gradient = false;

  [[nodiscard]] constexpr rms_norm backward() const {
    rms_norm result = *this;
    result.of_gradient = true;
    return result;
  }

  constexpr operator work() const { return detail::norm_work(*this, {"rms_norm", 4, 10, 1}); }
};

/// y = (x − mean) / sqrt(variance + ε) · w + b over `rows` rows of `columns` elements; `.backward()`: dx, dw
/// and db from x, w and dy. Source: Ba, Kiros and Hinton, arXiv 1607.06450, and its derivative.
///
/// Forward, a row of C: C for the mean, C to subtract it, 2C − 1 for the sum of squares, 2 for variance and
/// ε, 3C to scale and shift: 7C + 1 flops and one rsqrt. Backward: mean, centring, variance and rsqrt again,
/// 4C + 1; C for x̂, C for dy·w, C and 2C for its means, alone and with x̂, 4C for dx, C for dw, and 2C for
/// each row but the first to add dw and db up: 14C + 1 and 2C. Bytes: forward s(2MC), weights and biases;
/// backward x, dy and the weights read, dx, dw and db written. Saved statistics are not counted, as in
/// rms_norm.
struct work::layer_norm {
  std::int64_t rows = 0, columns = 0;
  dtype type = dtype::fp32;
  dtype weight_type = type;
  bool of_gradient = false;

  [[nodiscard]] constexpr layer_norm backward() const {
    layer_norm result = *this;
    result.of_gradient = true;
    return result;
  }

  constexpr operator work() const { return detail::norm_work(*this, {"layer_norm", 7, 14, 2}); }
};

}  // namespace assay
