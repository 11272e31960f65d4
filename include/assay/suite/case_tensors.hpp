// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <utility>

#include "assay/core/source_location.hpp"
#include "assay/suite/declaration_errors.hpp"
#include "assay/suite/declared_tensor.hpp"

namespace assay {

/// The tensors that a problem's body declares, and how they may lie in memory.
class case_tensors {
 public:
  /// `padding`: elements by which rows are moved apart where candidates take any leading dimension.
  case_tensors(const declaration_errors& errors, std::int64_t padding) : errors_(errors), padding_(padding) {}
  case_tensors(const case_tensors&) = delete;  // handles point at the slots in here
  case_tensors& operator=(const case_tensors&) = delete;

  [[nodiscard]] std::deque<declared_tensor>& all() { return tensors_; }
  [[nodiscard]] const std::deque<declared_tensor>& all() const { return tensors_; }
  [[nodiscard]] const declared_tensor& of(const tensor_slot& slot) const {
    return tensors_[static_cast<std::size_t>(slot.id)];
  }
  /// Bytes of them all: read, written.
  [[nodiscard]] std::pair<double, double> bytes() const {
    std::pair<double, double> total = {0, 0};
    for (const declared_tensor& t : tensors_) {
      const auto bytes = static_cast<double>(t.bytes());
      if (t.role != tensor_role::output) total.first += bytes;
      if (t.role != tensor_role::input) total.second += bytes;
    }
    return total;
  }

  // As declaration has them. Each throws usage_error for what cannot be.

  const tensor_slot* add(tensor_role role, const char* name, dtype type, const std::int64_t* extents,
                         std::size_t rank, const fill& how, source_location where);
  void leading_dimension(const tensor_slot& tensor, std::int64_t elements, source_location where) {
    declared_tensor& t = of(tensor);
    if (is_packed(t.type))
      errors_.fail("a leading dimension for '" + t.name + "', whose elements share bytes", where);
    if (t.extents.size() < 2)
      errors_.fail(
          "a leading dimension for '" + t.name + "', which has no rows: its extents are fewer than two",
          where);
    if (elements < t.extents.back())
      errors_.fail("a leading dimension of " + std::to_string(elements) + " for '" + t.name +
                       "', whose rows have " + std::to_string(t.extents.back()) + " elements",
                   where);
    const std::int64_t rows = t.extents.back() == 0 ? 0 : t.slot.count / t.extents.back();
    if (rows > 0 && elements > std::numeric_limits<std::int64_t>::max() / 8 / rows)
      errors_.fail("tensor '" + t.name + "' has more bytes than a 64-bit size can count", where);
    t.slot.leading_dimension = elements;
  }
  void alignment(const tensor_slot* tensor, std::int64_t bytes, source_location where) {
    if (bytes < 1 || bytes > 256 || (bytes & (bytes - 1)) != 0)
      errors_.fail(
          "an alignment of " + std::to_string(bytes) + " bytes; expected a power of two from 1 to 256",
          where);
    if (!tensor) {
      alignment_ = bytes;
      return;
    }
    declared_tensor& t = of(*tensor);
    if (bytes < bytes_for(t.type, 1))
      errors_.fail("an alignment of " + std::to_string(bytes) + " bytes for '" + t.name +
                       "', whose elements are of " + std::to_string(bytes_for(t.type, 1)),
                   where);
    t.alignment = bytes;
  }

  void any_leading_dimension(const tensor_slot& tensor, source_location where) {
    if (padding_ > std::numeric_limits<std::int64_t>::max() / 8 - tensor.leading_dimension)
      errors_.fail("rows of '" + of(tensor).name + "' that are moved apart by " + std::to_string(padding_) +
                       " elements",
                   where);
    leading_dimension(tensor, tensor.leading_dimension + padding_, where);
    of(tensor).any_leading_dimension = true;
  }
  void may_alias(const tensor_slot& output, const tensor_slot& input, source_location where) {
    declared_tensor &to = of(output), &from = of(input);
    if (to.role != tensor_role::output || from.role != tensor_role::input)
      errors_.fail("'" + to.name + "' on '" + from.name + "': expected an output that may lie on an input",
                   where);
    if (to.type != from.type || to.extents != from.extents)
      errors_.fail("'" + to.name + "' may not lie on '" + from.name + "': expected the same type and extents",
                   where);
    for (const declared_tensor& other : tensors_)
      if (other.may_alias == input.id || (&other == &to && other.may_alias >= 0))
        errors_.fail("a second alias of '" + from.name + "' or for '" + to.name + "'", where);
    to.may_alias = input.id;
  }
  void summed_along(const tensor_slot& tensor, std::size_t extent, source_location where) {
    declared_tensor& t = of(tensor);
    if (t.role == tensor_role::output || is_packed(t.type))
      errors_.fail("sums along '" + t.name + "': expected an input whose elements have bytes of their own",
                   where);
    if (extent >= t.extents.size())
      errors_.fail("sums along extent " + std::to_string(extent) + " of '" + t.name + "', which has " +
                       std::to_string(t.extents.size()),
                   where);
    for (const declared_tensor& other : tensors_)
      if (other.summed_along && other.extents[*other.summed_along] != t.extents[extent])
        errors_.fail("sums along " + std::to_string(t.extents[extent]) + " elements of '" + t.name +
                         "', but " + std::to_string(other.extents[*other.summed_along]) + " of '" +
                         other.name + "'",
                     where);
    t.summed_along = extent;
  }

  /// Those that were given no alignment of their own get that of all.
  void settle_alignment() {
    for (declared_tensor& t : tensors_)
      if (t.alignment == 0) t.alignment = std::max(alignment_, bytes_for(t.type, 1));
  }

 private:
  [[nodiscard]] declared_tensor& of(const tensor_slot& slot) {
    return tensors_[static_cast<std::size_t>(slot.id)];
  }

  const declaration_errors& errors_;
  std::int64_t padding_;
  std::deque<declared_tensor> tensors_;  // deque: handles keep the addresses of the slots
  std::int64_t alignment_ = 256;
};

inline const tensor_slot* case_tensors::add(tensor_role role, const char* name, dtype type,
                                            const std::int64_t* extents, std::size_t rank, const fill& how,
                                            source_location where) {
  const std::string title = errors_.text(name, "a tensor", where);
  for (const declared_tensor& other : tensors_)
    if (other.name == title) errors_.fail("two tensors are named '" + title + "'", where);
  std::int64_t count = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    if (extents[i] < 0)
      errors_.fail("tensor '" + title + "' has an extent of " + std::to_string(extents[i]), where);
    if (extents[i] > 0 && count > std::numeric_limits<std::int64_t>::max() / 8 / extents[i])
      errors_.fail("tensor '" + title + "' has more bytes than a 64-bit size can count", where);
    count *= extents[i];
  }
  const auto id = static_cast<int>(tensors_.size());
  declared_tensor& added = tensors_.emplace_back();
  added.name = title;
  added.role = role;
  added.type = type;
  added.extents = {extents, extents + rank};
  added.how = how;
  added.slot = {nullptr, count, id, rank ? extents[rank - 1] : 1};
  return &added.slot;
}

}  // namespace assay
