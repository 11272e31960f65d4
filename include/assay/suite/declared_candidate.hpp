// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "assay/core/source_location.hpp"
#include "assay/suite/declaration.hpp"

namespace assay {

/// One of those that claim to solve a problem, as it was declared.
struct declared_candidate {
  std::string name;
  candidate_role role;
  declaration::prepare_function prepare;  ///< empty when there is no prepare step
  declaration::launch_function launch;
  source_location where;
};

}  // namespace assay
