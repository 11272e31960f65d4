// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/numeric/block_scaled.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/suite/tensor.hpp"

namespace assay {

/// What `p.block_scaled_input` returns: a name for a matrix of rows × columns in one of the formats of
/// block_scaled.hpp. It is two tensors, or three: elements "a", scales "a.scales" and, for NVFP4, one fp32
/// "a.global". The oracle reads `at(a)[row * columns + column]`, the effective value.
template <class Format>
class block_scaled_tensor {
 public:
  using element_type = const typename Format::element_type;
  using scale_type = const typename Format::scale_type;

  constexpr block_scaled_tensor(tensor<element_type> elements, tensor<scale_type> scales,
                                tensor<const float> global, scale_layout layout, std::int64_t columns)
      : elements_(elements), scales_(scales), global_(global), layout_(layout), columns_(columns) {}

  /// Pointers into the device's memory at the moment of the call. Packed elements come as bytes;
  /// `elements().data_as<const __nv_fp4x2_e2m1>()` is another type's view of them.
  [[nodiscard]] storage_of_t<element_type>* data() const { return elements_.data(); }
  [[nodiscard]] storage_of_t<scale_type>* scales() const { return scales_.data(); }
  [[nodiscard]] const float* global_scale() const {
    static_assert(Format::format.has_global, "only NVFP4 has a global scale");
    return global_.data();
  }

  [[nodiscard]] tensor<element_type> elements() const { return elements_; }
  [[nodiscard]] tensor<scale_type> scale_tensor() const { return scales_; }
  [[nodiscard]] tensor<const float> global_tensor() const {
    static_assert(Format::format.has_global, "only NVFP4 has a global scale");
    return global_;
  }
  [[nodiscard]] scale_layout layout() const { return layout_; }
  /// Elements, and of one row.
  [[nodiscard]] std::int64_t size() const { return elements_.size(); }
  [[nodiscard]] std::int64_t columns() const { return columns_; }

 private:
  tensor<element_type> elements_;
  tensor<scale_type> scales_;
  tensor<const float> global_;  // without a slot where the format has no global scale
  scale_layout layout_;
  std::int64_t columns_;
};

}  // namespace assay
