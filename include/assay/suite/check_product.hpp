// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "assay/core/source_location.hpp"
#include "assay/suite/case_tensors.hpp"
#include "assay/suite/declaration_errors.hpp"
#include "assay/suite/declared_oracle.hpp"
#include "assay/suite/product_layout.hpp"
#include "assay/verify/gemm.hpp"

namespace assay {

/// That a product's matrices lie within their tensors, and that these may be used so. Throws usage_error.
inline void check_product(const declaration_errors& errors, const case_tensors& tensors, const gemm& product,
                          const tensor_slot& c, const tensor_slot& a, const tensor_slot& b,
                          source_location where) {
  const auto number = [](std::int64_t value) { return std::to_string(value); };
  if (product.m < 0 || product.n < 0 || product.k < 0 || product.batch < 0)
    errors.fail("a product with m = " + number(product.m) + ", n = " + number(product.n) +
                    ", k = " + number(product.k) + ", " + number(product.batch) +
                    " of them; expected no negative extent",
                where);
  if (!std::isfinite(product.alpha) || !std::isfinite(product.beta))
    errors.fail("a product with alpha = " + std::to_string(product.alpha) +
                    ", beta = " + std::to_string(product.beta) + "; expected finite numbers",
                where);
  for (const tensor_slot* factor : {&a, &b})
    if (tensors.of(*factor).role != tensor_role::input)
      errors.fail("the factor '" + tensors.of(*factor).name + "' of a product is an " +
                      to_string(tensors.of(*factor).role) + "; expected an input, which no candidate changes",
                  where);
  if (product.beta != 0.0 && tensors.of(c).role != tensor_role::inout)
    errors.fail("a product with beta = " + std::to_string(product.beta) + " is added to '" +
                    tensors.of(c).name + "', which is an output and holds nothing; expected an inout",
                where);

  const auto check_layout = [&](const char* letter, const tensor_slot& slot, const gemm::layout& l,
                                bool written) {
    const std::string matrix = std::string(letter) + " ('" + tensors.of(slot).name + "')";
    if (l.leading < l.columns)
      errors.fail("the leading dimension of " + matrix + " is " + number(l.leading) + "; expected " +
                      number(l.columns) + " or more, the elements of a stored row",
                  where);
    if (l.rows == 0 || l.columns == 0 || product.batch == 0) return;
    // In double: the product of two 64-bit sizes may be more than one can count.
    const auto check_span = [&](double span) {
      if (span > static_cast<double>(slot.count))
        errors.fail("the product reaches element " +
                        number(span < 0x1p62 ? static_cast<std::int64_t>(span) - 1
                                             : std::numeric_limits<std::int64_t>::max()) +
                        " of " + matrix + ", which has " + number(slot.count) + " elements",
                    where);
    };
    const double matrix_span =
        static_cast<double>(l.rows - 1) * static_cast<double>(l.leading) + static_cast<double>(l.columns);
    check_span(matrix_span);
    if (l.stride < 0 || (written && product.batch > 1 && static_cast<double>(l.stride) < matrix_span))
      errors.fail("the stride of " + matrix + " is " + number(l.stride) + "; expected " +
                      (written ? "no overlap of the products" : "0 or more"),
                  where);
    check_span(static_cast<double>(product.batch - 1) * static_cast<double>(l.stride) + matrix_span);
  };
  check_layout("A", a, product.layout_a(), false);
  check_layout("B", b, product.layout_b(), false);
  check_layout("C", c, product.layout_c(), true);
}

/// That the rows of the matrices are rows of tensors whose rows lie apart. Throws usage_error.
inline void check_product_rows(const declaration_errors& errors, const case_tensors& tensors,
                               const declared_device_oracle& oracle) {
  const auto check_rows = [&](const char* letter, int id, const gemm::layout& l) {
    const declared_tensor& t = tensors.all()[static_cast<std::size_t>(id)];
    if (!layout_in_memory(l, oracle.product.batch, t))
      errors.fail(std::string("the rows of ") + letter + " in a product are not those of '" + t.name +
                      "', which have " + std::to_string(t.extents.back()) +
                      " elements and need not lie close together",
                  oracle.where);
  };
  check_rows("A", oracle.a, oracle.product.layout_a());
  check_rows("B", oracle.b, oracle.product.layout_b());
  check_rows("C", oracle.tensor, oracle.product.layout_c());
}

}  // namespace assay
