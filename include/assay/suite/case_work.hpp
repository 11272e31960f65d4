// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

#include "assay/core/source_location.hpp"
#include "assay/roofline/validate_work.hpp"
#include "assay/roofline/work.hpp"
#include "assay/suite/case_tensors.hpp"
#include "assay/suite/declaration_errors.hpp"

namespace assay {

/// The work that a problem's body declares.
class case_work {
 public:
  explicit case_work(const declaration_errors& errors) : errors_(errors) {}

  void operations(resource unit, double amount, source_location where) {
    check_amount(amount, "flops", where);
    if (unit == resource::dram) errors_.fail("flops on the DRAM; say p.dram_bytes(read, written)", where);
    work_.add(unit, amount);
  }
  void operations(double amount, source_location where) {
    check_amount(amount, "flops", where);
    implied_operations_ += amount;
  }
  void dram_bytes(double read, double written, source_location where) {
    check_amount(read, "dram_bytes read", where);
    check_amount(written, "dram_bytes written", where);
    check_first_bytes("p.dram_bytes()", where);
    work_.add_read(read).add_written(written);
  }
  void add(const work& all, source_location where) {
    if (const work_mistake mistake = all.find_mistake()) errors_.fail(to_string(mistake), where);
    check_first_bytes("p.work()", where);
    work_ += all;
    catalogued_ = true;
  }

  /// Operations of no unit are those of the first floating type; bytes are those of the tensors unless the
  /// body said otherwise.
  [[nodiscard]] work total(const case_tensors& tensors) const;
  /// A launch cannot need more bytes than there are: then a shape or a type of the catalogue's work is wrong.
  /// Each tensor may end in the middle of a sector. None at all beside operations were meant for p.flops().
  void check(const case_tensors& tensors) const;

 private:
  void check_amount(double amount, const char* what, source_location where) const {
    if (!(amount >= 0) || std::isinf(amount))
      errors_.fail(
          std::string(what) + " is " + std::to_string(amount) + "; expected a finite number, 0 or more",
          where);
  }
  /// Bytes are told once: two answers to how many there are could not both be right.
  void check_first_bytes(const char* call, source_location where) {
    if (bytes_from_)
      errors_.fail(
          std::string(call) + " beside " + (catalogued_ ? "p.work()" : "p.dram_bytes()") + " at " +
              bytes_from_->file + ":" + std::to_string(bytes_from_->line) +
              ", which has told the DRAM bytes already; a launch of several operations has the sum of their "
              "work",
          where);
    bytes_from_ = where;
  }

  const declaration_errors& errors_;
  work work_;
  double implied_operations_ = 0.0;
  std::optional<source_location>
      bytes_from_;           ///< the call that told them; absent: they follow from the tensors
  bool catalogued_ = false;  ///< that call was p.work()
};

inline work case_work::total(const case_tensors& tensors) const {
  work total = work_;
  if (implied_operations_ > 0) {
    dtype implied = tensors.all().empty() ? dtype::fp32 : tensors.all().front().type;
    for (const declared_tensor& t : tensors.all())
      if (is_floating(t.type)) {
        implied = t.type;
        break;
      }
    total.add(default_resource(implied), implied_operations_);
  }
  if (!bytes_from_) {
    const auto [read, written] = tensors.bytes();
    total.add_read(read).add_written(written);
  }
  return total;
}

inline void case_work::check(const case_tensors& tensors) const {
  if (!catalogued_) return;
  bool operates = false;
  for (const double amount : work_.operations) operates = operates || amount > 0;
  const auto [read, written] = tensors.bytes();
  if (operates && work_.dram_bytes() == 0 && read + written > 0)
    errors_.fail(
        "p.work() has operations and no DRAM bytes, which would take the place of the tensors'; expected "
        "p.flops(amount, unit) for operations alone",
        *bytes_from_);
  const double ends = 32.0 * static_cast<double>(tensors.all().size());
  const auto whole = [](double amount) {
    char digits[400];
    std::snprintf(digits, sizeof digits, "%.0f", amount);
    return std::string(digits);
  };
  const auto check = [&](double claimed, double there, const char* what, const char* of) {
    if (claimed > there + ends)
      errors_.fail("p.work() has " + whole(claimed) + " bytes " + what + ", but the " + of +
                       " of this problem hold " + whole(there) +
                       "; are its shape and its types those of the tensors?",
                   *bytes_from_);
  };
  check(work_.dram_bytes_read, read, "read", "inputs and inouts");
  check(work_.dram_bytes_written, written, "written", "outputs and inouts");
}

}  // namespace assay
