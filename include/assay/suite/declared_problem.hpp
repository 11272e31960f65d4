// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/roofline/validate_work.hpp"
#include "assay/roofline/work.hpp"
#include "assay/suite/axis.hpp"
#include "assay/suite/declaration.hpp"
#include "assay/suite/registry.hpp"

namespace assay {

struct declared_tensor {
  std::string name;
  tensor_role role;
  dtype type;
  std::vector<std::int64_t> extents;
  fill how;
  tensor_slot slot;
  std::int64_t alignment = 0;               ///< bytes: what candidates may rely on
  std::optional<std::size_t> summed_along;  ///< the extent along which outputs are sums
  bool any_leading_dimension = false;       ///< fuzzing may move its rows apart
  int may_alias = -1;                       ///< the input that it may lie on; −1: none

  /// Of its elements alone.
  [[nodiscard]] std::int64_t bytes() const { return bytes_for(type, slot.count); }

  // Where the rows are padded, the elements are not the memory.
  [[nodiscard]] bool padded() const {
    return !extents.empty() && slot.leading_dimension != extents.back() && slot.count > 0;
  }
  [[nodiscard]] std::int64_t rows() const { return padded() ? slot.count / extents.back() : 1; }
  [[nodiscard]] std::int64_t row_bytes() const { return bytes() / rows(); }
  /// Bytes from one row to the next.
  [[nodiscard]] std::int64_t pitch() const { return bytes_for(type, slot.leading_dimension); }
  /// From the first byte of the first row to the last of the last.
  [[nodiscard]] std::int64_t memory_bytes() const {
    return padded() ? (rows() - 1) * pitch() + row_bytes() : bytes();
  }
};

struct declared_candidate {
  std::string name;
  candidate_role role;
  declaration::prepare_function prepare;  ///< empty when there is no prepare step
  declaration::launch_function launch;
  source_location where;
};

/// An oracle on the host for one output: by element or by row.
struct declared_oracle {
  int tensor;
  declaration::element_oracle_function element;
  declaration::row_oracle_function row;
};

/// An oracle on the device for one output: a function, or a product of two inputs.
struct declared_device_oracle {
  int tensor;
  declaration::device_oracle_function function;
  gemm product;  ///< with `a` and `b`, where there is no function
  int a = -1, b = -1;
};

/// Thrown through the body by p.assume(false): there is no such case.
class no_such_case : public usage_error {
 public:
  using usage_error::usage_error;
};

/// What one run of a problem's body declared: everything of one case. Mistakes are thrown as usage_error from
/// the call that made them, with its file and line. Not movable: handles point at the slots in here.
class declared_problem final : public declaration {
 public:
  /// Runs the body. `positions[i]` is the chosen position on the i-th axis; axes beyond its end take their
  /// first. An axis that `wanted` names takes its value from there instead: one that it lists, or a number of
  /// its domain. Throws usage_error where that cannot be, no_such_case where p.assume() says so. `padding`:
  /// elements by which rows are moved apart where candidates take any leading dimension.
  explicit declared_problem(const problem_definition& definition, std::vector<std::size_t> positions = {},
                            axis_values wanted = {}, std::int64_t padding = 0)
      : definition_(&definition),
        positions_(std::move(positions)),
        wanted_(std::move(wanted)),
        padding_(padding) {
    try {
      definition.body(*this);
    } catch (const usage_error&) {
      throw;
    } catch (const std::exception& e) {
      fail(std::string("its body threw: ") + e.what(), definition.where);
    } catch (...) {
      fail("its body threw something that is not a std::exception", definition.where);
    }
    for (declared_tensor& t : tensors_)
      if (t.alignment == 0) t.alignment = std::max(alignment_, bytes_for(t.type, 1));
    check_complete();
  }
  declared_problem(const declared_problem&) = delete;
  declared_problem& operator=(const declared_problem&) = delete;

  [[nodiscard]] const problem_definition& definition() const { return *definition_; }
  [[nodiscard]] const std::vector<axis>& axes() const { return axes_; }
  [[nodiscard]] const axis_values& values() const { return values_; }
  [[nodiscard]] std::deque<declared_tensor>& tensors() { return tensors_; }
  [[nodiscard]] const std::deque<declared_tensor>& tensors() const { return tensors_; }
  [[nodiscard]] std::deque<tensor_slot>& workspaces() { return workspaces_; }
  [[nodiscard]] const std::vector<declared_candidate>& candidates() const { return candidates_; }
  [[nodiscard]] const oracle_function& whole_oracle() const { return oracle_; }
  /// For single outputs, on the host.
  [[nodiscard]] const std::vector<declared_oracle>& oracles() const { return oracles_; }
  [[nodiscard]] const std::vector<declared_device_oracle>& device_oracles() const { return device_oracles_; }
  [[nodiscard]] const assay::tolerance& bound() const { return tolerance_; }
  /// The special values that the oracle speaks of.
  [[nodiscard]] special declared_specials() const { return specials_; }
  /// This case with the least batch, where a batch axis is declared and this is not that case already.
  [[nodiscard]] std::optional<axis_values> least_batch() const {
    if (!batch_axis_) return std::nullopt;
    std::int64_t least = std::get<std::int64_t>(values_[*batch_axis_].second);
    std::size_t place = 0;
    for (const axis& a : axes_)
      for (std::size_t i = 0; i < a.names.size(); ++i, ++place) {
        if (place != *batch_axis_) continue;
        // Of axes that vary together only the domain says what goes with the values of the others.
        if (i < a.domains.size() && a.domains[i].is_open()) {
          const axis_domain& domain = a.domains[i];
          const std::int64_t steps = (std::max<std::int64_t>(domain.low, 1) + domain.step - 1) / domain.step;
          if (domain.holds(steps * domain.step)) least = std::min(least, steps * domain.step);
        }
        if (a.names.size() == 1)
          for (const std::vector<axis_value>& position : a.positions)
            if (const std::int64_t value = std::get<std::int64_t>(position[i]); value > 0)
              least = std::min(least, value);
      }
    axis_values result = values_;
    result[*batch_axis_].second = least;
    return result == values_ ? std::nullopt : std::optional(std::move(result));
  }
  /// The declared work; bytes are those of the tensors unless the body said otherwise.
  [[nodiscard]] assay::work declared_work() const;

  // What the body calls.
  std::int64_t integer_axis(const char* name, const std::int64_t* values, std::size_t count,
                            const axis_domain& domain, source_location where) override {
    std::vector<std::vector<axis_value>> positions;
    for (std::size_t i = 0; i < count; ++i) positions.push_back({axis_value(values[i])});
    add_axis({{text(name, "an axis", where)}, std::move(positions), where, {domain}});
    return std::get<std::int64_t>(values_.back().second);
  }
  const char* string_axis(const char* name, const char* const* values, std::size_t count,
                          source_location where) override {
    return values[add_names(name, values, count, where)];
  }
  std::size_t type_axis(const char* name, const char* const* names, std::size_t count,
                        source_location where) override {
    return add_names(name, names, count, where);
  }
  void joint_axes(const char* const* names, std::size_t columns, const std::int64_t* values, std::size_t rows,
                  const axis_domain* domains, std::int64_t* chosen, source_location where) override {
    axis joint{{}, {}, where, {domains, domains + columns}};
    for (std::size_t c = 0; c < columns; ++c) joint.names.push_back(text(names[c], "an axis", where));
    for (std::size_t r = 0; r < rows; ++r)
      joint.positions.emplace_back(values + r * columns, values + (r + 1) * columns);
    add_axis(std::move(joint));
    for (std::size_t c = 0; c < columns; ++c)
      chosen[c] = std::get<std::int64_t>(values_[values_.size() - columns + c].second);
  }
  void assume(bool condition, source_location where) override {
    if (condition) return;
    throw no_such_case(place(where) + "the case '" + to_string(values_) +
                       "' does not satisfy what the problem assumes");
  }

  const tensor_slot* tensor(tensor_role role, const char* name, dtype type, const std::int64_t* extents,
                            std::size_t rank, const fill& how, source_location where) override;
  const tensor_slot* workspace(std::int64_t bytes, source_location where) override {
    if (bytes < 0) fail("a workspace of " + std::to_string(bytes) + " bytes; expected 0 or more", where);
    return &workspaces_.emplace_back(tensor_slot{nullptr, bytes, -1, 0});
  }

  void leading_dimension(const tensor_slot& tensor, std::int64_t elements, source_location where) override {
    declared_tensor& t = tensors_[static_cast<std::size_t>(tensor.id)];
    if (is_packed(t.type))
      fail("a leading dimension for '" + t.name + "', whose elements share bytes", where);
    if (t.extents.size() < 2)
      fail("a leading dimension for '" + t.name + "', which has no rows: its extents are fewer than two",
           where);
    if (elements < t.extents.back())
      fail("a leading dimension of " + std::to_string(elements) + " for '" + t.name + "', whose rows have " +
               std::to_string(t.extents.back()) + " elements",
           where);
    const std::int64_t rows = t.extents.back() == 0 ? 0 : t.slot.count / t.extents.back();
    if (rows > 0 && elements > std::numeric_limits<std::int64_t>::max() / 8 / rows)
      fail("tensor '" + t.name + "' has more bytes than a 64-bit size can count", where);
    t.slot.leading_dimension = elements;
  }
  void alignment(const tensor_slot* tensor, std::int64_t bytes, source_location where) override {
    if (bytes < 1 || bytes > 256 || (bytes & (bytes - 1)) != 0)
      fail("an alignment of " + std::to_string(bytes) + " bytes; expected a power of two from 1 to 256",
           where);
    if (!tensor) {
      alignment_ = bytes;
      return;
    }
    declared_tensor& t = tensors_[static_cast<std::size_t>(tensor->id)];
    if (bytes < bytes_for(t.type, 1))
      fail("an alignment of " + std::to_string(bytes) + " bytes for '" + t.name +
               "', whose elements are of " + std::to_string(bytes_for(t.type, 1)),
           where);
    t.alignment = bytes;
  }

  void any_leading_dimension(const tensor_slot& tensor, source_location where) override {
    if (padding_ > std::numeric_limits<std::int64_t>::max() / 8 - tensor.leading_dimension)
      fail("rows of '" + tensor_name(tensor.id) + "' that are moved apart by " + std::to_string(padding_) +
               " elements",
           where);
    leading_dimension(tensor, tensor.leading_dimension + padding_, where);
    tensors_[static_cast<std::size_t>(tensor.id)].any_leading_dimension = true;
  }
  void may_alias(const tensor_slot& output, const tensor_slot& input, source_location where) override {
    declared_tensor &to = tensors_[static_cast<std::size_t>(output.id)],
                    &from = tensors_[static_cast<std::size_t>(input.id)];
    if (to.role != tensor_role::output || from.role != tensor_role::input)
      fail("'" + to.name + "' on '" + from.name + "': expected an output that may lie on an input", where);
    if (to.type != from.type || to.extents != from.extents)
      fail("'" + to.name + "' may not lie on '" + from.name + "': expected the same type and extents", where);
    for (const declared_tensor& other : tensors_)
      if (other.may_alias == input.id || (&other == &to && other.may_alias >= 0))
        fail("a second alias of '" + from.name + "' or for '" + to.name + "'", where);
    to.may_alias = input.id;
  }
  void batch_axis(const char* name, source_location where) override {
    const std::string title = text(name, "a batch axis", where);
    if (batch_axis_) fail("a second batch axis, '" + title + "'", where);
    for (std::size_t i = 0; i < values_.size(); ++i)
      if (values_[i].first == title && std::holds_alternative<std::int64_t>(values_[i].second))
        batch_axis_ = i;
    if (!batch_axis_) fail("the batch axis '" + title + "' is no axis of numbers declared before", where);
  }
  void summed_along(const tensor_slot& tensor, std::size_t extent, source_location where) override {
    declared_tensor& t = tensors_[static_cast<std::size_t>(tensor.id)];
    if (t.role == tensor_role::output || is_packed(t.type))
      fail("sums along '" + t.name + "': expected an input whose elements have bytes of their own", where);
    if (extent >= t.extents.size())
      fail("sums along extent " + std::to_string(extent) + " of '" + t.name + "', which has " +
               std::to_string(t.extents.size()),
           where);
    for (const declared_tensor& other : tensors_)
      if (other.summed_along && other.extents[*other.summed_along] != t.extents[extent])
        fail("sums along " + std::to_string(t.extents[extent]) + " elements of '" + t.name + "', but " +
                 std::to_string(other.extents[*other.summed_along]) + " of '" + other.name + "'",
             where);
    t.summed_along = extent;
  }

  void operations(resource unit, double amount, source_location where) override {
    check_amount(amount, "flops", where);
    if (unit == resource::dram) fail("flops on the DRAM; say p.dram_bytes(read, written)", where);
    work_.add(unit, amount);
  }
  void operations(double amount, source_location where) override {
    check_amount(amount, "flops", where);
    implied_operations_ += amount;
  }
  void dram_bytes(double read, double written, source_location where) override {
    check_amount(read, "dram_bytes read", where);
    check_amount(written, "dram_bytes written", where);
    check_first_bytes("p.dram_bytes()", where);
    work_.add_read(read).add_written(written);
  }
  void work(const assay::work& all, source_location where) override {
    if (const work_mistake mistake = all.find_mistake()) fail(to_string(mistake), where);
    check_first_bytes("p.work()", where);
    work_ += all;
    catalogued_ = true;
  }
  void tolerance(const assay::tolerance& bound, source_location where) override {
    if (bound.chain < 1 || !(bound.absolute >= 0) || !(bound.relative >= 0) || std::isinf(bound.absolute) ||
        std::isinf(bound.relative))
      fail("a tolerance with a chain below 1, or a bound that is negative or not finite", where);
    tolerance_ = bound;
  }

  void specials(special values, source_location) override { specials_ = values; }

  void oracle(oracle_function function, source_location where) override {
    if (oracle_ || !oracles_.empty()) fail("a second oracle for the same outputs", where);
    oracle_ = std::move(function);
  }
  void element_oracle(const tensor_slot& output, element_oracle_function function,
                      source_location where) override {
    check_new_oracle(output, where);
    oracles_.push_back({output.id, std::move(function), {}});
  }
  void row_oracle(const tensor_slot& output, row_oracle_function function, source_location where) override {
    check_new_oracle(output, where);
    oracles_.push_back({output.id, {}, std::move(function)});
  }
  void device_oracle(const tensor_slot& output, device_oracle_function function,
                     source_location where) override {
    check_new_device_oracle(output, where);
    device_oracles_.push_back({output.id, std::move(function), {}});
  }
  void gemm_oracle(const tensor_slot& c, const gemm& product, const tensor_slot& a, const tensor_slot& b,
                   source_location where) override {
    check_new_device_oracle(c, where);
    check_product(product, c, a, b, where);
    device_oracles_.push_back({c.id, {}, product, a.id, b.id});
  }
  void candidate(candidate_role role, const char* name, prepare_function prepare, launch_function launch,
                 source_location where) override {
    const std::string title = text(name, "a candidate", where);
    for (const declared_candidate& other : candidates_) {
      if (other.name == title) fail("two candidates are named '" + title + "'", where);
      if ((role == candidate_role::baseline || role == candidate_role::reference) && other.role == role)
        fail(std::string("a second ") + to_string(role) + ", '" + title + "', after '" + other.name + "'",
             where);
    }
    candidates_.push_back({title, role, std::move(prepare), std::move(launch), where});
  }

 private:
  std::string place(source_location where) const {
    return std::string(where.file) + ":" + std::to_string(where.line) + ": problem '" + definition_->name +
           "': ";
  }
  [[noreturn]] void fail(const std::string& what, source_location where) const {
    throw usage_error(place(where) + what);
  }
  std::string text(const char* name, const char* of, source_location where) const {
    if (!name || !*name) fail(std::string(of) + " without a name", where);
    return name;
  }
  void check_amount(double amount, const char* what, source_location where) const {
    if (!(amount >= 0) || std::isinf(amount))
      fail(std::string(what) + " is " + std::to_string(amount) + "; expected a finite number, 0 or more",
           where);
  }
  /// Bytes are told once: two answers to how many there are could not both be right.
  void check_first_bytes(const char* call, source_location where) {
    if (bytes_from_)
      fail(std::string(call) + " beside " + (catalogued_ ? "p.work()" : "p.dram_bytes()") + " at " +
               bytes_from_->file + ":" + std::to_string(bytes_from_->line) +
               ", which has told the DRAM bytes already; a launch of several operations has the sum of their "
               "work",
           where);
    bytes_from_ = where;
  }
  std::string tensor_name(int id) const { return tensors_[static_cast<std::size_t>(id)].name; }

  std::size_t add_names(const char* name, const char* const* values, std::size_t count,
                        source_location where) {
    std::vector<std::vector<axis_value>> positions;
    for (std::size_t i = 0; i < count; ++i)
      positions.push_back({axis_value(text(values[i], "a value of an axis", where))});
    return add_axis({{text(name, "an axis", where)}, std::move(positions), where});
  }
  std::size_t add_axis(axis added);
  void check_domains(const axis& added) const;
  /// Where `wanted_` names the axis: its values there, and their position, or the end where they are numbers
  /// of the domain that the axis does not list.
  std::optional<std::pair<std::size_t, std::vector<axis_value>>> wanted_on(const axis& added) const;
  void check_new_oracle(const tensor_slot& output, source_location where) const {
    if (oracle_) fail("an oracle for one output beside an oracle for all", where);
    for (const declared_oracle& other : oracles_)
      if (other.tensor == output.id) fail("a second oracle for '" + tensor_name(output.id) + "'", where);
  }
  void check_new_device_oracle(const tensor_slot& output, source_location where) const {
    for (const declared_device_oracle& other : device_oracles_)
      if (other.tensor == output.id)
        fail("a second oracle on the device for '" + tensor_name(output.id) + "'", where);
  }
  void check_product(const gemm& product, const tensor_slot& c, const tensor_slot& a, const tensor_slot& b,
                     source_location where) const;
  [[nodiscard]] std::pair<double, double> tensor_bytes() const;
  void check_catalogued_bytes() const;
  void check_complete() const;

  const problem_definition* definition_;
  std::vector<std::size_t> positions_;
  axis_values wanted_;
  std::vector<axis> axes_;
  axis_values values_;
  std::deque<declared_tensor> tensors_;  // deque: handles keep the addresses of the slots
  std::deque<tensor_slot> workspaces_;
  std::vector<declared_candidate> candidates_;
  oracle_function oracle_;
  std::vector<declared_oracle> oracles_;
  std::vector<declared_device_oracle> device_oracles_;
  assay::tolerance tolerance_;
  special specials_ = special::none;
  std::int64_t alignment_ = 256;
  std::optional<std::size_t> batch_axis_;  ///< in values_
  std::int64_t padding_;
  assay::work work_;
  double implied_operations_ = 0.0;
  std::optional<source_location>
      bytes_from_;           ///< the call that told them; absent: they follow from the tensors
  bool catalogued_ = false;  ///< that call was p.work()
};

inline std::size_t declared_problem::add_axis(axis added) {
  for (std::size_t i = 0; i < added.names.size(); ++i) {
    bool twice = std::find(added.names.begin(), added.names.begin() + static_cast<std::ptrdiff_t>(i),
                           added.names[i]) != added.names.begin() + static_cast<std::ptrdiff_t>(i);
    for (const auto& [other, value] : values_) twice = twice || added.names[i] == other;
    if (twice) fail("two axes are named '" + added.names[i] + "'", added.where);
  }
  if (added.positions.empty()) fail("axis '" + added.names.front() + "' has no values", added.where);
  for (std::size_t i = 0; i < added.positions.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (added.positions[i] == added.positions[j])
        fail("axis '" + added.names.front() + "' has the value " + to_string(added.positions[i].front()) +
                 " twice",
             added.where);

  check_domains(added);

  std::size_t position = axes_.size() < positions_.size() ? positions_[axes_.size()] : 0;
  std::vector<axis_value> chosen;
  if (auto wanted = wanted_on(added)) {
    position = wanted->first;
    chosen = std::move(wanted->second);
  } else {
    if (position >= added.positions.size())
      fail("axis '" + added.names.front() + "' has other values in one case than in another", added.where);
    chosen = added.positions[position];
  }
  for (std::size_t i = 0; i < added.names.size(); ++i) values_.emplace_back(added.names[i], chosen[i]);
  axes_.push_back(std::move(added));
  return position;
}

inline void declared_problem::check_domains(const axis& added) const {
  for (std::size_t i = 0; i < added.domains.size(); ++i) {
    const axis_domain& domain = added.domains[i];
    if (domain.step < 1)
      fail("the domain of axis '" + added.names[i] + "' is of multiples of " + std::to_string(domain.step) +
               "; expected 1 or more",
           added.where);
    if (!domain.is_open()) continue;
    for (const std::vector<axis_value>& position : added.positions)
      if (!domain.holds(std::get<std::int64_t>(position[i])))
        fail("axis '" + added.names[i] + "' lists " + to_string(position[i]) +
                 ", which is outside of the domain that it declares: " + to_string(domain),
             added.where);
  }
}

inline std::optional<std::pair<std::size_t, std::vector<axis_value>>> declared_problem::wanted_on(
    const axis& added) const {
  std::vector<axis_value> chosen;
  for (const std::string& name : added.names)
    for (const auto& [other, value] : wanted_)
      if (other == name) chosen.push_back(value);
  if (chosen.empty()) return std::nullopt;
  if (chosen.size() != added.names.size())
    fail("of the axes that vary with '" + added.names.front() + "' some were given and some were not",
         added.where);
  const auto found = std::find(added.positions.begin(), added.positions.end(), chosen);
  if (found == added.positions.end()) {
    const auto is_open = [&](std::size_t i) {
      return i < added.domains.size() && added.domains[i].is_open();
    };
    // Columns without a domain have to be those of one row.
    bool of_one_row = false;
    for (const std::vector<axis_value>& position : added.positions) {
      bool same = true;
      for (std::size_t i = 0; i < chosen.size(); ++i) same = same && (is_open(i) || position[i] == chosen[i]);
      of_one_row = of_one_row || same;
    }
    for (std::size_t i = 0; i < chosen.size(); ++i)
      if (is_open(i) ? chosen[i].index() != 0 || !added.domains[i].holds(std::get<std::int64_t>(chosen[i]))
                     : !of_one_row)
        fail("axis '" + added.names[i] + "' cannot be " + to_string(chosen[i]) + ": it lists other values" +
                 (is_open(i) ? ", and its domain is " + to_string(added.domains[i]) : ""),
             added.where);
  }
  return std::pair{static_cast<std::size_t>(found - added.positions.begin()), std::move(chosen)};
}

inline const tensor_slot* declared_problem::tensor(tensor_role role, const char* name, dtype type,
                                                   const std::int64_t* extents, std::size_t rank,
                                                   const fill& how, source_location where) {
  const std::string title = text(name, "a tensor", where);
  for (const declared_tensor& other : tensors_)
    if (other.name == title) fail("two tensors are named '" + title + "'", where);
  std::int64_t count = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    if (extents[i] < 0) fail("tensor '" + title + "' has an extent of " + std::to_string(extents[i]), where);
    if (extents[i] > 0 && count > std::numeric_limits<std::int64_t>::max() / 8 / extents[i])
      fail("tensor '" + title + "' has more bytes than a 64-bit size can count", where);
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

inline assay::work declared_problem::declared_work() const {
  assay::work total = work_;
  if (implied_operations_ > 0) {
    dtype implied = tensors_.empty() ? dtype::fp32 : tensors_.front().type;
    for (const declared_tensor& t : tensors_)
      if (is_floating(t.type)) {
        implied = t.type;
        break;
      }
    total.add(default_resource(implied), implied_operations_);
  }
  if (!bytes_from_) {
    const auto [read, written] = tensor_bytes();
    total.add_read(read).add_written(written);
  }
  return total;
}

/// Of the tensors: read, written.
inline std::pair<double, double> declared_problem::tensor_bytes() const {
  std::pair<double, double> total = {0, 0};
  for (const declared_tensor& t : tensors_) {
    const auto bytes = static_cast<double>(t.bytes());
    if (t.role != tensor_role::output) total.first += bytes;
    if (t.role != tensor_role::input) total.second += bytes;
  }
  return total;
}

/// A launch cannot need more bytes than there are: then a shape or a type of the catalogue's work is wrong.
/// Each tensor may end in the middle of a sector. None at all beside operations were meant for p.flops().
inline void declared_problem::check_catalogued_bytes() const {
  if (!catalogued_) return;
  bool operates = false;
  for (const double amount : work_.operations) operates = operates || amount > 0;
  const auto [read, written] = tensor_bytes();
  if (operates && work_.dram_bytes() == 0 && read + written > 0)
    fail(
        "p.work() has operations and no DRAM bytes, which would take the place of the tensors'; expected "
        "p.flops(amount, unit) for operations alone",
        *bytes_from_);
  const double ends = 32.0 * static_cast<double>(tensors_.size());
  const auto whole = [](double amount) {
    char digits[400];
    std::snprintf(digits, sizeof digits, "%.0f", amount);
    return std::string(digits);
  };
  const auto check = [&](double claimed, double there, const char* what, const char* of) {
    if (claimed > there + ends)
      fail("p.work() has " + whole(claimed) + " bytes " + what + ", but the " + of +
               " of this problem hold " + whole(there) +
               "; are its shape and its types those of the tensors?",
           *bytes_from_);
  };
  check(work_.dram_bytes_read, read, "read", "inputs and inouts");
  check(work_.dram_bytes_written, written, "written", "outputs and inouts");
}

/// That the product's matrices lie within their tensors, and that these may be used so.
inline void declared_problem::check_product(const gemm& product, const tensor_slot& c, const tensor_slot& a,
                                            const tensor_slot& b, source_location where) const {
  const auto number = [](std::int64_t value) { return std::to_string(value); };
  if (product.m < 0 || product.n < 0 || product.k < 0 || product.batch < 0)
    fail("a product with m = " + number(product.m) + ", n = " + number(product.n) + ", k = " +
             number(product.k) + ", " + number(product.batch) + " of them; expected no negative extent",
         where);
  if (!std::isfinite(product.alpha) || !std::isfinite(product.beta))
    fail("a product with alpha = " + std::to_string(product.alpha) +
             ", beta = " + std::to_string(product.beta) + "; expected finite numbers",
         where);
  const auto declared = [&](const tensor_slot& slot) -> const declared_tensor& {
    return tensors_[static_cast<std::size_t>(slot.id)];
  };
  for (const tensor_slot* factor : {&a, &b})
    if (declared(*factor).role != tensor_role::input)
      fail("the factor '" + tensor_name(factor->id) + "' of a product is an " +
               to_string(declared(*factor).role) + "; expected an input, which no candidate changes",
           where);
  if (product.beta != 0.0 && declared(c).role != tensor_role::inout)
    fail("a product with beta = " + std::to_string(product.beta) + " is added to '" + tensor_name(c.id) +
             "', which is an output and holds nothing; expected an inout",
         where);

  const auto check_layout = [&](const char* letter, const tensor_slot& slot, const gemm::layout& l,
                                bool written) {
    const std::string matrix = std::string(letter) + " ('" + tensor_name(slot.id) + "')";
    if (l.leading < l.columns)
      fail("the leading dimension of " + matrix + " is " + number(l.leading) + "; expected " +
               number(l.columns) + " or more, the elements of a stored row",
           where);
    if (l.rows == 0 || l.columns == 0 || product.batch == 0) return;
    const double matrix_span =
        static_cast<double>(l.rows - 1) * static_cast<double>(l.leading) + static_cast<double>(l.columns);
    if (l.stride < 0 || (written && product.batch > 1 && static_cast<double>(l.stride) < matrix_span))
      fail("the stride of " + matrix + " is " + number(l.stride) + "; expected " +
               (written ? "no overlap of the products" : "0 or more"),
           where);
    // In double: the product of two 64-bit sizes may be more than one can count.
    const double span = static_cast<double>(product.batch - 1) * static_cast<double>(l.stride) + matrix_span;
    if (span > static_cast<double>(slot.count))
      fail("the product reaches element " +
               number(span < 0x1p62 ? static_cast<std::int64_t>(span) - 1
                                    : std::numeric_limits<std::int64_t>::max()) +
               " of " + matrix + ", which has " + number(slot.count) + " elements",
           where);
  };
  check_layout("A", a, product.layout_a(), false);
  check_layout("B", b, product.layout_b(), false);
  check_layout("C", c, product.layout_c(), true);
}

/// What can only be seen at the end of the body.
inline void declared_problem::check_complete() const {
  check_catalogued_bytes();
  const source_location where = definition_->where;
  bool claims = false, reference = false, writes = false;
  for (const declared_candidate& c : candidates_) {
    claims = claims || c.role == candidate_role::candidate || c.role == candidate_role::baseline;
    reference = reference || c.role == candidate_role::reference;
  }
  for (const declared_tensor& t : tensors_) writes = writes || t.role != tensor_role::input;

  if (!claims) fail("no candidate: say p.candidate(\"name\", callable)", where);
  if (!writes) fail("no output: nothing that a candidate does could be checked", where);
  const bool some_oracle = !oracles_.empty() || !device_oracles_.empty();
  if (!oracle_ && !some_oracle && !reference)
    fail("candidate '" + candidates_.front().name +
             "' has no oracle to be checked against: say p.oracle(…), or p.reference(…)",
         where);
  if (!oracle_ && some_oracle)
    for (const declared_tensor& t : tensors_) {
      bool covered = t.role == tensor_role::input;
      for (const declared_oracle& o : oracles_) covered = covered || o.tensor == t.slot.id;
      for (const declared_device_oracle& o : device_oracles_) covered = covered || o.tensor == t.slot.id;
      if (!covered) fail("output '" + t.name + "' has no oracle", where);
    }
}

}  // namespace assay
