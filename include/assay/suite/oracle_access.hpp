// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "assay/numeric/block_scaled.hpp"
#include "assay/suite/block_scaled_tensor.hpp"
#include "assay/suite/tensor.hpp"

namespace assay {

/// How an oracle's mistakes are told. Each must throw.
struct oracle_faults {
  void (*out_of_range)(int tensor, std::int64_t index, std::int64_t count);
  void (*out_of_row)(int tensor, std::int64_t index, std::int64_t length);
  void (*no_value)(int tensor, std::int64_t index);  ///< of an output that has no values yet
};

/// A tensor as the oracle sees it: a host array of doubles. Inputs hold exactly the values that the device
/// gets; what the oracle writes is kept unrounded. Every index is checked: an oracle that reads past the end
/// would prove nothing.
template <class Value>
class oracle_view {
 public:
  /// `data` is null for an output that has no values yet.
  oracle_view(Value* data, const tensor_slot& slot, const oracle_faults& faults)
      : data_(data), slot_(&slot), faults_(&faults) {}

  Value& operator[](std::int64_t index) const {
    if (static_cast<std::uint64_t>(index) >= static_cast<std::uint64_t>(slot_->count))
      faults_->out_of_range(slot_->id, index, slot_->count);
    if (!data_) faults_->no_value(slot_->id, index);
    return data_[index];
  }
  [[nodiscard]] std::int64_t size() const { return slot_->count; }

 private:
  Value* data_;
  const tensor_slot* slot_;
  const oracle_faults* faults_;
};

/// One row of an output, for an oracle of rows to write: all elements whose index differs in the last place
/// only. Every index is checked.
class oracle_row {
 public:
  oracle_row(double* data, std::int64_t length, int tensor, const oracle_faults& faults)
      : data_(data), length_(length), tensor_(tensor), faults_(&faults) {}

  double& operator[](std::int64_t index) const {
    if (static_cast<std::uint64_t>(index) >= static_cast<std::uint64_t>(length_))
      faults_->out_of_row(tensor_, index, length_);
    return data_[index];
  }
  [[nodiscard]] std::int64_t size() const { return length_; }

 private:
  double* data_;
  std::int64_t length_;
  int tensor_;
  const oracle_faults* faults_;
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
  /// `arrays[id]` is the host array of the tensor with that id. Both must outlive this.
  oracle_access(double* const* arrays, const oracle_faults& faults) : arrays_(arrays), faults_(&faults) {}

  template <class Element>
  auto operator()(const tensor<Element>& handle) const {
    using value = std::conditional_t<std::is_const_v<Element>, const double, double>;
    return oracle_view<value>(arrays_[handle.slot().id], handle.slot(), *faults_);
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
  const oracle_faults* faults_;
};

}  // namespace assay
