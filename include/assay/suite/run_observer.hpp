// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "assay/core/device_info.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/score/parallel_check.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// Told what happens during a run, as it happens. Does nothing unless overridden.
class run_observer {
 public:
  virtual ~run_observer() = default;
  /// The ceilings are those that SoL is made from; empty where none are known.
  virtual void on_device(const device_info&, const ceilings&) {}
  virtual void on_no_device(const std::string& /*why*/) {}
  /// `what` is the stage, e.g. "verify grid-stride".
  virtual void on_progress(std::size_t /*item*/, const plan_item&, const std::string& /*what*/) {}
  virtual void on_record(const record&) {}
  virtual void on_item_done(std::size_t /*item*/) {}
  /// Every so often while worker processes are waited for.
  virtual void on_wait() {}
  /// What candidates printed, where they run in a process of their own.
  virtual void on_output(const std::string& /*text*/) {}
  /// Whether times are taken on several devices at once, where there are several.
  virtual void on_parallel_timing(const parallel_judgement&) {}
};

}  // namespace assay
