// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "assay/core/error.hpp"
#include "assay/core/source_location.hpp"
#include "assay/suite/registry.hpp"

namespace assay {

/// Thrown through the body by p.assume(false): there is no such case.
class no_such_case : public usage_error {
 public:
  using usage_error::usage_error;
};

/// Mistakes in the declaration of a problem: each says file, line and problem first.
class declaration_errors {
 public:
  explicit declaration_errors(const problem_definition& definition) : definition_(&definition) {}

  [[noreturn]] void fail(const std::string& what, source_location where) const {
    throw usage_error(place(where) + what);
  }
  [[noreturn]] void no_case(const std::string& what, source_location where) const {
    throw no_such_case(place(where) + what);
  }
  /// A name that has to be one.
  [[nodiscard]] std::string text(const char* name, const char* of, source_location where) const {
    if (!name || !*name) fail(std::string(of) + " without a name", where);
    return name;
  }

 private:
  [[nodiscard]] std::string place(source_location where) const {
    return std::string(where.file) + ":" + std::to_string(where.line) + ": problem '" + definition_->name +
           "': ";
  }

  const problem_definition* definition_;
};

}  // namespace assay
