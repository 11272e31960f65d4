// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/numeric/block_scaled.hpp"
#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/lengths.hpp"
#include "assay/roofline/work/matrix_format.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// `batch` products C = A·B, A m×k, B k×n, however they are stored.
///
///   assay::work::gemm{m, n, k}.inputs<__nv_bfloat16>()
///   assay::work::gemm{m, n, k}.inputs(dtype::fp8_e4m3fn).output(dtype::fp16)
///   assay::work::gemm{m, n, k}.inputs<assay::nvfp4>()
///   assay::work::gemm::of(assay::gemm{m, n, k}.batched(heads)).inputs<float>().on(resource::tensor_tf32)
///
/// Flops: 2mnk, on the matrix units of the wider input type (fp32: on the vector units, unless on() says
/// tf32). All are useful; Strassen's algorithm needs fewer, at a loss of accuracy, and then is to be declared
/// so with nominal_flops(). Scaling by alpha, beta and block scales is not counted. Bytes: A and B once, with
/// their block scales and global scales, broadcast ones once for the batch; C once, and once more where beta
/// is not 0.
struct work::gemm {
  std::int64_t m = 0, n = 0, k = 0;
  std::int64_t batch = 1;
  block_format a = unscaled(dtype::fp32), b = unscaled(dtype::fp32);  ///< scales lie along k
  bool shared_a = false, shared_b = false;                            ///< one matrix for the whole batch
  bool reads_c = false;                                               ///< beta is not 0
  /// Swizzled scales are counted with what pads them to 128 rows and 4 blocks, as GPU MODE's limits do. No
  /// kernel needs to read that.
  scale_layout scales = scale_layout::linear;
  bool output_named = false, unit_named = false, nominal = false;
  dtype named_output = dtype::fp32;
  resource named_unit = resource::fp32;

  /// The shape of an assay::gemm, as p.gemm_oracle() takes it: batch, strides of 0, and beta.
  template <class Product>
  [[nodiscard]] static constexpr gemm of(const Product& product) {
    gemm result{product.m, product.n, product.k, product.batch};
    result.shared_a = product.stride_a == 0;
    result.shared_b = product.stride_b == 0;
    result.reads_c = product.beta != 0.0;
    return result;
  }

  [[nodiscard]] constexpr gemm inputs(const block_format& of_a, const block_format& of_b) const {
    gemm result = *this;
    result.a = of_a;
    result.b = of_b;
    return result;
  }
  [[nodiscard]] constexpr gemm inputs(dtype of_a, dtype of_b) const {
    return inputs(unscaled(of_a), unscaled(of_b));
  }
  [[nodiscard]] constexpr gemm inputs(dtype both) const { return inputs(both, both); }
  /// Element types, or formats such as assay::nvfp4.
  template <class A, class B = A>
  [[nodiscard]] constexpr gemm inputs() const {
    return inputs(detail::format_of<A>(), detail::format_of<B>());
  }
  /// Of C. Otherwise that of the inputs; bf16 for inputs of 8 bits and fewer, int32 for integers.
  [[nodiscard]] constexpr gemm output(dtype type) const {
    gemm result = *this;
    result.output_named = true;
    result.named_output = type;
    return result;
  }
  template <class Type>
  [[nodiscard]] constexpr gemm output() const {
    return output(dtype_of<Type>::value);
  }
  [[nodiscard]] constexpr gemm on(resource unit) const {
    gemm result = *this;
    result.unit_named = true;
    result.named_unit = unit;
    return result;
  }
  [[nodiscard]] constexpr gemm batched(std::int64_t count) const {
    gemm result = *this;
    result.batch = count;
    return result;
  }
  /// C = A·B + C.
  [[nodiscard]] constexpr gemm accumulating() const {
    gemm result = *this;
    result.reads_c = true;
    return result;
  }
  /// For algorithms that need fewer than 2mnk.
  [[nodiscard]] constexpr gemm nominal_flops() const {
    gemm result = *this;
    result.nominal = true;
    return result;
  }

  [[nodiscard]] constexpr dtype output_type() const {
    return output_named ? named_output : detail::product_type(detail::wider(a.element, b.element));
  }
  [[nodiscard]] constexpr resource unit() const {
    return unit_named ? named_unit : matrix_resource(detail::wider(a.element, b.element));
  }

  constexpr operator work() const {
    if (const auto check =
            detail::shape_check("gemm").at_least(0, "m", m).at_least(0, "n", n).at_least(0, "k", k).at_least(
                0, "batch", batch);
        !check)
      return check.refused();
    work result;
    result.nominal = nominal;
    if (m == 0 || n == 0 || batch == 0) return result;
    const double c = detail::bytes(output_type(), detail::product(m, n, batch));
    return result.add(unit(), detail::product(2, m, n, k, batch))
        .add_read(detail::product(shared_a ? 1 : batch, detail::matrix_bytes(a, m, k, scales)) +
                  detail::product(shared_b ? 1 : batch, detail::matrix_bytes(b, n, k, scales)) +
                  (reads_c ? c : 0))
        .add_written(c);
  }
};

/// y = A·x for `batch` matrices A of rows × columns, stored either way.
///
/// Flops: 2MN, all useful. Bytes: s(MN + M + N); what is said of types at gemm holds here, the matrix being a
/// and the vector b.
struct work::gemv {
  std::int64_t rows = 0, columns = 0;
  std::int64_t batch = 1;
  block_format matrix = unscaled(dtype::fp32), vector = unscaled(dtype::fp32);
  scale_layout scales = scale_layout::linear;  ///< as in gemm

  [[nodiscard]] constexpr gemv inputs(const block_format& of_matrix, const block_format& of_vector) const {
    gemv result = *this;
    result.matrix = of_matrix;
    result.vector = of_vector;
    return result;
  }
  [[nodiscard]] constexpr gemv inputs(dtype both) const { return inputs(unscaled(both), unscaled(both)); }
  template <class Matrix, class Vector = Matrix>
  [[nodiscard]] constexpr gemv inputs() const {
    return inputs(detail::format_of<Matrix>(), detail::format_of<Vector>());
  }
  /// The product of which each column of C is one of these; for output(), on() and the rest.
  [[nodiscard]] constexpr gemm as_gemm() const {
    gemm result{rows, 1, columns, batch, matrix, vector};
    result.scales = scales;
    return result;
  }

  constexpr operator work() const {
    if (const auto check = detail::shape_check("gemv")
                               .at_least(0, "rows", rows)
                               .at_least(0, "columns", columns)
                               .at_least(0, "batch", batch);
        !check)
      return check.refused();
    return as_gemm();
  }
};

/// A product for each group g: C_g = A_g·B_g, A_g rows[g]×k, B_g k×n, as in the experts of an MoE. For groups
/// that differ in n and k as well, add gemms up: `work total; total += work::gemm{…}`.
///
/// Flops and bytes: those of each group's gemm. Of a group without rows nothing is read, its B neither.
struct work::grouped_gemm {
  lengths rows = {};
  std::int64_t n = 0, k = 0;
  gemm each = {};  ///< types, unit and scales of every group; its extents say nothing

  [[nodiscard]] constexpr grouped_gemm inputs(const block_format& of_a, const block_format& of_b) const {
    grouped_gemm result = *this;
    result.each = each.inputs(of_a, of_b);
    return result;
  }
  [[nodiscard]] constexpr grouped_gemm inputs(dtype both) const {
    return inputs(unscaled(both), unscaled(both));
  }
  template <class A, class B = A>
  [[nodiscard]] constexpr grouped_gemm inputs() const {
    return inputs(detail::format_of<A>(), detail::format_of<B>());
  }
  [[nodiscard]] constexpr grouped_gemm output(dtype type) const {
    grouped_gemm result = *this;
    result.each = each.output(type);
    return result;
  }

  constexpr operator work() const {
    if (const auto check = detail::check_lengths(detail::shape_check("grouped_gemm"), "rows", rows, 0)
                               .at_least(0, "n", n)
                               .at_least(0, "k", k);
        !check)
      return check.refused();
    work total;
    gemm one = each;
    one.n = n, one.k = k, one.batch = 1;
    for (std::int64_t g = 0; g < rows.count(); ++g) {
      one.m = rows[g];
      total += one;
    }
    return total;
  }
};

/// Bytes that a product moves at least between DRAM and a cache of `cache_bytes`, of which its work counts
/// only what no cache saves: max(those, 2MNK/√S − 2S) for each of the batch, S being the elements that the
/// cache holds. Source: Smith, Lowery, Langou and van de Geijn, "A Tight I/O Lower Bound for Matrix
/// Multiplication", arXiv 1702.02017. Elements count with the size of the narrowest of A, B and C, so that
/// it remains a bound. It holds for the operations of the ordinary algorithm and one cache: not hard. Add it
/// by hand where it is wanted: it is not a part of the work.
[[nodiscard]] constexpr double cache_limited_bytes(const work::gemm& product, double cache_bytes) {
  const work least = product;
  if (least.mistake) return least.dram_bytes();
  const auto size = [](dtype type) { return bits_of(type) / 8.0; };
  const double narrowest = detail::smaller(
      size(product.a.element), detail::smaller(size(product.b.element), size(product.output_type())));
  const double cached = cache_bytes / narrowest;
  if (!(cached > 0)) return least.dram_bytes();
  // Newton's method: std::sqrt is not constexpr.
  double root = cached < 1 ? 1 : cached;
  for (double next = (root + cached / root) / 2; next < root; next = (root + cached / root) / 2) root = next;
  const double elements = detail::product(2, product.m, product.n, product.k) / root - 2 * cached;
  return detail::larger(least.dram_bytes(), detail::product(product.batch, elements, narrowest));
}

}  // namespace assay
