// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "assay/numeric/block_scaled.hpp"
#include "assay/suite/block_scaled_tensor.hpp"
#include "assay/suite/tensor.hpp"

namespace assay {

/// A tensor as the oracle sees it: a host array of doubles. Inputs hold exactly the values that the device
/// gets; what the oracle writes is kept unrounded. Every index is checked: an oracle that reads past the end
/// would prove nothing.
template <class Value>
class oracle_view {
 public:
  using out_of_range_handler = void (*)(int tensor, std::int64_t index, std::int64_t count);

  oracle_view(Value* data, const tensor_slot& slot, out_of_range_handler out_of_range)
      : data_(data), slot_(&slot), out_of_range_(out_of_range) {}

  Value& operator[](std::int64_t index) const {
    if (static_cast<std::uint64_t>(index) >= static_cast<std::uint64_t>(slot_->count))
      out_of_range_(slot_->id, index, slot_->count);
    return data_[index];
  }
  [[nodiscard]] std::int64_t size() const { return slot_->count; }

 private:
  Value* data_;
  const tensor_slot* slot_;
  out_of_range_handler out_of_range_;
};

/// A block-scaled matrix as the oracle sees it: element · scale · global scale, exactly, by plain element
/// index (row · columns + column).
template <class Format>
class block_scaled_view {
 public:
  block_scaled_view(oracle_view<const double> elements, oracle_view<const double> scales, double global,
                    const block_scaled_tensor<Format>& handle)
      : elements_(elements),
        scales_(scales),
        global_(global),
        layout_(handle.layout()),
        columns_(handle.columns()) {}

  double operator[](std::int64_t index) const {
    const double element = elements_[index];  // checks the index
    return element * scales_[scale_index_of(Format::format, layout_, index, columns_)] * global_;
  }
  [[nodiscard]] std::int64_t size() const { return elements_.size(); }

 private:
  oracle_view<const double> elements_;
  oracle_view<const double> scales_;
  double global_;
  scale_layout layout_;
  std::int64_t columns_;
};

/// The oracle's argument: `at(x)` is tensor x in double. Index views by plain element index.
class oracle_access {
 public:
  /// `arrays[id]` is the host array of the tensor with that id; `out_of_range` must throw.
  oracle_access(double* const* arrays, void (*out_of_range)(int, std::int64_t, std::int64_t))
      : arrays_(arrays), out_of_range_(out_of_range) {}

  template <class Element>
  auto operator()(const tensor<Element>& handle) const {
    using value = std::conditional_t<std::is_const_v<Element>, const double, double>;
    return oracle_view<value>(arrays_[handle.slot().id], handle.slot(), out_of_range_);
  }
  template <class Format>
  auto operator()(const block_scaled_tensor<Format>& handle) const {
    double global = 1.0;
    if constexpr (Format::format.has_global) global = (*this)(handle.global_tensor())[0];
    return block_scaled_view<Format>((*this)(handle.elements()), (*this)(handle.scale_tensor()), global,
                                     handle);
  }

 private:
  double* const* arrays_;
  void (*out_of_range_)(int, std::int64_t, std::int64_t);
};

}  // namespace assay
