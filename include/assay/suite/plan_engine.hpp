// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/suite/run_result.hpp"

namespace assay {

/// What executes a plan.
class plan_engine {
 public:
  virtual ~plan_engine() = default;

  [[nodiscard]] virtual run_result run(const std::vector<plan_item>& plan) = 0;

  /// Measures one item once more, with other options, and tells no observer but of the progress. `why` says
  /// what for. Throws no_device where there is none.
  [[nodiscard]] virtual std::vector<record> repeat(const plan_item& item, const run_options& options,
                                                   const std::string& why) = 0;
};

}  // namespace assay
