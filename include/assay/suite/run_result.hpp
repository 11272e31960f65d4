// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/score/parallel_check.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// What it took to run candidates in processes of their own.
struct isolation_cost {
  std::size_t workers = 0;   ///< processes that ran something
  std::size_t replaced = 0;  ///< of them, after the one before had died or been ended
  double seconds = 0.0;      ///< s that were neither a worker's own nor lost with one
};

/// What a run left behind beside its records.
struct run_result {
  std::vector<record> records;
  std::size_t planned = 0;  ///< cases
  std::size_t executed = 0;
  std::vector<std::string> no_device;  ///< a sentence for each backend without a device
  std::string lost;                    ///< why the run ended early; empty when it did not
  bool starved = false;  ///< a case lacked memory (device::shortages) that somebody in this process keeps
  std::optional<isolation_cost> isolation;            ///< absent where all ran in this process
  std::optional<parallel_judgement> parallel_timing;  ///< where there was a question
};

}  // namespace assay
