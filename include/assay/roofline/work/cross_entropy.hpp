// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// −log softmax(x)[target] of `rows` rows of `classes` logits; `.backward()`: dx = (softmax(x) −
/// 1[target])·dy.
///
/// Forward, a row of C: C − 1 largest, C subtract, C − 1 add, 2 for the loss: 3C flops, and C exp and one log
/// on the SFU; with `mean` one more for each row (additions and the division by their number). Backward:
/// C − 1, C, C − 1, C multiply by the reciprocal, 1 for the target, C multiply by dy: 5C − 1, and C exp and
/// one reciprocal; with `mean` one more for dy / rows. Bytes: the logits once, MCs, and the targets; backward
/// also dy (a number a row, or one) and dx written. A saved log-sum-exp need not be read and is not counted.
struct work::cross_entropy {
  std::int64_t rows = 0, classes = 0;
  dtype type = dtype::fp32;
  dtype target_type = dtype::int64;
  dtype loss_type = dtype::fp32;
  bool mean = false;  ///< one loss for all rows, not one for each
  bool of_gradient = false;

  [[nodiscard]] constexpr cross_entropy backward() const {
    cross_entropy result = *this;
    result.of_gradient = true;
    return result;
  }

  constexpr operator work() const {
    if (const auto check =
            detail::shape_check("cross_entropy").at_least(0, "rows", rows).at_least(1, "classes", classes);
        !check)
      return check.refused();
    if (rows == 0) return {};
    const double elements = detail::product(rows, classes);
    const double losses = detail::bytes(loss_type, detail::product(mean ? 1 : rows));
    work result;
    result.add(resource::sfu, elements + detail::product(rows))
        .add_read(detail::bytes(type, elements) + detail::bytes(target_type, detail::product(rows)));
    if (of_gradient)
      return result.add(default_resource(type), 5 * elements - detail::product(rows) + (mean ? 1 : 0))
          .add_read(losses)
          .add_written(detail::bytes(type, elements));
    return result.add(default_resource(type), 3 * elements + (mean ? detail::product(rows) : 0))
        .add_written(losses);
  }
};

}  // namespace assay
