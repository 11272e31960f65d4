// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/environment.hpp"
#include "assay/report/exit_code.hpp"
#include "assay/score/environment_key.hpp"
#include "assay/score/gate_result.hpp"
#include "assay/stats/change.hpp"
#include "assay/stats/paired_ratio.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/run_result.hpp"

namespace assay {

/// One record against what a stored baseline holds of it.
struct stored_comparison {
  std::size_t record = 0;               ///< its place in report_input::records
  std::optional<paired_ratio> ratio;    ///< stored time / time now
  std::optional<judged_change> answer;  ///< absent where the two cannot be compared
  std::string reason;                   ///< why they cannot; empty where they can
  bool foreign = false;                 ///< that is why: the environments differ in a hard key
};

/// The one value that every report is a pure function of: of this process, of a journal or of many journals
/// put together, a report does not know which.
struct report_input {
  std::vector<environment> environments;  ///< one for each process that made records; at least one
  std::vector<record> records;            ///< in the order they were made
  std::vector<gate_result> gates;
  std::vector<stored_comparison> comparisons;
  std::string
      compared_with;  ///< "stored baseline", "other build": then no pass without any comparison; or nothing
  std::vector<key_difference> soft_keys;    ///< in what that baseline's environment differs, and may
  score_options scoring;                    ///< which scores are asked for
  std::vector<std::string> missing;         ///< what was planned and is in no record of a stored run
  std::vector<std::string> no_device;       ///< a sentence for each backend without a device
  bool devices_required = false;            ///< that is no pass
  std::size_t planned = 0;                  ///< cases
  std::size_t executed = 0;                 ///< cases; fewer than planned where the run was cut short
  std::string lost;                         ///< why the run ended early; empty when it did not
  bool interrupted = false;                 ///< that is why: somebody asked it to
  bool empty_shard = false;                 ///< there are more shards than cases, and this one has none
  std::optional<isolation_cost> isolation;  ///< of a run in worker processes
  std::vector<std::pair<std::string, double>> stages;  ///< stage_clock::seconds(); empty for stored runs
  std::optional<parallel_judgement> parallel_timing;   ///< of a run on several devices
  exit_code code = exit_code::pass;                    ///< with which the process ends
};

}  // namespace assay
