// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "assay/backend/backend.hpp"
#include "assay/core/build_flags.hpp"
#include "assay/core/source_location.hpp"
#include "assay/suite/problem.hpp"

namespace assay {

/// A problem as ASSAY_PROBLEM registers it: before main, without allocating.
struct problem_definition {
  const char* name;
  const char* backend;
  source_location where;
  device& (*open_device)();
  void (*body)(declaration&);
  const char* build = "";  ///< how its file was compiled
  problem_definition* next = nullptr;
};

/// All problems of this program, the last registered first.
inline problem_definition*& registered_problems() {
  static problem_definition* first = nullptr;
  return first;
}

/// Puts a definition on the list. Has static storage duration.
class registration {
 public:
  explicit registration(const problem_definition& definition) : definition_(definition) {
    definition_.next = registered_problems();
    registered_problems() = &definition_;
  }
  registration(const registration&) = delete;
  registration& operator=(const registration&) = delete;

 private:
  problem_definition definition_;
};

template <backend Backend, void (*Body)(problem<Backend>&)>
problem_definition define_problem(const char* name, source_location where, const char* build = "") {
  return {name,
          Backend::name,
          where,
          &device_of<Backend>,
          [](declaration& target) {
            problem<Backend> typed(target);
            Body(typed);
          },
          build};
}

}  // namespace assay

#define ASSAY_DETAIL_JOIN_(a, b) a##b
#define ASSAY_DETAIL_JOIN(a, b) ASSAY_DETAIL_JOIN_(a, b)

#define ASSAY_DETAIL_PROBLEM(title, Backend, parameter, body)                   \
  static void body(::assay::problem<Backend>& parameter);                       \
  [[maybe_unused]] static const ::assay::registration ASSAY_DETAIL_JOIN(        \
      body, _registration)(::assay::define_problem<Backend, &body>(             \
      title, ::assay::source_location{__FILE__, __LINE__}, ASSAY_BUILD_FLAGS)); \
  static void body(::assay::problem<Backend>& parameter)

/// Declares a problem: `ASSAY_PROBLEM("saxpy", assay::cuda, p) { p.axis(…); … }`. The body runs once to
/// discover the axes and candidates and once for each case. `title` must be unique in the program.
#define ASSAY_PROBLEM(title, Backend, parameter) \
  ASSAY_DETAIL_PROBLEM(title, Backend, parameter, ASSAY_DETAIL_JOIN(assay_problem_, __COUNTER__))
