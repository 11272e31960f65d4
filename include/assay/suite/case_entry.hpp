// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "assay/suite/declared_problem.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// A candidate of a case that is being run.
struct case_entry {
  const declared_candidate* candidate = nullptr;
  record result = {};
  /// What the prepare step returned for each copy of the tensors; empty where there is none.
  std::vector<std::shared_ptr<void>> states = {};
  bool timed_output_wrong = false;
  std::string failure = {};  ///< why it cannot be timed; empty where it can
};

}  // namespace assay
