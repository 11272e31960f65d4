// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/roofline/work.hpp"
#include "assay/suite/axis.hpp"
#include "assay/suite/case_axes.hpp"
#include "assay/suite/case_tensors.hpp"
#include "assay/suite/case_work.hpp"
#include "assay/suite/check_product.hpp"
#include "assay/suite/declaration.hpp"
#include "assay/suite/declaration_errors.hpp"
#include "assay/suite/declared_candidate.hpp"
#include "assay/suite/declared_oracle.hpp"
#include "assay/suite/declared_tensor.hpp"
#include "assay/suite/registry.hpp"

namespace assay {

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
        errors_(definition),
        axes_(errors_, std::move(positions), std::move(wanted)),
        tensors_(errors_, padding),
        work_(errors_) {
    try {
      definition.body(*this);
    } catch (const usage_error&) {
      throw;
    } catch (const std::exception& e) {
      fail(std::string("its body threw: ") + e.what(), definition.where);
    } catch (...) {
      fail("its body threw something that is not a std::exception", definition.where);
    }
    tensors_.settle_alignment();
    check_complete();
  }
  declared_problem(const declared_problem&) = delete;
  declared_problem& operator=(const declared_problem&) = delete;

  [[nodiscard]] const problem_definition& definition() const { return *definition_; }
  [[nodiscard]] const std::vector<axis>& axes() const { return axes_.all(); }
  [[nodiscard]] const axis_values& values() const { return axes_.values(); }
  [[nodiscard]] std::deque<declared_tensor>& tensors() { return tensors_.all(); }
  [[nodiscard]] const std::deque<declared_tensor>& tensors() const { return tensors_.all(); }
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
  [[nodiscard]] std::optional<axis_values> least_batch() const { return axes_.least_batch(); }
  /// The declared work; bytes are those of the tensors unless the body said otherwise.
  [[nodiscard]] assay::work declared_work() const { return work_.total(tensors_); }

  // What the body calls.
  std::int64_t integer_axis(const char* name, const std::int64_t* values, std::size_t count,
                            const axis_domain& domain, source_location where) override {
    std::vector<std::vector<axis_value>> positions;
    for (std::size_t i = 0; i < count; ++i) positions.push_back({axis_value(values[i])});
    axes_.add({{errors_.text(name, "an axis", where)}, std::move(positions), where, {domain}});
    return std::get<std::int64_t>(axes_.values().back().second);
  }
  const char* string_axis(const char* name, const char* const* values, std::size_t count,
                          source_location where) override {
    return values[axes_.add_names(name, values, count, where)];
  }
  std::size_t type_axis(const char* name, const char* const* names, std::size_t count,
                        source_location where) override {
    return axes_.add_names(name, names, count, where);
  }
  void joint_axes(const char* const* names, std::size_t columns, const std::int64_t* values, std::size_t rows,
                  const axis_domain* domains, std::int64_t* chosen, source_location where) override {
    axis joint{{}, {}, where, {domains, domains + columns}};
    for (std::size_t c = 0; c < columns; ++c) joint.names.push_back(errors_.text(names[c], "an axis", where));
    for (std::size_t r = 0; r < rows; ++r)
      joint.positions.emplace_back(values + r * columns, values + (r + 1) * columns);
    axes_.add(std::move(joint));
    for (std::size_t c = 0; c < columns; ++c)
      chosen[c] = std::get<std::int64_t>(axes_.values()[axes_.values().size() - columns + c].second);
  }
  void assume(bool condition, source_location where) override {
    if (!condition)
      errors_.no_case("the case '" + to_string(values()) + "' does not satisfy what the problem assumes",
                      where);
  }

  const tensor_slot* tensor(tensor_role role, const char* name, dtype type, const std::int64_t* extents,
                            std::size_t rank, const fill& how, source_location where) override {
    return tensors_.add(role, name, type, extents, rank, how, where);
  }
  const tensor_slot* workspace(std::int64_t bytes, source_location where) override {
    if (bytes < 0) fail("a workspace of " + std::to_string(bytes) + " bytes; expected 0 or more", where);
    return &workspaces_.emplace_back(tensor_slot{nullptr, bytes, -1, 0});
  }

  void leading_dimension(const tensor_slot& tensor, std::int64_t elements, source_location where) override {
    tensors_.leading_dimension(tensor, elements, where);
  }
  void alignment(const tensor_slot* tensor, std::int64_t bytes, source_location where) override {
    tensors_.alignment(tensor, bytes, where);
  }
  void any_leading_dimension(const tensor_slot& tensor, source_location where) override {
    tensors_.any_leading_dimension(tensor, where);
  }
  void may_alias(const tensor_slot& output, const tensor_slot& input, source_location where) override {
    tensors_.may_alias(output, input, where);
  }
  void batch_axis(const char* name, source_location where) override { axes_.set_batch(name, where); }
  void summed_along(const tensor_slot& tensor, std::size_t extent, source_location where) override {
    tensors_.summed_along(tensor, extent, where);
  }

  void operations(resource unit, double amount, source_location where) override {
    work_.operations(unit, amount, where);
  }
  void operations(double amount, source_location where) override { work_.operations(amount, where); }
  void dram_bytes(double read, double written, source_location where) override {
    work_.dram_bytes(read, written, where);
  }
  void work(const assay::work& all, source_location where) override { work_.add(all, where); }
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
    device_oracles_.push_back({output.id, std::move(function), {}, -1, -1, where});
  }
  void gemm_oracle(const tensor_slot& c, const gemm& product, const tensor_slot& a, const tensor_slot& b,
                   source_location where) override {
    check_new_device_oracle(c, where);
    check_product(errors_, tensors_, product, c, a, b, where);
    device_oracles_.push_back({c.id, {}, product, a.id, b.id, where});
  }
  void candidate(candidate_role role, const char* name, prepare_function prepare, launch_function launch,
                 source_location where) override {
    const std::string title = errors_.text(name, "a candidate", where);
    for (const declared_candidate& other : candidates_) {
      if (other.name == title) fail("two candidates are named '" + title + "'", where);
      if ((role == candidate_role::baseline || role == candidate_role::reference) && other.role == role)
        fail(std::string("a second ") + to_string(role) + ", '" + title + "', after '" + other.name + "'",
             where);
    }
    candidates_.push_back({title, role, std::move(prepare), std::move(launch), where});
  }

 private:
  [[noreturn]] void fail(const std::string& what, source_location where) const { errors_.fail(what, where); }

  void check_new_oracle(const tensor_slot& output, source_location where) const {
    if (oracle_) fail("an oracle for one output beside an oracle for all", where);
    for (const declared_oracle& other : oracles_)
      if (other.tensor == output.id) fail("a second oracle for '" + tensors_.of(output).name + "'", where);
  }
  void check_new_device_oracle(const tensor_slot& output, source_location where) const {
    for (const declared_device_oracle& other : device_oracles_)
      if (other.tensor == output.id)
        fail("a second oracle on the device for '" + tensors_.of(output).name + "'", where);
  }
  void check_complete() const;

  const problem_definition* definition_;
  declaration_errors errors_;
  case_axes axes_;
  case_tensors tensors_;
  case_work work_;
  std::deque<tensor_slot> workspaces_;
  std::vector<declared_candidate> candidates_;
  oracle_function oracle_;
  std::vector<declared_oracle> oracles_;
  std::vector<declared_device_oracle> device_oracles_;
  assay::tolerance tolerance_;
  special specials_ = special::none;
};

/// What can only be seen at the end of the body.
inline void declared_problem::check_complete() const {
  work_.check(tensors_);
  // Leading dimensions may have been declared after the product.
  for (const declared_device_oracle& o : device_oracles_)
    if (!o.function) check_product_rows(errors_, tensors_, o);
  const source_location where = definition_->where;
  bool claims = false, reference = false, writes = false;
  for (const declared_candidate& c : candidates_) {
    claims = claims || c.role == candidate_role::candidate || c.role == candidate_role::baseline;
    reference = reference || c.role == candidate_role::reference;
  }
  for (const declared_tensor& t : tensors()) writes = writes || t.role != tensor_role::input;

  if (!claims) fail("no candidate: say p.candidate(\"name\", callable)", where);
  if (!writes) fail("no output: nothing that a candidate does could be checked", where);
  const bool some_oracle = !oracles_.empty() || !device_oracles_.empty();
  if (!oracle_ && !some_oracle && !reference)
    fail("candidate '" + candidates_.front().name +
             "' has no oracle to be checked against: say p.oracle(…), or p.reference(…)",
         where);
  if (!oracle_ && some_oracle)
    for (const declared_tensor& t : tensors()) {
      bool covered = t.role == tensor_role::input;
      for (const declared_oracle& o : oracles_) covered = covered || o.tensor == t.slot.id;
      for (const declared_device_oracle& o : device_oracles_) covered = covered || o.tensor == t.slot.id;
      if (!covered) fail("output '" + t.name + "' has no oracle", where);
    }
}

}  // namespace assay
