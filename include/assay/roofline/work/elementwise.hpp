// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// The same few operations for each of `count` elements: copies, casts, activations, saxpy, dropout.
///
/// Flops: count · flops on the units of `type`, count · transcendentals on the SFU. Bytes: each array of
/// `count` elements once, broadcast operands once as stored. Useful flops are what one element needs; copies
/// have none.
///
///   assay::work::elementwise{.count = n, .flops = 2, .inputs = 2}   // a·x + y
struct work::elementwise {
  std::int64_t count = 0;      ///< elements of the result
  double flops = 1;            ///< of one element; a multiply-add is two
  double transcendentals = 0;  ///< exp, rcp, rsqrt, … of one element
  std::int64_t inputs = 1;     ///< arrays of `count` elements that are read
  std::int64_t outputs = 1;    ///< arrays of `count` elements that are written
  dtype type = dtype::fp32;    ///< of what is read, and of the arithmetic
  dtype output_type = type;
  std::int64_t broadcast = 0;  ///< elements, as stored, of operands that are smaller than the result

  constexpr operator work() const {
    if (const auto check = detail::shape_check("elementwise")
                               .at_least(0, "count", count)
                               .amount("flops", flops)
                               .amount("transcendentals", transcendentals)
                               .at_least(0, "inputs", inputs)
                               .at_least(0, "outputs", outputs)
                               .at_least(0, "broadcast", broadcast);
        !check)
      return check.refused();
    const double read = detail::product(inputs, detail::bytes(type, detail::product(count)));
    const double stored = count > 0 ? detail::bytes(type, detail::product(broadcast)) : 0;
    return work()
        .add(default_resource(type), detail::product(count, flops))
        .add(resource::sfu, detail::product(count, transcendentals))
        .add_read(read + stored)
        .add_written(detail::product(outputs, detail::bytes(output_type, detail::product(count))));
  }
};

}  // namespace assay
